/**
 * The result of one run, as `--json` prints it and as a laboratory run on a real cluster yields it: the TypeScript mirror of
 * result format 1. Types only. Field names are the contract's own (snake_case), so that a value of `RunResult` is the JSON
 * document, without a mapping in between. All times are seconds of the run's own clock as decimal numbers, counted from the
 * start of the scenario. Left out: how any of this is worked out, which is the rest of this room.
 */

/** `unknown` means that a limit of the run was reached before the answer was. */
export type Verdict = 'passed' | 'failed' | 'unknown';

/** A scalar as it stood in the scenario or in the observation. */
export type Scalar = string | number | boolean | null;

/** An expectation that did not hold. `line` is the line of the scenario file, counted from 1. */
export interface Failure {
  readonly line: number;
  /** The expectation as the scenario wrote it, on one line. */
  readonly expected: string;
  readonly observed: Scalar;
}

/** What became of the messages. Counts of distinct message ids unless said otherwise. */
export interface MessageFigures {
  /** Ids written to a channel by a client; bytes may still wait in its socket. */
  readonly published: number;
  /** Attempts, republishing counted. */
  readonly publishes: number;
  /** Turns of a publisher that had no open channel. */
  readonly skipped_while_disconnected: number;
  /** Ids answered by basic.ack. */
  readonly confirmed: number;
  /** Ids answered by basic.nack. */
  readonly nacked: number;
  /** Ids returned as unroutable (mandatory); they are confirmed as well. */
  readonly returned: number;
  /** Ids that their client took back with their transaction. */
  readonly rolled_back: number;
  /** Deliveries to the scenario's workloads, repeats counted, the drain not. */
  readonly delivered: number;
  readonly delivered_unique: number;
  /** Deliveries that carried the redelivered flag. */
  readonly redelivered: number;
  /** Acknowledgements sent by workloads. */
  readonly acked: number;
  /** Deliveries of an id that a consumer of that queue had acknowledged before. */
  readonly delivered_after_ack: number;
  /** (id, queue) pairs delivered more than once to workloads. */
  readonly duplicated: number;
  /** Ids that only the drain saw. */
  readonly drained: number;
  /** Everything the drain took out. */
  readonly drained_deliveries: number;
  /** Confirmed, not returned, never delivered nor drained, and not ended by policy. */
  readonly confirmed_lost: number;
  /** Neither confirmed nor returned, never delivered nor drained; nacked ones included. */
  readonly unconfirmed_lost: number;
  /** Of those two: still in a queue that nobody could read at the end. */
  readonly unreachable: number;
  readonly expired: number;
  readonly dead_lettered: number;
  readonly dropped_by_limit: number;
  readonly dropped_by_delivery_limit: number;
  readonly rejected: number;
  readonly purged: number;
  /** First deliveries that came after a later id of the same publisher from the same queue. */
  readonly out_of_order: number;
}

/** Seconds, over the time in which the workloads wanted to work; null where nothing could be measured (no confirms, no consumer). */
export interface AvailabilityFigures {
  readonly longest_without_confirm: number | null;
  readonly longest_without_delivery: number | null;
  readonly confirm_latency_p50: number | null;
  readonly confirm_latency_p99: number | null;
}

export type MessageOutcome = 'lost' | 'duplicated' | 'reordered' | 'stuck';

/** Messages that met the same fate for the same reason. */
export interface CauseFigures {
  readonly hazard: string;
  readonly rule: string;
  readonly outcome: MessageOutcome;
  readonly messages: number;
  /** How many of them the broker had confirmed. */
  readonly confirmed: number;
  /** The first id concerned. */
  readonly first: string;
}

export type NodeState = 'running' | 'paused' | 'stopped' | 'down' | 'frozen' | 'booting';

export type QueueState = 'running' | 'syncing' | 'down' | 'stopped' | 'crashed';

export interface NodeAtEnd {
  readonly state: NodeState;
  /** The peers this node names under "Network Partitions". */
  readonly partitions: readonly string[];
}

export interface ClassicQueueAtEnd {
  readonly type: 'classic';
  readonly state: QueueState;
  readonly master: string | null;
  readonly mirrors: readonly string[];
  readonly synchronised_mirrors: readonly string[];
  readonly messages_ready: number;
  readonly messages_unacknowledged: number;
}

export interface QuorumQueueAtEnd {
  readonly type: 'quorum';
  readonly state: QueueState;
  readonly leader: string | null;
  readonly members: readonly string[];
  readonly online: readonly string[];
  readonly messages_ready: number;
  readonly messages_unacknowledged: number;
  /** Dead letters that the queue keeps until their targets have them (QQ-25); left out where there are none. */
  readonly messages_dlx?: number;
}

export type QueueAtEnd = ClassicQueueAtEnd | QuorumQueueAtEnd;

/** What one node believes of one queue, where nodes disagree. */
export interface QueueView {
  readonly master: string | null;
}

/** `time` in seconds; the other fields are those the contract names for that event. */
export interface TimelineEvent {
  readonly time: number;
  readonly event: string;
  readonly [field: string]: Scalar | readonly Scalar[];
}

/** One run's result: result format 1, field by field. */
export interface RunResult {
  readonly scenario: string;
  readonly seed: number;
  /** The cell's values where the scenario has a matrix, otherwise empty. */
  readonly matrix: Readonly<Record<string, Scalar>>;
  readonly verdict: Verdict;
  readonly failures: readonly Failure[];
  /** Virtual seconds up to the drain. */
  readonly duration: number;
  readonly messages: MessageFigures;
  readonly availability: AvailabilityFigures;
  readonly by_workload: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly by_queue: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly causes: readonly CauseFigures[];
  /** The cluster as each node's metadata has it. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  /** The nodes each node takes to be running. */
  readonly running: Readonly<Record<string, readonly string[]>>;
  readonly nodes: Readonly<Record<string, NodeAtEnd>>;
  readonly queues: Readonly<Record<string, QueueAtEnd>>;
  /** Only where nodes disagree. */
  readonly views: Readonly<Record<string, Readonly<Record<string, QueueView>>>>;
  readonly timeline: readonly TimelineEvent[];
  /** Rules exercised by this run. */
  readonly rules: readonly string[];
  /** Over normalised scenario, seed, version and journal; equal for equal input on every machine. */
  readonly trace_hash: string;
}
