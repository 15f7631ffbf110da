/** The one timer that belongs to a member's role (`state_timeout`): to an election, or to the end of its patience. A new role ends it. */
import type { Message } from '../../erlang/message.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { rule } from '../../rules/registry.ts';
import type { Member } from './member.ts';

const QQ_5 = rule('QQ-5');

const US_PER_MS = 1000;

/** How long until an election: in milliseconds, both ends included (QQ-5). */
const ELECTION_TIMERS = {
  really_short: [1, 100],
  short: [101, 600],
  medium: [101, 5100],
  long: [5001, 6000],
} as const;

export interface StateTimeout extends Message {
  readonly type: 'election_timeout' | 'await_timeout';
  readonly number: number;
}

export class StateTimer {
  private readonly member: Member;
  private timer: EventHandle = 0;
  private number = 0;
  private isForElection = false;

  constructor(member: Member) {
    this.member = member;
  }

  /** Starts the timer to an election, unless it runs already. */
  setElection(length: keyof typeof ELECTION_TIMERS): void {
    if (this.isForElection) return;
    const { member } = this;
    member.vm.cite(QQ_5);
    const [shortest, longest] = ELECTION_TIMERS[length];
    const random = member.vm.simulation.random.stream(`raft/election/${member.node}`);
    this.start(random.uniformUs(shortest, longest) * US_PER_MS, 'election_timeout');
    this.isForElection = true;
  }

  start(delayUs: number, type: StateTimeout['type']): void {
    this.cancel();
    const timeout: StateTimeout = { type, number: this.number };
    this.timer = this.member.startTimer(delayUs, timeout);
  }

  cancel(): void {
    this.member.cancelTimer(this.timer);
    this.timer = 0;
    this.number += 1;
    this.isForElection = false;
  }

  /** Takes a timeout from the mailbox; false if it was cancelled while it waited there. */
  take({ number }: StateTimeout): boolean {
    if (number !== this.number) return false;
    this.timer = 0;
    this.isForElection = false;
    return true;
  }
}
