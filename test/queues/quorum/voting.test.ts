// Whom a member votes for, and what it asks before it stands itself (QQ-5): the rules that keep two logs from growing apart.
import { describe, expect, test } from 'vitest';
import type { CallFrom } from '../../../sim/erlang/message.ts';
import { Electing } from '../../../sim/queues/quorum/electing.ts';
import type { Member, Role } from '../../../sim/queues/quorum/member.ts';
import { RaftLog } from '../../../sim/queues/quorum/raft-log.ts';
import type { Vote, VoteRequest } from '../../../sim/queues/quorum/raft-messages.ts';

const NOBODY = {} as CallFrom;

/** A member `b` as far as elections see it, with entries of the given terms. */
class Voter {
  readonly log = new RaftLog(1, ['a', 'b', 'c']);
  readonly node = 'b';
  readonly queue = 'q';
  readonly members = ['a', 'b', 'c'];
  readonly vm = { cite: () => {} };
  readonly leading = { sendToAll: () => void this.told.push('here I am') };
  readonly told: string[] = [];
  readonly electing = new Electing(this as unknown as Member);
  leader: string | null = null;
  role: Role = 'follower';

  constructor(term: number, ...terms: readonly number[]) {
    this.log.term = term;
    terms.forEach((entryTerm, at) => {
      const entry = { index: at + 1, term: entryTerm, replyTo: null, timeUs: 0 };
      this.log.append({ ...entry, command: { kind: 'noop' } });
    });
  }

  get term(): number {
    return this.log.term;
  }

  peers(): string[] {
    return ['a', 'c'];
  }

  vote(term: number, candidate: string | null): void {
    this.log.term = term;
    this.log.votedFor = candidate;
  }

  updateTerm(term: number): void {
    if (term > this.term) this.vote(term, null);
  }

  enter(role: Role): void {
    this.role = role;
  }

  stepDown(term: number): void {
    this.updateTerm(term);
    this.role = 'follower';
  }

  setElectionTimer(length: string): void {
    this.told.push(`timer ${length}`);
  }

  reply(_from: CallFrom, { granted }: Vote): void {
    this.told.push(granted ? 'yes' : 'no');
  }

  /** It asks a peer; nobody answers. */
  ask({ node }: { node: string }, { type, term }: VoteRequest): void {
    this.told.push(`${type} of ${node} for term ${term}`);
  }

  /** What it answers a candidate whose log ends so. */
  asked(
    type: VoteRequest['type'],
    candidate: string,
    term: number,
    lastIndex: number,
    lastTerm: number,
  ): string {
    const request: VoteRequest = { type, cluster: 1, term, candidate, lastIndex, lastTerm };
    if (type === 'pre_vote') this.electing.preVote(request, NOBODY);
    else this.electing.requestVote(request, NOBODY);
    return this.told.at(-1) ?? 'nothing';
  }
}

describe('a vote (QQ-5)', () => {
  test('goes to nobody whose log is shorter, or ends in an older term', () => {
    expect(new Voter(2, 1, 2, 2).asked('request_vote', 'a', 3, 2, 2)).toBe('no');
    expect(new Voter(2, 1, 2).asked('request_vote', 'a', 3, 5, 1)).toBe('no');
    expect(new Voter(2, 1, 2, 2).asked('request_vote', 'a', 3, 3, 2)).toBe('yes');
    expect(new Voter(2, 1, 1, 1).asked('request_vote', 'a', 3, 1, 2)).toBe('yes');
  });

  test('is given once a term, and remembered', () => {
    const voter = new Voter(2, 1);
    expect(voter.asked('request_vote', 'a', 3, 1, 1)).toBe('yes');
    expect(voter.asked('request_vote', 'c', 3, 4, 2)).toBe('no');
    expect(voter.asked('request_vote', 'a', 3, 1, 1)).toBe('yes');
    expect([voter.log.term, voter.log.votedFor]).toEqual([3, 'a']);
    expect(voter.asked('request_vote', 'c', 2, 4, 2)).toBe('no');
  });
});

describe('a pre-vote (QQ-5)', () => {
  test('comes first, and raises no term', () => {
    const voter = new Voter(2, 1);
    voter.electing.callPreVote();
    expect(voter.told).toEqual(['pre_vote of a for term 2', 'pre_vote of c for term 2']);
    expect([voter.role, voter.log.term]).toEqual(['pre_vote', 2]);
  });

  test('is refused by who knows more, without a word but with a look at its own chances', () => {
    const voter = new Voter(2, 1, 2, 2);
    expect(voter.asked('pre_vote', 'a', 2, 2, 2)).toBe('timer long');
    expect(voter.asked('pre_vote', 'a', 2, 3, 2)).toBe('yes');
    expect(voter.log.votedFor).toBeNull();
  });

  test('is answered by a leader with its presence', () => {
    const voter = new Voter(2, 1);
    voter.role = 'leader';
    expect(voter.asked('pre_vote', 'a', 2, 9, 2)).toBe('here I am');
    expect(voter.role).toBe('leader');
  });
});
