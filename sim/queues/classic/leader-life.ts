/**
 * How a queue process begins (declared, recovered, promoted, restarted after a crash) and how it ends (stopped, dropped,
 * deleted, crashed, with its VM): records in the metadata, content on disk, and what each end destroys.
 */
import { deleteQueueRecords } from '../../broker/binding.ts';
import { durableForm, rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { Transaction } from '../../cluster/database.ts';
import type { CallFrom, ExitReason } from '../../erlang/message.ts';
import {
  queueDeclared,
  queueDeleted,
  queueDown,
  queuePrioritised,
  queueRecovered,
  queueUp,
} from '../../records/cluster.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import { createContent, isContent, maxPriority, recoverContent } from './content.ts';
import { DROPPED, isOrderly } from './exit-reasons.ts';
import type { Leader } from './leader.ts';
import type { InitAnswer } from './leader-messages.ts';
import type { Promotion } from './mirroring.ts';
import { QueueLimits } from './queue-limits.ts';

const BRK_13 = rule('BRK-13');
const BRK_14 = rule('BRK-14');
const BRK_16 = rule('BRK-16');
const BRK_17 = rule('BRK-17');
const BRK_21 = rule('BRK-21');
const BRK_23 = rule('BRK-23');
const BRK_52 = rule('BRK-52');
const CLU_23 = rule('CLU-23');
const MIR_22 = rule('MIR-22');
const MIR_33 = rule('MIR-33');
const MIR_50 = rule('MIR-50');

/** `new`: declared by a client; `recover`: at boot, from disk; `restart`: by the supervisor after a crash, from disk. */
export type InitMode = 'new' | 'recover' | 'restart';

export class LeaderLife {
  private readonly leader: Leader;
  /** `gone`: the content is accounted for, only the process is left. */
  private phase: 'starting' | 'running' | 'ending' | 'gone' = 'starting';
  private held: (() => void)[] = [];

  constructor(leader: Leader) {
    this.leader = leader;
  }

  get isRunning(): boolean {
    return this.phase === 'running';
  }

  /**
   * What arrives before the queue is ready waits for that; after its end has begun it is dropped, and callers learn of
   * the end from their monitors.
   */
  hold(action: () => void): void {
    if (this.phase === 'starting') this.held.push(action);
  }

  // --- beginnings --------------------------------------------------------------------------------------------

  /** Answers `from` (if anybody asked) with an `InitAnswer` when the queue is ready, mirrors included (MIR-9). */
  initialise(mode: InitMode, from: CallFrom | null): void {
    const { process, context, declared } = this.leader;
    const answer = (value: InitAnswer): void => {
      if (from !== null) process.reply(from, value);
    };
    const owner = declared.exclusiveOwner;
    if (owner !== null) {
      if (!context.vm.isProcessAlive(owner)) {
        context.vm.cite(BRK_16);
        answer({ outcome: 'owner_died' });
        process.exit('{shutdown, missing_owner}');
        return;
      }
      process.monitor(owner);
    }
    const record: QueueRecord = { ...declared, pid: process.pid, state: 'live' };
    context.database.transaction(
      process,
      { locks: this.locks() },
      (transaction) => this.writeRecord(transaction, record, mode),
      (outcome) => {
        if (outcome.outcome === 'created') this.start(record, mode, () => answer(outcome));
        else {
          answer(outcome);
          process.exit('normal');
        }
      },
    );
  }

  private writeRecord(transaction: Transaction, record: QueueRecord, mode: InitMode): InitAnswer {
    if (mode === 'new') {
      const existing = transaction.read(rabbitQueue, record.name);
      if (existing !== undefined) return { outcome: 'existing', record: existing };
      const absent = transaction.read(rabbitDurableQueue, record.name);
      if (absent !== undefined) {
        this.leader.context.vm.cite(BRK_14);
        return { outcome: 'absent', record: absent };
      }
    }
    store(transaction, record);
    return { outcome: 'created', record };
  }

  private start(record: QueueRecord, mode: InitMode, done: () => void): void {
    const { leader } = this;
    const { context, work, mirroring } = leader;
    const { vm } = context;
    const { journal, queue, node } = work.records;
    const fromDisk = mode !== 'new' && record.durable;
    work.backingQueue = fromDisk ? recoverContent(vm, record) : createContent(vm, record);
    if (mode === 'new') {
      vm.cite(BRK_13);
      journal.write(queueDeclared, queue, node, context.intern(record.type), record.durable ? 1 : 0);
      const highest = maxPriority(record);
      if (highest !== null) journal.write(queuePrioritised, queue, node, highest);
    } else {
      for (const { message } of work.backingQueue.all()) work.records.recoveredFromDisk(message);
      journal.write(queueRecovered, queue, node, work.backingQueue.length);
      journal.write(queueUp, queue, node);
    }
    const running = (): void => {
      this.phase = 'running';
      if (mode !== 'recover') leader.limit();
      else if (QueueLimits.concern(record, work.backingQueue)) leader.awaitsLimits = true;
      leader.afterMessage();
      done();
      const { held } = this;
      this.held = [];
      for (const action of held) if (this.isRunning) action();
    };
    if (mirroring?.isMirrored(record) === true) mirroring.startMirroring(leader, running);
    else running();
  }

  /** A mirror's process goes on as the leader, with no consumers (MIR-33). */
  promote(promotion: Promotion): void {
    const { leader } = this;
    const { context, process, declared } = leader;
    context.vm.cite(MIR_33);
    this.phase = 'running';
    if (declared.exclusiveOwner !== null) process.monitor(declared.exclusiveOwner);
    const { journal, queue, node } = leader.work.records;
    journal.write(queueUp, queue, node);
    const record = leader.record() ?? declared;
    leader.work.takeOver(promotion, record);
    leader.expiry.configure(leader.work.limits.expiresUs);
    leader.afterMessage();
    leader.schedule.takeOver();
  }

  // --- ends --------------------------------------------------------------------------------------------------

  /**
   * An end that was asked for. `shutdown`: the application stops; what is durable is flushed, numbering and watermark with it.
   * `{shutdown, dropped}`: this replica is not wanted any more and leaves nothing (MIR-22).
   */
  shutDown(reason: ExitReason): void {
    const { process } = this.leader;
    if (this.phase === 'ending' || this.phase === 'gone') return;
    if (this.phase === 'starting' || !isOrderly(reason)) {
      process.exit(reason);
      return;
    }
    this.phase = 'ending';
    if (reason === DROPPED) {
      this.discardContent();
      this.down('dropped');
      process.exit(reason);
      return;
    }
    if (reason !== 'shutdown') {
      this.closeContent(reason);
      return;
    }
    this.leader.context.database.transaction(
      process,
      { locks: this.locks() },
      (transaction) => {
        const record = transaction.read(rabbitQueue, this.leader.declared.name);
        if (record !== undefined) store(transaction, { ...record, state: 'stopped' });
      },
      () => this.closeContent(reason),
    );
  }

  private closeContent(reason: ExitReason): void {
    const { mirroring, process, context, work } = this.leader;
    const flush = (): void => {
      process.sleep(context.vm.disk.fsyncUs(), () => {
        context.vm.cite(CLU_23);
        work.backingQueue.terminate('shutdown');
        this.loseMemory('transient', BRK_21);
        this.phase = 'gone';
        this.down('shutdown');
        process.exit(reason);
      });
    };
    if (mirroring !== null && this.isMirrored) mirroring.beforeShutdown(this.leader, flush);
    else flush();
  }

  /**
   * The queue goes for good; `then` is called when its records are gone, just before the process ends. What somebody asked for
   * ends its messages (BRK-52); what happened because nobody was left destroys them.
   */
  delete(why: 'deleted' | 'auto_delete' | 'expired' | 'exclusive_owner_down', then: () => void): void {
    const { leader } = this;
    const { context, process, work, mirroring } = leader;
    if (this.phase !== 'running') return;
    this.phase = 'ending';
    work.outbox.flush();
    work.confirmSafeMessages();
    const remove = (): void => {
      for (const { message } of work.backingQueue.all()) {
        if (why === 'deleted') work.records.ended(message, 'purged', BRK_52);
        else work.records.destroyed(message, why, why === 'exclusive_owner_down' ? BRK_16 : BRK_17);
      }
      work.backingQueue.terminate('delete');
      this.phase = 'gone';
      leader.depth.deleted();
      context.database.transaction(
        process,
        { locks: this.locks() },
        (transaction) => deleteQueueRecords(transaction, leader.declared.name),
        () => {
          const { journal, queue, node } = work.records;
          journal.write(queueDeleted, queue, node, context.intern(why));
          then();
          process.exit('normal');
        },
      );
    };
    if (mirroring !== null && this.isMirrored) mirroring.beforeDelete(leader, remove);
    else remove();
  }

  /** Something is not as the process takes for granted: its record says so before it ends, and whoever asks then is refused (MIR-50). */
  crash(): void {
    const { context, process, declared } = this.leader;
    if (this.phase !== 'running') return;
    context.database.transaction(
      process,
      { locks: this.locks() },
      (transaction) => {
        const record = transaction.read(rabbitQueue, declared.name);
        if (record !== undefined) store(transaction, { ...record, state: 'crashed' });
      },
      () => process.exit('crash'),
    );
  }

  /** Any end of the process. Of a crash the content is left as the disk has it (MIR-50). */
  onExit(reason: ExitReason): void {
    this.leader.work.limits.stop();
    this.leader.expiry.stop();
    this.leader.schedule.stop();
    this.leader.depth.stop();
    if (this.phase === 'starting' || this.phase === 'gone') return;
    this.phase = 'gone';
    const { work, context } = this.leader;
    context.vm.cite(MIR_50);
    work.backingQueue.terminate('crash');
    this.loseMemory('crash', MIR_50);
    this.down(reason);
  }

  /** Nothing is flushed any more: what had not reached the disk is gone (BRK-23). */
  onVmDeath(): void {
    if (this.phase === 'starting' || this.phase === 'gone') return;
    this.leader.context.vm.cite(BRK_23);
    this.loseMemory('vm_died', BRK_23);
    this.down('vm_died');
  }

  /** What was never going to be on disk is lost for that reason, the rest by the way in which the process ended. */
  private loseMemory(why: string, decidedBy: Rule): void {
    const { work, declared } = this.leader;
    for (const message of work.backingQueue.unsaved()) {
      const { persistent } = message.properties;
      work.records.destroyed(message, why, !declared.durable ? BRK_13 : persistent ? decidedBy : BRK_21);
    }
  }

  private discardContent(): void {
    const { work, context } = this.leader;
    context.vm.cite(MIR_22);
    for (const { message } of work.backingQueue.all()) work.records.destroyed(message, 'dropped', MIR_22);
    work.backingQueue.terminate('delete');
    this.phase = 'gone';
  }

  private down(why: string): void {
    const { work, context } = this.leader;
    const { journal, queue, node } = work.records;
    journal.write(queueDown, queue, node, context.intern(why));
  }

  private get isMirrored(): boolean {
    return !isContent(this.leader.work.backingQueue);
  }

  private locks(): readonly string[] {
    const { name } = this.leader.declared;
    return [`${rabbitQueue.name}/${name}`, `${rabbitDurableQueue.name}/${name}`];
  }
}

/** Writes the live record, and the durable one of a durable queue. */
function store(transaction: Transaction, record: QueueRecord): void {
  transaction.write(rabbitQueue, record.name, record);
  if (record.durable) transaction.write(rabbitDurableQueue, record.name, durableForm(record));
}
