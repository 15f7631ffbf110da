/**
 * What becomes of durable queues whose leader's node is forgotten (CLU-19, CLU-20): the oldest mirror's node that is
 * not running recovers the queue from its own disk when it boots; with no such node the queue is deleted.
 */
import { Pid } from '../../erlang/message.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Transaction } from '../../cluster/database.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitDurableQueue, rabbitQueue } from '../../broker/queue-record.ts';
import { queueDeleted } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';

const CLU_19 = rule('CLU-19');

/** No VM ever has this creation: a pid that carries it names a node, not a process. */
const NO_CREATION = -1;

/**
 * Points durable classic queues led on `deadNode` at a stopped node that had a mirror. Runs in `caller`, which stands still
 * until `done`.
 */
export function rehomeDurableQueues(
  context: NodeContext,
  caller: ErlangProcess,
  deadNode: string,
  done: () => void,
): void {
  const { database, vm } = context;
  vm.cite(CLU_19);
  const qualifies = (node: string): boolean =>
    node !== context.node && database.members().includes(node) && !database.isRunning(node);
  database.transaction(
    caller,
    { locks: [rabbitDurableQueue.name, rabbitQueue.name] },
    (transaction) => rehomeWithin(transaction, deadNode, qualifies),
    (deleted) => {
      for (const name of deleted) {
        vm.simulation.journal.write(
          queueDeleted,
          context.queueId(name),
          context.intern(context.node),
          context.intern('forget_cluster_node'),
        );
      }
      done();
    },
  );
}

/** The change itself; `qualifies` says which nodes may recover a queue. Returns the queues that nobody can recover: they are deleted. */
export function rehomeWithin(
  transaction: Transaction,
  deadNode: string,
  qualifies: (node: string) => boolean,
): string[] {
  const deleted: string[] = [];
  for (const name of transaction.keys(rabbitDurableQueue)) {
    const record = transaction.read(rabbitDurableQueue, name)!;
    const { pid } = record;
    if (record.type !== 'classic' || pid === null || pid.node !== deadNode) continue;
    const home = record.recoverableSlaves.find((node) => node !== deadNode && qualifies(node));
    if (home === undefined) {
      transaction.delete(rabbitDurableQueue, name);
      transaction.delete(rabbitQueue, name);
      deleted.push(name);
    } else {
      const next = { ...record, pid: new Pid(home, NO_CREATION, pid.process) };
      transaction.write(rabbitDurableQueue, name, next);
    }
  }
  return deleted;
}
