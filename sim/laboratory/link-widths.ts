/** How wide each link between nodes is at a moment: as the scenario's `links` say, or narrower while a throttle lasts. */
import type { Scenario } from '../scenario/model.ts';
import type { NodeAddress } from './addresses.ts';
import type { Width } from './shaping.ts';

interface Throttle {
  readonly a: string;
  readonly b: string;
  readonly bitsPerSecond: number;
}

export class LinkWidths {
  private readonly addresses: ReadonlyMap<string, NodeAddress>;
  /** By the two names, in either order. */
  private readonly base = new Map<string, number>();
  private readonly throttles = new Map<number, Throttle>();
  private number = 0;

  constructor({ links }: Pick<Scenario, 'links'>, addresses: ReadonlyMap<string, NodeAddress>) {
    this.addresses = addresses;
    for (const { pairs, bandwidthBitsPerSecond } of links)
      for (const [a, b] of pairs)
        if (bandwidthBitsPerSecond !== undefined)
          for (const key of [`${a} ${b}`, `${b} ${a}`])
            this.base.set(key, bandwidthBitsPerSecond ?? Infinity);
  }

  /** The number by which it is ended. */
  throttle(a: string, b: string, bitsPerSecond: number): number {
    this.number += 1;
    this.throttles.set(this.number, { a, b, bitsPerSecond });
    return this.number;
  }

  end(number: number): void {
    this.throttles.delete(number);
  }

  /** Ends throttles of these pairs, or all of them. Whether there were any. */
  heal(pairs: readonly (readonly [string, string])[] | null): boolean {
    const isMeant = ({ a, b }: Throttle): boolean =>
      pairs === null || pairs.some(([c, d]) => (a === c && b === d) || (a === d && b === c));
    const meant = [...this.throttles].filter(([, throttle]) => isMeant(throttle));
    for (const [number] of meant) this.throttles.delete(number);
    return meant.length > 0;
  }

  /** The narrow links that lead to a node. */
  towards(node: string): readonly Width[] {
    const to = this.addresses.get(node)!;
    return [...this.addresses.values()].flatMap((from) => {
      if (from === to) return [];
      const bitsPerSecond = Math.min(
        this.base.get(`${from.name} ${node}`) ?? Infinity,
        ...[...this.throttles.values()]
          .filter(({ a, b }) => (a === node && b === from.name) || (b === node && a === from.name))
          .map((throttle) => throttle.bitsPerSecond),
      );
      return Number.isFinite(bitsPerSecond) ? [{ from, to, bitsPerSecond }] : [];
    });
  }
}
