/**
 * The backing queue of a mirrored leader (`rabbit_mirror_queue_master`): takes every step on the queue it wraps and broadcasts
 * it (MIR-10). After a promotion it also remembers what the mirror had seen only through the ring, so that a direct
 * copy that comes late is recognised (MIR-37).
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type {
  BackingQueue,
  Fetched,
  HeldMessage,
  MessageProperties,
  SyncNeed,
  TerminateReason,
} from '../classic/backing-queue.ts';
import type { QueueProcess } from '../classic/queue-process.ts';
import type { EnsureMonitoring, Instruction } from './instructions.ts';
import type { LeaderSync } from './leader-sync.ts';

const MIR_10 = rule('MIR-10');
const MIR_37 = rule('MIR-37');
const MIR_42 = rule('MIR-42');

/** What became of a message that a promoted mirror had seen through the ring only. */
export type SeenStatus = 'published' | 'confirmed' | 'discarded';

export class LeaderQueue implements BackingQueue {
  readonly inner: BackingQueue;
  readonly gm: Pid;
  readonly coordinator: Pid;
  /** The eager synchronisation that is under way. */
  eagerSync: LeaderSync | undefined;
  private readonly process: QueueProcess;
  private readonly knownSenders: Set<Pid>;
  private readonly seen: Map<number, SeenStatus>;
  private confirmed: number[] = [];

  constructor(
    process: QueueProcess,
    inner: BackingQueue,
    ring: { gm: Pid; coordinator: Pid },
    seen: Map<number, SeenStatus> = new Map(),
    knownSenders: readonly Pid[] = [],
  ) {
    this.process = process;
    this.inner = inner;
    this.gm = ring.gm;
    this.coordinator = ring.coordinator;
    this.seen = seen;
    this.knownSenders = new Set(knownSenders);
    process.vm.cite(MIR_10);
  }

  get length(): number {
    return this.inner.length;
  }

  get depth(): number {
    return this.inner.depth;
  }

  get readyBytes(): number {
    return this.inner.readyBytes;
  }

  get mayExpire(): boolean {
    return this.inner.mayExpire;
  }

  get headExpiresAtUs(): number {
    return this.inner.headExpiresAtUs;
  }

  /** Messages that were seen through the ring only, before the promotion. */
  get seenCount(): number {
    return this.seen.size;
  }

  broadcast(instruction: Instruction): void {
    this.process.send(this.gm, instruction);
  }

  /** Tells every mirror how deep the queue is (MIR-27). */
  broadcastDepth(): void {
    this.broadcast({ type: 'depth', depth: this.inner.depth });
  }

  /** The coordinator saw a publishing channel die (MIR-36). */
  senderDied(channel: Pid): void {
    this.knownSenders.delete(channel);
    this.broadcast({ type: 'sender_death', channel });
  }

  publish(message: BasicMessage, properties: MessageProperties, delivered: boolean, channel: Pid): void {
    this.broadcast({ type: 'publish', message, properties, channel });
    this.inner.publish(message, properties, delivered, channel);
    this.ensureMonitoring(channel);
  }

  publishDelivered(message: BasicMessage, properties: MessageProperties, channel: Pid): number {
    this.broadcast({ type: 'publish_delivered', message, properties, channel });
    const ackTag = this.inner.publishDelivered(message, properties, channel);
    this.ensureMonitoring(channel);
    return ackTag;
  }

  discard(message: BasicMessage, channel: Pid): void {
    this.process.vm.cite(MIR_42);
    this.broadcast({ type: 'discard', message, channel });
    this.inner.discard(message, channel);
    this.ensureMonitoring(channel);
  }

  /**
   * True: the message is here already, by the ring; the caller drops this copy before it registers the confirm, so that
   * even a message that is reported as safe here is never confirmed to its channel (MIR-37).
   */
  isDuplicate(message: BasicMessage): boolean {
    if (this.seen.size === 0) return this.inner.isDuplicate(message);
    const status = this.seen.get(message.serial);
    if (status === undefined) return this.inner.isDuplicate(message);
    this.process.vm.cite(MIR_37);
    this.seen.delete(message.serial);
    if (status !== 'published') this.confirmed.push(message.serial);
    return true;
  }

  fetch(ackRequired: boolean): Fetched | undefined {
    const fetched = this.inner.fetch(ackRequired);
    if (fetched !== undefined) {
      this.broadcast({ type: 'drop', length: this.inner.length, count: 1, ackRequired });
    }
    return fetched;
  }

  /** All of them are one broadcast. */
  takeExpired(nowUs: number, ackRequired: boolean): readonly Fetched[] {
    const taken = this.inner.takeExpired(nowUs, ackRequired);
    if (taken.length > 0) {
      this.broadcast({ type: 'drop', length: this.inner.length, count: taken.length, ackRequired });
    }
    return taken;
  }

  ack(ackTags: readonly number[]): readonly number[] {
    const serials = this.inner.ack(ackTags);
    if (serials.length > 0) this.broadcast({ type: 'ack', serials });
    return serials;
  }

  requeue(ackTags: readonly number[]): readonly number[] {
    const serials = this.inner.requeue(ackTags);
    this.broadcast({ type: 'requeue', serials });
    return serials;
  }

  purge(): number {
    this.broadcast({ type: 'drop', length: 0, count: this.inner.length, ackRequired: false });
    return this.inner.purge();
  }

  drainConfirmed(): readonly number[] {
    const safe = this.inner.drainConfirmed();
    if (this.seen.size === 0 && this.confirmed.length === 0) return safe;
    const confirmed = this.confirmed;
    this.confirmed = [];
    for (const serial of safe) {
      // Its direct copy has not come yet: the confirm is due when it does.
      if (this.seen.get(serial) === 'published') this.seen.set(serial, 'confirmed');
      else confirmed.push(serial);
    }
    return confirmed;
  }

  get syncNeed(): SyncNeed {
    return this.inner.syncNeed;
  }

  sync(done: () => void): void {
    this.inner.sync(done);
  }

  all(): IterableIterator<HeldMessage> {
    return this.inner.all();
  }

  outstanding(ackTag: number): BasicMessage | undefined {
    return this.inner.outstanding(ackTag);
  }

  unsaved(): IterableIterator<BasicMessage> {
    return this.inner.unsaved();
  }

  terminate(reason: TerminateReason): void {
    this.inner.terminate(reason);
  }

  private ensureMonitoring(channel: Pid): void {
    if (this.knownSenders.has(channel)) return;
    this.knownSenders.add(channel);
    const request: EnsureMonitoring = { type: 'ensure_monitoring', channels: [channel] };
    this.process.send(this.coordinator, request);
  }
}
