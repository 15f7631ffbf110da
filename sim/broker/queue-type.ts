/**
 * The interface of a queue type, both sides of it: what a node asks of the type (declare, delete, recover), and the
 * part that lives inside every channel and talks to the queue's processes (`rabbit_queue_type` in RabbitMQ). The broker knows
 * queues only through this.
 */
import type { BasicMessage, FieldTable } from '../amqp/basic-message.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Message, Pid } from '../erlang/message.ts';
import type { NodeContext } from './node-context.ts';
import type { QueueRecord } from './queue-record.ts';

/** What a channel hands to the queues that a message was routed to. */
export interface Delivery {
  readonly message: BasicMessage;
  /** The publish's number in its channel when the channel is in confirm mode, else 0. */
  readonly confirmNumber: number;
  readonly mandatory: boolean;
}

export interface ConsumeSpec {
  readonly consumerTag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  /** 0 is unlimited. */
  readonly prefetch: number;
  readonly arguments: FieldTable;
  /** Who is asked before each delivery, where the whole channel is limited (BRK-29). */
  readonly limiter?: Pid | null;
}

/** A failure that closes the channel: AMQP reply code and RabbitMQ's text. */
export interface ChannelError {
  readonly code: number;
  readonly text: string;
}

/** One message on its way to a consumer. `messageId` is what `settle` hands back. */
export interface QueueDelivery {
  readonly queue: string;
  readonly consumerTag: string;
  /** The process that waits for the acknowledgement. */
  readonly queuePid: Pid;
  readonly messageId: number;
  readonly redelivered: boolean;
  readonly message: BasicMessage;
}

export type SettleOperation = 'complete' | 'requeue' | 'discard';

export interface QueueStatistics {
  readonly messagesReady: number;
  readonly messagesUnacknowledged: number;
  readonly consumers: number;
  /** Dead letters that wait for their targets (QQ-25); not there for types that keep none. */
  readonly deadLettersKept?: number;
}

/** What the client of a queue type may do to the channel it lives in. */
export interface ChannelPort {
  readonly context: NodeContext;
  readonly process: ErlangProcess;
  /** What is published here stays with its sender until it is settled: a refusal loses nothing, and nobody was told of it. */
  readonly keepsPublishes?: boolean;
  /** These publishes are safe in this queue: every replica that was asked has confirmed, or is known to be dead (MIR-30). */
  settled(queue: string, confirmNumbers: readonly number[]): void;
  /** This queue refused these publishes, or died with them: they will be nacked. */
  rejected(queue: string, confirmNumbers: readonly number[]): void;
  /** This queue was deleted, and these publishes with it. */
  deleted(queue: string, confirmNumbers: readonly number[]): void;
  /** Hands messages to the client (or counts them against an automatic acknowledgement). */
  deliver(noAck: boolean, deliveries: readonly QueueDelivery[]): void;
  /** The leader that these consumers were consuming from is gone: consume again or tell the client (MIR-43). `reason` as in DOWN. */
  consumersLost(queue: string, reason: string): void;
  /** Credit of a replica is exhausted, or all of it is back (MIR-47). */
  flow(blocked: boolean): void;
  /** What was delivered last still waits for the channel's writer, which stands still; `writerGoesOn` follows. */
  readonly writerStandsStill: boolean;
}

/** The part of a queue type that lives in one channel. */
export interface QueueClient {
  deliver(queues: readonly QueueRecord[], delivery: Delivery): void;
  consume(queue: QueueRecord, spec: ConsumeSpec, done: (error: ChannelError | 'retry' | null) => void): void;
  cancel(queue: QueueRecord, consumerTag: string, done: () => void): void;
  /** `basic.get`; null when empty, `retry` when the leader is dead (MIR-45). */
  get(
    queue: QueueRecord,
    noAck: boolean,
    done: (
      answer: { delivery: QueueDelivery; messagesReady: number } | ChannelError | 'retry' | null,
    ) => void,
  ): void;
  settle(
    operation: SettleOperation,
    queue: string,
    queuePid: Pid,
    consumerTag: string,
    messageIds: readonly number[],
  ): void;
  /** The whole channel is limited from now on, by this process, or no more (null): queues that it consumes from are told (BRK-29). */
  limitChanged?(limiter: Pid | null): void;
  /** The channel's writer has written what it had (BRK-27). */
  writerGoesOn?(): void;
  /** A message from a queue process to this channel, or a DOWN of one. False when it is not this type's. */
  handleMessage(message: Message): boolean;
  /** The channel ends in order: queues are told and answer (up to 15 s), then `done` (BRK-36). */
  close(done: () => void): void;
}

/** What `rabbitmq-queues rebalance` needs of a queue type (MIR-51). */
export interface QueueLeadership {
  isReplicated(record: QueueRecord): boolean;
  /** Nodes where the queue has replicas, or ought to have them; the leader's among them. */
  replicas(context: NodeContext, record: QueueRecord): readonly string[];
  /** Moves the leader to a node with a replica; `done` is told whether it is there in the end. */
  transfer(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    destination: string,
    done: (hasMoved: boolean) => void,
  ): void;
}

/** What `rabbitmq-queues` does to the members of a queue. Errors are the tool's sentences, null is success. */
export interface QueueMembership {
  members(record: QueueRecord): readonly string[];
  add(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    node: string,
    done: (error: string | null) => void,
  ): void;
  remove(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    node: string,
    done: (error: string | null) => void,
  ): void;
  /** Whether the queue has a replica on this node and would have no majority without it. */
  isCritical(context: NodeContext, record: QueueRecord): boolean;
}

/** A queue type on one node. All of these run inside `caller`, which may be suspended until `done`. */
export interface QueueType {
  readonly name: 'classic' | 'quorum';
  /** Starts the queue's processes and writes its record. `existing`: somebody else declared it meanwhile. */
  declare(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (outcome: { record: QueueRecord; existing: boolean } | ChannelError) => void,
  ): void;
  delete(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    options: { ifUnused: boolean; ifEmpty: boolean },
    done: (outcome: { messageCount: number } | ChannelError | 'retry') => void,
  ): void;
  purge(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (messageCount: number | ChannelError | 'retry') => void,
  ): void;
  statistics(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (statistics: QueueStatistics | 'retry') => void,
  ): void;
  /** The policy that applies to this queue changed; its leader is told (MIR-25). */
  policyChanged(context: NodeContext, record: QueueRecord): void;
  client(port: ChannelPort): QueueClient;
  /** A queue's process (`sender`) publishes to queues of this type, without confirms and without credit (BRK-40). */
  deliverUntracked(
    context: NodeContext,
    sender: ErlangProcess,
    queues: readonly QueueRecord[],
    message: BasicMessage,
  ): void;
  /** Whether the durable queue is to be recovered on this node at boot (MIR-20, CLU-15). */
  isRecoverable(context: NodeContext, record: QueueRecord): boolean;
  /** Starts the leader of a durable queue from this node's disk; `done` when it has recovered. */
  recover(context: NodeContext, caller: ErlangProcess, record: QueueRecord, done: () => void): void;
  /** The virtual host is up on this node: start the mirrors that belong here (MIR-24). */
  virtualHostUp(context: NodeContext): void;
  /** At boot, before recovery: erase what this node's disk holds of queues that it will not recover (MIR-23). */
  eraseStale(context: NodeContext, recovering: readonly string[]): void;
  /** Moving leaders, where the type's queues have replicas to move them to. */
  readonly leadership?: QueueLeadership;
  /** Changing members one by one, where operators may. */
  readonly membership?: QueueMembership;
  /** The node goes under maintenance, or comes back from it (BRK-56). */
  drain?(context: NodeContext, caller: ErlangProcess, done: () => void): void;
  revive?(context: NodeContext, caller: ErlangProcess, done: () => void): void;
  /** The application stops in order: every process of this type ends; `done` when the last one has (CLU-22). */
  stop(context: NodeContext, caller: ErlangProcess, done: () => void): void;
}
