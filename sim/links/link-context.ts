/** What shovels and federation links of a node need of it. */
import type { NodeContext } from '../broker/node-context.ts';
import type { LinkStatuses } from './link-status.ts';

export interface LinkContext {
  readonly context: NodeContext;
  readonly statuses: LinkStatuses;
  /** As `cluster_name` has it: what links write into headers and into names. */
  readonly clusterName: string;
  /** The key of a machine's cluster, for the names of queues in the journal (`queueKey`). A link without a host is the node's own. */
  clusterOf(machine: string): string;
  /** The name of a machine's cluster, as its brokers tell their clients. */
  clusterNameOf(machine: string): string;
}
