/**
 * What is written into the log of a quorum queue: commands of the queue itself (`rabbit_fifo`'s protocol), and the three that Raft adds
 * to them. An entry is one object for all members that hold it, never changed.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { CallFrom, ExitReason, Pid } from '../../erlang/message.ts';
import type { FifoConfig } from './fifo-config.ts';

/** A consumer is named by its tag and its channel. */
export interface ConsumerId {
  readonly tag: string;
  readonly pid: Pid;
}

export type FifoCommand =
  /** `sequence` numbers the channel's enqueues from 1; without a channel the enqueue is not tracked (QQ-16). */
  | { readonly kind: 'enqueue'; readonly pid: Pid; readonly sequence: number; readonly message: BasicMessage }
  | { readonly kind: 'enqueue_untracked'; readonly message: BasicMessage }
  | { readonly kind: 'register_enqueuer'; readonly pid: Pid }
  | {
      readonly kind: 'checkout';
      readonly consumer: ConsumerId;
      readonly credit: number;
      readonly noAck: boolean;
      readonly priority: number;
    }
  | { readonly kind: 'cancel'; readonly consumer: ConsumerId }
  | { readonly kind: 'dequeue'; readonly consumer: ConsumerId; readonly settled: boolean }
  | {
      readonly kind: 'settle' | 'return' | 'discard';
      readonly consumer: ConsumerId;
      readonly ids: readonly number[];
    }
  /** A returned message, appended anew by the leader (QQ-23). */
  | { readonly kind: 'requeue'; readonly consumer: ConsumerId; readonly id: number }
  /** Of the worker that takes dead letters where they should be (QQ-25). */
  | { readonly kind: 'dead_letter_checkout'; readonly pid: Pid; readonly prefetch: number }
  | { readonly kind: 'dead_letter_settle'; readonly ids: readonly number[] }
  | { readonly kind: 'purge' }
  /** The head of the queue may have expired. */
  | { readonly kind: 'expire' }
  | { readonly kind: 'purge_nodes'; readonly nodes: readonly string[] }
  | { readonly kind: 'update_config'; readonly config: FifoConfig }
  | { readonly kind: 'down'; readonly pid: Pid; readonly reason: ExitReason }
  | { readonly kind: 'nodeup' | 'nodedown'; readonly node: string };

export type RaftCommand =
  | FifoCommand
  | { readonly kind: 'noop' }
  | { readonly kind: 'members'; readonly members: readonly string[] }
  | { readonly kind: 'delete' };

/** Who hears what became of a command: a caller once it is applied, or once it is appended; or a channel, by a number of its own. */
export type ReplyTo =
  | { readonly mode: 'applied' | 'appended'; readonly from: CallFrom }
  | { readonly mode: 'notify'; readonly pid: Pid; readonly sequence: number };

export interface LogEntry {
  readonly index: number;
  readonly term: number;
  readonly command: RaftCommand;
  readonly replyTo: ReplyTo | null;
  /** When its leader appended it. */
  readonly timeUs: number;
}

const COMMAND_BYTES = 100;

/** The size of a command on a wire (an estimate). */
export function commandBytes(command: RaftCommand): number {
  return command.kind === 'enqueue' || command.kind === 'enqueue_untracked'
    ? COMMAND_BYTES + command.message.wireBytes
    : COMMAND_BYTES;
}
