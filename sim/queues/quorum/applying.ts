/**
 * Committed entries become the state, one after the other, and what follows from them is done: a leader answers, delivers and watches; a
 * follower delivers to channels on its own node, where it is nearer (QQ-17). Answers that cannot be sent are kept for the next tick.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { publishDeadLetter, takesDeadLetters, type DeathReason } from '../../broker/dead-letter.ts';
import type { Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { Applied, RaEvent } from './client-messages.ts';
import type { ConsumerId, LogEntry, ReplyTo } from './commands.ts';
import { applyCommand } from './fifo-apply.ts';
import type { ApplyContext, ChannelNews, DeliveryItem, FifoEffects, FifoReply } from './fifo-context.ts';
import { LOOK_UP_TOPOLOGY, type DeadLetterDelivery } from './dead-letter-messages.ts';
import type { DeadLetterItem } from './dead-letters.ts';
import type { FifoState } from './fifo-state.ts';
import type { Member } from './member.ts';
import type { Snapshot } from './raft-log.ts';

const QQ_16 = rule('QQ-16');
const QQ_17 = rule('QQ-17');
const QQ_27 = rule('QQ-27');

const EVENT_BYTES = 100;
const ANSWER_BYTES = 20;
/** Entries after which a snapshot is worth writing (RabbitMQ's `quorum_snapshot_interval`). */
const SNAPSHOT_INTERVAL = 8192;

export class Applying implements FifoEffects {
  private readonly member: Member;
  /** What is to be said when everything at hand is applied, in order. */
  private outbox: (() => void)[] = [];
  private answers = new Map<Pid, Applied[]>();
  /** Answers whose receivers were out of reach. */
  private unsent = new Map<Pid, Applied[]>();
  private silent = false;

  constructor(member: Member) {
    this.member = member;
  }

  /** Applies everything up to this entry. */
  applyTo(index: number): void {
    const { member } = this;
    while (member.lastApplied < index && member.role !== 'terminating') {
      const entry = member.log.entry(member.lastApplied + 1);
      if (entry === undefined) break;
      this.apply(entry);
      if (!member.alive) return;
    }
    this.flush();
  }

  /** At a start: everything up to the commit index, without a word. */
  replay(): void {
    const { member } = this;
    this.silent = true;
    while (member.lastApplied < member.commitIndex) {
      this.apply(member.log.entry(member.lastApplied + 1)!);
    }
    this.silent = false;
    this.outbox = [];
    this.answers.clear();
  }

  /** Takes another member's state for its own. */
  install(snapshot: Snapshot): void {
    const { member } = this;
    member.vm.cite(QQ_27);
    const before = new Set<number>();
    for (const message of member.state.all()) before.add(message.serial);
    member.log.install(snapshot);
    member.state = snapshot.state.copy();
    member.lastApplied = snapshot.index;
    member.commitIndex = snapshot.index;
    member.members = snapshot.members;
    for (const message of member.state.all()) {
      if (!before.has(message.serial)) member.records.stored(message, 'snapshot');
    }
  }

  private apply(entry: LogEntry): void {
    const { member } = this;
    const { index, command, replyTo } = entry;
    const isFirst = member.safety.applied(member.queue, member.log.cluster, member.node, entry);
    member.records.begin(this.silent, isFirst && !this.silent);
    member.lastApplied = index;
    member.log.appliedIndex = index;
    switch (command.kind) {
      case 'noop':
        if (index === 1) member.state.lastActiveUs = entry.timeUs;
        if (entry.term === member.term) member.leading.permitChange();
        return;
      case 'members':
        if (index > member.membersIndex.index) {
          member.members = command.members;
          member.membersIndex = { index, term: entry.term };
        }
        member.leading.permitChange();
        this.answer(replyTo, 'ok');
        return;
      case 'delete':
        this.deleted(replyTo);
        return;
      default: {
        const context: ApplyContext = { index, timeUs: entry.timeUs, effects: this, witness: member.records };
        this.answer(replyTo, applyCommand(member.state, command, context));
      }
    }
  }

  /** The queue is deleted: its channels hear of it, and when all members know, nothing is left of it. */
  private deleted(replyTo: ReplyTo | null): void {
    const { member } = this;
    member.records.purged(member.state);
    if (member.isLeader) {
      for (const pid of member.state.pids()) this.tell(pid, 'eol');
      this.answer(replyTo, 'ok');
      this.flush();
      if (member.peers().length > 0) {
        member.enter('terminating');
        return;
      }
    } else {
      member.log.flush();
      member.following.acknowledge();
    }
    member.endForGood();
  }

  // --- answers -----------------------------------------------------------------------------------------------

  private answer(replyTo: ReplyTo | null, reply: FifoReply): void {
    const { member } = this;
    if (replyTo === null || !member.isLeader || this.silent) return;
    if (replyTo.mode === 'notify') {
      const applied: Applied = { sequence: replyTo.sequence, reply };
      const answers = this.answers.get(replyTo.pid);
      if (answers === undefined) this.answers.set(replyTo.pid, [applied]);
      else answers.push(applied);
    } else if (replyTo.mode === 'applied') {
      const { from } = replyTo;
      const bytes =
        typeof reply === 'object' && 'item' in reply ? reply.item.queued.message.wireBytes : EVENT_BYTES;
      this.outbox.push(() => member.reply(from, { ok: reply, leader: member.node }, bytes));
    }
  }

  /** Says what has come of it all: answers first. */
  private flush(): void {
    if (this.answers.size > 0) this.sendNotices();
    const { outbox } = this;
    if (outbox.length === 0) return;
    this.outbox = [];
    for (const say of outbox) say();
  }

  /** Sends the answers, those too that could not be sent before. */
  sendNotices(): void {
    const { answers, unsent } = this;
    if (answers.size === 0 && unsent.size === 0) return;
    this.answers = new Map();
    this.unsent = new Map();
    for (const [pid, commands] of answers) {
      const earlier = unsent.get(pid);
      unsent.set(pid, earlier === undefined ? commands : [...earlier, ...commands]);
    }
    for (const [pid, commands] of unsent) {
      const bytes = EVENT_BYTES + ANSWER_BYTES * commands.length;
      if (!this.send(pid, { kind: 'applied', commands }, bytes)) this.unsent.set(pid, commands);
    }
  }

  /** Of one channel, or all of them: nobody waits for these answers any more. */
  forgetNotices(pid?: Pid): void {
    if (pid === undefined) this.unsent.clear();
    else this.unsent.delete(pid);
  }

  notifyLeaderChange(pid: Pid): void {
    this.send(pid, { kind: 'leader_change' }, EVENT_BYTES);
  }

  notLeader(pid: Pid, leader: string): void {
    this.send(pid, { kind: 'not_leader', leader }, EVENT_BYTES);
  }

  private send(pid: Pid, event: RaEvent['event'], bytes: number): boolean {
    const { member } = this;
    const message: RaEvent = { type: 'ra_event', queue: member.queue, from: member.node, event };
    return member.vm.sendIfConnected(pid, message, bytes);
  }

  // --- what commands bring about -----------------------------------------------------------------------------

  monitor(pid: Pid): void {
    const { member } = this;
    if (member.role === 'leader' && !this.silent) this.outbox.push(() => member.leading.monitor(pid));
  }

  monitorNode(node: string): void {
    const { member } = this;
    if (member.role === 'leader' && !this.silent) this.outbox.push(() => member.leading.monitorNode(node));
  }

  /** Whoever is nearest delivers: the member on the channel's node, else the leader. */
  deliver({ tag, pid }: ConsumerId, items: readonly DeliveryItem[]): void {
    const { member } = this;
    const isHere = pid.node === member.node;
    const isMine = isHere || (member.isLeader && !member.members.includes(pid.node));
    if (this.silent || !isMine) return;
    if (!member.isLeader) member.vm.cite(QQ_17);
    let bytes = EVENT_BYTES;
    for (const { queued } of items) bytes += queued.message.wireBytes;
    this.outbox.push(() => this.send(pid, { kind: 'delivery', tag, items }, bytes));
  }

  tell(pid: Pid, news: ChannelNews): void {
    if (!this.member.isLeader || this.silent) return;
    this.outbox.push(() => this.send(pid, { kind: 'news', news }, EVENT_BYTES));
  }

  deadLetter(message: BasicMessage, reason: DeathReason): void {
    const { member } = this;
    const { deadLetter } = member.state.config;
    if (!member.isLeader || this.silent || !takesDeadLetters(member.context, deadLetter)) return;
    member.vm.cite(QQ_16);
    this.outbox.push(() =>
      publishDeadLetter(member.context, member, message, reason, deadLetter!, member.queue),
    );
  }

  deliverDeadLetters(worker: Pid, items: readonly DeadLetterItem[]): void {
    const { member } = this;
    if (!member.isLeader || this.silent) return;
    const message: DeadLetterDelivery = { type: 'dead_letter_delivery', from: member.node, items };
    let bytes = EVENT_BYTES;
    for (const { letter } of items) bytes += letter.queued.message.wireBytes;
    this.outbox.push(() => member.vm.sendIfConnected(worker, message, bytes));
  }

  startDeadLetterWorker(): void {
    const { member } = this;
    if (member.role === 'leader' && !this.silent) this.outbox.push(() => member.deadLetters.ensureStarted());
  }

  /** It is told to end by the member beside it, whether that leads or not. */
  tellDeadLetterWorker(worker: Pid, news: 'topology' | 'end'): void {
    const { member } = this;
    if (this.silent) return;
    if (news === 'end') this.outbox.push(() => member.deadLetters.end(worker));
    else if (member.isLeader) this.outbox.push(() => member.send(worker, LOOK_UP_TOPOLOGY));
  }

  release(index: number, state: FifoState): void {
    const { member } = this;
    const { log } = member;
    if (index - (log.snapshot?.index ?? 0) <= SNAPSHOT_INTERVAL) return;
    const term = log.termAt(index);
    if (term === undefined) return;
    const frozen = state === member.state ? state.copy() : state;
    log.keepSnapshot({ index, term, members: member.members, state: frozen });
  }
}
