/**
 * What a person would find when looking at the cluster at one moment: the state that expectations (`at`) and the result speak of.
 * Unlike records it is read, not written: nothing of a run follows from it. Field names are those of the result contract.
 */

export type ObservedNodeState = 'running' | 'paused' | 'stopped' | 'down' | 'frozen' | 'booting';
export type ObservedQueueState = 'running' | 'syncing' | 'down' | 'stopped' | 'crashed';
export type ObservedClientState = 'connected' | 'disconnected' | 'blocked' | 'cancelled';

export interface ObservedNode {
  readonly state: ObservedNodeState;
  /** The peers it names as partitioned from it. */
  readonly partitions: readonly string[];
}

export type ObservedQueue =
  | {
      readonly type: 'classic';
      readonly state: ObservedQueueState;
      readonly master: string | null;
      /** Oldest first. */
      readonly mirrors: readonly string[];
      readonly synchronised_mirrors: readonly string[];
      readonly messages_ready: number;
      readonly messages_unacknowledged: number;
    }
  | {
      readonly type: 'quorum';
      readonly state: ObservedQueueState;
      readonly leader: string | null;
      readonly members: readonly string[];
      readonly online: readonly string[];
      readonly messages_ready: number;
      readonly messages_unacknowledged: number;
      /** Dead letters that the queue keeps until their targets have them; left out where there are none. */
      readonly messages_dlx?: number;
    };

export interface Observation {
  /** From the start of the scenario; null: `at: end`, after the drain, but the clients as they were just before it. */
  readonly timeUs: number | null;
  /** Every node of the scenario, in file order. */
  readonly nodes: Readonly<Record<string, ObservedNode>>;
  /** The cluster as each node's metadata has it; nodes without a running application are left out, and so below. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  /** The nodes each node takes to be running. */
  readonly running: Readonly<Record<string, readonly string[]>>;
  /** Each queue as the first running node in file order that knows it sees it. */
  readonly queues: Readonly<Record<string, ObservedQueue>>;
  /** The queues as each running node sees them. */
  readonly seenBy: Readonly<Record<string, Readonly<Record<string, ObservedQueue>>>>;
  /** By workload; where a workload has several clients, also each of them as `name.1`, and the workload is the worst of them. */
  readonly clients: Readonly<Record<string, ObservedClientState>>;
}
