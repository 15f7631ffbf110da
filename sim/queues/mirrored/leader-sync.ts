/**
 * The leader's side of an eager synchronisation: it announces the round through the ring and then does nothing but hand its
 * messages to the syncer, batch by batch, until all are gone or somebody stops it (MIR-28, MIR-29).
 */
import type { CallFrom, ExitMessage, Message, Pid } from '../../erlang/message.ts';
import { Priority } from '../../kernel/simulation.ts';
import { syncCancelled, syncFinished, syncStarted } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';
import type { HeldMessage } from '../classic/backing-queue.ts';
import type { LeaderPort } from '../classic/mirroring.ts';
import type { SyncStart } from './instructions.ts';
import type { LeaderQueue } from './leader-queue.ts';
import { policyOf } from './placement.ts';
import type { SyncerOrder, SyncerSignal, SyncItem, SyncMessages } from './sync-messages.ts';
import { Syncer } from './syncer.ts';

const MIR_28 = rule('MIR-28');
const MIR_29 = rule('MIR-29');

/** Processor time for reading one message and putting it into a batch. */
const ITEM_COST_US = 10;
/** The throughput limit is looked at when this much time has passed. */
const THROTTLE_INTERVAL_US = 50_000;
const BATCH_OVERHEAD_BYTES = 200;

export class LeaderSync {
  private readonly leader: LeaderPort;
  private readonly queue: LeaderQueue;
  private readonly from: CallFrom;
  private readonly syncer: Pid;
  private readonly round = {};
  private readonly items: Iterator<HeldMessage>;
  private readonly total: number;
  private readonly batchSize: number;
  private readonly bytesPerSecond: number;
  private read = 0;
  private bytesSinceCheck = 0;
  private lastCheckUs: number;
  private hasBegun = false;

  /** Starts a round for `from`, who is answered at its end. */
  constructor(leader: LeaderPort, queue: LeaderQueue, from: CallFrom) {
    const { process, context } = leader;
    this.leader = leader;
    this.queue = queue;
    this.from = from;
    this.total = queue.depth;
    this.items = queue.all();
    const record = leader.record();
    const batchSize = record === undefined ? undefined : policyOf(record, 'ha-sync-batch-size');
    const { mirroringSyncBatchSize, mirroringSyncMaxThroughput } = context.config;
    this.batchSize = typeof batchSize === 'number' && batchSize > 1 ? batchSize : mirroringSyncBatchSize;
    this.bytesPerSecond = mirroringSyncMaxThroughput;
    this.lastCheckUs = context.vm.simulation.nowUs;
    const mirrors = record?.slavePids ?? [];
    context.vm.cite(MIR_28);
    this.syncer = new Syncer(context.vm, context.database, process.pid, this.round, mirrors).pid;
    process.link(this.syncer);
    const start: SyncStart = { type: 'sync_start', round: this.round, syncer: this.syncer, mirrors };
    queue.broadcast(start);
    leader.blockForSync();
    process.receiveOnly((message) => this.accepts(message));
  }

  /** A signal of the syncer. */
  handle(signal: SyncerSignal): void {
    if (signal.round !== this.round) return;
    if (signal.type === 'syncer_next') this.next();
    else {
      this.hasBegun = true;
      this.write('started');
    }
  }

  /** True when it was the syncer that ended. */
  handleExit(exit: ExitMessage): boolean {
    if (exit.from !== this.syncer) return false;
    if (this.hasBegun) {
      this.leader.context.vm.cite(MIR_29);
      this.write('cancelled', 'syncer_died');
    }
    this.end();
    return true;
  }

  /** The operator stops the round; its mirrors will empty themselves. */
  cancel(from: CallFrom): void {
    this.leader.context.vm.cite(MIR_29);
    if (this.hasBegun) this.write('cancelled', 'operator');
    this.order('syncer_cancel');
    this.leader.process.reply(from, 'ok');
    this.end();
  }

  /** The leader ends: so does the round, with the syncer, which is linked to it. */
  abandon(): void {
    if (this.hasBegun) this.write('cancelled', 'leader_ended');
    this.end();
  }

  private accepts(message: Message): boolean {
    switch (message.type) {
      case 'info':
      case 'cancel_sync_mirrors':
        return true;
      case 'syncer_ready':
      case 'syncer_next':
        return (message as SyncerSignal).round === this.round;
      case 'EXIT':
        return (message as ExitMessage).from === this.syncer;
      default:
        return false;
    }
  }

  /** The syncer wants a batch: reading it takes time, and sending it may have to wait for the throughput limit. */
  private next(): void {
    if (this.read >= this.total) {
      this.order('syncer_done');
      this.write('finished');
      this.end();
      return;
    }
    const batch = this.readBatch();
    const delayUs = batch.items.length * ITEM_COST_US + this.throttleUs(batch.bytes);
    const { process } = this.leader;
    process.vm.simulation.after(delayUs, Priority.timer, () =>
      process.deliverUrgent(() => {
        if (this.queue.eagerSync === this) process.send(this.syncer, batch);
      }),
    );
  }

  private readBatch(): SyncMessages {
    const items: SyncItem[] = [];
    let bytes = 0;
    do {
      const { message, pending, expiresAtUs } = this.items.next().value as HeldMessage;
      items.push({ message, pending, expiresAtUs });
      bytes += message.wireBytes;
      this.read += 1;
    } while (
      this.read < this.total &&
      this.read % this.batchSize !== 0 &&
      !(this.bytesPerSecond > 0 && this.bytesSinceCheck + bytes > this.bytesPerSecond)
    );
    return { type: 'sync_messages', round: this.round, items, bytes: bytes + BATCH_OVERHEAD_BYTES };
  }

  private throttleUs(bytes: number): number {
    if (this.bytesPerSecond === 0) return 0;
    const { nowUs } = this.leader.context.vm.simulation;
    this.bytesSinceCheck += bytes;
    const elapsedUs = nowUs - this.lastCheckUs;
    if (elapsedUs <= THROTTLE_INTERVAL_US) return 0;
    const dueUs = Math.round((this.bytesSinceCheck / this.bytesPerSecond) * 1_000_000);
    this.bytesSinceCheck = 0;
    const pauseUs = Math.max(dueUs - elapsedUs, 0);
    this.lastCheckUs = nowUs + pauseUs;
    return pauseUs;
  }

  private order(type: SyncerOrder['type']): void {
    const { process } = this.leader;
    process.unlink(this.syncer);
    const order: SyncerOrder = { type };
    process.send(this.syncer, order);
  }

  private end(): void {
    this.queue.eagerSync = undefined;
    this.leader.resumeFromSync();
    this.leader.process.reply(this.from, 'ok');
    this.leader.confirmSafeMessages();
  }

  private write(what: 'started' | 'finished' | 'cancelled', why = ''): void {
    const { context, process } = this.leader;
    const { journal } = process.vm.simulation;
    const queue = context.queueId(this.leader.record()?.name ?? '');
    const node = context.intern(context.node);
    if (what === 'started') journal.write(syncStarted, queue, node, this.total);
    else if (what === 'finished') journal.write(syncFinished, queue, node);
    else journal.write(syncCancelled, queue, node, context.intern(why));
  }
}
