/**
 * The messages of one replica of a classic queue, in memory and on its node's disk (`rabbit_variable_queue`). Messages are
 * numbered; what is ready is taken in the order of its numbers, so that a requeued message is back at its old place
 * (BRK-32). Every operation takes the same time with ten messages and with a million (a requeued one: logarithmic).
 *
 * Paging to disk, lazy mode and the two versions of the index change memory, not outcomes (BRK-51), and are left out.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Pid } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { invariant } from '../../kernel/invariant.ts';
import { rule } from '../../rules/registry.ts';
import type {
  BackingQueue,
  Fetched,
  HeldMessage,
  MessageProperties,
  SyncNeed,
  TerminateReason,
} from './backing-queue.ts';
import { MessageLog } from './message-log.ts';
import { QueueIndex } from './queue-index.ts';
import { SequenceHeap } from './sequence-heap.ts';

const BRK_19 = rule('BRK-19');
const BRK_24 = rule('BRK-24');
const BRK_26 = rule('BRK-26');
const BRK_32 = rule('BRK-32');
const MIR_31 = rule('MIR-31');

/** Entries of the journal before it is flushed without being asked (BRK-23). */
const JOURNAL_ENTRIES_MAX = 32_768;
const NONE: readonly number[] = [];
const NOTHING: readonly Fetched[] = [];

const READY = 1;
/** Handed out and waiting for its acknowledgement. */
const OUT = 2;
const PERSISTENT = 4;
/** The index on disk has it. */
const FLUSHED = 8;
/** Its publisher waits for the flush. */
const CONFIRM = 16;

export class VariableQueue implements BackingQueue {
  private readonly vm: Vm;
  private readonly queue: string;
  private readonly band: number;
  private readonly index: QueueIndex | undefined;
  private readonly log = new MessageLog();
  private nextSequence = 0;
  /** The first number never delivered, as far as it is known (BRK-24). */
  private watermark = 0;
  /** What is before this number has been handed out: it is ready only if it was requeued. */
  private fresh = 0;
  private readonly requeued = new SequenceHeap();
  private ready = 0;
  private out = 0;
  private bytes = 0;
  /** When messages expire, by their numbers: a map, because most queues have none that do. */
  private readonly expiries = new Map<number, number>();
  /** Numbers published and acknowledged since the last flush: the index's journal. */
  private publishes: number[] = [];
  private acks: number[] = [];
  private confirmsWaiting = 0;
  private confirmed: number[] = [];
  private flushing: { publishes: number[]; acks: number[] } | undefined;

  private constructor(vm: Vm, queue: string, band: number, index: QueueIndex | undefined) {
    this.vm = vm;
    this.queue = queue;
    this.band = band;
    this.index = index;
  }

  /** An empty queue that has nothing to do with the disk. */
  static inMemory(vm: Vm, queue: string): VariableQueue {
    return new VariableQueue(vm, queue, 0, undefined);
  }

  /**
   * An empty queue, or one priority of a queue (`band`); what the disk holds under that name is erased. A transient queue has
   * no file.
   */
  static create(vm: Vm, queue: string, durable: boolean, band = 0): VariableQueue {
    QueueIndex.removeBand(vm.disk, queue, band);
    const index = durable ? QueueIndex.create(vm.disk, queue, band) : undefined;
    return new VariableQueue(vm, queue, band, index);
  }

  /** A durable queue as the disk has it. */
  static recover(vm: Vm, queue: string, band = 0): VariableQueue {
    vm.cite(BRK_26);
    const index = QueueIndex.open(vm.disk, queue, band);
    const recovered = new VariableQueue(vm, queue, band, index);
    const terms = index.takeTerms();
    for (const sequence of index.entries.sequences()) {
      const message = index.entries.message(sequence)!;
      recovered.log.append(sequence, message, READY | PERSISTENT | FLUSHED);
      recovered.ready += 1;
      recovered.bytes += message.bodyBytes;
    }
    recovered.nextSequence = terms.nextSequence;
    recovered.watermark = terms.watermark;
    for (const [sequence, expiresAtUs] of index.expiries) recovered.expiries.set(sequence, expiresAtUs);
    return recovered;
  }

  get length(): number {
    return this.ready;
  }

  get depth(): number {
    return this.ready + this.out;
  }

  get readyBytes(): number {
    return this.bytes;
  }

  get mayExpire(): boolean {
    return this.expiries.size > 0;
  }

  get headExpiresAtUs(): number {
    if (this.ready === 0 || this.expiries.size === 0) return 0;
    return this.expiries.get(this.head()) ?? 0;
  }

  publish(message: BasicMessage, properties: MessageProperties, delivered: boolean, _channel: Pid): void {
    const sequence = this.store(message, READY, properties);
    this.ready += 1;
    this.bytes += message.bodyBytes;
    if (delivered) this.passWatermark(sequence);
  }

  publishDelivered(message: BasicMessage, properties: MessageProperties, _channel: Pid): number {
    // A mirror that is being synchronised is given messages that are out between ones that are ready.
    const skipsNone = this.ready === 0;
    const sequence = this.store(message, OUT, properties);
    if (skipsNone) this.fresh = this.nextSequence;
    this.out += 1;
    this.passWatermark(sequence);
    return sequence;
  }

  discard(_message: BasicMessage, _channel: Pid): void {}

  isDuplicate(_message: BasicMessage): boolean {
    return false;
  }

  fetch(ackRequired: boolean): Fetched | undefined {
    if (this.ready === 0) return undefined;
    const sequence = this.head();
    if (this.requeued.length > 0) this.requeued.take();
    else this.fresh = sequence + 1;
    this.ready -= 1;
    const message = this.log.message(sequence)!;
    this.bytes -= message.bodyBytes;
    const redelivered = sequence < this.watermark;
    this.passWatermark(sequence);
    if (!ackRequired) {
      this.remove(sequence, message, this.log.flags(sequence));
      return { message, redelivered, ackTag: -1 };
    }
    this.log.setFlags(sequence, (this.log.flags(sequence) & ~READY) | OUT);
    this.out += 1;
    return { message, redelivered, ackTag: sequence };
  }

  /** The number of the next message to go out; something is ready. What was requeued comes before what was never out. */
  private head(): number {
    return this.requeued.length > 0 ? this.requeued.first : this.log.find(this.fresh, READY);
  }

  takeExpired(nowUs: number, ackRequired: boolean): readonly Fetched[] {
    const taken: Fetched[] = [];
    for (let at = this.headExpiresAtUs; at !== 0 && at <= nowUs; at = this.headExpiresAtUs) {
      taken.push(this.fetch(ackRequired)!);
    }
    return taken.length === 0 ? NOTHING : taken;
  }

  ack(ackTags: readonly number[]): readonly number[] {
    const serials: number[] = [];
    for (const sequence of ackTags) {
      const flags = this.log.flags(sequence);
      if ((flags & OUT) === 0) continue;
      const message = this.log.message(sequence)!;
      this.out -= 1;
      this.remove(sequence, message, flags);
      serials.push(message.serial);
    }
    return serials;
  }

  requeue(ackTags: readonly number[]): readonly number[] {
    const serials: number[] = [];
    for (const sequence of ackTags) {
      const flags = this.log.flags(sequence);
      if ((flags & OUT) === 0) continue;
      this.out -= 1;
      this.ready += 1;
      this.log.setFlags(sequence, (flags & ~OUT) | READY);
      this.requeued.add(sequence);
      const { serial, bodyBytes } = this.log.message(sequence)!;
      this.bytes += bodyBytes;
      serials.push(serial);
    }
    if (serials.length > 0) this.vm.cite(BRK_32);
    return serials;
  }

  purge(): number {
    const purged = this.ready;
    if (purged > 0) {
      for (const sequence of this.log.sequences()) {
        const flags = this.log.flags(sequence);
        if ((flags & READY) === 0) continue;
        this.passWatermark(sequence);
        this.remove(sequence, this.log.message(sequence)!, flags);
      }
    }
    this.requeued.clear();
    this.fresh = this.nextSequence;
    this.ready = 0;
    this.bytes = 0;
    return purged;
  }

  drainConfirmed(): readonly number[] {
    if (this.confirmed.length === 0) return NONE;
    const confirmed = this.confirmed;
    this.confirmed = [];
    return confirmed;
  }

  get syncNeed(): SyncNeed {
    const entries = this.publishes.length + this.acks.length;
    if (entries > JOURNAL_ENTRIES_MAX) return 'full';
    if (this.confirmsWaiting > 0) return 'confirms';
    return entries > 0 ? 'idle' : 'none';
  }

  sync(done: () => void): void {
    invariant(this.flushing === undefined, 'one flush of a queue index at a time');
    const flush = { publishes: this.publishes, acks: this.acks };
    this.flushing = flush;
    this.publishes = [];
    this.acks = [];
    this.vm.disk.sync(() => {
      // A VM that died meanwhile takes the write with it; after an orderly end it has been completed already.
      if (!this.vm.isAlive || this.flushing !== flush) return;
      this.completeFlush();
      done();
    });
  }

  *all(): IterableIterator<HeldMessage> {
    for (const sequence of this.log.sequences()) {
      const message = this.log.message(sequence)!;
      const pending = (this.log.flags(sequence) & OUT) !== 0;
      yield { message, ackTag: sequence, pending, expiresAtUs: this.expiries.get(sequence) ?? 0 };
    }
  }

  outstanding(ackTag: number): BasicMessage | undefined {
    return (this.log.flags(ackTag) & OUT) === 0 ? undefined : this.log.message(ackTag);
  }

  *unsaved(): IterableIterator<BasicMessage> {
    for (const sequence of this.log.sequences()) {
      if ((this.log.flags(sequence) & FLUSHED) === 0) yield this.log.message(sequence)!;
    }
  }

  terminate(reason: TerminateReason): void {
    if (reason === 'delete') {
      this.flushing = undefined;
      QueueIndex.removeBand(this.vm.disk, this.queue, this.band);
      return;
    }
    this.completeFlush();
    if (reason === 'crash') return;
    this.flushing = { publishes: this.publishes, acks: this.acks };
    this.publishes = [];
    this.acks = [];
    this.completeFlush();
    this.index?.close({ nextSequence: this.nextSequence, watermark: this.watermark });
  }

  private store(message: BasicMessage, state: number, properties: MessageProperties): number {
    const sequence = this.nextSequence;
    this.nextSequence += 1;
    let flags = state;
    if (this.index !== undefined && message.properties.persistent) {
      this.vm.cite(BRK_19);
      flags |= PERSISTENT;
      this.publishes.push(sequence);
      if (properties.needsConfirming) {
        flags |= CONFIRM;
        this.confirmsWaiting += 1;
      }
    } else if (properties.needsConfirming) this.confirmed.push(message.serial);
    this.log.append(sequence, message, flags);
    if (properties.expiresAtUs !== 0) this.expiries.set(sequence, properties.expiresAtUs);
    return sequence;
  }

  /** The watermark moves only over the very number it stands at (BRK-24). */
  private passWatermark(sequence: number): void {
    if (sequence !== this.watermark) return;
    this.vm.cite(BRK_24);
    this.watermark = sequence + 1;
  }

  /** Takes a message out for good. One that never reached the disk leaves no trace there, and counts as safe (MIR-31). */
  private remove(sequence: number, message: BasicMessage, flags: number): void {
    if ((flags & FLUSHED) !== 0) this.acks.push(sequence);
    else if ((flags & CONFIRM) !== 0) {
      this.vm.cite(MIR_31);
      this.confirmsWaiting -= 1;
      this.confirmed.push(message.serial);
    }
    this.log.remove(sequence);
    if (this.expiries.size > 0) this.expiries.delete(sequence);
  }

  private completeFlush(): void {
    const flush = this.flushing;
    this.flushing = undefined;
    if (flush === undefined || this.index === undefined) return;
    for (const sequence of flush.publishes) {
      const message = this.log.message(sequence);
      if (message === undefined) continue;
      const flags = this.log.flags(sequence);
      this.index.append(sequence, message, this.expiries.get(sequence) ?? 0);
      this.log.setFlags(sequence, (flags | FLUSHED) & ~CONFIRM);
      if ((flags & CONFIRM) !== 0) {
        this.confirmsWaiting -= 1;
        this.confirmed.push(message.serial);
      }
    }
    for (const sequence of flush.acks) this.index.remove(sequence);
  }
}
