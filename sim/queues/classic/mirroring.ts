/**
 * What a classic queue's process asks of mirroring, which lives in the room below it (`queues/mirrored`) and is
 * connected when the queue type is made. Without it every queue is unmirrored.
 */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, Message, Pid } from '../../erlang/message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { QueueLeadership } from '../../broker/queue-type.ts';
import type { BackingQueue } from './backing-queue.ts';
import type { DeliverToQueue } from './leader-messages.ts';
import type { QueueBehaviour, QueueProcess } from './queue-process.ts';

/** The queue process as mirroring sees it. */
export interface LeaderPort {
  readonly process: QueueProcess;
  readonly context: NodeContext;
  /** The queue's record as the local metadata has it now, or undefined when it is gone. */
  record(): QueueRecord | undefined;
  readonly backingQueue: BackingQueue;
  /** Replaces the backing queue (mirroring starts or stops). */
  replaceBackingQueue(next: BackingQueue): void;
  /** Eager synchronisation: the leader answers nothing but info and cancel until `resumeFromSync` (MIR-28). */
  blockForSync(): void;
  resumeFromSync(): void;
  /** Confirms of messages that the backing queue reports (`drainConfirmed`) go out. */
  confirmSafeMessages(): void;
  /** Whether any consumer's or publisher's channel is monitored by this leader. */
  knowsSender(channel: Pid): boolean;
}

/** What a promoted mirror starts its queue process with (MIR-33). */
export interface Promotion {
  readonly backingQueue: BackingQueue;
  /** Publishes whose disk sync is outstanding: serial, channel and confirm number. */
  readonly awaitingConfirm: readonly { serial: number; channel: Pid; confirmNumber: number }[];
  /** Direct copies that never came through the ring, per channel in order. */
  readonly unmatched: readonly DeliverToQueue[];
  /** Channels that the mirror monitored and the leader is to monitor. */
  readonly senders: readonly Pid[];
}

/** What mirroring needs of the classic queue to make mirrors and to promote them; handed in where the two are connected. */
export interface ReplicaParts {
  /** A store for a new mirror, empty; what this node's disk held of the queue before is erased (MIR-23). */
  openBackingQueue(context: NodeContext, process: QueueProcess, record: QueueRecord): BackingQueue;
  /** Makes a leader of the mirror's process; the caller hands the result to `process.become` at once. */
  lead(
    context: NodeContext,
    process: QueueProcess,
    record: QueueRecord,
    promotion: Promotion,
  ): QueueBehaviour;
}

export interface Mirroring {
  /** How leaders are moved between replicas. */
  readonly leadership?: QueueLeadership;
  /** Whether the effective policy asks for mirrors and the queue may have them (MIR-1, MIR-5). */
  isMirrored(record: QueueRecord): boolean;
  /** Nodes among which a leader may be placed at declare (MIR-7), or null for all running nodes. */
  eligibleLeaders(context: NodeContext, record: QueueRecord): readonly string[] | null;
  /** Called in a leader that has just started: takes over its backing queue and starts mirrors, synchronously (MIR-9). */
  startMirroring(leader: LeaderPort, done: () => void): void;
  /** The leader was told that its policy changed (MIR-25). */
  policyChanged(leader: LeaderPort): void;
  /**
   * A call or message that is mirroring's own: `sync_mirrors`, `cancel_sync_mirrors`, `run_backing_queue`, `EXIT` and `DOWN` of
   * mirroring's processes. False when it is not. The leader offers every message that it does not know itself, at the
   * priorities of OVR-2 (6 for `run_backing_queue`).
   */
  handleLeaderMessage(leader: LeaderPort, message: Message, from?: CallFrom): boolean;
  /** Before the leader ends in order (MIR-21): `done` when the mirrors have been dealt with. */
  beforeShutdown(leader: LeaderPort, done: () => void): void;
  /** Before the leader is deleted (MIR-22). */
  beforeDelete(leader: LeaderPort, done: () => void): void;
  /** A replica that crashed starts again while a leader lives elsewhere: as a new, empty mirror in this process (MIR-50). */
  restartAsMirror(context: NodeContext, process: QueueProcess, record: QueueRecord): QueueBehaviour;
  virtualHostUp(context: NodeContext): void;
  /** The application stops: end every mirror, ring and coordinator process on this node. */
  stop(context: NodeContext, caller: ErlangProcess, done: () => void): void;
}
