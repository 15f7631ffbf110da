/**
 * The clusters of a scenario. Most have one, which needs no name; nodes that name theirs make several in one file, which know nothing of each
 * other but what shovels, federation and clients carry over. The cluster of the first node is the first cluster: what names none
 * belongs to it, and its queues go by their names alone (`sim/records/queue-key.ts`).
 */
import type { NodeSpec } from './model.ts';

export interface Cluster {
  /** As `rabbitmqctl set_cluster_name` would have it; without a name of its own RabbitMQ's default, the first node's. */
  readonly name: string;
  /** What tells its queues from another's: empty for the first cluster. */
  readonly key: string;
  /** In file order. */
  readonly nodes: readonly NodeSpec[];
}

/** In the order of their first nodes; never empty where there are nodes. */
export function clustersOf(nodes: readonly NodeSpec[]): readonly Cluster[] {
  const members = new Map<string | undefined, NodeSpec[]>();
  for (const node of nodes) {
    const others = members.get(node.cluster);
    if (others === undefined) members.set(node.cluster, [node]);
    else others.push(node);
  }
  return [...members].map(([cluster, own], index) => ({
    name: cluster ?? `rabbit@${own[0]!.name}`,
    key: index === 0 ? '' : (cluster ?? ''),
    nodes: own,
  }));
}

/** The key of a node's cluster; empty also for what is no node. */
export function clusterKeyOf(nodes: readonly NodeSpec[], name: string): string {
  return clustersOf(nodes).find((cluster) => cluster.nodes.some((node) => node.name === name))?.key ?? '';
}
