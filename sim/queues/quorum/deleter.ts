/** Deletes a queue that nobody has used for too long, in a process of its own, as its leader must not wait for itself (BRK-17). */
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue } from '../../broker/queue-record.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import { deleteMembers, deleteRecords } from './delete-members.ts';

const BRK_17 = rule('BRK-17');
const BEGIN: Message = { type: 'begin' };

export class Deleter extends ErlangProcess {
  private readonly context: NodeContext;
  private readonly queue: string;

  private constructor(context: NodeContext, queue: string) {
    super(context.vm, `deleter of ${queue}`);
    this.context = context;
    this.queue = queue;
  }

  /** Begins to delete the queue. */
  static start(context: NodeContext, queue: string): void {
    new Deleter(context, queue).deliver(BEGIN);
  }

  protected handleMessage(_begin: Message): void {
    const { context, queue } = this;
    const record = context.database.read(rabbitQueue, queue);
    if (record === undefined) {
      this.exit('normal');
      return;
    }
    context.vm.cite(BRK_17);
    deleteMembers(context, this, record, () =>
      deleteRecords(context, this, queue, 'expired', () => this.exit('normal')),
    );
  }
}
