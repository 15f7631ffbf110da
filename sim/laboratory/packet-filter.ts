/**
 * Faults of the network as rules of the kernel's packet filter, all of them in the switch between the nodes. The whole set of
 * rules is exchanged in one transaction, so that all links of a partition fail at the same instant; and frames are dropped without a word,
 * as by a dead cable. Addresses are still resolved across a cut (its far end is a network away), not to a host that has lost its power.
 */
import { clientPort } from './addresses.ts';

/** One direction between two ports of the switch; `*` is every port. */
export interface Direction {
  readonly from: string;
  readonly to: string;
}

export type FaultKind =
  /** Nothing passes. */
  | { readonly kind: 'cut' }
  /** The port is dead: not even addresses are resolved. */
  | { readonly kind: 'dead' }
  /** A share of the packets is dropped; TCP sends them again. */
  | { readonly kind: 'loss'; readonly share: number };

interface Fault {
  readonly directions: readonly Direction[];
  readonly kind: FaultKind;
  readonly ended: () => void;
}

/** The faults that are in force. Overlapping ones count: a link works again when the last of them has ended. */
export class PacketFilter {
  private readonly faults = new Map<number, Fault>();
  private number = 0;

  /** Returns the number by which the fault is ended; `ended` is called when it is, by whomever. */
  add(directions: readonly Direction[], kind: FaultKind, ended: () => void = () => {}): number {
    this.number += 1;
    this.faults.set(this.number, { directions: [...directions], kind, ended });
    return this.number;
  }

  end(number: number): void {
    const fault = this.faults.get(number);
    if (fault === undefined) return;
    this.faults.delete(number);
    fault.ended();
  }

  /** Ends what is between the ends of each pair, or everything but dead hosts. */
  heal(pairs: readonly (readonly [string, string])[] | null): void {
    for (const [number, { directions, kind, ended }] of [...this.faults]) {
      if (kind.kind === 'dead') continue;
      const left =
        pairs === null
          ? []
          : directions.filter(
              ({ from, to }) => !pairs.some(([a, b]) => (a === from && b === to) || (a === to && b === from)),
            );
      if (left.length === directions.length) continue;
      if (left.length === 0) this.end(number);
      else this.faults.set(number, { directions: left, kind, ended });
    }
  }

  /** The whole set of rules, to be loaded in one transaction. */
  rules(): string {
    const lines = [...this.faults.values()].flatMap(({ directions, kind }) =>
      directions.map((direction) => `    ${ruleOf(direction, kind)}`),
    );
    return [
      'add table bridge faults',
      'delete table bridge faults',
      'table bridge faults {',
      '  chain passing {',
      '    type filter hook forward priority 0; policy accept;',
      ...new Set(lines),
      '  }',
      '}',
      '',
    ].join('\n');
  }
}

function ruleOf({ from, to }: Direction, kind: FaultKind): string {
  const between = [
    ...(from === '*' ? [] : [`iifname "${from}"`]),
    ...(to === '*' ? [] : [`oifname "${to}"`]),
  ].join(' ');
  switch (kind.kind) {
    case 'cut':
      return `${between} ether type ip drop`;
    case 'dead':
      return `${between} drop`;
    case 'loss':
      return `${between} ether type ip numgen random mod 10000 < ${Math.round(kind.share * 10_000)} drop`;
  }
}

/** Both directions between two ports. */
export function bothWays(a: string, b: string): readonly Direction[] {
  return [
    { from: a, to: b },
    { from: b, to: a },
  ];
}

/** Every direction between ports of different groups. */
export function acrossGroups(groups: readonly (readonly string[])[]): readonly Direction[] {
  return groups.flatMap((group) =>
    groups
      .filter((other) => other !== group)
      .flatMap((other) => group.flatMap((from) => other.map((to) => ({ from, to })))),
  );
}

/** Both directions between clients and a node. */
export function toClients(port: string): readonly Direction[] {
  return bothWays(clientPort, port);
}
