/** Elections: first asking whether there would be votes, so that nobody is disturbed in vain, then asking for them (QQ-5). */
import type { CallFrom } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { Member } from './member.ts';
import { memberOn, type Vote, type VoteRequest } from './raft-messages.ts';

const QQ_3 = rule('QQ-3');
const QQ_5 = rule('QQ-5');

/** How long a vote is waited for: the detector's interval. */
const VOTE_TIMEOUT_US = 5_000_000;

export class Electing {
  private readonly member: Member;
  private votes = 0;
  /** Answers to earlier rounds do not count. */
  private round = 0;

  constructor(member: Member) {
    this.member = member;
  }

  /** Asks whether the others would vote for this member. */
  callPreVote(): void {
    const { member } = this;
    member.vm.cite(QQ_5);
    member.vote(member.term, member.node);
    member.leader = null;
    this.ask('pre_vote', member.term);
  }

  /** Asks for votes in a term of its own. */
  callElection(): void {
    const { member } = this;
    member.vote(member.term + 1, member.node);
    member.leader = null;
    this.ask('request_vote', member.term);
  }

  private ask(type: VoteRequest['type'], term: number): void {
    const { member } = this;
    const role = type === 'pre_vote' ? 'pre_vote' : 'candidate';
    if (member.role === role) member.setElectionTimer(role === 'pre_vote' ? 'long' : 'medium');
    else member.enter(role);
    this.round += 1;
    this.votes = 0;
    const { round } = this;
    const { log, node, queue } = member;
    const { cluster, lastIndex, lastTerm } = log;
    const request: VoteRequest = { type, cluster, term, candidate: node, lastIndex, lastTerm };
    for (const peer of member.peers()) {
      member.ask<Vote>(memberOn(peer, queue), request, {
        reply: (vote) => this.answered(type, round, vote),
        failed: () => {},
        timeoutUs: VOTE_TIMEOUT_US,
      });
    }
    this.answered(type, round, { term, granted: true });
  }

  private answered(type: VoteRequest['type'], round: number, { term, granted }: Vote): void {
    const { member } = this;
    const role = type === 'pre_vote' ? 'pre_vote' : 'candidate';
    if (member.role !== role || round !== this.round) return;
    if (term > member.term) {
      member.updateTerm(term);
      member.enter('follower');
      return;
    }
    if (!granted || term !== member.term) return;
    this.votes += 1;
    member.vm.cite(QQ_3);
    if (this.votes !== Math.floor(member.members.length / 2) + 1) return;
    if (type === 'pre_vote') this.callElection();
    else {
      member.leader = member.node;
      member.enter('leader');
    }
  }

  // --- others ask --------------------------------------------------------------------------------------------

  preVote(request: VoteRequest, from: CallFrom): void {
    const { member } = this;
    const { term } = request;
    if (member.role === 'terminating') return;
    if (member.role === 'leader' || member.role === 'candidate') {
      if (term > member.term && member.peers().includes(request.candidate)) member.stepDown(term);
      else {
        // A leader says that it is there; a candidate says nothing.
        if (member.role === 'leader') member.leading.sendToAll();
        return;
      }
    }
    if (term < member.term) {
      this.reply(from, false);
      return;
    }
    member.updateTerm(term);
    if (this.isUpToDate(request)) this.reply(from, true);
    else if (member.role === 'follower') member.setElectionTimer('long');
    else this.reply(from, false);
  }

  requestVote(request: VoteRequest, from: CallFrom): void {
    const { member } = this;
    if (member.role === 'terminating') this.reply(from, false);
    else if (member.role !== 'follower' && !this.yields(request, from)) return;
    else this.decide(request, from);
  }

  /** Whether another role than a follower's gives way to this request; it follows from then on. */
  private yields({ term, candidate }: VoteRequest, from: CallFrom): boolean {
    const { member } = this;
    if (member.role === 'await_condition') member.enter('follower');
    else if (term > member.term && (member.role !== 'leader' || member.peers().includes(candidate))) {
      member.stepDown(term);
    } else {
      if (member.role !== 'pre_vote') this.reply(from, false);
      return false;
    }
    return true;
  }

  private decide(request: VoteRequest, from: CallFrom): void {
    const { member } = this;
    const { term, candidate } = request;
    const { votedFor } = member.log;
    if (term < member.term || (term === member.term && votedFor !== null && votedFor !== candidate)) {
      this.reply(from, false);
      return;
    }
    member.updateTerm(term);
    const granted = this.isUpToDate(request);
    if (granted) member.vote(term, candidate);
    this.reply(from, granted);
  }

  /** Whether the candidate has everything that this member has. */
  private isUpToDate({ lastIndex, lastTerm }: VoteRequest): boolean {
    const { log } = this.member;
    return lastTerm > log.lastTerm || (lastTerm === log.lastTerm && lastIndex >= log.lastIndex);
  }

  private reply(from: CallFrom, granted: boolean): void {
    const vote: Vote = { term: this.member.term, granted };
    this.member.reply(from, vote);
  }
}
