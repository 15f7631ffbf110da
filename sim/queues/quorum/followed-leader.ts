/** The leader that a member follows: watched, and named to those who ask for it; who asks while nobody is known waits. */
import type { CallFrom, DownMessage, Message, MonitorRef } from '../../erlang/message.ts';
import { Aten } from './aten.ts';
import type { Member } from './member.ts';
import { memberOn } from './raft-messages.ts';

interface PendingCall {
  readonly request: Message;
  readonly from: CallFrom;
}

export class FollowedLeader {
  private readonly member: Member;
  private monitor: MonitorRef | null = null;
  private pending: PendingCall[] = [];

  constructor(member: Member) {
    this.member = member;
  }

  /** Follows this leader from now on, and points those to it who were waiting for one. */
  follow(leader: string): void {
    const { member } = this;
    if (member.leader === leader && this.monitor !== null) return;
    const former = member.leader;
    member.leader = leader;
    this.stopWatching();
    this.monitor = member.monitor(memberOn(leader, member.queue));
    Aten.of(member.vm).watch(leader, member);
    if (former !== null && former !== leader) Aten.of(member.vm).unwatch(former, member);
    for (const { from } of this.takePending()) member.reply(from, { redirect: leader });
  }

  stopWatching(): void {
    if (this.monitor !== null) this.member.demonitor(this.monitor);
    this.monitor = null;
  }

  /** Whether it is the leader's end that is reported; it is not watched any more then. */
  hasEnded({ ref }: DownMessage): boolean {
    if (ref !== this.monitor) return false;
    this.monitor = null;
    return true;
  }

  /** A call for the leader came to this member, which is none. */
  redirect(request: Message, from: CallFrom): void {
    const { leader } = this.member;
    if (leader !== null && this.monitor !== null) this.member.reply(from, { redirect: leader });
    else this.pending.push({ request, from });
  }

  /** Calls that have waited for a leader. */
  takePending(): readonly PendingCall[] {
    const { pending } = this;
    this.pending = [];
    return pending;
  }
}
