/**
 * The limits of a classic queue as its leader keeps them: time to live at the head of the queue (BRK-39), length (BRK-41), and
 * what becomes of messages that fall to either, or that a consumer rejects (BRK-40). Mirrors keep none: they follow what the
 * leader takes from its head (MIR-10). A queue without any of it asks one question a message.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { publishDeadLetter, takesDeadLetters, type DeathReason } from '../../broker/dead-letter.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import { NO_SETTINGS, queueSettings, saysNothing, type QueueSettings } from '../../broker/queue-settings.ts';
import type { Message } from '../../erlang/message.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import type { BackingQueue } from './backing-queue.ts';
import type { CopyRecords } from './copy-records.ts';
import type { QueueProcess } from './queue-process.ts';

const BRK_39 = rule('BRK-39');
const BRK_40 = rule('BRK-40');
const BRK_41 = rule('BRK-41');

const US_PER_MS = 1_000;
/** A timer that is due up to this much later than another will do for it. */
const TIMER_SLACK_US = 1_000;
/** Making a dead letter and routing it. */
const DEAD_LETTER_COST_US = 40;

/** Timer of a leader: the head may have expired. Timers of earlier settings are void. */
export interface DropExpired extends Message {
  readonly type: 'drop_expired';
  readonly version: number;
}

/** What limits are laid on. */
export interface LimitedQueue {
  readonly process: QueueProcess;
  readonly context: NodeContext;
  readonly queue: string;
  readonly records: CopyRecords;
  readonly backingQueue: BackingQueue;
}

export class QueueLimits {
  private readonly limited: LimitedQueue;
  private settings: QueueSettings = NO_SETTINGS;
  private isBounded = false;
  private version = 0;
  private timer: EventHandle = 0;
  private timerDueUs = 0;

  constructor(limited: LimitedQueue) {
    this.limited = limited;
  }

  get expiresUs(): number | null {
    return this.settings.expiresUs;
  }

  /** Whether `configure` would change anything for a queue that was just recovered. */
  static concern(record: QueueRecord, backingQueue: BackingQueue): boolean {
    return backingQueue.mayExpire || !saysNothing(queueSettings(record));
  }

  /** Takes the settings from the record: at the start, after a promotion, when the policy has changed. */
  configure(record: QueueRecord): void {
    const next = queueSettings(record);
    this.version += 1;
    this.stop();
    // One setting takes effect after the other: a queue that refuses at its limit begins as one that drops (BRK-41).
    this.settings = { ...next, overflow: this.settings.overflow };
    this.isBounded = next.maxLength !== null || next.maxLengthBytes !== null;
    this.dropHead();
    this.settings = next;
    this.dropHead();
    this.dropExpired();
  }

  stop(): void {
    this.limited.process.cancelTimer(this.timer);
    this.timer = 0;
  }

  // --- time to live -------------------------------------------------------------------------------------------

  /** When a message that comes in now expires, 0 for never: the smaller of the queue's time and its own. */
  expiryOf(message: BasicMessage): number {
    const { messageTtlUs } = this.settings;
    const { expirationMs } = message.properties;
    if (messageTtlUs === null && expirationMs === undefined) return 0;
    const ownUs = expirationMs === undefined ? Infinity : expirationMs * US_PER_MS;
    return this.limited.process.vm.simulation.nowUs + Math.min(messageTtlUs ?? Infinity, ownUs);
  }

  /** What nobody takes at once is not even stored. */
  get dropsWhatNobodyTakes(): boolean {
    return this.settings.messageTtlUs === 0 && this.settings.deadLetter === null;
  }

  /** It was never stored. */
  expireAtOnce(message: BasicMessage): void {
    this.limited.process.vm.cite(BRK_39);
    this.limited.records.ended(message, 'expired', BRK_39);
  }

  /** Ends what has expired at the head, and only there; a timer is set for what is at the head then. */
  dropExpired(): void {
    const { backingQueue, process, records } = this.limited;
    if (!backingQueue.mayExpire) return;
    const { nowUs } = process.vm.simulation;
    const deadLetters = this.takesDeadLetters;
    const expired = backingQueue.takeExpired(nowUs, deadLetters);
    if (expired.length > 0) {
      process.vm.cite(BRK_39);
      if (deadLetters) {
        for (const { message } of expired) this.deadLetter(message, 'expired');
        backingQueue.ack(expired.map(({ ackTag }) => ackTag));
      } else for (const { message } of expired) records.ended(message, 'expired', BRK_39);
    }
    this.watchHead(backingQueue.headExpiresAtUs);
  }

  private watchHead(expiresAtUs: number): void {
    if (expiresAtUs === 0) return;
    const { process } = this.limited;
    if (this.timer !== 0) {
      if (expiresAtUs + TIMER_SLACK_US >= this.timerDueUs) return;
      process.cancelTimer(this.timer);
    }
    const waitUs = Math.ceil((expiresAtUs - process.vm.simulation.nowUs) / US_PER_MS) * US_PER_MS;
    const message: DropExpired = { type: 'drop_expired', version: this.version };
    this.timer = process.startTimer(waitUs, message);
    this.timerDueUs = expiresAtUs;
  }

  /** The timer fired. */
  onTimeout({ version }: DropExpired): void {
    if (version !== this.version) return;
    this.timer = 0;
    this.dropExpired();
  }

  // --- length -------------------------------------------------------------------------------------------------

  /** Whether the queue takes this publish in no more. It is asked before anybody looks for a consumer. */
  refuses(message: BasicMessage): boolean {
    if (!this.isBounded || this.settings.overflow === 'drop-head') return false;
    const { length, readyBytes } = this.limited.backingQueue;
    const { maxLength, maxLengthBytes } = this.settings;
    return (
      (maxLength !== null && length + 1 > maxLength) ||
      (maxLengthBytes !== null && readyBytes + message.bodyBytes > maxLengthBytes)
    );
  }

  /** A refused publish goes to the dead letters, if that is what the queue does, or nowhere. */
  refuse(message: BasicMessage): void {
    const { process, records } = this.limited;
    process.vm.cite(BRK_41);
    if (this.settings.overflow === 'reject-publish-dlx' && this.takesDeadLetters) {
      this.deadLetter(message, 'maxlen');
    } else records.refused(message, BRK_41);
  }

  /** After a publish was enqueued. */
  afterPublish(expiresAtUs: number): void {
    const dropped = this.isBounded && this.dropHead();
    if (!dropped && expiresAtUs === 0) return;
    const isAlone = this.limited.backingQueue.length === 1;
    // The head is another one now only if something was dropped, or if the new message is the head.
    if (dropped ? !isAlone || expiresAtUs !== 0 : isAlone) this.dropExpired();
  }

  /** After messages came back. */
  afterRequeue(): void {
    if (this.isBounded) this.dropHead();
    this.dropExpired();
  }

  /** Drops the oldest until the queue is within its limits (BRK-41); true if there was need. */
  private dropHead(): boolean {
    if (!this.isBounded || this.settings.overflow !== 'drop-head') return false;
    const { backingQueue, process, records } = this.limited;
    let dropped = false;
    while (this.isOverfull(backingQueue)) {
      dropped = true;
      process.vm.cite(BRK_41);
      const deadLetters = this.takesDeadLetters;
      const { message, ackTag } = backingQueue.fetch(deadLetters)!;
      if (deadLetters) {
        this.deadLetter(message, 'maxlen');
        backingQueue.ack([ackTag]);
      } else records.ended(message, 'dropped_by_limit', BRK_41);
    }
    return dropped;
  }

  private isOverfull({ length, readyBytes }: BackingQueue): boolean {
    const { maxLength, maxLengthBytes } = this.settings;
    return (
      (maxLength !== null && length > maxLength) || (maxLengthBytes !== null && readyBytes > maxLengthBytes)
    );
  }

  // --- dead letters -------------------------------------------------------------------------------------------

  /** A consumer refused these, for good. */
  reject(ackTags: readonly number[], why: Rule): void {
    const { backingQueue, records } = this.limited;
    const deadLetters = this.takesDeadLetters;
    for (const ackTag of ackTags) {
      const message = backingQueue.outstanding(ackTag);
      if (message === undefined) continue;
      if (deadLetters) this.deadLetter(message, 'rejected');
      else records.ended(message, 'rejected', why);
    }
    backingQueue.ack(ackTags);
  }

  private get takesDeadLetters(): boolean {
    return takesDeadLetters(this.limited.context, this.settings.deadLetter);
  }

  private deadLetter(message: BasicMessage, reason: DeathReason): void {
    const { context, process, records, queue } = this.limited;
    process.work(DEAD_LETTER_COST_US);
    records.ended(message, 'dead_lettered', BRK_40);
    publishDeadLetter(context, process, message, reason, this.settings.deadLetter!, queue);
  }
}
