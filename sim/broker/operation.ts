/**
 * An operation of a channel that takes more than a moment: it asks queues, waits for the metadata, sleeps and tries again.
 * The channel takes nothing else until the operation has called `finish` or `refuse`, so that a client's methods
 * have their effects in the order in which they were sent.
 */
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Pid } from '../erlang/message.ts';
import type { NodeContext } from './node-context.ts';
import type { ChannelError } from './queue-type.ts';

export interface Operation {
  readonly context: NodeContext;
  /** The channel; it stands still meanwhile. */
  readonly process: ErlangProcess;
  /** Where the channel's resources are. */
  readonly owner: { readonly vhost: string };
  /** The connection, which owns exclusive queues. */
  readonly connection: Pid;
  /** What an empty queue name stands for: the queue declared last on this channel, or empty. */
  lastDeclared: string;
  readonly channel: number;
  /** A name that nobody has, for a queue or a consumer. */
  inventName(prefix: string): string;
  /** The connection will delete this queue of its own before it ends. */
  own(queue: string): void;
  /** Ends the operation; the reply goes to the client. */
  finish(reply: ChannelMethodFromServer): void;
  /** Ends the operation, and the channel or the connection with it. */
  refuse(error: ChannelError): void;
  /** Goes on with `then` after `durationUs`. */
  pause(durationUs: number, then: () => void): void;
}
