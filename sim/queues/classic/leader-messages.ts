/** What channels, replicas and the queue supervisor say to each other. Calls are named as such; the rest are casts. */
import type { Message, Pid } from '../../erlang/message.ts';
import type { ConsumeSpec, Delivery, QueueDelivery } from '../../broker/queue-type.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';

/** A publish, from a channel to each replica (MIR-8). The flow flag is implied: every such cast costs credit (MIR-47). */
export interface DeliverToQueue extends Message {
  readonly type: 'deliver';
  readonly delivery: Delivery;
  readonly channel: Pid;
  /** The copy sent to a mirror. */
  readonly asMirror: boolean;
}

/** Replica to channel: these publishes (by confirm number) are safe here. */
export interface QueueConfirm extends Message {
  readonly type: 'queue_confirm';
  readonly queue: string;
  readonly replica: Pid;
  readonly confirmNumbers: readonly number[];
}

/** Leader to channel: the queue is full and has not taken this publish in (BRK-41). */
export interface QueueRejection extends Message {
  readonly type: 'queue_rejection';
  readonly queue: string;
  readonly replica: Pid;
  readonly confirmNumber: number;
}

/** Mirroring asks a replica, in its turn, to do something that only its present role knows (OVR-2: priority 6). */
export interface RunBackingQueue extends Message {
  readonly type: 'run_backing_queue';
  readonly action: 'depth' | 'sender_death' | 'confirm_sender_death';
  /** The channel in question, or null. */
  readonly channel: Pid | null;
}

/** Leader to channel: messages for one or more of its consumers, in order. */
export interface QueueDeliver extends Message {
  readonly type: 'queue_deliver';
  readonly noAck: boolean;
  readonly deliveries: readonly QueueDelivery[];
}

/** Channel to leader: a consumer is done with these. Overtakes publishes (OVR-2). */
export interface AckMessages extends Message {
  readonly type: 'ack';
  readonly ackTags: readonly number[];
  readonly channel: Pid;
}

/** Channel to leader: a consumer does not want these. */
export interface RejectMessages extends Message {
  readonly type: 'reject';
  readonly requeue: boolean;
  readonly ackTags: readonly number[];
  readonly channel: Pid;
}

/** Call. Answer: `ok`, or `exclusive` when another consumer has the queue for itself. */
export interface BasicConsume extends Message {
  readonly type: 'basic_consume';
  readonly channel: Pid;
  readonly spec: ConsumeSpec;
}

/** Call. Answer: `ok`. */
export interface BasicCancel extends Message {
  readonly type: 'basic_cancel';
  readonly channel: Pid;
  readonly consumerTag: string;
}

/** Channel's writer to leader: so many more deliveries are on their way to the client (BRK-27). */
export interface NotifySent extends Message {
  readonly type: 'notify_sent';
  readonly channel: Pid;
  readonly count: number;
}

/** Channel to leader: the whole channel is limited by this process from now on, or by nobody (BRK-29). */
export interface LimitChannel extends Message {
  readonly type: 'limit_channel';
  readonly channel: Pid;
  readonly limiter: Pid | null;
}

/** Call. Answer: `GetAnswer`, or null when nothing is ready. */
export interface BasicGet extends Message {
  readonly type: 'basic_get';
  readonly channel: Pid;
  readonly noAck: boolean;
}

export interface GetAnswer {
  readonly delivery: QueueDelivery;
  readonly messagesReady: number;
}

/** Call: the channel ends in order (BRK-36). Answer: `ok`. */
export interface NotifyDown extends Message {
  readonly type: 'notify_down';
  readonly channel: Pid;
}

/** Calls. `stat` and `info` answer with `QueueStatistics`, `purge` with the number of messages removed. */
export interface PlainCall extends Message {
  readonly type: 'stat' | 'info' | 'purge';
}

/** Call. Answer: the number of ready messages, or why not. */
export interface DeleteQueue extends Message {
  readonly type: 'delete';
  readonly ifUnused: boolean;
  readonly ifEmpty: boolean;
}

export type DeleteAnswer = { readonly messageCount: number } | 'in_use' | 'not_empty';

/** Call to a queue process that was just started. Answer: `InitAnswer`. */
export interface InitQueue extends Message {
  readonly type: 'init';
  readonly mode: 'new' | 'recover';
}

export type InitAnswer =
  | { readonly outcome: 'created'; readonly record: QueueRecord }
  | { readonly outcome: 'existing'; readonly record: QueueRecord }
  /** A durable queue of that name whose home node is down (BRK-14). */
  | { readonly outcome: 'absent'; readonly record: QueueRecord }
  | { readonly outcome: 'owner_died' };
