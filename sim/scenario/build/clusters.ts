/** Several clusters in one scenario: who belongs to which, what is declared where, and that no client asks one cluster for another's queue. */
import { queueKey } from '../../records/queue-key.ts';
import { clusterKeyOf, clustersOf, type Cluster } from '../clusters.ts';
import type { Path } from '../document.ts';
import type { ChaosRow, NodeSpec, Proxy, Topology, Workload } from '../model.ts';
import { didYouMean } from '../suggest.ts';
import type { Checker } from './checker.ts';
import { FEDERATION_PREFIX, predeclaredExchanges } from './names.ts';

/** Either every node says where it belongs, or there is one cluster and nobody has to. */
export function checkClusters(checker: Checker, nodes: readonly NodeSpec[]): void {
  if (nodes.every(({ cluster }) => cluster === undefined)) return;
  for (const { name, cluster } of nodes) {
    if (cluster === undefined)
      checker.problem(['nodes', name], 'other nodes name their cluster, this one does not', undefined, 'key');
  }
  for (const { nodes: own, name } of clustersOf(nodes)) {
    if (!own.some(({ running }) => running))
      checker.problem(['nodes', own[0]!.name], `no node of the cluster ${name} runs at time 0`);
  }
}

/** The clusters that a row of the topology names; the first one where it names none. Unknown names are reported. */
export function clustersNamed(
  checker: Checker,
  nodes: readonly NodeSpec[],
  path: Path,
  names: readonly string[] | undefined,
): readonly Cluster[] {
  const clusters = clustersOf(nodes);
  if (names === undefined) return clusters.slice(0, 1);
  const known = nodes.flatMap(({ cluster }) => cluster ?? []);
  names.forEach((name, index) => {
    if (known.includes(name)) return;
    const at = names.length > 1 ? [...path, 'cluster', index] : [...path, 'cluster'];
    checker.problem(at, `no node belongs to a cluster called "${name}"`, didYouMean(name, known));
  });
  return clusters.filter(({ name }) => names.includes(name));
}

/** The model's field for what is declared in this cluster: none for the first one. */
export function inCluster({ key }: Cluster): { readonly cluster?: string } {
  return key === '' ? {} : { cluster: key };
}

interface Declared {
  readonly topology: Topology;
  readonly proxies: readonly Proxy[];
  readonly workloads: readonly Workload[];
  readonly chaos: readonly ChaosRow[];
}

/** Clients find what they use in the cluster they connect to; nothing to check where there is one. */
export function checkReach(checker: Checker, nodes: readonly NodeSpec[], declared: Declared): void {
  if (clustersOf(nodes).length < 2) return;
  const { proxies, workloads } = declared;
  const keyOf = (machine: string): string =>
    clusterKeyOf(nodes, proxies.find(({ name }) => name === machine)?.servers[0] ?? machine);
  proxies.forEach(({ servers, name }, index) => {
    if (servers.some((server) => clusterKeyOf(nodes, server) !== keyOf(name)))
      checker.problem(['proxies', index], `${name} has servers of several clusters: name those of one`);
  });
  const queues = queuesDeclared(nodes, declared, keyOf);
  const exchanges = exchangesDeclared(nodes, declared);
  workloads.forEach((workload, index) => {
    const path = ['workloads', index, workload.kind];
    const key = keyOf(workload.via[0]!.name);
    const named = (what: string, name: string): string =>
      `${what} "${name}" is not declared in the cluster of ${workload.via[0]!.name}`;
    if (workload.via.some(({ name }) => keyOf(name) !== key))
      checker.problem([...path, 'via'], 'these belong to several clusters: a client fails over within one');
    if (workload.kind === 'consume' || workload.kind === 'get' || workload.kind === 'service') {
      const { queue } = workload;
      if (!queue.startsWith(FEDERATION_PREFIX) && !queues.has(queueKey(key, queue)))
        checker.problem([...path, 'queue'], named('queue', queue));
    }
    if (workload.kind === 'publish' && !exchanges.has(queueKey(key, workload.exchange)))
      checker.problem([...path, 'exchange'], named('exchange', workload.exchange));
  });
}

function queuesDeclared(
  nodes: readonly NodeSpec[],
  { topology, workloads, chaos }: Declared,
  keyOf: (machine: string) => string,
): ReadonlySet<string> {
  const keys = topology.queues.map(({ cluster = '', name }) => queueKey(cluster, name));
  for (const workload of workloads) {
    if ((workload.kind === 'consume' || workload.kind === 'service') && workload.declare !== null)
      keys.push(queueKey(keyOf(workload.via[0]!.name), workload.queue));
  }
  for (const { action } of chaos) {
    if (action.verb === 'amqp' && action.call.method === 'queue.declare')
      keys.push(queueKey(clusterKeyOf(nodes, action.via), action.call.queue));
  }
  return new Set(keys);
}

function exchangesDeclared(nodes: readonly NodeSpec[], { topology, chaos }: Declared): ReadonlySet<string> {
  const keys = clustersOf(nodes).flatMap(({ key }) =>
    predeclaredExchanges.map((name) => queueKey(key, name)),
  );
  for (const { cluster = '', name } of topology.exchanges) keys.push(queueKey(cluster, name));
  for (const { action } of chaos) {
    if (action.verb === 'amqp' && action.call.method === 'exchange.declare')
      keys.push(queueKey(clusterKeyOf(nodes, action.via), action.call.exchange));
  }
  return new Set(keys);
}
