/**
 * What a node does to the metadata when another node's application is gone (CLU-17): the live records of queues whose only
 * process died there go, and with them their live bindings, ten queues a transaction so that others get their turn. Durable
 * records stay, so a durable queue is absent from then on (BRK-14) and a transient one no longer exists (BRK-15).
 * Mirrored queues are left to their rings. A booting node does the same to its own earlier incarnation.
 */
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Pid } from '../erlang/message.ts';
import { queueDeleted, queueDown } from '../records/cluster.ts';
import { rule } from '../rules/registry.ts';
import { rabbitRoute, removeBindingsTo } from './binding.ts';
import type { NodeContext } from './node-context.ts';
import { isReplicated } from './queue-facts.ts';
import { rabbitDurableQueue, rabbitQueue } from './queue-record.ts';

const BRK_14 = rule('BRK-14');
const BRK_15 = rule('BRK-15');
const CLU_17 = rule('CLU-17');

const QUEUES_PER_TRANSACTION = 10;

interface Candidate {
  readonly name: string;
  readonly pid: Pid;
}

interface Removed {
  readonly name: string;
  readonly durable: boolean;
  /** Its process has ended and has witnessed that itself; otherwise it is out of reach only. */
  readonly ended: boolean;
}

/** Purges what died with `deadNode`; runs inside `caller`, which stands still during each transaction. */
export function purgeDeadQueues(
  context: NodeContext,
  caller: ErlangProcess,
  deadNode: string,
  done: () => void,
): void {
  context.vm.cite(CLU_17);
  const candidates: Candidate[] = [];
  for (const [name, record] of context.database.entries(rabbitQueue)) {
    const { pid } = record;
    if (pid !== null && pid.node === deadNode && !isReplicated(record)) candidates.push({ name, pid });
  }
  keepDead(context, caller, deadNode, candidates, (dead) =>
    purgeFrom(context, caller, deadNode, dead, 0, done),
  );
}

/** Only the node itself knows whether a process of its present incarnation lives. */
function keepDead(
  context: NodeContext,
  caller: ErlangProcess,
  node: string,
  candidates: readonly Candidate[],
  then: (dead: readonly Candidate[]) => void,
): void {
  if (candidates.length === 0 || (node !== context.node && !context.database.isRunning(node))) {
    then(candidates);
    return;
  }
  caller.standStill((resumeWith) =>
    context.vm.remoteCall(node, (vm) => candidates.map(({ pid }) => vm.isProcessAlive(pid)), {
      reply: (alive) =>
        resumeWith(() => then(candidates.filter((_candidate, index) => alive[index] !== true))),
      failed: () => resumeWith(() => then(candidates)),
    }),
  );
}

function purgeFrom(
  context: NodeContext,
  caller: ErlangProcess,
  deadNode: string,
  dead: readonly Candidate[],
  from: number,
  done: () => void,
): void {
  const batch = dead.slice(from, from + QUEUES_PER_TRANSACTION);
  if (batch.length === 0) {
    done();
    return;
  }
  const locks = [...batch.map(({ name }) => `${rabbitQueue.name}/${name}`), rabbitRoute.name];
  context.database.transaction(
    caller,
    { locks },
    (transaction) => {
      const removed: Removed[] = [];
      for (const { name, pid } of batch) {
        // Another survivor may have been quicker, or the queue was recovered elsewhere.
        if (transaction.read(rabbitQueue, name)?.pid !== pid) continue;
        transaction.delete(rabbitQueue, name);
        removeBindingsTo(transaction, 'queue', name, 'transient');
        const durable = transaction.read(rabbitDurableQueue, name) !== undefined;
        removed.push({ name, durable, ended: !pid.process.alive });
      }
      return removed;
    },
    (removed) => {
      for (const queue of removed) witness(context, deadNode, queue);
      purgeFrom(context, caller, deadNode, dead, from + QUEUES_PER_TRANSACTION, done);
    },
  );
}

function witness(context: NodeContext, deadNode: string, { name, durable, ended }: Removed): void {
  const { journal } = context.vm.simulation;
  context.vm.cite(durable ? BRK_14 : BRK_15);
  if (durable && ended) return;
  const type = durable ? queueDown : queueDeleted;
  journal.write(type, context.queueId(name), context.intern(deadNode), context.intern('node_down'));
}
