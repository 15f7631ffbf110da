/** What a replica writes into the journal about its copies, with the queue's and the node's names looked up once. */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { Journal } from '../../kernel/journal.ts';
import {
  copyConfirmed,
  copyDestroyed,
  copyEnded,
  copyFinished,
  copyRequeued,
  copyStored,
  copyTaken,
  publishRefused,
} from '../../records/messages.ts';
import type { Rule } from '../../rules/registry.ts';

/** How a copy ends by policy or by somebody's wish. */
export type CopyEnd = 'purged' | 'rejected' | 'expired' | 'dropped_by_limit' | 'dead_lettered';

export class CopyRecords {
  readonly journal: Journal;
  readonly queue: number;
  readonly node: number;
  readonly role: number;
  private readonly context: NodeContext;
  private readonly published: number;
  private readonly recovered: number;

  constructor(context: NodeContext, queue: string, role: 'leader' | 'mirror') {
    this.context = context;
    this.journal = context.vm.simulation.journal;
    this.queue = context.queueId(queue);
    this.node = context.intern(context.node);
    this.role = context.intern(role);
    this.published = context.intern('publish');
    this.recovered = context.intern('recover');
  }

  stored({ publisher, sequence }: BasicMessage): void {
    this.journal.write(copyStored, publisher, sequence, this.queue, this.node, this.role, this.published);
  }

  recoveredFromDisk({ publisher, sequence }: BasicMessage): void {
    this.journal.write(copyStored, publisher, sequence, this.queue, this.node, this.role, this.recovered);
  }

  confirmed({ publisher, sequence }: BasicMessage): void {
    this.journal.write(copyConfirmed, publisher, sequence, this.queue, this.node, this.role);
  }

  taken({ publisher, sequence }: BasicMessage, redelivered: boolean, autoAck: boolean): void {
    const { queue, node } = this;
    this.journal.write(copyTaken, publisher, sequence, queue, node, redelivered ? 1 : 0, autoAck ? 1 : 0);
  }

  finished({ publisher, sequence }: BasicMessage): void {
    this.journal.write(copyFinished, publisher, sequence, this.queue, this.node);
  }

  requeued({ publisher, sequence }: BasicMessage, why: Rule): void {
    this.journal.write(copyRequeued, publisher, sequence, this.queue, this.node, why.index);
  }

  ended({ publisher, sequence }: BasicMessage, how: CopyEnd, why: Rule): void {
    const how_ = this.context.intern(how);
    this.journal.write(copyEnded, publisher, sequence, this.queue, this.node, how_, why.index);
  }

  refused({ publisher, sequence }: BasicMessage, why: Rule): void {
    this.journal.write(publishRefused, publisher, sequence, this.queue, this.node, why.index);
  }

  destroyed({ publisher, sequence }: BasicMessage, why: string, decidedBy: Rule): void {
    const { queue, node, role } = this;
    const reason = this.context.intern(why);
    this.journal.write(copyDestroyed, publisher, sequence, queue, node, role, reason, decidedBy.index);
  }
}
