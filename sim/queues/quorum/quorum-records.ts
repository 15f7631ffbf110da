/**
 * What a member writes into the journal. Which messages it holds each member says for itself; what the queue does with a message is said
 * once, by the member that comes to it first, since all of them do the same (`RaftSafety`).
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { takesDeadLetters, type DeathReason } from '../../broker/dead-letter.ts';
import type { ExitReason } from '../../erlang/message.ts';
import type { Journal } from '../../kernel/journal.ts';
import { followerOnline, queueDown, queuePromoted } from '../../records/cluster.ts';
import {
  copyDestroyed,
  copyEnded,
  copyFinished,
  copyRequeued,
  copyStored,
  copyTaken,
  deadLetterKept,
} from '../../records/messages.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import type { LogEntry } from './commands.ts';
import type { FifoWitness } from './fifo-context.ts';
import type { FifoState } from './fifo-state.ts';
import type { Member } from './member.ts';

const BRK_23 = rule('BRK-23');
const BRK_52 = rule('BRK-52');

/** What a death without dead letters is counted as. */
const ENDS: Readonly<Record<DeathReason, string>> = {
  rejected: 'rejected',
  expired: 'expired',
  maxlen: 'dropped_by_limit',
  delivery_limit: 'dropped_by_delivery_limit',
};

export class QuorumRecords implements FifoWitness {
  readonly journal: Journal;
  readonly queueName: number;
  readonly nodeName: number;
  private readonly member: Member;
  private readonly publish: number;
  private readonly snapshot: number;
  /** The entry being applied was applied before the last restart, and everything was said then. */
  private isRepeated = false;
  private isFirst = false;

  constructor(member: Member) {
    const { context, queue, node } = member;
    this.member = member;
    this.journal = context.vm.simulation.journal;
    this.queueName = context.queueId(queue);
    this.nodeName = context.intern(node);
    this.publish = context.intern('publish');
    this.snapshot = context.intern('snapshot');
  }

  /** An entry is about to be applied. */
  begin(isRepeated: boolean, isFirst: boolean): void {
    this.isRepeated = isRepeated;
    this.isFirst = isFirst;
  }

  // --- messages ----------------------------------------------------------------------------------------------

  stored({ publisher, sequence }: BasicMessage, how: 'publish' | 'snapshot' = 'publish'): void {
    if (this.isRepeated && how === 'publish') return;
    const { queueName, nodeName } = this;
    const how_ = how === 'publish' ? this.publish : this.snapshot;
    this.journal.write(copyStored, publisher, sequence, queueName, nodeName, this.role(), how_);
  }

  taken({ publisher, sequence }: BasicMessage, redelivered: boolean, autoAck: boolean): void {
    if (!this.isFirst) return;
    const { queueName, nodeName } = this;
    this.journal.write(
      copyTaken,
      publisher,
      sequence,
      queueName,
      nodeName,
      redelivered ? 1 : 0,
      autoAck ? 1 : 0,
    );
  }

  finished({ publisher, sequence }: BasicMessage): void {
    if (this.isFirst) this.journal.write(copyFinished, publisher, sequence, this.queueName, this.nodeName);
  }

  requeued({ publisher, sequence }: BasicMessage, why: Rule): void {
    if (!this.isFirst) return;
    this.journal.write(copyRequeued, publisher, sequence, this.queueName, this.nodeName, why.index);
  }

  purgedOne(message: BasicMessage, why: Rule): void {
    this.ended(message, 'purged', why);
  }

  /** It was given up: to whoever takes dead letters, else for nothing. */
  died(message: BasicMessage, reason: DeathReason, why: Rule): void {
    const { context, state } = this.member;
    const goesOn = takesDeadLetters(context, state.config.deadLetter);
    this.ended(message, goesOn ? 'dead_lettered' : ENDS[reason], why);
  }

  kept({ publisher, sequence }: BasicMessage, reason: DeathReason, why: Rule): void {
    if (!this.isFirst) return;
    const { journal, queueName, nodeName } = this;
    const reason_ = this.member.context.intern(reason);
    journal.write(deadLetterKept, publisher, sequence, queueName, nodeName, reason_, why.index);
  }

  passedOn(message: BasicMessage, why: Rule): void {
    this.ended(message, 'dead_lettered', why);
  }

  private ended({ publisher, sequence }: BasicMessage, how: string, why: Rule): void {
    if (!this.isFirst) return;
    const how_ = this.member.context.intern(how);
    this.journal.write(copyEnded, publisher, sequence, this.queueName, this.nodeName, how_, why.index);
  }

  cite(cited: Rule): void {
    this.member.vm.cite(cited);
  }

  /** The queue was deleted with its content, by the rule that somebody wanted it so (BRK-52). */
  purged(state: FifoState): void {
    for (const message of state.all()) this.purgedOne(message, BRK_52);
  }

  /** This member goes with its copies, while the queue may live on elsewhere. */
  destroyed(state: FifoState, why: string, decidedBy: Rule): void {
    for (const message of state.all()) this.destroy(message, why, decidedBy);
  }

  /** Entries that were applied here, being on the disks of others, and had not reached this one when the VM died. */
  unsyncedLost(entries: readonly LogEntry[], lastApplied: number): void {
    if (entries.length === 0) return;
    const live = new Set<number>();
    for (const { index } of this.member.state.queued()) live.add(index);
    for (const { index, command } of entries) {
      const isEnqueue = command.kind === 'enqueue' || command.kind === 'enqueue_untracked';
      if (isEnqueue && index <= lastApplied && live.has(index))
        this.destroy(command.message, 'vm_died', BRK_23);
    }
  }

  private destroy({ publisher, sequence }: BasicMessage, why: string, decidedBy: Rule): void {
    const { queueName, nodeName, journal } = this;
    const reason = this.member.context.intern(why);
    journal.write(
      copyDestroyed,
      publisher,
      sequence,
      queueName,
      nodeName,
      this.role(),
      reason,
      decidedBy.index,
    );
  }

  private role(): number {
    return this.member.context.intern('member');
  }

  // --- who leads ---------------------------------------------------------------------------------------------

  /** Another leader than the one before was elected: to whoever watches that is a promotion. */
  elected(): void {
    const { member, journal, queueName, nodeName } = this;
    const text = (word: string): number => member.context.intern(word);
    const online = member.peers().filter((peer) => member.vm.netKernel.isConnected(peer));
    const listed = text(online.join(' '));
    const { messagesReady } = member.state;
    journal.write(
      queuePromoted,
      queueName,
      nodeName,
      1,
      messagesReady,
      text('election'),
      text(''),
      listed,
      listed,
    );
  }

  /** The leader heard of a follower for the first time: it holds what the leader holds, or soon will. */
  followerOnline(follower: string): void {
    const { journal, queueName, nodeName } = this;
    journal.write(followerOnline, queueName, this.member.context.intern(follower), nodeName);
  }

  leaderEnded(why: ExitReason): void {
    this.journal.write(queueDown, this.queueName, this.nodeName, this.member.context.intern(why));
  }
}
