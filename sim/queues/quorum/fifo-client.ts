/**
 * What a channel keeps for one quorum queue (`rabbit_fifo_client`): commands that are not applied yet, in the order in which it gave them,
 * and how far each of its consumers has got. Commands go to the leader it knows, unanswered ones again to the next leader; enqueues carry
 * numbers, so that what is sent twice is stored once (QQ-11).
 */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { ChannelPort, Delivery, SettleOperation } from '../../broker/queue-type.ts';
import type { Message } from '../../erlang/message.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { publishDropped } from '../../records/messages.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import type { Applied, RaEvent } from './client-messages.ts';
import { commandBytes, type ConsumerId, type FifoCommand } from './commands.ts';
import { Consumption } from './consumption.ts';
import type { FifoReply } from './fifo-context.ts';
import { askLeader, processCommand, type LeaderCall } from './leader-calls.ts';
import { memberOn, type Command, type ReturnCommand } from './raft-messages.ts';

const QQ_10 = rule('QQ-10');
const QQ_11 = rule('QQ-11');
const QQ_12 = rule('QQ-12');
const QQ_13 = rule('QQ-13');
const QQ_14 = rule('QQ-14');
const QQ_15 = rule('QQ-15');

/** Pending commands at which a channel counts as slow, and the time after which it then looks for the leader (QQ-12, QQ-14). */
const SOFT_LIMIT = 32;
const RESEND_AFTER_US = 10_000_000;
const FIND_LEADER_TIMEOUT_US = 500_000;
/** What a synchronous command waits beyond the net tick. */
const BEYOND_TICKTIME_US = 5_000_000;

type Settlement = 'settle' | 'return' | 'discard';
const SETTLEMENTS: readonly Settlement[] = ['settle', 'return', 'discard'];
const settlementOf: Readonly<Record<SettleOperation, Settlement>> = {
  complete: 'settle',
  requeue: 'return',
  discard: 'discard',
};

interface Pending {
  readonly command: FifoCommand;
  /** The publish's number in its channel; 0 for what nobody waits for. */
  readonly confirmNumber: number;
}

/** The channel's timer is up; to itself. */
export interface ResendTimeout extends Message {
  readonly type: 'quorum_resend';
  readonly queue: string;
}

export class FifoClient {
  readonly queue: string;
  /** Whether the soft limit was reached and is not left yet. */
  isSlow = false;
  readonly consumption: Consumption;
  private readonly port: ChannelPort;
  private readonly servers: readonly string[];
  private readonly flowChanged: () => void;
  private leader: string | null = null;
  /** Null until the channel has registered as a publisher. */
  private status: 'go' | 'reject_publish' | null = null;
  private registering = false;
  private waiting: Delivery[] = [];
  private nextSequence = 0;
  private nextEnqueue = 1;
  private readonly pending = new Map<number, Pending>();
  /** Settlements held back while the channel is slow, by consumer tag. */
  private unsent = new Map<string, Record<Settlement, number[]>>();
  private timer: EventHandle = 0;

  constructor(port: ChannelPort, record: QueueRecord, flowChanged: () => void) {
    this.port = port;
    this.queue = record.name;
    const nodes = record.quorum?.nodes ?? [];
    const leader = record.pid?.node;
    this.servers = leader === undefined ? nodes : [leader, ...nodes.filter((node) => node !== leader)];
    this.flowChanged = flowChanged;
    this.consumption = new Consumption(port, this.queue, (how, tag, ids) => this.settleAs(how, tag, ids));
  }

  /** Where to ask for the leader, the one that was known last first. */
  leaderCall(timeoutUs: number = this.timeoutUs): LeaderCall {
    const { leader, servers, queue } = this;
    const members = leader === null ? servers : [leader, ...servers.filter((node) => node !== leader)];
    return { caller: this.port.process, queue, members, timeoutUs, suspends: true };
  }

  private get timeoutUs(): number {
    return this.port.context.vm.netKernel.options.netTicktimeUs + BEYOND_TICKTIME_US;
  }

  /** An answer came from this leader. */
  noteLeader(leader: string): void {
    this.leader = leader;
  }

  private get target(): string {
    return this.leader ?? this.servers[0]!;
  }

  // --- publishing --------------------------------------------------------------------------------------------

  enqueue(delivery: Delivery): void {
    if (this.registering) this.waiting.push(delivery);
    else if (this.status === null) {
      this.waiting.push(delivery);
      this.register();
    } else if (this.status === 'reject_publish') this.reject(delivery, QQ_15);
    else {
      const { message, confirmNumber } = delivery;
      const command: FifoCommand = {
        kind: 'enqueue',
        pid: this.port.process.pid,
        sequence: this.nextEnqueue,
        message,
      };
      this.nextEnqueue += 1;
      this.send(command, 'low', confirmNumber);
      if (this.pending.size > SOFT_LIMIT) this.becomeSlow();
    }
  }

  /** The first publish makes the channel known to the queue, and waits for that as long as it takes (QQ-10). */
  private register(): void {
    const { port } = this;
    const { process, context } = port;
    context.vm.cite(QQ_10);
    this.registering = true;
    const { target } = this;
    process.standStill((resumeWith) => {
      context.vm.remoteCall(target, () => true, {
        reply: () =>
          resumeWith(() =>
            processCommand<FifoReply>(
              this.leaderCall(),
              { kind: 'register_enqueuer', pid: process.pid },
              (answer) => {
                if ('error' in answer) this.registered(null);
                else {
                  this.leader = answer.leader;
                  this.registered(answer.value === 'reject_publish' ? 'reject_publish' : 'go');
                }
              },
            ),
          ),
        failed: () => resumeWith(() => this.registered(null)),
      });
    });
  }

  private registered(status: 'go' | 'reject_publish' | null): void {
    this.registering = false;
    this.status = status;
    const { waiting } = this;
    this.waiting = [];
    if (status !== null) for (const delivery of waiting) this.enqueue(delivery);
    // It was never sent, so it is safe to refuse it; what came behind it tries again.
    else
      waiting.forEach((delivery, at) => (at === 0 ? this.reject(delivery, QQ_10) : this.enqueue(delivery)));
  }

  private reject({ message, confirmNumber }: Delivery, why: Rule): void {
    const { context } = this.port;
    const { journal } = context.vm.simulation;
    context.vm.cite(why);
    if (this.port.keepsPublishes !== true) {
      const node = context.intern(context.node);
      journal.write(publishDropped, message.publisher, message.sequence, node, why.index);
    }
    if (confirmNumber > 0) this.port.rejected(this.queue, [confirmNumber]);
  }

  private becomeSlow(): void {
    if (this.isSlow) return;
    const { process, context } = this.port;
    context.vm.cite(QQ_14);
    this.isSlow = true;
    const timeout: ResendTimeout = { type: 'quorum_resend', queue: this.queue };
    this.timer = process.startTimer(RESEND_AFTER_US, timeout);
    this.flowChanged();
  }

  private cancelTimer(): void {
    this.port.process.cancelTimer(this.timer);
    this.timer = 0;
  }

  // --- commands ----------------------------------------------------------------------------------------------

  private send(command: FifoCommand, priority: Command['priority'], confirmNumber: number): void {
    const sequence = this.nextSequence;
    this.nextSequence += 1;
    this.pending.set(sequence, { command, confirmNumber });
    const { process } = this.port;
    const { pid } = process;
    const to = memberOn(this.target, this.queue);
    const message: Command = {
      type: 'ra_command',
      priority,
      command,
      replyTo: { mode: 'notify', pid, sequence },
    };
    process.send(to, message, commandBytes(command));
  }

  /** A return goes to the leader's own judgement first (QQ-23). */
  private sendReturn(
    command: Extract<FifoCommand, { readonly consumer: ConsumerId; readonly ids: readonly number[] }>,
  ): void {
    const sequence = this.nextSequence;
    this.nextSequence += 1;
    this.pending.set(sequence, { command, confirmNumber: 0 });
    const { process } = this.port;
    const { consumer, ids } = command;
    const message: ReturnCommand = { type: 'ra_return', consumer, ids, pid: process.pid, sequence };
    process.send(memberOn(this.target, this.queue), message);
  }

  /** Everything that is not applied goes out again, in order, under new numbers; enqueues keep the one that counts (QQ-11). */
  private resendAll(): void {
    this.port.context.vm.cite(QQ_12);
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const { command, confirmNumber } of pending) this.send(command, 'low', confirmNumber);
  }

  settle(operation: SettleOperation, tag: string, ids: readonly number[]): void {
    this.settleAs(settlementOf[operation], tag, ids);
  }

  private settleAs(settlement: Settlement, tag: string, ids: readonly number[]): void {
    if (this.isSlow) {
      this.port.context.vm.cite(QQ_14);
      let unsent = this.unsent.get(tag);
      if (unsent === undefined) this.unsent.set(tag, (unsent = { settle: [], return: [], discard: [] }));
      unsent[settlement].push(...ids);
      return;
    }
    const consumer: ConsumerId = { tag, pid: this.port.process.pid };
    const command = { kind: settlement, consumer, ids };
    if (settlement === 'return') this.sendReturn(command);
    else this.send(command, 'normal', 0);
  }

  // --- what members say --------------------------------------------------------------------------------------

  /** Calls `deleted` where the queue is no more. */
  handleEvent({ from, event }: RaEvent, deleted: () => void): void {
    switch (event.kind) {
      case 'applied':
        this.applied(from, event.commands);
        return;
      case 'delivery':
        this.consumption.take(from, event.tag, event.items);
        return;
      case 'leader_change':
        this.leader = from;
        this.resendAll();
        return;
      case 'not_leader':
        if (this.leader === event.leader) return;
        this.leader = event.leader;
        this.resendAll();
        this.cancelTimer();
        return;
      case 'news':
        if (event.news === 'eol') deleted();
        else this.status = event.news;
    }
  }

  private applied(from: string, commands: readonly Applied[]): void {
    this.leader = from;
    const settled: number[] = [];
    for (const { sequence, reply } of commands) {
      const pending = this.pending.get(sequence);
      if (pending === undefined) continue;
      if (reply === 'not_enqueued') {
        // Something before it was lost on the way; it waits for that to be sent again (QQ-13).
        this.port.context.vm.cite(QQ_13);
        if (pending.confirmNumber > 0 || pending.command.kind === 'enqueue') continue;
      }
      this.pending.delete(sequence);
      if (pending.confirmNumber > 0) settled.push(pending.confirmNumber);
    }
    if (settled.length > 0) {
      this.port.context.vm.cite(QQ_11);
      this.port.settled(this.queue, settled);
    }
    if (!this.isSlow || this.pending.size >= SOFT_LIMIT) return;
    this.isSlow = false;
    this.cancelTimer();
    const { unsent } = this;
    this.unsent = new Map();
    for (const [tag, settlements] of unsent) {
      for (const settlement of SETTLEMENTS) {
        const ids = settlements[settlement];
        if (ids.length > 0) this.settleAs(settlement, tag, ids);
      }
    }
    this.flowChanged();
  }

  /** Ten seconds with too much pending: who leads by now? */
  resendTimeout(): void {
    this.timer = 0;
    askLeader({ ...this.leaderCall(FIND_LEADER_TIMEOUT_US), members: this.servers }, (answer) => {
      if ('error' in answer) {
        const timeout: ResendTimeout = { type: 'quorum_resend', queue: this.queue };
        this.timer = this.port.process.startTimer(RESEND_AFTER_US, timeout);
        return;
      }
      this.leader = answer.leader;
      this.resendAll();
    });
  }

  /** The queue is deleted: nothing that was asked of it matters any more. Returns what publishers wait for. */
  abandon(): number[] {
    this.cancelTimer();
    const open = [...this.pending.values()].map(({ confirmNumber }) => confirmNumber);
    this.pending.clear();
    this.unsent.clear();
    return open.filter((confirmNumber) => confirmNumber > 0);
  }
}
