/** The plugins for shovels and federation, which the nodes of a scenario have enabled if the scenario makes use of them. */
import type { LinkSettings } from '../links/links.ts';
import { clusterKeyOf, clustersOf, type Cluster } from '../scenario/clusters.ts';
import type { Scenario } from '../scenario/model.ts';

/** Commands that only a node with these plugins knows what to do with. */
const COMMANDS: readonly string[] = [
  'set_parameter',
  'clear_parameter',
  'shovel_status',
  'federation_status',
];

export function linkSettings(scenario: Scenario, cluster: Cluster): LinkSettings | null {
  const { topology, chaos, nodes, proxies } = scenario;
  const isAskedFor =
    topology.parameters.length > 0 ||
    topology.shovels !== undefined ||
    chaos.some(({ action }) => action.verb === 'rabbitmqctl' && COMMANDS.includes(action.words[0] ?? ''));
  if (!isAskedFor) return null;
  const keyOf = clusterOf(nodes, proxies);
  const names = new Map(clustersOf(nodes).map(({ key, name }) => [key, name]));
  return {
    clusterName: cluster.name,
    staticShovels: (topology.shovels ?? []).filter((shovel) => (shovel.cluster ?? '') === cluster.key),
    clusterOf: keyOf,
    clusterNameOf: (machine) => names.get(keyOf(machine)) ?? '',
  };
}

/** The cluster of a node, or of those behind a proxy; what is neither counts to the first cluster. */
export function clusterOf(
  nodes: Scenario['nodes'],
  proxies: Scenario['proxies'],
): (machine: string) => string {
  const keys = new Map(nodes.map(({ name }) => [name, clusterKeyOf(nodes, name)]));
  for (const { name, servers } of proxies) keys.set(name, keys.get(servers[0] ?? '') ?? '');
  return (machine) => keys.get(machine) ?? '';
}
