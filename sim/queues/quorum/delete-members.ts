/**
 * The end of a quorum queue's members (`ra:delete_cluster`): its leader commits it, tells the others and ends when all know. Where that
 * cannot be, each member that can be reached is deleted by force (QQ-3).
 */
import { deleteQueueRecords } from '../../broker/binding.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import { queueDeleted } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';
import { memberNodes, processCommand } from './leader-calls.ts';
import { memberSupervisorOn, type DeleteMember } from './supervisor-calls.ts';
import { memberOn, type LocalQuery } from './raft-messages.ts';

const BRK_52 = rule('BRK-52');
const QQ_3 = rule('QQ-3');

const DELETE_TIMEOUT_US = 5_000_000;
/** Looks at whether the leader has ended, within that time. */
const LOOKS = 10;
const STATUS: LocalQuery = { type: 'ra_status' };

/** Deletes all members with their data; `then` in any case. The caller stands still meanwhile. */
export function deleteMembers(
  context: NodeContext,
  caller: ErlangProcess,
  record: QueueRecord,
  then: () => void,
): void {
  const { name: queue } = record;
  const members = memberNodes(record);
  const call = { caller, queue, members, timeoutUs: DELETE_TIMEOUT_US, suspends: true };
  processCommand(call, { kind: 'delete' }, (answer) => {
    if ('leader' in answer) awaitEnd(caller, record, answer.leader, LOOKS, then);
    else if (answer.nobody) then();
    else {
      context.vm.cite(QQ_3);
      forceDelete(caller, record, members, then);
    }
  });
}

/** One that cannot reach all the others is helped after a while. */
function awaitEnd(
  caller: ErlangProcess,
  record: QueueRecord,
  leader: string,
  looksLeft: number,
  then: () => void,
): void {
  if (looksLeft === 0) {
    forceDelete(caller, record, memberNodes(record), then);
    return;
  }
  caller.call(memberOn(leader, record.name), STATUS, {
    reply: () =>
      caller.sleep(DELETE_TIMEOUT_US / LOOKS, () => awaitEnd(caller, record, leader, looksLeft - 1, then)),
    failed: then,
    timeoutUs: DELETE_TIMEOUT_US,
  });
}

function forceDelete(
  caller: ErlangProcess,
  record: QueueRecord,
  nodes: readonly string[],
  then: () => void,
): void {
  const [node, ...others] = nodes;
  if (node === undefined) {
    then();
    return;
  }
  const request: DeleteMember = {
    type: 'delete_member',
    queue: record.name,
    cluster: record.quorum?.cluster ?? 0,
    why: 'deleted',
  };
  const next = (): void => forceDelete(caller, record, others, then);
  caller.call(memberSupervisorOn(node), request, { reply: next, failed: next, timeoutUs: DELETE_TIMEOUT_US });
}

/** Takes the queue out of the metadata. */
export function deleteRecords(
  context: NodeContext,
  caller: ErlangProcess,
  queue: string,
  why: 'deleted' | 'expired',
  done: () => void,
): void {
  context.database.transaction(
    caller,
    { locks: [`${rabbitQueue.name}/${queue}`, `${rabbitDurableQueue.name}/${queue}`] },
    (transaction) => deleteQueueRecords(transaction, queue),
    () => {
      context.vm.cite(BRK_52);
      const { journal } = context.vm.simulation;
      journal.write(queueDeleted, context.queueId(queue), context.intern(context.node), context.intern(why));
      done();
    },
  );
}
