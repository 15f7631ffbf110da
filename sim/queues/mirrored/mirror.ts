/**
 * A mirror of a classic queue: the behaviour of its process from its start to its promotion or end
 * (`rabbit_mirror_queue_slave`). It executes what the ring brings on a queue of its own, pairs it with what channels
 * send directly, confirms, and knows how far it is from holding all that the leader holds.
 */
import type {
  CallFrom,
  CallMessage,
  DownMessage,
  ExitMessage,
  ExitReason,
  Message,
  MonitorRef,
  Pid,
} from '../../erlang/message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { NumberMap } from '../../kernel/number-map.ts';
import { mirrorAdded, mirrorSynchronised } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';
import type { BackingQueue } from '../classic/backing-queue.ts';
import { DROPPED, isOrderly } from '../classic/exit-reasons.ts';
import type { DeliverToQueue, QueueConfirm, RunBackingQueue } from '../classic/leader-messages.ts';
import type { ReplicaParts } from '../classic/mirroring.ts';
import type { QueueBehaviour, QueueProcess } from '../classic/queue-process.ts';
import { MIRROR_SYNC_INTERVAL_US, SyncSchedule, type SyncTimeout } from '../classic/sync-schedule.ts';
import { execute } from './execution.ts';
import { Gm } from './gm.ts';
import type { Batch, SyncStart } from './instructions.ts';
import { listMirror, type Listing } from './joining.ts';
import { MirrorCallback, type GmDeathsCall } from './mirror-callback.ts';
import { maybeAutoSync, maybeDropLeader } from './mirror-set.ts';
import { MirrorSenders } from './mirror-senders.ts';
import { MirrorSync } from './mirror-sync.ts';
import { Pairing } from './pairing.ts';
import { handleDeaths } from './promotion.ts';
import { queueLocks, storeUpdatedMirrors } from './queue-store.ts';
import { ReplicaJournal } from './replica-journal.ts';
import type { SyncComplete, SyncMessages } from './sync-messages.ts';

const BRK_23 = rule('BRK-23');
const MIR_8 = rule('MIR-8');
const MIR_11 = rule('MIR-11');
const MIR_22 = rule('MIR-22');
const MIR_23 = rule('MIR-23');
const MIR_26 = rule('MIR-26');
const MIR_27 = rule('MIR-27');
const MIR_50 = rule('MIR-50');

/** Processor time of one instruction of the ring, and of one direct copy. */
const INSTRUCTION_COST_US = 20;
const DIRECT_COPY_COST_US = 15;

export class Mirror implements QueueBehaviour {
  readonly context: NodeContext;
  readonly process: QueueProcess;
  readonly queue: string;
  readonly parts: ReplicaParts;
  readonly journal: ReplicaJournal;
  readonly pairing: Pairing;
  readonly senders: MirrorSenders;
  /** Messages that the leader has out for acknowledgement: serial to number in our queue. */
  readonly acks = new NumberMap<number>();
  gm!: Gm;
  content!: BackingQueue;
  /** The leader as we last heard of it. */
  leader: Pid | null = null;
  /** Messages that the leader holds and we do not; undefined while unknown (MIR-27). */
  depthDelta: number | undefined;
  private readonly ringStarted: (gm: Gm) => void;
  private isStarted = false;
  private isContentAccountedFor = false;
  private joining: { readonly monitor: MonitorRef; readonly done: () => void } | undefined;
  private schedule!: SyncSchedule;
  private sync: MirrorSync | undefined;
  private isDurable = false;
  private confirmsTo: Pid | undefined;
  private confirms: number[] = [];

  constructor(
    context: NodeContext,
    process: QueueProcess,
    queue: string,
    parts: ReplicaParts,
    ringStarted: (gm: Gm) => void,
  ) {
    this.ringStarted = ringStarted;
    this.context = context;
    this.process = process;
    this.queue = queue;
    this.parts = parts;
    this.journal = new ReplicaJournal(context, queue);
    this.pairing = new Pairing({
      isDurable: () => this.isDurable,
      cite: (cited) => context.vm.cite(cited),
      confirm: (copy) => this.confirm(copy),
    });
    this.senders = new MirrorSenders(process, this.pairing);
  }

  record(): QueueRecord | undefined {
    return this.context.database.read(rabbitQueue, this.queue);
  }

  // --- the behaviour of the process ------------------------------------------------------------------------------

  priorityOf(message: Message): number {
    switch (message.type) {
      case 'run_backing_queue':
      case 'sync_timeout':
        return 6;
      case 'gm':
        return 5;
      case '$call': {
        const { type } = (message as CallMessage).request;
        return type === 'info' ? 9 : type === 'gm_deaths' ? 5 : 0;
      }
      default:
        return 0;
    }
  }

  costUs(message: Message): number {
    if (message.type === 'gm') return (message as Batch).instructions.length * INSTRUCTION_COST_US;
    return message.type === 'deliver' ? DIRECT_COPY_COST_US : 0;
  }

  handleMessage(message: Message): void {
    switch (message.type) {
      case 'gm':
        this.handleBatch(message as Batch);
        return;
      case 'deliver':
        this.handleDirect(message as DeliverToQueue);
        return;
      case 'go':
        this.start(() => {});
        return;
      case 'joined':
        this.joined();
        return;
      case 'sync_timeout':
        this.schedule.onTimeout(message as SyncTimeout);
        return;
      case 'sync_start':
        this.sync = MirrorSync.begin(this, message as SyncStart);
        return;
      case 'sync_messages':
      case 'sync_complete':
        this.sync?.handle(message as SyncMessages | SyncComplete);
        return;
      case 'run_backing_queue':
        this.senders.confirmDeath(message as RunBackingQueue, this.gm.pid);
        return;
      case 'DOWN':
        this.handleDown(message as DownMessage);
        return;
      case 'EXIT':
        this.end((message as ExitMessage).reason);
    }
  }

  handleCall(request: Message, from: CallFrom): void {
    if (request.type === 'go') this.start(() => this.process.reply(from, 'ok'));
    else if (request.type === 'gm_deaths') handleDeaths(this, request as GmDeathsCall, from);
    else if (request.type === 'info') this.process.reply(from, { isSynchronised: this.depthDelta === 0 });
    // Only leaders know other calls; RabbitMQ's mirror dies of them.
    else this.crash();
  }

  onIdle(): void {
    if (this.isStarted && this.sync === undefined) this.schedule.onIdle();
  }

  onShutdown(reason: ExitReason): void {
    this.end(reason);
  }

  /** Any end of the process; one that was not asked for leaves on disk what had been flushed. */
  onExit(): void {
    if (!this.isStarted) return;
    this.schedule.stop();
    if (this.isContentAccountedFor) return;
    this.content.terminate('crash');
    this.journal.unsaved(this.content, 'crash', MIR_50.index);
  }

  onVmDeath(): void {
    if (this.isStarted && !this.isContentAccountedFor) {
      this.journal.unsaved(this.content, 'vm_died', BRK_23.index);
    }
  }

  // --- starting ----------------------------------------------------------------------------------------------------

  /** Joins the ring first and the record second (MIR-13); `done` when this mirror runs. */
  private start(done: () => void): void {
    const { process, context } = this;
    if (this.isStarted) {
      done();
      return;
    }
    this.gm = new Gm(context, this.queue, new MirrorCallback(process.pid));
    this.ringStarted(this.gm);
    process.link(this.gm.pid);
    const monitor = process.monitor(this.gm.pid);
    this.joining = { monitor, done };
    process.receiveOnly((message) => message.type === 'joined' || (message as DownMessage).ref === monitor);
  }

  /** A ring process that dies instead of joining will end us by its exit signal; here we only must not wait for ever. */
  private joined(): void {
    const { process, context, joining } = this;
    if (joining === undefined) return;
    this.joining = undefined;
    process.receiveAll();
    process.demonitor(joining.monitor);
    listMirror(context, process, this.queue, this.gm.pid, (listing) => this.listed(listing, joining.done));
  }

  private listed(listing: Listing, done: () => void): void {
    const { process, context } = this;
    if (listing.outcome !== 'new') {
      context.vm.cite(MIR_26);
      process.unlink(this.gm.pid);
      process.send(this.gm.pid, { type: 'leave' });
      process.exit(listing.outcome === 'stale' ? 'stale_master_pid' : 'normal');
      return;
    }
    const { record } = listing;
    if (listing.replacesDead) this.journal.gone('failure', record.pid?.node ?? '');
    for (const pid of listing.toStop) pid.process.kill();
    context.vm.cite(MIR_23);
    this.isStarted = true;
    this.isDurable = record.durable;
    this.leader = record.pid;
    this.content = this.parts.openBackingQueue(context, process, record);
    this.schedule = new SyncSchedule(
      process,
      MIRROR_SYNC_INTERVAL_US,
      () => this.content,
      () => this.settle(),
    );
    this.journal.mirrorOf(mirrorAdded, record.pid?.node ?? '');
    process.send(this.gm.pid, { type: 'request_depth' });
    process.send(this.gm.pid, {
      type: 'validate_members',
      members: [this.gm.pid, ...listing.others],
    } as Message);
    maybeAutoSync(context, record);
    done();
  }

  // --- the two copies ------------------------------------------------------------------------------------------------

  private handleBatch(batch: Batch): void {
    const record = this.record();
    if (record === undefined || !record.slavePids.includes(this.process.pid)) {
      this.context.vm.cite(MIR_26);
      this.end('shutdown');
      return;
    }
    this.context.vm.cite(MIR_11);
    execute(this, batch.instructions, 0, () => this.settle());
  }

  private handleDirect(copy: DeliverToQueue): void {
    this.context.vm.cite(MIR_8);
    if (copy.delivery.message.flow) this.process.credit.acknowledge(this.process, copy.channel);
    this.senders.note(copy.channel);
    this.pairing.direct(copy);
    this.settle();
  }

  /** The end of a turn: confirms go out, the disk is seen to. */
  settle(): void {
    if (!this.isStarted || !this.process.alive) return;
    for (const serial of this.content.drainConfirmed()) this.pairing.safe(serial);
    this.sendConfirms();
    if (this.sync === undefined) this.schedule.afterMessage();
  }

  private confirm(copy: DeliverToQueue): void {
    if (this.confirmsTo !== copy.channel) this.sendConfirms();
    this.confirmsTo = copy.channel;
    this.confirms.push(copy.delivery.confirmNumber);
    this.journal.confirmed(copy.delivery.message);
  }

  private sendConfirms(): void {
    if (this.confirms.length === 0) return;
    const message: QueueConfirm = {
      type: 'queue_confirm',
      queue: this.queue,
      replica: this.process.pid,
      confirmNumbers: this.confirms,
    };
    this.process.send(this.confirmsTo!, message);
    this.confirms = [];
  }

  private handleDown(down: DownMessage): void {
    if (this.joining?.monitor === down.ref) this.joined();
    else if (this.sync?.handleDown(down) !== true) {
      this.senders.monitorFired(down.target as Pid);
      this.settle();
    }
  }

  // --- how far from the leader -----------------------------------------------------------------------------------------

  /**
   * We are `delta` messages short of the leader. True when that makes us synchronised, which is still to be recorded. The
   * difference never grows again once it is known.
   */
  setDelta(delta: number): boolean {
    const known = this.depthDelta;
    if (delta < 0 || (known !== undefined && delta > known)) {
      this.crash();
      return false;
    }
    this.depthDelta = delta;
    return delta === 0 && known !== 0;
  }

  /** The leader lost `count` messages that we never had. Result as `setDelta`. */
  shrinkDelta(count: number): boolean {
    if (count === 0 || this.depthDelta === undefined) return false;
    return this.setDelta(this.depthDelta - count);
  }

  recordSynchronised(then: () => void): void {
    const { context, process } = this;
    context.database.transaction<QueueRecord | undefined>(
      process,
      { locks: queueLocks(this.queue) },
      (transaction) => {
        const record = transaction.read(rabbitQueue, this.queue);
        if (record === undefined) return undefined;
        const syncSlavePids = [process.pid, ...record.syncSlavePids];
        return storeUpdatedMirrors(transaction, context, { ...record, syncSlavePids });
      },
      (record) => {
        context.vm.cite(MIR_27);
        if (record !== undefined) {
          this.journal.mirrorOf(mirrorSynchronised, record.pid?.node ?? '');
          maybeDropLeader(context, process, record);
        }
        then();
      },
    );
  }

  /** A synchronisation round that we took part in is over. */
  syncEnded(): void {
    this.sync = undefined;
    this.process.receiveAll();
  }

  // --- ending ----------------------------------------------------------------------------------------------------------

  /** The process goes on as a leader: what was this behaviour's own in it ends. */
  handedOver(): void {
    this.isStarted = false;
    this.schedule.stop();
  }

  /** An invariant of the protocol does not hold, as can happen after partial partitions: RabbitMQ's mirror crashes, too. */
  crash(): void {
    this.end('badmatch');
  }

  end(reason: ExitReason): void {
    if (this.isStarted) {
      if (isOrderly(reason) && reason !== 'normal' && reason !== DROPPED) {
        this.isContentAccountedFor = true;
        this.content.terminate('shutdown');
        this.journal.unsaved(this.content, 'mirror_stopped', MIR_23.index);
      } else this.deleteContent(reason === DROPPED ? 'dropped' : 'mirror_ended', MIR_22.index);
    }
    this.process.exit(reason);
  }

  /** Deletes what this mirror holds, in memory and on disk. */
  deleteContent(why: string, ruleIndex: number): void {
    this.isContentAccountedFor = true;
    this.journal.destroyed(this.content, why, ruleIndex);
    this.content.terminate('delete');
  }
}
