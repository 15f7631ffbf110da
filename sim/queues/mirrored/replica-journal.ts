/** What a mirror writes into the journal, with the names interned once. */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { Journal, RecordType } from '../../kernel/journal.ts';
import { mirrorRemoved } from '../../records/cluster.ts';
import { copyConfirmed, copyDestroyed, copyStored } from '../../records/messages.ts';
import type { BackingQueue } from '../classic/backing-queue.ts';

export class ReplicaJournal {
  private readonly journal: Journal;
  private readonly intern: (text: string) => number;
  private readonly queue: number;
  private readonly node: number;
  private readonly mirror: number;
  private readonly how: { readonly gm: number; readonly sync: number };

  constructor(context: NodeContext, queue: string) {
    this.journal = context.vm.simulation.journal;
    this.intern = (text) => context.intern(text);
    this.queue = context.queueId(queue);
    this.node = context.intern(context.node);
    this.mirror = context.intern('mirror');
    this.how = { gm: context.intern('gm'), sync: context.intern('sync') };
  }

  stored(message: BasicMessage, how: 'gm' | 'sync'): void {
    const { queue, node, mirror } = this;
    this.journal.write(
      copyStored,
      message.publisher,
      message.sequence,
      queue,
      node,
      mirror,
      how === 'gm' ? this.how.gm : this.how.sync,
    );
  }

  confirmed(message: BasicMessage): void {
    const { queue, node, mirror } = this;
    this.journal.write(copyConfirmed, message.publisher, message.sequence, queue, node, mirror);
  }

  /** Every message that the replica holds is about to go; says why, and by which rule. */
  destroyed(content: BackingQueue, why: string, rule: number, role: 'leader' | 'mirror' = 'mirror'): void {
    for (const { message } of content.all()) this.destroyedOne(message, why, rule, role);
  }

  /** What did not survive the orderly end of the replica: `content` has terminated. */
  unsaved(content: BackingQueue, why: string, rule: number): void {
    for (const message of content.unsaved()) this.destroyedOne(message, why, rule, 'mirror');
  }

  /** A record of the queue's life on this node; further slots follow queue and node. */
  life(type: RecordType, f2 = 0, f3 = 0, f4 = 0, f5 = 0, f6 = 0, f7 = 0): void {
    this.journal.write(type, this.queue, this.node, f2, f3, f4, f5, f6, f7);
  }

  /** The mirror of this node is listed no more; without a leader if there is none. */
  gone(why: string, leader = ''): void {
    const { queue, node } = this;
    this.journal.write(mirrorRemoved, queue, node, this.intern(why), node, this.intern(leader));
  }

  /** A record of what this mirror became to the leader on `leader`. */
  mirrorOf(type: RecordType, leader: string): void {
    this.journal.write(type, this.queue, this.node, this.node, this.intern(leader));
  }

  private destroyedOne(message: BasicMessage, why: string, rule: number, role: 'leader' | 'mirror'): void {
    const { publisher, sequence } = message;
    const { queue, node } = this;
    const names = [this.intern(role), this.intern(why)] as const;
    this.journal.write(copyDestroyed, publisher, sequence, queue, node, names[0], names[1], rule);
  }
}
