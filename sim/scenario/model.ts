/**
 * The normalised scenario: what the engine runs. Every default is filled in, every unit converted, every node
 * name short (`rabbit@rabbit1` becomes `rabbit1`), every list in file order. What the file said in its own words
 * stays reachable through `source` and the `line` (1-based) of each thing that a result may point at.
 * Workloads, chaos rows and expectations have files of their own beside this one.
 */
import type { ChaosRow } from './chaos-model.ts';
import type { Expectations } from './expect-model.ts';
import type { Workload } from './workload-model.ts';

export type * from './chaos-model.ts';
export type * from './expect-model.ts';
export type * from './workload-model.ts';

/** A length of time, perhaps drawn anew each time it is needed. All integer microseconds. */
export type Duration =
  | { readonly kind: 'fixed'; readonly us: number }
  | { readonly kind: 'lognormal'; readonly medianUs: number; readonly p99Us: number };

/** A value of an AMQP table (arguments, headers) as YAML gives it. */
export type FieldValue = string | number | boolean | null | readonly FieldValue[] | FieldTable;
export interface FieldTable {
  readonly [key: string]: FieldValue;
}

export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly source: { readonly file: string; readonly text: string };
  /** Drawn from by every random stream. */
  readonly seed: number;
  /** How many seeds to run, counted up from `seed`. */
  readonly seeds: number;
  /** The matrix cell this scenario is, `{}` without a matrix. Keys are paths, values what the file wrote. */
  readonly matrix: { readonly [path: string]: FieldValue };
  /** File order, which is also the order of the drain. */
  readonly nodes: readonly NodeSpec[];
  readonly netTicktimeUs: number;
  readonly partitionHandling: PartitionHandling;
  /** Applied in order: a later row overrides an earlier one key by key. Starts with the default row. */
  readonly links: readonly LinkRow[];
  /** The same for links from clients to nodes. */
  readonly clientLinks: readonly ClientLinkRow[];
  readonly topology: Topology;
  readonly proxies: readonly Proxy[];
  readonly workloads: readonly Workload[];
  readonly chaos: readonly ChaosRow[];
  readonly settleUs: number;
  readonly drain: boolean;
  readonly limits: Limits;
  readonly timings: Timings;
  /** Null when the scenario has no `expect`: the run then only reports. */
  readonly expect: Expectations | null;
}

export interface NodeSpec {
  readonly name: string;
  readonly type: 'disc' | 'ram';
  /** Nodes with different Erlang cookies refuse each other. */
  readonly cookie: string;
  /** Absent: the only one of the scenario, which has no name. */
  readonly cluster?: string;
  /** False: a blank node of its own until `join_cluster`. */
  readonly clustered: boolean;
  /** False: a member whose VM is down until `start`. */
  readonly running: boolean;
  readonly config: BrokerConfig;
  readonly disk: {
    readonly fsync: Duration;
    /** null: as much as anybody needs */ readonly freeBytes: number | null;
  };
  readonly line: number;
}

export type PartitionHandling =
  | { readonly kind: 'ignore' }
  | { readonly kind: 'pause_minority' }
  | { readonly kind: 'autoheal' }
  | {
      readonly kind: 'pause_if_all_down';
      readonly nodes: readonly string[];
      readonly recover: 'ignore' | 'autoheal';
    };

export type MasterLocator = 'client-local' | 'min-masters' | 'random';

/** The `rabbitmq.conf` settings that the simulator models, each with RabbitMQ's default where the file is silent. */
export interface BrokerConfig {
  readonly queueMasterLocator: MasterLocator;
  /** What the server suggests in connection.tune; 0 switches heartbeats off. */
  readonly heartbeatUs: number;
  /** Null: deliveries may stay unacknowledged for ever. */
  readonly consumerTimeoutUs: number | null;
  /** 0: no limit. */
  readonly channelMax: number;
  readonly maxMessageSizeBytes: number;
  readonly mirroringSyncBatchSize: number;
  /** Bytes a second; 0: no limit. */
  readonly mirroringSyncMaxThroughput: number;
  readonly mnesiaTableLoadingRetryTimeoutUs: number;
  readonly mnesiaTableLoadingRetryLimit: number;
  readonly clusterKeepaliveIntervalUs: number;
  readonly channelOperationTimeoutUs: number;
  readonly vmMemoryHighWatermark:
    | { readonly kind: 'relative'; readonly share: number }
    | { readonly kind: 'absolute'; readonly bytes: number };
  readonly diskFreeLimit:
    | { readonly kind: 'relative'; readonly share: number }
    | { readonly kind: 'absolute'; readonly bytes: number };
  /** RabbitMQ's own keys that nothing models, let through by `allowUnmodelled`: key and value as written. */
  readonly unmodelled: { readonly [key: string]: FieldValue };
}

/** Properties of a link; a missing one leaves what earlier rows said. */
export interface LinkProperties {
  readonly latency?: Duration;
  /** Uniform, up to this much either side of the latency. */
  readonly jitterUs?: number;
  /** Null: unlimited. */
  readonly bandwidthBitsPerSecond?: number | null;
  /** Share of packets lost and sent again; never a lost message. 0 up to but not including 1. */
  readonly loss?: number;
}

export interface LinkRow extends LinkProperties {
  /** Both directions of each pair. */
  readonly pairs: readonly NodePair[];
}

export interface ClientLinkRow extends LinkProperties {
  /** The nodes whose client links this row sets. */
  readonly nodes: readonly string[];
}

export type NodePair = readonly [string, string];

export interface Topology {
  readonly vhosts: readonly {
    readonly name: string;
    /** Absent: none. */
    readonly limits?: ResourceLimits;
    readonly line: number;
  }[];
  readonly users: readonly {
    readonly name: string;
    readonly tags: readonly string[];
    /** Absent: none. */
    readonly limits?: ResourceLimits;
    readonly line: number;
  }[];
  readonly permissions: readonly Permission[];
  /** Absent: none. */
  readonly topicPermissions?: readonly TopicPermission[];
  readonly exchanges: readonly Exchange[];
  readonly queues: readonly Queue[];
  readonly bindings: readonly Binding[];
  readonly policies: readonly Policy[];
  readonly parameters: readonly Parameter[];
  /** Static shovels. Absent: none. */
  readonly shovels?: readonly StaticShovel[];
}

/** What a virtual host or a user may have at most; below zero: no limit. */
export interface ResourceLimits {
  readonly 'max-connections'?: number;
  readonly 'max-queues'?: number;
  readonly 'max-channels'?: number;
}

export interface Permission {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  readonly line: number;
}

export interface TopicPermission {
  readonly user: string;
  readonly vhost: string;
  readonly exchange: string;
  /** Patterns for routing keys, in which `{username}` and `{vhost}` are filled in. */
  readonly write: string;
  readonly read: string;
  readonly line: number;
}

export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';

export interface Exchange {
  /** The key of the cluster it is declared in (`clusters.ts`); absent: the first one. */
  readonly cluster?: string;
  readonly name: string;
  readonly vhost: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
  readonly line: number;
}

export interface Queue {
  /** The key of the cluster it is declared in (`clusters.ts`); absent: the first one. */
  readonly cluster?: string;
  readonly name: string;
  readonly vhost: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
  /** The node that the declaring client is connected to. */
  readonly declareOn: string;
  readonly line: number;
}

export interface Binding {
  /** The key of the cluster it is declared in (`clusters.ts`); absent: the first one. */
  readonly cluster?: string;
  readonly source: string;
  readonly vhost: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: FieldTable;
  readonly line: number;
}

export interface Policy {
  /** The key of the cluster it is declared in (`clusters.ts`); absent: the first one. */
  readonly cluster?: string;
  readonly name: string;
  readonly vhost: string;
  /** Unanchored, as RabbitMQ's; known to compile by `sim/amqp/pattern.ts`. */
  readonly pattern: string;
  readonly applyTo: 'all' | 'queues' | 'exchanges';
  readonly priority: number;
  /** Node names inside `ha-params` are short. */
  readonly definition: FieldTable;
  readonly line: number;
}

export interface StaticShovel {
  readonly name: string;
  /** The key of the cluster whose nodes are configured with it; absent: the first one. */
  readonly cluster?: string;
  readonly value: FieldValue;
  readonly line: number;
}

export interface Parameter {
  /** The key of the cluster it is declared in (`clusters.ts`); absent: the first one. */
  readonly cluster?: string;
  readonly component: string;
  readonly name: string;
  readonly vhost: string;
  readonly value: FieldValue;
  readonly line: number;
}

export interface Proxy {
  readonly name: string;
  readonly balance: 'roundrobin' | 'leastconn' | 'first';
  readonly servers: readonly string[];
  readonly check: {
    readonly interUs: number;
    /** Between checks of a server that is neither wholly up nor down; null: as `interUs`. */
    readonly fastInterUs: number | null;
    /** Between checks of one that is down; null: as `interUs`. */
    readonly downInterUs: number | null;
    readonly rise: number;
    readonly fall: number;
    /** `on-marked-down shutdown-sessions` */
    readonly shutdownSessions: boolean;
  };
  /** `timeout connect`, `timeout client`, `timeout server` */
  readonly connectUs: number;
  readonly clientUs: number;
  readonly serverUs: number;
  readonly retries: number;
  /** `option redispatch` */
  readonly redispatch: boolean;
  readonly line: number;
}

/** A run that reaches one of these ends with verdict `unknown`. */
export interface Limits {
  readonly events: number;
  readonly virtualTimeUs: number;
  readonly messages: number;
}

/** How long things take that no rule fixes; measured on a real cluster where the file is silent. */
export interface Timings {
  /** From the start of the VM to the start of the application. */
  readonly vmBoot: Duration;
  readonly appBoot: Duration;
  readonly appStop: Duration;
  /** A command line tool, before it does anything. */
  readonly cli: Duration;
  /** The dial of a distribution connection after a heal. */
  readonly reconnect: Duration;
}
