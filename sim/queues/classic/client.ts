/**
 * The part of the classic queue type that lives in a channel (`rabbit_classic_queue`'s client side): publishes go to every replica, their
 * confirms are counted together, and the death of a replica is turned into what it means for publishes and consumers.
 */
import { exclusivelyConsumed } from '../../broker/errors.ts';
import { callsToAll, FanOut } from '../../broker/fan-out.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type {
  ChannelError,
  ChannelPort,
  ConsumeSpec,
  Delivery,
  QueueClient,
  SettleOperation,
} from '../../broker/queue-type.ts';
import type { DownMessage, Message, Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import { CreditAccount, type BumpCredit } from './credit-flow.ts';
import { isBenign } from './exit-reasons.ts';
import type {
  AckMessages,
  BasicCancel,
  BasicConsume,
  BasicGet,
  DeliverToQueue,
  GetAnswer,
  LimitChannel,
  NotifyDown,
  NotifySent,
  QueueConfirm,
  QueueDeliver,
  QueueRejection,
  RejectMessages,
} from './leader-messages.ts';
import { REPLICAS_MAX, Unconfirmed } from './unconfirmed.ts';
import { invariant } from '../../kernel/invariant.ts';

const BRK_36 = rule('BRK-36');
const BRK_52 = rule('BRK-52');
const MIR_8 = rule('MIR-8');
const MIR_30 = rule('MIR-30');
const MIR_32 = rule('MIR-32');
const MIR_39 = rule('MIR-39');
const MIR_47 = rule('MIR-47');

/** How many deliveries the writer reports at once. */
const REPORT_SENT_AFTER = 50;

/** A replica that this channel watches. Its bit stands for it in `Unconfirmed`. */
class Replica {
  readonly queue: QueueState;
  readonly pid: Pid;
  readonly bit: number;
  readonly account = new CreditAccount();
  /** Deliveries of it that were sent to the client and that it does not know of. */
  sent = 0;

  constructor(queue: QueueState, pid: Pid, bit: number) {
    this.queue = queue;
    this.pid = pid;
    this.bit = bit;
  }
}

/** What the channel knows of one queue. */
class QueueState {
  readonly name: string;
  readonly unconfirmed = new Unconfirmed();
  readonly consumerTags = new Set<string>();
  /** Where acknowledgements go: the leader as of the last publish, consume or get, dead or not (MIR-39). */
  leader: Pid | null = null;
  /** The record that the three below were made from. */
  record: QueueRecord | undefined;
  leaderReplica: Replica | undefined;
  mirrors: readonly Replica[] = [];
  bits = 0;
  usedBits = 0;

  constructor(name: string) {
    this.name = name;
  }
}

export class ClassicQueueClient implements QueueClient {
  private readonly port: ChannelPort;
  private readonly queues = new Map<string, QueueState>();
  private readonly replicas = new Map<Pid, Replica>();
  private readonly fanOut: FanOut;
  private blockedReplicas = 0;

  constructor(port: ChannelPort) {
    this.port = port;
    this.fanOut = new FanOut(port.process);
  }

  /** To all leaders, then to all mirrors, as the records name them at this moment (MIR-8). */
  deliver(queues: readonly QueueRecord[], delivery: Delivery): void {
    const { process, context } = this.port;
    context.vm.cite(MIR_8);
    const { confirmNumber } = delivery;
    const bytes = delivery.message.wireBytes;
    const channel = process.pid;
    const forLeaders: DeliverToQueue = { type: 'deliver', delivery, channel, asMirror: false };
    // Replicas of one queue are all on different nodes, and what goes to one process of a node goes straight (NET-13).
    const fanOut = queues.length > 1 || this.fanOut.isAsking ? this.fanOut : null;
    let mirrored = false;
    for (const record of queues) {
      const state = this.stateOf(record);
      if (confirmNumber > 0 && state.bits !== 0) state.unconfirmed.add(confirmNumber, state.bits);
      if (state.mirrors.length > 0) mirrored = true;
      if (state.leaderReplica === undefined) continue;
      this.spend(state.leaderReplica);
      if (fanOut === null) process.send(state.leaderReplica.pid, forLeaders, bytes);
      else fanOut.add(state.leaderReplica.pid);
    }
    fanOut?.cast(forLeaders, bytes, delivery.message);
    if (!mirrored) return;
    const forMirrors: DeliverToQueue = { type: 'deliver', delivery, channel, asMirror: true };
    for (const record of queues) {
      for (const mirror of this.stateOf(record).mirrors) {
        // Once for this copy, once for the one that comes from the leader (MIR-47).
        this.spend(mirror);
        this.spend(mirror);
        if (fanOut === null) process.send(mirror.pid, forMirrors, bytes);
        else fanOut.add(mirror.pid);
      }
    }
    fanOut?.cast(forMirrors, bytes, delivery.message);
  }

  consume(queue: QueueRecord, spec: ConsumeSpec, done: (error: ChannelError | 'retry' | null) => void): void {
    const { process } = this.port;
    const { pid, name } = queue;
    if (pid === null) {
      done('retry');
      return;
    }
    const request: BasicConsume = { type: 'basic_consume', channel: process.pid, spec };
    process.call<'ok' | 'exclusive'>(pid, request, {
      reply: (answer) => {
        if (answer === 'exclusive') {
          done(exclusivelyConsumed(name));
          return;
        }
        const state = this.queue(name);
        state.leader = pid;
        state.consumerTags.add(spec.consumerTag);
        this.replica(state, pid);
        done(null);
      },
      failed: () => done('retry'),
    });
  }

  cancel(queue: QueueRecord, consumerTag: string, done: () => void): void {
    const { process } = this.port;
    this.queues.get(queue.name)?.consumerTags.delete(consumerTag);
    if (queue.pid === null) {
      done();
      return;
    }
    const request: BasicCancel = { type: 'basic_cancel', channel: process.pid, consumerTag };
    process.call(queue.pid, request, { reply: done, failed: done });
  }

  get(queue: QueueRecord, noAck: boolean, done: (answer: GetAnswer | 'retry' | null) => void): void {
    const { process } = this.port;
    const { pid, name } = queue;
    if (pid === null) {
      done('retry');
      return;
    }
    const request: BasicGet = { type: 'basic_get', channel: process.pid, noAck };
    process.call<GetAnswer | null>(pid, request, {
      reply: (answer) => {
        this.queue(name).leader = pid;
        done(answer);
      },
      failed: () => done('retry'),
    });
  }

  /** Goes to the leader of the moment, although the numbers may be those of an earlier one (MIR-39). */
  settle(
    operation: SettleOperation,
    queue: string,
    queuePid: Pid,
    _consumerTag: string,
    messageIds: readonly number[],
  ): void {
    const { process, context } = this.port;
    const leader = this.queues.get(queue)?.leader;
    if (leader === null || leader === undefined) return;
    if (leader !== queuePid) context.vm.cite(MIR_39);
    const channel = process.pid;
    if (operation === 'complete') {
      process.send(leader, { type: 'ack', ackTags: messageIds, channel } as AckMessages);
      return;
    }
    const requeue = operation === 'requeue';
    process.send(leader, { type: 'reject', requeue, ackTags: messageIds, channel } as RejectMessages);
  }

  limitChanged(limiter: Pid | null): void {
    for (const { leader, consumerTags } of this.queues.values()) {
      if (leader !== null && consumerTags.size > 0) this.fanOut.add(leader);
    }
    const limit: LimitChannel = { type: 'limit_channel', channel: this.port.process.pid, limiter };
    this.fanOut.cast(limit);
  }

  handleMessage(message: Message): boolean {
    switch (message.type) {
      case 'queue_confirm':
        this.confirmed(message as QueueConfirm);
        return true;
      case 'queue_rejection':
        this.refused(message as QueueRejection);
        return true;
      case 'queue_deliver': {
        const { noAck, deliveries } = message as QueueDeliver;
        this.port.deliver(noAck, deliveries);
        this.sent(deliveries[0]!.queuePid, deliveries.length);
        return true;
      }
      case 'bump_credit': {
        const { from, credit } = message as BumpCredit;
        if (this.replicas.get(from)?.account.refill(credit) === true) this.unblocked();
        return true;
      }
      case 'DOWN':
        return this.replicaDown(message as DownMessage);
      default:
        return false;
    }
  }

  /** Queues with consumers of this channel are told, and it waits for all of them or `channel_operation_timeout` (BRK-36). */
  close(done: () => void): void {
    const { process, context } = this.port;
    const told = [...this.queues.values()].flatMap(({ consumerTags, leader }) =>
      consumerTags.size > 0 && leader !== null ? [leader] : [],
    );
    if (told.length === 0) {
      done();
      return;
    }
    context.vm.cite(BRK_36);
    const notice: NotifyDown = { type: 'notify_down', channel: process.pid };
    const calls = callsToAll(process, told, notice);
    let waitingFor = calls.length;
    const answered = (): void => {
      waitingFor -= 1;
      if (waitingFor === 0) done();
    };
    for (const { to, request } of calls) {
      process.ask(to, request, {
        reply: answered,
        failed: answered,
        timeoutUs: context.config.channelOperationTimeoutUs,
      });
    }
  }

  // --- replicas ----------------------------------------------------------------------------------------------

  private queue(name: string): QueueState {
    let state = this.queues.get(name);
    if (state === undefined) this.queues.set(name, (state = new QueueState(name)));
    return state;
  }

  /** The queue's state, brought up to the record; records are never changed, so the same one needs no work. */
  private stateOf(record: QueueRecord): QueueState {
    const state = this.queue(record.name);
    if (state.record === record) return state;
    state.leader = record.pid;
    state.leaderReplica = record.pid === null ? undefined : this.replica(state, record.pid);
    state.mirrors = record.slavePids.map((pid) => this.replica(state, pid));
    state.bits = state.leaderReplica?.bit ?? 0;
    for (const mirror of state.mirrors) state.bits |= mirror.bit;
    state.record = record;
    return state;
  }

  private replica(state: QueueState, pid: Pid): Replica {
    const known = this.replicas.get(pid);
    if (known !== undefined) return known;
    let number = 0;
    while ((state.usedBits & (1 << number)) !== 0) number += 1;
    invariant(number < REPLICAS_MAX, 'a queue has at most 30 replicas');
    const replica = new Replica(state, pid, 1 << number);
    state.usedBits |= replica.bit;
    this.replicas.set(pid, replica);
    this.port.process.monitor(pid);
    return replica;
  }

  private confirmed({ replica: pid, confirmNumbers }: QueueConfirm): void {
    const replica = this.replicas.get(pid);
    if (replica === undefined) return;
    this.port.context.vm.cite(MIR_30);
    const settled = replica.queue.unconfirmed.confirm(confirmNumbers, replica.bit);
    if (settled.length > 0) this.port.settled(replica.queue.name, settled);
  }

  /** One refusal settles it, whatever mirrors say of it later (BRK-41). */
  private refused({ replica: pid, confirmNumber }: QueueRejection): void {
    const replica = this.replicas.get(pid);
    if (replica?.queue.unconfirmed.take(confirmNumber) === true) {
      this.port.rejected(replica.queue.name, [confirmNumber]);
    }
  }

  private replicaDown({ target, reason }: DownMessage): boolean {
    const replica = this.replicas.get(target as Pid);
    if (replica === undefined) return false;
    const { port } = this;
    const state = replica.queue;
    const isLeader = state.leader === replica.pid;
    this.forget(replica);
    port.context.vm.cite(MIR_32);
    if (isLeader && reason === 'normal') {
      port.context.vm.cite(BRK_52);
      const open = state.unconfirmed.takeAll();
      if (open.length > 0) port.deleted(state.name, open);
    } else if (isBenign(reason)) {
      const { settled, rejected } = state.unconfirmed.withdraw(replica.bit);
      this.report(state, settled, rejected);
    } else this.report(state, [], state.unconfirmed.takeAllOf(replica.bit));
    if (isLeader) {
      state.consumerTags.clear();
      port.consumersLost(state.name, reason);
    }
    if (state.usedBits === 0 && state.unconfirmed.isEmpty) this.queues.delete(state.name);
    return true;
  }

  private report(state: QueueState, settled: readonly number[], rejected: readonly number[]): void {
    if (settled.length > 0) this.port.settled(state.name, settled);
    if (rejected.length > 0) this.port.rejected(state.name, rejected);
  }

  private forget(replica: Replica): void {
    const state = replica.queue;
    this.replicas.delete(replica.pid);
    state.usedBits &= ~replica.bit;
    state.record = undefined;
    if (replica.account.isBlocked) this.unblocked();
  }

  /** The writer reports to the queue now and then, so that it hands out more (BRK-27). */
  private sent(queuePid: Pid, count: number): void {
    const replica = this.replicas.get(queuePid);
    if (replica === undefined) return;
    replica.sent += count;
    if (replica.sent >= REPORT_SENT_AFTER && !this.port.writerStandsStill) this.reportSent(replica);
  }

  writerGoesOn(): void {
    for (const replica of this.replicas.values())
      if (replica.sent >= REPORT_SENT_AFTER) this.reportSent(replica);
  }

  private reportSent(replica: Replica): void {
    const reported = replica.sent - (replica.sent % REPORT_SENT_AFTER);
    replica.sent -= reported;
    const { process } = this.port;
    process.send(replica.pid, { type: 'notify_sent', channel: process.pid, count: reported } as NotifySent);
  }

  // --- credit ------------------------------------------------------------------------------------------------

  private spend(replica: Replica): void {
    if (!replica.account.spend()) return;
    this.port.context.vm.cite(MIR_47);
    this.blockedReplicas += 1;
    if (this.blockedReplicas === 1) this.port.flow(true);
  }

  private unblocked(): void {
    this.blockedReplicas -= 1;
    if (this.blockedReplicas === 0) this.port.flow(false);
  }
}
