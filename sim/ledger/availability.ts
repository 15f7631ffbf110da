/**
 * For how long nobody got a confirm or a delivery while somebody wanted one. Publishers with confirms want confirms from
 * their start to their stop (one with a number of `messages` and no stop: until its last publish or confirm). Consumers
 * want deliveries from their start, but not before the first publisher starts, to their stop, but not after the last
 * publisher has stopped and the last delivery has come: an empty queue is no outage.
 */
import type { Journal } from '../kernel/journal.ts';
import { delivered, published } from '../records/messages.ts';
import type { Workload } from '../scenario/model.ts';
import type { PublisherAccount } from './accounts.ts';
import { GapMeter, type Window } from './gap-meter.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { AvailabilityFigures } from './result.ts';

const FOREVER_US = Number.MAX_SAFE_INTEGER;
const S = 1_000_000;

/** One set of availability figures: for the run, or for one client. */
class Meters {
  readonly latency = new LatencyHistogram();
  private readonly confirms: GapMeter;
  private readonly deliveries: GapMeter;
  private lastConfirmUs = 0;
  private lastDeliveryUs = 0;

  constructor(confirmWindows: readonly Window[], deliveryWindows: readonly Window[]) {
    this.confirms = new GapMeter(confirmWindows);
    this.deliveries = new GapMeter(deliveryWindows);
  }

  confirm(timeUs: number, latencyUs: number): void {
    this.confirms.event(timeUs);
    this.lastConfirmUs = timeUs;
    if (latencyUs >= 0) this.latency.add(latencyUs);
  }

  delivery(timeUs: number): void {
    this.deliveries.event(timeUs);
    this.lastDeliveryUs = timeUs;
  }

  figures(publishingUntilUs: number, endUs: number): AvailabilityFigures {
    const confirmsUntilUs = Math.min(endUs, Math.max(publishingUntilUs, this.lastConfirmUs));
    const deliveriesUntilUs = Math.min(endUs, Math.max(publishingUntilUs, this.lastDeliveryUs));
    return {
      longest_without_confirm: seconds(this.confirms.longest(confirmsUntilUs)),
      longest_without_delivery: seconds(this.deliveries.longest(deliveriesUntilUs)),
      confirm_latency_p50: seconds(this.latency.percentileUs(0.5)),
      confirm_latency_p99: seconds(this.latency.percentileUs(0.99)),
    };
  }
}

interface Client {
  readonly workload: Workload;
  readonly meters: Meters;
  lastPublishUs: number;
}

export class Availability {
  private readonly total: Meters;
  private readonly clients = new Map<string, Client>();
  private readonly byId: (Client | undefined)[] = [];
  private readonly journal: Journal;

  constructor(journal: Journal, workloads: readonly Workload[]) {
    this.journal = journal;
    const firstPublishUs = Math.min(
      ...workloads.filter(publishes).map((workload) => workload.startUs),
      FOREVER_US,
    );
    const confirmWindows = workloads.filter(wantsConfirms).map(windowOf);
    const deliveryWindows = workloads.filter(consumes).map((w) => windowFrom(w, firstPublishUs));
    this.total = new Meters(confirmWindows, deliveryWindows);
    for (const workload of workloads) {
      for (const name of clientNames(workload)) {
        const meters = new Meters(
          wantsConfirms(workload) ? [windowOf(workload)] : [],
          consumes(workload) ? [windowFrom(workload, firstPublishUs)] : [],
        );
        this.clients.set(name, { workload, meters, lastPublishUs: 0 });
      }
    }
    journal.on(published, (timeUs, workload) => {
      const client = this.client(workload);
      if (client !== undefined) client.lastPublishUs = timeUs;
    });
    journal.on(delivered, (timeUs, workload) => {
      this.total.delivery(timeUs);
      this.client(workload)?.meters.delivery(timeUs);
    });
  }

  confirm(timeUs: number, publisher: PublisherAccount, latencyUs: number): void {
    this.total.confirm(timeUs, latencyUs);
    this.clients.get(publisher.name)?.meters.confirm(timeUs, latencyUs);
  }

  /** Figures over everything; `endUs` is when the workloads' time was over. */
  figures(endUs: number): AvailabilityFigures {
    return this.total.figures(this.publishingUntilUs(endUs), endUs);
  }

  /** Figures by client, in the scenario's order. */
  byClient(endUs: number): ReadonlyMap<string, AvailabilityFigures> {
    const untilUs = this.publishingUntilUs(endUs);
    const figures = new Map<string, AvailabilityFigures>();
    for (const [name, client] of this.clients) {
      const ownUs = publishes(client.workload) ? publishingEndUs(client, endUs) : untilUs;
      figures.set(name, client.meters.figures(ownUs, endUs));
    }
    return figures;
  }

  private publishingUntilUs(endUs: number): number {
    let untilUs = 0;
    for (const client of this.clients.values()) {
      if (publishes(client.workload)) untilUs = Math.max(untilUs, publishingEndUs(client, endUs));
    }
    return untilUs;
  }

  private client(id: number): Client | undefined {
    if (id < this.byId.length) return this.byId[id];
    while (this.byId.length <= id) this.byId.push(this.clients.get(this.journal.text(this.byId.length)));
    return this.byId[id];
  }
}

/** The names of a workload's clients: its own, or `name.1` and so on. */
export function clientNames({ name, count }: Workload): string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}.${index + 1}`);
}

function publishes(workload: Workload): boolean {
  return workload.kind === 'publish' || (workload.kind === 'rpc' && workload.role === 'client');
}

function wantsConfirms(workload: Workload): boolean {
  return workload.kind === 'publish' && workload.confirms;
}

function consumes(workload: Workload): boolean {
  return workload.kind !== 'publish';
}

function windowOf({ startUs, stopUs }: Workload): Window {
  return { fromUs: startUs, toUs: stopUs ?? FOREVER_US };
}

function windowFrom({ startUs, stopUs }: Workload, fromUs: number): Window {
  return { fromUs: Math.max(startUs, fromUs), toUs: stopUs ?? FOREVER_US };
}

function publishingEndUs({ workload, lastPublishUs }: Client, endUs: number): number {
  if (workload.stopUs !== null) return Math.min(workload.stopUs, endUs);
  const limited = (workload.kind === 'publish' || workload.kind === 'rpc') && workload.messages !== null;
  return limited ? lastPublishUs : endUs;
}

function seconds(us: number | null): number | null {
  return us === null ? null : us / S;
}
