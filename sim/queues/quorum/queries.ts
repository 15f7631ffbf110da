/** Questions that any member answers for itself, whether it leads or not. */
import type { QueueStatistics } from '../../broker/queue-type.ts';
import type { CallFrom, Message } from '../../erlang/message.ts';
import { fail } from '../../kernel/invariant.ts';
import type { DeliveryItem } from './fifo-context.ts';
import { consumerKey } from './fifo-state.ts';
import type { Member } from './member.ts';
import type { AskCheckedOut, RaftStatus } from './raft-messages.ts';

export class Queries {
  private readonly member: Member;

  constructor(member: Member) {
    this.member = member;
  }

  answer(request: Message, from: CallFrom): void {
    const { member } = this;
    switch (request.type) {
      case 'ra_statistics':
        member.reply(from, statisticsOf(member));
        return;
      case 'ra_status':
        member.reply(from, this.status());
        return;
      case 'ra_checked_out':
        member.reply(from, this.checkedOut(request as AskCheckedOut));
        return;
      case 'trigger_election':
        member.reply(from, 'ok');
        if (member.role === 'follower') member.electing.callPreVote();
        return;
      default:
        fail(`the member of ${member.queue} on ${member.node} does not know the call ${request.type}`);
    }
  }

  private status(): RaftStatus {
    const { role, term, log, commitIndex } = this.member;
    return { role, term, lastIndex: log.lastIndex, commitIndex, snapshotIndex: log.snapshot?.index ?? 0 };
  }

  private checkedOut({ consumer, from, to }: AskCheckedOut): DeliveryItem[] {
    const held = this.member.state.consumers.get(consumerKey(consumer))?.checkedOut;
    const items: DeliveryItem[] = [];
    for (let id = from; id <= to; id += 1) {
      const queued = held?.get(id);
      if (queued !== undefined) items.push({ id, queued });
    }
    return items;
  }
}

/** What a member's state counts. */
export function statisticsOf({ state }: Member): QueueStatistics {
  return {
    messagesReady: state.messagesReady,
    messagesUnacknowledged: state.messagesOut,
    consumers: state.consumerCount,
    deadLettersKept: state.deadLetters.count,
  };
}
