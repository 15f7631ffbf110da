/** What a node is made with: its place in the cluster, its configuration, and how long the things take that no rule fixes. */
import type { BrokerOptions } from '../broker/broker-node.ts';
import type { MessageSerials } from '../broker/message-serials.ts';
import type { BrokerConfig } from '../broker/node-context.ts';
import type { ResourceLimits } from '../broker/resource-monitors.ts';
import type { LinkSettings } from '../links/links.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { SchemaNode } from '../cluster/table-store.ts';
import type { PartitionHandling } from '../partitions/port.ts';

/** Durations drawn anew each time, in microseconds. */
export interface NodeTimings {
  /** From the start of the operating system's process to distribution. */
  vmBootUs(): number;
  /** From distribution to Mnesia's start when the application boots with its VM. */
  firstAppBootUs(): number;
  /** From `start_app` (or a resume) to Mnesia's start. */
  appBootUs(): number;
  /** From recovered queues and the announcement to open listeners. */
  listenersUs(): number;
  /** From the decision to stop to closed listeners and connections. */
  appStopUs(): number;
}

export interface NodeSettings {
  readonly name: string;
  /** The cluster of the scenario that it belongs to, empty for the first: what tells its queues from another's (`queueKey`). */
  readonly cluster: string;
  /** The schema its disk begins with: all clustered nodes, or only itself. */
  readonly schema: readonly SchemaNode[];
  /** Members that its disk knows to have gone down before. */
  readonly downs: readonly string[];
  readonly cookie: string;
  /** Draws how long the next fsync of its disk takes. */
  readonly fsyncUs: () => number;
  readonly netTicktimeUs: number;
  readonly partitionHandling: PartitionHandling;
  readonly config: BrokerConfig;
  /** Where memory and disk run short. */
  readonly resourceLimits: ResourceLimits;
  /** Free space on the disk, null for plenty. */
  readonly diskBytes: number | null;
  readonly broker: BrokerOptions;
  /** Its plugins for shovels and federation; null: they are not enabled. */
  readonly links: LinkSettings | null;
  /** How long a boot waits for its tables, and how often (CLU-13). */
  readonly tableLoading: { readonly retryTimeoutUs: number; readonly retryLimit: number };
  readonly timings: NodeTimings;
  /** Numbers of messages, shared by all nodes of an experiment. */
  readonly serials: MessageSerials;
  /** Makes the queue types of one incarnation of the application. */
  readonly queueTypes: () => readonly QueueType[];
}
