/**
 * When an experiment ends: `settle` after the last thing that the scenario says will happen. Rows that wait for an event, and
 * restarts, move the end while the run goes on.
 */
import { DEFAULT_VHOST, shownIn } from '../records/resource-name.ts';
import { queueOfKey } from '../records/queue-key.ts';
import type { MomentExpectation, ExpectBlock, Scenario } from '../scenario/model.ts';

export class Schedule {
  private readonly settleUs: number;
  private busyUntilUs = 0;

  /** All times count from the start of the scenario. */
  constructor(scenario: Scenario) {
    this.settleUs = scenario.settleUs;
    for (const workload of scenario.workloads) {
      if (workload.stopUs !== null) this.busyUntil(workload.stopUs);
    }
    for (const { when, forUs, action } of scenario.chaos) {
      if (when.kind === 'at') this.busyUntil(when.atUs + (forUs ?? 0));
      if (action.verb === 'nemesis') this.busyUntil(action.untilUs);
    }
  }

  /** Something goes on until then. */
  busyUntil(timeUs: number): void {
    if (timeUs > this.busyUntilUs) this.busyUntilUs = timeUs;
  }

  /** When everything that is known of will have happened. */
  get settlingFromUs(): number {
    return this.busyUntilUs;
  }

  /** When the workloads are closed: the result's `duration`. */
  get endUs(): number {
    return this.busyUntilUs + this.settleUs;
  }
}

/** The times at which expectations look at the cluster, ascending, each once; `end` is not among them. */
export function momentsOf(scenario: Scenario): number[] {
  const { expect } = scenario;
  if (expect === null) return [];
  const blocks: ExpectBlock[] = [
    expect,
    ...expect.anyOf,
    ...(expect.sometimes === null ? [] : [expect.sometimes]),
    ...(expect.hazard?.shows ? [expect.hazard.shows] : []),
  ];
  const rows: MomentExpectation[] = blocks.flatMap((block) => block.at);
  const times = rows.flatMap(({ timeUs }) => (timeUs === null ? [] : [timeUs]));
  return [...new Set(times)].toSorted((a, b) => a - b);
}

/**
 * The queues of a cluster that the drain empties, as results call them there: those that the scenario names, in the order in which it does,
 * then the others. `existing` are keys of queues; `clusterOf` gives the cluster of a node or proxy.
 */
export function queuesToDrain(
  scenario: Scenario,
  cluster: string,
  clusterOf: (machine: string) => string,
  existing: readonly string[],
): string[] {
  const declared = scenario.topology.queues.flatMap((queue) =>
    (queue.cluster ?? '') === cluster ? [shownIn(queue.vhost, queue.name)] : [],
  );
  const consumed = scenario.workloads.flatMap((workload) => {
    if (workload.kind === 'publish' || clusterOf(workload.via[0]!.name) !== cluster) return [];
    const queues =
      'otherQueues' in workload ? [workload.queue, ...(workload.otherQueues ?? [])] : [workload.queue];
    return queues.map((queue) => shownIn(workload.vhost ?? DEFAULT_VHOST, queue));
  });
  const stepped = scenario.chaos.flatMap(({ action }) =>
    action.verb === 'amqp' && action.call.method === 'queue.declare' && clusterOf(action.via) === cluster
      ? [shownIn(action.vhost ?? DEFAULT_VHOST, action.call.queue)]
      : [],
  );
  const found = existing.flatMap((key) => queueOfKey(cluster, key) ?? []);
  return [...new Set([...declared, ...consumed, ...stepped, ...found])];
}

/** A queue that results call so, in its virtual host. */
export function inItsVhost(
  scenario: Scenario,
  shown: string,
): { readonly vhost: string; readonly name: string } {
  const added = scenario.chaos.flatMap(({ action }) =>
    action.verb === 'rabbitmqctl' && action.words[0] === 'add_vhost' ? [action.words[1] ?? ''] : [],
  );
  const vhosts = [...scenario.topology.vhosts.map(({ name }) => name), ...added]
    .filter((vhost) => vhost !== DEFAULT_VHOST && shown.startsWith(`${vhost}/`))
    .toSorted((a, b) => b.length - a.length);
  const [vhost] = vhosts;
  return vhost === undefined
    ? { vhost: DEFAULT_VHOST, name: shown }
    : { vhost, name: shown.slice(vhost.length + 1) };
}
