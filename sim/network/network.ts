/**
 * Hosts and the directed links between them: how long a packet takes, and whether it arrives at all.
 *
 * A link is directed, because one direction can fail alone (NET-6). Overlapping cuts are counted: a link works
 * again when the last of them has ended. Routers, queues inside the network and packet reordering are left out:
 * TCP is beneath everything here and hides them.
 */
import { invariant } from '../kernel/invariant.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { Simulation } from '../kernel/simulation.ts';

/** How a link behaves when nothing is wrong with it. */
export interface LinkParameters {
  /** One way, drawn for each packet: fixed, or lognormal by its median and 99th percentile. */
  readonly latency: { readonly medianUs: number; readonly p99Us: number };
  /** Uniform around the latency, in both directions. */
  readonly jitterUs: number;
  /** Bits per second; 0 is unlimited. */
  readonly bandwidthBps: number;
  /** Share of packets that TCP has to send again. */
  readonly loss: number;
}

export const PERFECT_LINK: LinkParameters = {
  latency: { medianUs: 100, p99Us: 100 },
  jitterUs: 0,
  bandwidthBps: 0,
  loss: 0,
};

/** A fault that makes a link worse without cutting it. Undefined fields change nothing. */
export interface Degradation {
  readonly latencyUs?: number;
  readonly loss?: number;
  readonly bandwidthBps?: number;
}

/** What hears when a directed link is cut or works again. */
export interface LinkListener {
  linkCut(): void;
  linkHealed?(): void;
  /** What waits to be sent may be sent sooner than was thought. */
  linkWidened?(): void;
}

export class Link {
  readonly from: string;
  readonly to: string;
  private readonly simulation: Simulation;
  private readonly random: RandomStream;
  private parameters: LinkParameters;
  private cuts = 0;
  private readonly degradations: Degradation[] = [];
  private readonly listeners = new Set<LinkListener>();
  private transmitterFreeAtUs = 0;

  constructor(simulation: Simulation, from: string, to: string, parameters: LinkParameters) {
    this.simulation = simulation;
    this.from = from;
    this.to = to;
    this.parameters = parameters;
    this.random = simulation.random.stream(`link/${from}/${to}`);
  }

  get isCut(): boolean {
    return this.cuts > 0;
  }

  configure(parameters: LinkParameters): void {
    const { bandwidthBps: before, loss } = this.parameters;
    const { nowUs } = this.simulation;
    this.parameters = parameters;
    const isWider = before > 0 && (parameters.bandwidthBps === 0 || parameters.bandwidthBps > before);
    const lessWaits = isWider && this.transmitterFreeAtUs > nowUs;
    if (lessWaits) this.transmitterFreeAtUs = nowUs;
    // Repeats were drawn as if losses went on; the next one of them gets through, here without its wait.
    if (!lessWaits && parameters.loss >= loss) return;
    for (const listener of [...this.listeners]) listener.linkWidened?.();
  }

  cut(): void {
    this.cuts++;
    if (this.cuts === 1) for (const listener of this.listeners) listener.linkCut();
  }

  heal(): void {
    invariant(this.cuts > 0, `link ${this.from} -> ${this.to} healed more often than cut`);
    this.cuts--;
    if (this.cuts === 0) for (const listener of [...this.listeners]) listener.linkHealed?.();
  }

  degrade(degradation: Degradation): void {
    this.degradations.push(degradation);
  }

  restore(degradation: Degradation): void {
    const index = this.degradations.indexOf(degradation);
    if (index >= 0) this.degradations.splice(index, 1);
  }

  restoreAll(): void {
    this.degradations.length = 0;
  }

  subscribe(listener: LinkListener): void {
    this.listeners.add(listener);
  }

  unsubscribe(listener: LinkListener): void {
    this.listeners.delete(listener);
  }

  /** Time for which the link is taken up by so many bytes: 0 if its bandwidth is unlimited. */
  serialisationUs(bytes: number): number {
    let { bandwidthBps } = this.parameters;
    for (const { bandwidthBps: limit = 0 } of this.degradations)
      if (limit > 0 && (bandwidthBps === 0 || limit < bandwidthBps)) bandwidthBps = limit;
    return bandwidthBps > 0 ? Math.ceil((bytes * 8_000_000) / bandwidthBps) : 0;
  }

  /** So many bytes that waited for their turn on a narrow link will not be sent. */
  giveBack(bytes: number): void {
    const { nowUs } = this.simulation;
    if (this.transmitterFreeAtUs <= nowUs) return;
    this.transmitterFreeAtUs = Math.max(nowUs, this.transmitterFreeAtUs - this.serialisationUs(bytes));
  }

  /** One way delay of one packet that leaves now, serialisation at the link's bandwidth included. */
  transmitUs(bytes: number): number {
    const { latency, jitterUs } = this.parameters;
    let delayUs =
      latency.p99Us > latency.medianUs
        ? this.random.lognormalUs(latency.medianUs, latency.p99Us)
        : latency.medianUs;
    if (jitterUs > 0) delayUs = Math.max(1, delayUs + this.random.uniformUs(0, 2 * jitterUs) - jitterUs);
    for (const degradation of this.degradations) delayUs += degradation.latencyUs ?? 0;
    const serialisationUs = this.serialisationUs(bytes);
    if (serialisationUs > 0) {
      const nowUs = this.simulation.nowUs;
      const startUs = this.transmitterFreeAtUs > nowUs ? this.transmitterFreeAtUs : nowUs;
      this.transmitterFreeAtUs = startUs + serialisationUs;
      delayUs += this.transmitterFreeAtUs - nowUs;
    }
    return delayUs;
  }

  /**
   * How much later a packet arrives because it is lost and sent again: a repeat, which comes `firstUs` after the packet and each time
   * after twice the wait, up to `longestUs`, may be lost like any other.
   */
  repeatsUs(firstUs: number, longestUs: number): number {
    let totalUs = 0;
    for (let waitUs = firstUs; this.dropsPacket(); waitUs = Math.min(2 * waitUs, longestUs))
      totalUs += waitUs;
    return totalUs;
  }

  /** Whether this packet is one of those that must be sent again. */
  dropsPacket(): boolean {
    let loss = this.parameters.loss;
    for (const degradation of this.degradations) {
      const extra = degradation.loss ?? 0;
      loss = loss + extra - loss * extra;
    }
    return loss > 0 && this.random.chance(loss);
  }
}

export class Network {
  readonly simulation: Simulation;
  private readonly links = new Map<string, Map<string, Link>>();
  private readonly defaults: (from: string, to: string) => LinkParameters;

  /** `defaults` gives the parameters of a link the first time it is used. */
  constructor(simulation: Simulation, defaults: (from: string, to: string) => LinkParameters) {
    this.simulation = simulation;
    this.defaults = defaults;
  }

  link(from: string, to: string): Link {
    let row = this.links.get(from);
    if (row === undefined) this.links.set(from, (row = new Map()));
    let link = row.get(to);
    if (link === undefined) {
      link = new Link(this.simulation, from, to, this.defaults(from, to));
      row.set(to, link);
    }
    return link;
  }

  /** Every link that has been used so far. */
  *allLinks(): IterableIterator<Link> {
    for (const row of this.links.values()) yield* row.values();
  }
}
