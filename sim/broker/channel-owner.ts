/** What a channel and its connection say to each other. */
import type { BasicDeliver } from '../amqp/message-methods.ts';
import type { BasicGetOk, ChannelMethodFromServer } from '../amqp/methods.ts';
import type { Message, Pid } from '../erlang/message.ts';
import type { Access } from './access.ts';
import type { ChannelError } from './queue-type.ts';
import type { TopicAccess } from './topic-access.ts';

/** The connection as its channels see it: the writer, and the keeper of what belongs to the connection. */
export interface ChannelOwner {
  readonly pid: Pid;
  /** Where its client's resources are. */
  readonly vhost: string;
  /** What the client's user may do; null: everything. */
  readonly access: Access | null;
  /** What it may do with the keys of topic exchanges; null: everything. */
  readonly topics: TopicAccess | null;
  /** The client wants to know when the server ends a consumer (MIR-44). */
  readonly consumerCancelNotify: boolean;
  write(method: ChannelMethodFromServer, bytes: number): void;
  /** The socket takes no more for now: writers stand still. The channel is told when that ends. */
  readonly isFull: boolean;
  /** As `write`, for a message that no queue has any more (MIR-42). */
  writeAutoAcked(method: BasicDeliver | BasicGetOk, queue: string): void;
  /** The channel's number may be used again. */
  released(channel: number): void;
  /** An exclusive queue that goes with the connection. */
  own(queue: string): void;
}

/** Connection to channel: end after what is in the mailbox. */
export const TERMINATE: Message = { type: 'terminate' };

/** Channel to connection: an error that ends the connection. */
export interface ChannelExit extends Message {
  readonly type: 'channel_exit';
  readonly error: ChannelError;
}

/** Channel to connection: it has taken in this many publishes more (BRK-46). */
export interface BumpCredit extends Message {
  readonly type: 'bump_credit';
  readonly channel: number;
}

/** Publishes that a connection may hand to a channel before any is taken, and the step in which credit comes back. */
export const INITIAL_CREDIT = 400;
export const MORE_CREDIT_AFTER = 200;
