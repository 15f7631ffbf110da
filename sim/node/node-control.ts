/**
 * What a command line tool may ask of a node: the calls that `rabbitmqctl` makes inside the node's VM (and, for the offline
 * ones, in its data directory). The node answers with facts and with the names of its refusals; sentences and exit codes are
 * this room's. `sim/node/` implements it.
 *
 * Every `done` is called exactly once. If the VM dies first the refusal is `nodedown`; while the VM is frozen nothing is called.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import type { Limit } from '../broker/resource-monitors.ts';
import type { Pid } from '../erlang/message.ts';
import type { LinkControl } from './link-control.ts';
import type { MaintenanceControl } from './maintenance-control.ts';
import type { VirtualHostControl } from './virtual-host-control.ts';

/** Why a node refused, in Erlang's own words. */
export type RefusalReason =
  | 'nodedown'
  | 'mnesia_unexpectedly_running'
  | 'clustering_only_disc_node'
  | 'resetting_only_disc_node'
  | 'not_clustered'
  | 'no_online_cluster_nodes'
  | 'no_running_cluster_nodes'
  | 'not_a_cluster_node'
  | 'online_node_offline_flag'
  | 'offline_node_no_offline_flag'
  | 'removing_node_from_offline_node'
  | 'failed_to_remove_active_node'
  | 'cannot_cluster_node_with_itself'
  /** The node to join cannot be reached, or its application does not run; `detail` is its name. */
  | 'cannot_reach_node'
  /** The node to join refuses our Erlang cookie; `detail` is its name. */
  | 'cookie_refused'
  /** `detail` is the sentence about who thinks what. */
  | 'inconsistent_cluster'
  /** `start_app` failed; `detail` says why. */
  | 'boot_failed'
  | 'not_found'
  | 'not_empty'
  | 'in_use'
  | 'not_mirrored'
  /** A policy or parameter was refused; `detail` is the validation's sentence. */
  | 'invalid'
  /** `detail` is its name. */
  | 'no_such_vhost'
  | 'no_such_policy';

export interface Refusal {
  readonly reason: RefusalReason;
  readonly detail?: string;
}

/** Null: it worked. */
export type Done = (refusal: Refusal | null) => void;

export type NodeType = 'disc' | 'ram';

export interface PolicyCommand {
  readonly vhost: string;
  readonly name: string;
  readonly pattern: string;
  readonly definition: FieldTable;
  readonly priority: number;
  readonly applyTo: 'all' | 'queues' | 'exchanges';
}

/** `rabbit_mnesia:status/0` and what the tool asks of the others. Node names are short. */
export interface ClusterStatus {
  readonly clusterName: string;
  readonly discNodes: readonly string[];
  readonly ramNodes: readonly string[];
  readonly runningNodes: readonly string[];
  readonly alarms: readonly { readonly node: string; readonly resource: 'memory' | 'disk' }[];
  /** Of each running node, the nodes it names as partitioned from it; nodes that name none are left out. */
  readonly partitions: readonly { readonly node: string; readonly peers: readonly string[] }[];
  /** Running nodes that are marked for maintenance. */
  readonly underMaintenance: readonly string[];
}

/** A queue as `list_queues` sees it. Null where the queue's process could not be asked. */
export interface QueueInfo {
  readonly name: string;
  readonly vhost: string;
  readonly type: 'classic' | 'quorum';
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  readonly arguments: FieldTable;
  readonly policy: string | null;
  readonly pid: Pid | null;
  readonly ownerPid: Pid | null;
  readonly slavePids: readonly Pid[];
  readonly synchronisedSlavePids: readonly Pid[];
  /** All of its messages, dead letters that it keeps included. */
  readonly messages: number | null;
  readonly messagesReady: number | null;
  readonly messagesUnacknowledged: number | null;
  readonly consumers: number | null;
  readonly state: 'running' | 'syncing' | 'down' | 'stopped' | 'crashed';
  /** Of a quorum queue: nodes of its members, and those whose member answers. */
  readonly quorum?: { readonly members: readonly string[]; readonly online: readonly string[] };
}

export interface NodeControl {
  /** Short name. */
  readonly name: string;
  /** The VM as its own machine finds it: a tool reaches a running one, waits for a frozen one, misses one that is down. */
  vmState(): 'running' | 'frozen' | 'down';
  /** `rabbit:is_running/0`: false also while the application boots, stops or is paused. */
  isAppRunning(): boolean;
  /** As the schema on this node's disk has it. */
  nodeType(): NodeType;

  startApp(done: Done): void;
  stopApp(done: Done): void;
  /** Stops the application, then the VM. */
  stopAndHalt(done: Done): void;
  reset(done: Done): void;
  forceReset(done: Done): void;
  /** Leaves the marker for the next boot; also while the VM is down. */
  forceBoot(): void;
  /** `already: true` when it was a member before. */
  joinCluster(
    target: string,
    type: NodeType,
    done: (refusal: Refusal | null, already: boolean) => void,
  ): void;
  changeNodeType(type: NodeType, done: Done): void;
  forgetNode(node: string, done: Done): void;
  /** The VM is down: works on its data directory (CLU-20). */
  forgetNodeOffline(node: string, done: Done): void;

  setPolicy(policy: PolicyCommand, done: Done): void;
  clearPolicy(vhost: string, name: string, done: Done): void;
  syncQueue(vhost: string, queue: string, done: Done): void;
  cancelSyncQueue(vhost: string, queue: string, done: Done): void;
  deleteQueue(
    vhost: string,
    queue: string,
    options: { readonly ifUnused: boolean; readonly ifEmpty: boolean },
    done: (refusal: Refusal | null, messageCount: number) => void,
  ): void;
  purgeQueue(vhost: string, queue: string, done: Done): void;

  /** Changes a limit until the application's next start. */
  setResourceLimit(resource: 'memory' | 'disk', limit: Limit, done: Done): void;

  /** What `rabbitmq-queues`, `rabbitmq-upgrade` and `rabbitmq-diagnostics` ask. */
  readonly maintenance: MaintenanceControl;
  /** What is asked about virtual hosts, permissions and limits. */
  readonly virtualHosts: VirtualHostControl;
  /** Shovels and federation. */
  readonly links: LinkControl;

  clusterStatus(done: (refusal: Refusal | null, status: ClusterStatus | null) => void): void;
  /** Queues on running nodes first, in their order, then those whose node is down; never called while a queue does not answer. */
  listQueues(vhost: string, done: (refusal: Refusal | null, queues: readonly QueueInfo[]) => void): void;
}
