/**
 * The replicated state of a quorum queue (`rabbit_fifo`): what waits, who publishes, who consumes and holds what. Every member has one
 * and changes it by the same commands in the same order; nothing here depends on anything else. What the rules of the change are is in
 * `fifo-apply` and `fifo-checkout`. Messages are held here, not only their places in the log, as members share them anyway.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Pid } from '../../erlang/message.ts';
import { Fifo } from '../../kernel/fifo.ts';
import type { ConsumerId } from './commands.ts';
import { DeadLetters } from './dead-letters.ts';
import type { FifoConfig } from './fifo-config.ts';
import { ServiceQueue } from './service-queue.ts';

/** A message in the queue or with a consumer. Never changed: a return makes a new one. */
export interface QueuedMessage {
  /** Where its enqueue stands in the log. */
  readonly index: number;
  readonly message: BasicMessage;
  /** Returns so far; delivered messages with any are flagged (QQ-22). */
  readonly deliveryCount: number;
  /** 0: never. */
  readonly expiresAtUs: number;
}

export interface Enqueuer {
  readonly pid: Pid;
  nextSequence: number;
  isSuspected: boolean;
  /** It was told that its publishes are rejected (QQ-15). */
  isBlocked: boolean;
}

export class FifoConsumer {
  readonly key: string;
  readonly id: ConsumerId;
  priority: number;
  noAck: boolean;
  /** A `basic.get`, or a cancelled consumer: goes with its last message. */
  once: boolean;
  status: 'up' | 'suspected' | 'cancelled' = 'up';
  credit: number;
  nextMessageId = 0;
  readonly checkedOut = new Map<number, QueuedMessage>();

  constructor(id: ConsumerId, credit: number, noAck: boolean, priority: number, once: boolean) {
    this.key = consumerKey(id);
    this.id = id;
    this.credit = credit;
    this.noAck = noAck;
    this.priority = priority;
    this.once = once;
  }

  copy(): FifoConsumer {
    const copy = new FifoConsumer(this.id, this.credit, this.noAck, this.priority, this.once);
    copy.status = this.status;
    copy.nextMessageId = this.nextMessageId;
    for (const [id, message] of this.checkedOut) copy.checkedOut.set(id, message);
    return copy;
  }
}

/** The state as it was at a place of the log, with which the log up to there may be forgotten some day. */
export interface ReleaseCursor {
  readonly index: number;
  readonly state: FifoState;
}

/** Enqueues between two cursors (`RELEASE_CURSOR_EVERY`). */
const CURSOR_INTERVAL = 2048;
const CURSOR_INTERVAL_MAX = 3_200_000;

export class FifoState {
  config: FifoConfig;
  ready = new Fifo<QueuedMessage>();
  /** Returned messages, which go first (QQ-23). */
  returns = new Fifo<QueuedMessage>();
  readonly enqueuers = new Map<Pid, Enqueuer>();
  consumers = new Map<string, FifoConsumer>();
  /** Consumers behind the single active one. */
  waiting: FifoConsumer[] = [];
  service = new ServiceQueue();
  /** Ready and with consumers. */
  total = 0;
  /** What has died and is kept until somebody else has it (QQ-25). */
  deadLetters = new DeadLetters();
  readyBytes = 0;
  /** Places in the log of what has left `ready` and is not done with, ascending. */
  takenIndexes = new Set<number>();
  /** When the queue was last used, as `x-expires` counts it. */
  lastActiveUs = 0;
  cursors: ReleaseCursor[] = [];
  enqueuesSinceCursor = 0;
  cursorInterval = CURSOR_INTERVAL;

  constructor(config: FifoConfig) {
    this.config = config;
  }

  get messagesReady(): number {
    return this.ready.length + this.returns.length;
  }

  get messagesOut(): number {
    return this.total - this.messagesReady;
  }

  /** Everything that the log is still needed for. */
  get messagesHeld(): number {
    return this.total + this.deadLetters.count;
  }

  get consumerCount(): number {
    return this.consumers.size + this.waiting.length;
  }

  /** The next message to be handed out, left in place. */
  get head(): QueuedMessage | undefined {
    return this.returns.peek() ?? this.ready.peek();
  }

  /** Takes the next message: what came back goes first. */
  takeNext(): QueuedMessage | undefined {
    const returned = this.returns.shift();
    if (returned !== undefined) return returned;
    const next = this.ready.shift();
    if (next !== undefined) this.takenIndexes.add(next.index);
    return next;
  }

  /** The first place of the log that is still needed; undefined when none is. */
  get smallestIndex(): number | undefined {
    const waiting = this.ready.peek()?.index;
    for (const taken of this.takenIndexes) return waiting === undefined ? taken : Math.min(taken, waiting);
    return waiting;
  }

  /** Every message, ready ones in the order of the queue, then those with consumers, then the dead that are kept. */
  *queued(): IterableIterator<QueuedMessage> {
    yield* this.returns;
    yield* this.ready;
    for (const consumer of this.everyConsumer()) yield* consumer.checkedOut.values();
    for (const { queued } of this.deadLetters.all()) yield queued;
  }

  /** The messages of `queued`. */
  *all(): IterableIterator<BasicMessage> {
    for (const { message } of this.queued()) yield message;
  }

  *everyConsumer(): IterableIterator<FifoConsumer> {
    yield* this.consumers.values();
    yield* this.waiting;
  }

  hasConsumer(pid: Pid): boolean {
    for (const { id } of this.everyConsumer()) if (id.pid === pid) return true;
    return false;
  }

  /** Whether nobody has used the queue for longer than it lives unused (BRK-17). */
  isExpired(nowUs: number): boolean {
    const { expiresUs } = this.config;
    if (expiresUs === null || nowUs <= this.lastActiveUs + expiresUs) return false;
    for (const { status } of this.consumers.values()) if (status !== 'suspected') return false;
    return true;
  }

  /** Everybody whom the queue knows: publishers and consumers, each once. */
  pids(): Set<Pid> {
    const pids = new Set<Pid>(this.enqueuers.keys());
    for (const { id } of this.everyConsumer()) pids.add(id.pid);
    return pids;
  }

  /** Another enqueue stands in the log; now and then the state is kept for the day when the log before it is not needed. */
  noteEnqueue(index: number): void {
    this.enqueuesSinceCursor += 1;
    if (this.enqueuesSinceCursor < this.cursorInterval) return;
    this.enqueuesSinceCursor = 0;
    const { messagesHeld } = this;
    if (messagesHeld === 0) return;
    this.cursorInterval = Math.min(Math.max(messagesHeld, CURSOR_INTERVAL), CURSOR_INTERVAL_MAX);
    this.cursors.push({ index, state: this.copy() });
  }

  /** Nothing is left: there is nothing to keep. */
  resetCursors(): void {
    this.cursors = [];
    this.enqueuesSinceCursor = 0;
    this.cursorInterval = CURSOR_INTERVAL;
  }

  /** A state of its own that will not change with this one. What belongs to the log stays behind. */
  copy(): FifoState {
    const copy = new FifoState(this.config);
    for (const message of this.ready) copy.ready.push(message);
    for (const message of this.returns) copy.returns.push(message);
    for (const [pid, enqueuer] of this.enqueuers) copy.enqueuers.set(pid, { ...enqueuer });
    for (const [key, consumer] of this.consumers) copy.consumers.set(key, consumer.copy());
    copy.waiting = this.waiting.map((consumer) => consumer.copy());
    copy.service = this.service.copy();
    copy.total = this.total;
    copy.deadLetters = this.deadLetters.copy();
    copy.readyBytes = this.readyBytes;
    copy.lastActiveUs = this.lastActiveUs;
    copy.cursorInterval = this.cursorInterval;
    return copy;
  }
}

export function consumerKey({ tag, pid }: ConsumerId): string {
  return `${pid.process.id}/${tag}`;
}
