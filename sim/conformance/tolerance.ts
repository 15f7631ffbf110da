/**
 * How far a real figure may lie outside what the simulator produced before the two disagree, and why: what the laboratory's clients and machine
 * add that no rule of RabbitMQ decides. Stated for each figure; an experiment's notes may widen it with a reason of their own.
 */
import type { Workload } from '../scenario/model.ts';
import type { Recording } from './recording.ts';

interface Tolerance {
  /** Messages (seconds for latencies) that any run may differ by. */
  readonly least: number;
  /** Seconds of the scenario's publishing that the figure may be off by, on a quiet and on a busy machine. */
  readonly quietSeconds: number;
  readonly busySeconds: number;
  readonly reason: string;
}

const clientTimers =
  "the laboratory's clients connect and publish by a JavaScript timer (up to 15 ms late), lose or gain a turn at each connection, and a fault takes the packet filter 20 to 30 ms, link by link";
const backlog =
  'what waits at a moment varies with the clients’ timers and with the 20 to 30 ms that the packet filter takes; a busy machine lets a process wait some hundred milliseconds';
const inFlight =
  'what is in flight at a moment: the client acknowledges as it handles, the fault reaches the links one after the other within 20 to 30 ms';

const wait = (least: number, reason: string): Tolerance => ({
  least,
  quietSeconds: 0.05,
  busySeconds: 0.5,
  reason,
});

const tolerances: ReadonlyMap<string, Tolerance> = new Map([
  ['published', wait(3, clientTimers)],
  ['publishes', wait(3, clientTimers)],
  ['skipped_while_disconnected', wait(3, clientTimers)],
  ['confirmed', wait(3, clientTimers)],
  ['nacked', wait(3, inFlight)],
  ['returned', wait(3, backlog)],
  ['delivered', wait(3, backlog)],
  ['delivered_unique', wait(3, backlog)],
  ['redelivered', wait(3, backlog)],
  ['acked', wait(3, backlog)],
  ['delivered_after_ack', wait(2, inFlight)],
  ['duplicated', wait(2, inFlight)],
  ['drained_deliveries', wait(3, backlog)],
  ['confirmed_lost', wait(2, inFlight)],
  ['unconfirmed_lost', wait(2, inFlight)],
  ['never_seen', wait(2, inFlight)],
  ['out_of_order', wait(2, inFlight)],
]);

/** Messages that lie in doubt at one fault: a publisher's and a consumer's burst. Kept tight where the figure is a promise. */
const promises = new Set([
  'confirmed_lost',
  'unconfirmed_lost',
  'never_seen',
  'duplicated',
  'delivered_after_ack',
  'out_of_order',
  'nacked',
]);

const latency: Tolerance = {
  least: 0.01,
  quietSeconds: 0,
  busySeconds: 0,
  reason: 'a JavaScript client and the laboratory’s one processor take a few milliseconds for a round trip',
};

/** By how much a figure of a recording may lie outside, and why. `ratePerSecond`: what the scenario publishes. */
export function toleranceOf(
  figure: string,
  machine: Recording['machine'],
  ratePerSecond: number,
): { readonly within: number; readonly reason: string } {
  const [name = figure] = figure.split(' of ');
  if (name.startsWith('confirm_latency')) return latencyTolerance(name, machine);
  const tolerance = tolerances.get(name) ?? wait(3, clientTimers);
  const busy = machine === 'busy';
  const seconds = busy && !promises.has(name) ? tolerance.busySeconds : tolerance.quietSeconds;
  return { within: tolerance.least + seconds * ratePerSecond, reason: tolerance.reason };
}

function latencyTolerance(name: string, machine: Recording['machine']) {
  const slow = name.endsWith('p99') ? 0.25 : 0;
  return { within: latency.least + (machine === 'busy' ? 1 : slow), reason: latency.reason };
}

/** Seconds by which a time in a node's log may lie outside. */
export function timeTolerance(machine: Recording['machine']): { within: number; reason: string } {
  return machine === 'quiet'
    ? { within: 0.2, reason: 'faults take 20 to 30 ms, logs are stamped when they are written' }
    : {
        within: 1,
        reason:
          'a busy machine lets processes wait some hundred milliseconds, boots and command lines longer',
      };
}

/** Messages that the workloads of a scenario publish in a second, all together. */
export function publishingRate(workloads: readonly Workload[]): number {
  let rate = 0;
  for (const workload of workloads)
    if (workload.kind === 'publish') rate += (workload.ratePerSecond ?? 0) * workload.count;
  return rate;
}
