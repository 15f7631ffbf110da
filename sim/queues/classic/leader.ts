/**
 * The queue process of a classic queue: the leader, mirrored or not (`rabbit_amqqueue_process`). This file decides what is
 * taken when and what it costs; what is done with messages is in `queue-work`, how the process begins and ends in
 * `leader-life`.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import type { ResumeChannel } from '../../broker/limiter.ts';
import type { QueueStatistics } from '../../broker/queue-type.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { CallFrom, DownMessage, ExitMessage, ExitReason, Message, Pid } from '../../erlang/message.ts';
import { fail } from '../../kernel/invariant.ts';
import { rule } from '../../rules/registry.ts';
import type { BackingQueue } from './backing-queue.ts';
import { DepthRecorder } from './depth-recorder.ts';
import { LeaderLife } from './leader-life.ts';
import type {
  AckMessages,
  BasicCancel,
  BasicConsume,
  BasicGet,
  DeleteAnswer,
  DeleteQueue,
  DeliverToQueue,
  InitQueue,
  LimitChannel,
  NotifySent,
  NotifyDown,
  RejectMessages,
} from './leader-messages.ts';
import { costUs, priorityOf } from './leader-turns.ts';
import type { LeaderPort, Mirroring, Promotion } from './mirroring.ts';
import type { LeaderLook, QueueBehaviour, QueueProcess } from './queue-process.ts';
import { ConsumerStateTeller } from './consumer-state.ts';
import { QueueExpiry } from './queue-expiry.ts';
import type { DropExpired } from './queue-limits.ts';
import { QueueWork } from './queue-work.ts';
import { LEADER_SYNC_INTERVAL_US, SyncSchedule, type SyncTimeout } from './sync-schedule.ts';

const BRK_16 = rule('BRK-16');
const BRK_17 = rule('BRK-17');
const BRK_36 = rule('BRK-36');
const BRK_38 = rule('BRK-38');
const MIR_28 = rule('MIR-28');
const MIR_40 = rule('MIR-40');

export class Leader implements QueueBehaviour, LeaderPort {
  readonly context: NodeContext;
  readonly process: QueueProcess;
  /** The record as it was when the process started; what changes is read from the metadata. */
  readonly declared: QueueRecord;
  readonly mirroring: Mirroring | null;
  readonly work: QueueWork;
  readonly depth: DepthRecorder;
  readonly schedule: SyncSchedule;
  readonly expiry: QueueExpiry;
  private readonly life: LeaderLife;
  private readonly decorators: ConsumerStateTeller;
  private exclusiveConsumer: { readonly channel: Pid; readonly tag: string } | null = null;
  private hasHadConsumers = false;
  /** It was recovered and keeps no limits yet. */
  awaitsLimits = false;
  private syncing = false;

  /** `backingQueue` is empty until the process is told to recover or declare. */
  constructor(
    context: NodeContext,
    process: QueueProcess,
    declared: QueueRecord,
    mirroring: Mirroring | null,
    backingQueue: BackingQueue,
  ) {
    this.context = context;
    this.process = process;
    this.declared = declared;
    this.mirroring = mirroring;
    this.work = new QueueWork(
      process,
      context,
      declared,
      backingQueue,
      (work) => this.goOn(work),
      () => this.life.crash(),
    );
    this.depth = new DepthRecorder(process, this.work.records);
    this.schedule = new SyncSchedule(
      process,
      LEADER_SYNC_INTERVAL_US,
      () => this.work.backingQueue,
      () => this.afterMessage(),
    );
    this.expiry = new QueueExpiry(process, () => this.work.consumers.count === 0);
    this.life = new LeaderLife(this);
    this.decorators = new ConsumerStateTeller(this);
  }

  /** A promoted mirror goes on as this leader (MIR-33). */
  static promoted(
    context: NodeContext,
    process: QueueProcess,
    record: QueueRecord,
    mirroring: Mirroring | null,
    promotion: Promotion,
  ): Leader {
    const leader = new Leader(context, process, record, mirroring, promotion.backingQueue);
    leader.life.promote(promotion);
    return leader;
  }

  get isRunning(): boolean {
    return this.life.isRunning;
  }

  get isSyncing(): boolean {
    return this.syncing;
  }

  statistics(): QueueStatistics {
    const { length, depth } = this.backingQueue;
    const consumers = this.work.consumers.count;
    return { messagesReady: length, messagesUnacknowledged: depth - length, consumers };
  }

  /** Takes limits and expiry from the record as it is now. */
  limit(): void {
    this.awaitsLimits = false;
    this.work.limits.configure(this.record() ?? this.declared);
    this.expiry.configure(this.work.limits.expiresUs);
  }

  // --- what mirroring sees -----------------------------------------------------------------------------------

  record(): QueueRecord | undefined {
    return this.context.database.read(rabbitQueue, this.declared.name);
  }

  get backingQueue(): BackingQueue {
    return this.work.backingQueue;
  }

  replaceBackingQueue(next: BackingQueue): void {
    this.work.backingQueue = next;
  }

  /** While mirrors synchronise, everybody else waits (MIR-28). */
  blockForSync(): void {
    this.context.vm.cite(MIR_28);
    this.syncing = true;
    this.process.receiveOnly((message) => message.type === 'info' || message.type === 'cancel_sync_mirrors');
  }

  resumeFromSync(): void {
    this.syncing = false;
    this.process.receiveAll();
  }

  confirmSafeMessages(): void {
    this.work.confirmSafeMessages();
  }

  knowsSender(channel: Pid): boolean {
    return this.work.knows(channel);
  }

  // --- what is taken when ------------------------------------------------------------------------------------

  priorityOf(message: Message): number {
    return priorityOf(message, this.context.vm, this.declared.exclusiveOwner);
  }

  costUs(message: Message): number {
    return costUs(message);
  }

  handleMessage(message: Message): void {
    if (!this.life.isRunning) {
      if (message.type === 'init') this.life.initialise('restart', null);
      else if (this.mirroring?.handleLeaderMessage(this, message) !== true) {
        this.life.hold(() => this.handleMessage(message));
      }
      return;
    }
    switch (message.type) {
      case 'deliver':
        this.work.publish(message as DeliverToQueue);
        break;
      case 'ack':
        this.work.ack(message as AckMessages);
        break;
      case 'reject':
        this.work.reject(message as RejectMessages);
        break;
      case 'resume':
        this.work.limited.resume((message as ResumeChannel).channel);
        break;
      case 'notify_sent':
        if (this.work.consumers.notifySent(message as NotifySent)) this.work.run();
        break;
      case 'limit_channel': {
        const { channel, limiter } = message as LimitChannel;
        this.work.limited.set(channel, limiter);
        break;
      }
      case 'sync_timeout':
        this.schedule.onTimeout(message as SyncTimeout);
        break;
      case 'depth_timeout':
        this.depth.onTimeout(this.backingQueue);
        return;
      case 'policy_changed':
        this.mirroring?.policyChanged(this);
        this.limit();
        break;
      case 'limit':
        this.limit();
        break;
      case 'drop_expired':
        this.work.limits.onTimeout(message as DropExpired);
        break;
      case 'maybe_expire':
        if (this.expiry.onTimeout()) this.life.delete('expired', () => {});
        break;
      case 'notify_decorators':
        this.decorators.forget();
        break;
      case 'DOWN':
        this.handleDown(message as DownMessage);
        break;
      case 'EXIT':
        if (this.mirroring?.handleLeaderMessage(this, message) !== true) {
          this.life.shutDown((message as ExitMessage).reason);
        }
        return;
      default:
        if (this.mirroring?.handleLeaderMessage(this, message) !== true) {
          fail(`the queue process of ${this.declared.name} does not know the message ${message.type}`);
        }
    }
    this.afterMessage();
  }

  handleCall(request: Message, from: CallFrom): void {
    if (request.type === 'init') {
      this.life.initialise((request as InitQueue).mode, from);
      return;
    }
    if (!this.life.isRunning) {
      this.life.hold(() => this.handleCall(request, from));
      return;
    }
    switch (request.type) {
      case 'basic_consume':
        this.process.reply(from, this.consume(request as BasicConsume));
        break;
      case 'basic_cancel':
        this.cancel(request as BasicCancel, from);
        break;
      case 'basic_get': {
        const { channel, noAck } = request as BasicGet;
        this.expiry.touch();
        const answer = this.work.get(channel, noAck);
        this.process.reply(from, answer, answer?.delivery.message.wireBytes);
        break;
      }
      case 'notify_down': {
        const reply = (): void => this.process.reply(from, 'ok');
        if (!this.channelDown((request as NotifyDown).channel, BRK_36, reply)) reply();
        break;
      }
      case 'stat':
        this.expiry.touch();
        this.process.reply(from, this.statistics());
        break;
      case 'info':
        this.process.reply(from, this.statistics());
        break;
      case 'purge':
        this.process.reply(from, this.work.purge());
        break;
      case 'delete':
        this.delete(request as DeleteQueue, from);
        break;
      default:
        if (this.mirroring?.handleLeaderMessage(this, request, from) !== true) {
          this.process.reply(from, 'not_mirrored');
        }
    }
    this.afterMessage();
  }

  onIdle(): void {
    if (this.life.isRunning) this.schedule.onIdle();
  }

  onShutdown(reason: ExitReason): void {
    this.life.shutDown(reason);
  }

  onExit(reason: ExitReason): void {
    this.life.onExit(reason);
  }

  onVmDeath(): void {
    this.life.onVmDeath();
  }

  /** What every message may have caused: deliveries and confirms to send, timers to start, a depth to record. */
  afterMessage(): void {
    this.work.outbox.flush();
    if (!this.life.isRunning) return;
    this.work.confirmSafeMessages();
    this.schedule.afterMessage();
    this.depth.note(this.backingQueue);
    if (this.context.consumerStateChanged !== undefined) this.decorators.note();
  }

  /** The middle of a message, for which an answer had to be waited. */
  private goOn(work: () => void): void {
    if (!this.life.isRunning) return;
    work();
    this.afterMessage();
  }

  look(): LeaderLook {
    const { length, depth } = this.backingQueue;
    return { messagesReady: length, messagesUnacknowledged: depth - length };
  }

  // --- consumers ---------------------------------------------------------------------------------------------

  /** Exclusive consuming keeps others out, and asks for there being none (BRK-38). */
  private consume({ channel, spec }: BasicConsume): 'ok' | 'exclusive' {
    const { consumers } = this.work;
    const shared = consumers.isSingleActive || consumers.count > 0;
    if (this.exclusiveConsumer !== null || (spec.exclusive && shared)) {
      this.context.vm.cite(BRK_38);
      return 'exclusive';
    }
    if (spec.exclusive) this.exclusiveConsumer = { channel, tag: spec.consumerTag };
    this.hasHadConsumers = true;
    this.work.consume(channel, spec);
    return 'ok';
  }

  private cancel({ channel, consumerTag }: BasicCancel, from: CallFrom): void {
    const reply = (): void => this.process.reply(from, 'ok');
    const removed = this.work.cancel(channel, consumerTag);
    const exclusive = this.exclusiveConsumer;
    if (exclusive?.channel === channel && exclusive.tag === consumerTag) this.exclusiveConsumer = null;
    if (removed && this.isToBeAutoDeleted()) this.life.delete('auto_delete', reply);
    else {
      this.expiry.touch();
      // Where one consumer is active, what was ready stays until something else happens (BRK-38).
      reply();
    }
  }

  /** True if the queue goes with its last consumer; `then` is called when it has gone. */
  private channelDown(channel: Pid, why: typeof BRK_36, then: () => void): boolean {
    const ends = this.work.channelDown(channel, why, () => {
      if (this.exclusiveConsumer?.channel === channel) this.exclusiveConsumer = null;
      return this.isToBeAutoDeleted();
    });
    if (ends) this.life.delete('auto_delete', then);
    else this.expiry.touch();
    return ends;
  }

  /** An auto-delete queue goes with the last of its consumers, once it has had any (BRK-17). */
  private isToBeAutoDeleted(): boolean {
    if (!this.declared.autoDelete || !this.hasHadConsumers || this.work.consumers.count > 0) return false;
    this.context.vm.cite(BRK_17);
    return true;
  }

  private handleDown(down: DownMessage): void {
    const { target } = down;
    if (target === this.declared.exclusiveOwner) {
      this.context.vm.cite(BRK_16);
      this.life.delete('exclusive_owner_down', () => {});
    } else if (this.work.knows(target as Pid)) {
      this.channelDown(target as Pid, MIR_40, () => {});
    } else this.mirroring?.handleLeaderMessage(this, down);
  }

  private delete({ ifUnused, ifEmpty }: DeleteQueue, from: CallFrom): void {
    const messageCount = this.backingQueue.length;
    const answer = (value: DeleteAnswer): void => this.process.reply(from, value);
    if (ifEmpty && messageCount > 0) answer('not_empty');
    else if (ifUnused && this.work.consumers.count > 0) answer('in_use');
    else this.life.delete('deleted', () => answer({ messageCount }));
  }
}
