/** The end of a log that no member will go on with: what it held of the queue's messages is witnessed as it goes. */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { Disk } from '../../erlang/disk.ts';
import type { Journal } from '../../kernel/journal.ts';
import { copyDestroyed } from '../../records/messages.ts';
import { queueKey } from '../../records/queue-key.ts';
import type { Rule } from '../../rules/registry.ts';
import { RaftLog } from './raft-log.ts';

/** Erases the log of one queue from the node's disk. */
export function eraseLog(context: NodeContext, queue: string, log: RaftLog, decidedBy: Rule): void {
  const { vm, node } = context;
  witness(vm.simulation.journal, context.queueId(queue), node, log, 'erased', decidedBy);
  RaftLog.remove(vm.disk, queue);
}

/** The end of a node's data directory: every log on its disk goes (CLU-2, CLU-6). `cluster` as in `queueKey`. */
export function wipeLogs(disk: Disk, journal: Journal, cluster: string, node: string, decidedBy: Rule): void {
  for (const queue of RaftLog.queues(disk)) {
    const name = journal.intern(queueKey(cluster, queue));
    witness(journal, name, node, RaftLog.find(disk, queue)!, 'wiped', decidedBy);
    RaftLog.remove(disk, queue);
  }
}

/** Of what is in the log, messages count that were applied: whether they are still in the queue the others know. */
function witness(journal: Journal, name: number, node: string, log: RaftLog, why: string, rule: Rule): void {
  const [nodeName, role, why_] = [node, 'member', why].map((text) => journal.intern(text));
  const gone = new Set<BasicMessage>(log.snapshot?.state.all() ?? []);
  for (const { command, index } of log.take((log.snapshot?.index ?? 0) + 1, Infinity)) {
    if (index > log.appliedIndex) break;
    if (command.kind === 'enqueue' || command.kind === 'enqueue_untracked') gone.add(command.message);
  }
  for (const { publisher, sequence } of gone) {
    journal.write(copyDestroyed, publisher, sequence, name, nodeName, role, why_, rule.index);
  }
}
