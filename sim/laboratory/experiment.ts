/**
 * One repeat of a scenario on a real cluster, from the boot to the drain, in the order in which the simulator has it: topology, clients and chaos
 * on one clock, `settle`, the clients close, a second passes, every node in turn is drained, and every node is asked what it sees.
 */
import os from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { TimelineEvent } from '../ledger/result.ts';
import { queueKey } from '../records/queue-key.ts';
import { DEFAULT_VHOST, shownIn } from '../records/resource-name.ts';
import type { Scenario } from '../scenario/model.ts';
import { clusterOf } from '../run/link-settings.ts';
import { Schedule } from '../run/schedule.ts';
import { Chaos } from './chaos.ts';
import { Clock } from './clock.ts';
import type { Client, Surroundings } from './clients/client.ts';
import { makeClients } from './clients/make.ts';
import type { Cluster } from './cluster.ts';
import { drainAll } from './draining.ts';
import type { NodeView } from './end-state.ts';
import { logEvents } from './rabbit-log.ts';
import { Tally, type Figures, type QueueFigures, type ClientFigures } from './tally.ts';
import { declareTopology } from './topology.ts';

/** What one repeat showed. */
export interface Observed {
  readonly figures: Figures;
  readonly byQueue: ReadonlyMap<string, Readonly<QueueFigures>>;
  readonly byClient: ReadonlyMap<string, Readonly<ClientFigures>>;
  /** Seconds, ascending. */
  readonly confirmLatencies: readonly number[];
  /** In order of time. */
  readonly timeline: readonly TimelineEvent[];
  readonly views: ReadonlyMap<string, NodeView>;
  readonly commandSeconds: readonly number[];
  /** Other work on the machine kept our own process waiting. */
  readonly wasBusy: boolean;
}

/** The cluster is whole and idle before time 0. */
const quietBeforeMs = 1_500;
const afterClosingMs = 1_000;
/** A process that is kept waiting for longer than this now and then shares its machine; so do brokers where more than these wait for a processor or a disk. */
const busyDelayMs = 60;
const busyLoadPerProcessor = 2;
const busyPercentile = 99.5;

/** Runs it on a cluster that has booted. Rejects with LaboratoryError where the laboratory itself fails. */
export async function observeOnce(scenario: Scenario, cluster: Cluster): Promise<Observed> {
  await declareTopology(scenario, cluster);
  await new Promise((resolve) => {
    setTimeout(resolve, quietBeforeMs);
  });
  const isLoaded = (os.loadavg()[0] ?? 0) > busyLoadPerProcessor * os.availableParallelism();
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  const clock = new Clock();
  let clients: readonly Client[] = [];
  try {
    const tally = new Tally();
    const noted: TimelineEvent[] = [];
    const of = clusterOf(scenario.nodes, scenario.proxies);
    const surroundings: Surroundings = {
      clock,
      tally,
      hostOf: (target) => cluster.hostOf(target),
      queueKeyOf: (target, vhost = DEFAULT_VHOST, queue) => queueKey(of(target), shownIn(vhost, queue)),
      note: (event, fields) => noted.push({ time: clock.nowMs / 1_000, event, ...fields }),
    };
    const schedule = new Schedule(scenario);
    clients = makeClients(scenario.workloads, surroundings);
    const chaos = new Chaos(cluster, scenario, clients, surroundings);
    for (const { action } of scenario.chaos)
      if (action.verb === 'rolling_restart') schedule.busyUntil(restartsUntilUs(scenario));
    await chaos.begin(scenario.chaos);
    await clock.until(schedule.endUs / 1_000);
    if (chaos.failures.length > 0) throw chaos.failures[0];
    const events = [...noted];
    const wasBusy = isLoaded || delays.percentile(busyPercentile) / 1e6 > busyDelayMs;
    await Promise.all(clients.map((client) => client.close()));
    await clock.pause(afterClosingMs);
    if (scenario.drain) await drainAll(scenario, cluster, clock, tally);
    const views = await cluster.views();
    const endMs = schedule.endUs / 1_000;
    for (const node of cluster.nodes)
      events.push(
        ...logEvents(node.name, node.log(), clock.originMs, of(node.name)).filter(
          ({ time }) => time * 1_000 <= endMs,
        ),
      );
    return {
      figures: tally.figures(),
      byQueue: tally.byQueue(),
      byClient: tally.byClient(),
      confirmLatencies: tally.confirmLatencies(),
      timeline: events.toSorted((a, b) => a.time - b.time),
      views,
      commandSeconds: chaos.commandSeconds,
      wasBusy,
    };
  } finally {
    // Also where the laboratory failed: an open connection would keep the process alive.
    await Promise.all(clients.map((client) => client.close()));
    clock.stop();
    delays.disable();
  }
}

/** Every restart is given its share of time, as the simulator counts it. */
function restartsUntilUs({ chaos }: Scenario): number {
  return Math.max(
    0,
    ...chaos.map(({ when, action }) =>
      action.verb === 'rolling_restart' && when.kind === 'at'
        ? when.atUs + action.nodes.length * (action.downtimeUs + action.pauseUs)
        : 0,
    ),
  );
}
