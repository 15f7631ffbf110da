/**
 * What holds the messages of a classic queue. A leader's queue process works on this interface; a plain queue
 * has a variable queue behind it, a mirrored leader one that broadcasts every step before it takes it, and a
 * mirror works on a variable queue of its own (`rabbit_backing_queue`).
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Pid } from '../../erlang/message.ts';

/** What a queue knows of a message beside its content. */
export interface MessageProperties {
  /** The channel wants a confirm for it. */
  readonly needsConfirming: boolean;
  /** Virtual time at which it expires (BRK-39), 0 for never. */
  readonly expiresAtUs: number;
}

/** A message taken from the head. `ackTag` is its number in the queue (BRK-24), -1 when no ack is required. */
export interface Fetched {
  readonly message: BasicMessage;
  readonly redelivered: boolean;
  readonly ackTag: number;
}

/** A message in a queue, ready or (`pending`) out for acknowledgement. */
export interface HeldMessage {
  readonly message: BasicMessage;
  readonly ackTag: number;
  readonly pending: boolean;
  readonly expiresAtUs: number;
}

/** Why a queue process ends. `delete`: content goes; others keep what is durable. */
export type TerminateReason = 'shutdown' | 'crash' | 'delete';

/**
 * `none`: everything is on disk; `idle`: something is not, but nobody waits for it; `confirms`: a publisher waits for the sync;
 * `full`: the index's journal is at its limit and is flushed at once.
 */
export type SyncNeed = 'none' | 'idle' | 'confirms' | 'full';

export interface BackingQueue {
  /** Messages ready for delivery. */
  readonly length: number;
  /** Ready and unacknowledged together. */
  readonly depth: number;
  /** Bytes of the bodies of what is ready. */
  readonly readyBytes: number;
  /** Whether it holds anything that has an expiry. */
  readonly mayExpire: boolean;
  /** When the next message to go out expires; 0: never, or there is none. */
  readonly headExpiresAtUs: number;
  /** Appends. `delivered` marks it as delivered before (mirrors, promoted copies: MIR-34). `channel` is the publishing channel. */
  publish(message: BasicMessage, properties: MessageProperties, delivered: boolean, channel: Pid): void;
  /** Hands it straight to a consumer that must acknowledge; returns its ackTag. The queue is empty. */
  publishDelivered(message: BasicMessage, properties: MessageProperties, channel: Pid): number;
  /** The message was given away for good (automatic acknowledgement) or refused; it was never in the queue. */
  discard(message: BasicMessage, channel: Pid): void;
  /** Whether the message is known already: a promoted mirror had it from the ring (MIR-37). */
  isDuplicate(message: BasicMessage): boolean;
  fetch(ackRequired: boolean): Fetched | undefined;
  /** Takes from the head, in order, whatever has expired by `nowUs`, up to the first that has not. */
  takeExpired(nowUs: number, ackRequired: boolean): readonly Fetched[];
  /** Removes them; returns the serials of those that were out, in the order given. */
  ack(ackTags: readonly number[]): readonly number[];
  /** Back to their original positions, flagged as delivered (BRK-32); returns serials as `ack` does. */
  requeue(ackTags: readonly number[]): readonly number[];
  /** Removes everything ready; returns how many. */
  purge(): number;
  /** Takes the serials of messages that are safe by now and have not been reported before (MIR-31). */
  drainConfirmed(): readonly number[];
  /** What a sync would be good for now; `SyncSchedule` turns it into timers (BRK-22, BRK-23). */
  readonly syncNeed: SyncNeed;
  /** Starts the sync; `drainConfirmed` has more when `done` is called. */
  sync(done: () => void): void;
  /** In queue order: ready and unacknowledged messages, for synchronisation. */
  all(): IterableIterator<HeldMessage>;
  /** The message that is out under this ackTag, or undefined. */
  outstanding(ackTag: number): BasicMessage | undefined;
  /**
   * Messages, ready or out, whose copy is only in this VM's memory: what the VM's death would destroy. After `terminate`
   * it is what did not survive that end.
   */
  unsaved(): IterableIterator<BasicMessage>;
  terminate(reason: TerminateReason): void;
}
