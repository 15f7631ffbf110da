/** Empties what is left, as the simulator's drain does: cluster after cluster, every queue through every running node. */
import { DEFAULT_VHOST, shownIn } from '../records/resource-name.ts';
import { queueKey } from '../records/queue-key.ts';
import { clusterOf } from '../run/link-settings.ts';
import { inItsVhost, queuesToDrain } from '../run/schedule.ts';
import { clustersOf } from '../scenario/clusters.ts';
import type { Scenario } from '../scenario/model.ts';
import { drainThrough, type DrainedQueues } from './clients/drain.ts';
import type { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { setUpUser } from './definitions.ts';
import type { Tally } from './tally.ts';

/** Never rejects for a queue that cannot be read: what it holds stays where it is. */
export async function drainAll(
  scenario: Scenario,
  machines: Cluster,
  clock: Clock,
  tally: Tally,
): Promise<void> {
  const views = await machines.views();
  const of = clusterOf(scenario.nodes, scenario.proxies);
  for (const { key, nodes } of clustersOf(scenario.nodes)) {
    const running = nodes.filter(({ name }) => views.get(name)?.state === 'running');
    const existing = running.flatMap(({ name }) => Object.keys(views.get(name)?.queues ?? {}));
    const inVhosts = byVhost(scenario, key, queuesToDrain(scenario, key, of, existing));
    for (const { name } of running)
      for (const queues of inVhosts) await drainThrough(machines.hostOf(name), queues, clock, tally);
  }
}

function byVhost(scenario: Scenario, cluster: string, shown: readonly string[]): readonly DrainedQueues[] {
  const user = setUpUser(scenario);
  const vhosts = new Map<string, DrainedQueues['queues'][number][]>([[DEFAULT_VHOST, []]]);
  for (const { vhost, name } of shown.map((one) => inItsVhost(scenario, one))) {
    const queues = vhosts.get(vhost) ?? [];
    queues.push({ queue: name, key: queueKey(cluster, shownIn(vhost, name)) });
    vhosts.set(vhost, queues);
  }
  return [...vhosts].map(([vhost, queues]) => ({ user, vhost, queues }));
}
