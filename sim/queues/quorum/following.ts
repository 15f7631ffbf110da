/** A member that follows: takes in what the leader sends, says how far it is, and asks for what it lacks (`ra_server:handle_follower`). */
import type { Message } from '../../erlang/message.ts';
import { invariant } from '../../kernel/invariant.ts';
import { rule } from '../../rules/registry.ts';
import type { LogEntry } from './commands.ts';
import type { Member } from './member.ts';
import {
  memberOn,
  type AppendEntries,
  type AppendReply,
  type Command,
  type InstallSnapshot,
  type SnapshotResult,
} from './raft-messages.ts';

const QQ_7 = rule('QQ-7');
const QQ_12 = rule('QQ-12');

export class Following {
  private readonly member: Member;

  constructor(member: Member) {
    this.member = member;
  }

  /** A command that came to the wrong one: its sender is pointed to the leader, if one is known (QQ-12). */
  refuse({ command, replyTo, priority }: Command): void {
    const { member } = this;
    const { leader } = member;
    if (leader === null || leader === member.node) return;
    if (replyTo === null) {
      const forwarded: Command = { type: 'ra_command', command, replyTo, priority };
      member.send(memberOn(leader, member.queue), forwarded);
    } else if (replyTo.mode === 'notify') {
      member.vm.cite(QQ_12);
      member.applying.notLeader(replyTo.pid, leader);
    }
  }

  appendEntries(message: AppendEntries): void {
    const { member } = this;
    if (message.term < member.term) {
      if (member.role === 'await_condition' || member.role === 'terminating') return;
      this.reply(message.leader, false);
      return;
    }
    if (member.role === 'await_condition' && member.condition?.(message) !== true) return;
    if (member.role !== 'follower') {
      invariant(
        !member.isLeader || message.term > member.term,
        `${message.leader} and ${member.node} both lead ${member.queue} in term ${message.term}`,
      );
      if (member.role === 'terminating') return;
      member.stepDown(message.term);
    }
    member.cancelElectionTimer();
    member.updateTerm(message.term);
    member.follow(message.leader);
    member.commitIndex = message.commitIndex;
    const { previousIndex, previousTerm } = message;
    const term = member.log.termAt(previousIndex);
    if (term === previousTerm) this.accept(message);
    else if (term === undefined) this.waitFor('missing', this.answer(false));
    else {
      member.vm.cite(QQ_7);
      const lastTerm = member.log.termAt(member.lastApplied) ?? 0;
      const { lastApplied } = member;
      this.waitFor('mismatch', {
        ...this.answer(false),
        nextIndex: lastApplied + 1,
        lastIndex: lastApplied,
        lastTerm,
      });
    }
  }

  private accept({ entries, previousIndex, leader }: AppendEntries): void {
    const { member } = this;
    const { log } = member;
    let known = 0;
    while (known < entries.length && this.has(entries[known]!)) known += 1;
    if (known < entries.length) {
      for (let at = known; at < entries.length; at += 1) this.append(entries[at]!);
      member.write();
      member.applying.applyTo(Math.min(log.lastIndex, member.commitIndex));
      return;
    }
    // The leader's log ends here: whatever this one has behind that is of a leader that was not followed.
    if (entries.length === 0 && log.lastIndex > previousIndex) this.cutOff(previousIndex);
    member.applying.applyTo(Math.min(log.lastIndex, member.commitIndex));
    if (member.alive) this.reply(leader, true);
  }

  /** Whether the entry is there already. Log matching: at one place and of one term there is one entry. */
  private has(entry: LogEntry): boolean {
    const { member } = this;
    const { log } = member;
    if (log.termAt(entry.index) !== entry.term) return false;
    const own = log.entry(entry.index);
    invariant(
      own === undefined || own === entry,
      `log matching: ${member.node} has another entry ${entry.index} of term ${entry.term} of ${member.queue}`,
    );
    return true;
  }

  private append(entry: LogEntry): void {
    const { member } = this;
    const { log } = member;
    if (entry.index <= log.lastIndex) this.cutOff(entry.index - 1);
    log.append(entry);
    if (entry.command.kind !== 'members') return;
    const { index, term } = member.membersIndex;
    member.previousMembers = { index, term, members: member.members };
    member.members = entry.command.members;
    member.membersIndex = { index: entry.index, term: entry.term };
  }

  /** Gives up entries of a leader that could not commit them (QQ-7). */
  private cutOff(index: number): void {
    const { member } = this;
    member.vm.cite(QQ_7);
    member.safety.givesUp(member.queue, member.log.cluster, member.node, index, member.lastApplied);
    member.log.truncateAfter(index);
    if (index < member.lastApplied) {
      // Only where a disk was lost: what was applied has to be undone, and the log is all there is.
      member.crash();
      return;
    }
    if (member.membersIndex.index <= index) return;
    const { previousMembers } = member;
    member.members = previousMembers.members;
    member.membersIndex = { index: previousMembers.index, term: previousMembers.term };
  }

  /** What was taken in is on disk: the leader may count on it. */
  acknowledge(): void {
    const { leader } = this.member;
    if (leader !== null) this.reply(leader, true);
  }

  /** Says what is missing, and takes nothing else until it comes; after half a minute it says so again. */
  private waitFor(why: 'missing' | 'mismatch', answer: AppendReply): void {
    const { member } = this;
    const { leader } = member;
    if (leader === null) return;
    member.tell(leader, answer);
    member.condition = (message) => this.fits(message, why);
    member.afterCondition = () => {
      member.enter('follower');
      member.tell(leader, answer);
    };
    member.enter('await_condition');
  }

  private fits(message: Message, why: 'missing' | 'mismatch'): boolean {
    const { log } = this.member;
    const { previousIndex, previousTerm } = message as AppendEntries;
    const term = log.termAt(previousIndex);
    return term === previousTerm || (term !== undefined && why === 'missing');
  }

  // --- snapshots ---------------------------------------------------------------------------------------------

  installSnapshot({ term, leader, snapshot, cluster }: InstallSnapshot): void {
    const { member } = this;
    if (member.role === 'terminating') return;
    const { index } = snapshot;
    if (term >= member.term && index > member.lastApplied) {
      if (member.role !== 'follower') member.stepDown(term);
      member.cancelElectionTimer();
      member.updateTerm(term);
      member.follow(leader);
      member.applying.install(snapshot);
    }
    const { node: from } = member;
    const result: SnapshotResult = {
      type: 'snapshot_result',
      cluster,
      from,
      term: member.term,
      lastIndex: index,
    };
    member.tell(leader, result);
  }

  // --- answers -----------------------------------------------------------------------------------------------

  private reply(leader: string, success: boolean): void {
    this.member.tell(leader, this.answer(success));
  }

  private answer(success: boolean): AppendReply {
    const { log, term, node } = this.member;
    const lastIndex = log.lastWritten;
    return {
      type: 'append_reply',
      cluster: log.cluster,
      from: node,
      term,
      success,
      nextIndex: log.nextIndex,
      lastIndex,
      lastTerm: log.termAt(lastIndex) ?? 0,
    };
  }
}
