/**
 * Members of a quorum queue by command, one at a time (QQ-2): a new one is started and taken into the log, one that goes is taken out of it
 * and deleted with its data. The change counts as soon as the leader has it in its log; the record follows.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import { durableForm, rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { QueueMembership } from '../../broker/queue-type.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import { rule } from '../../rules/registry.ts';
import { fifoConfig } from './fifo-config.ts';
import { changeMembers, memberNodes } from './leader-calls.ts';
import { memberSupervisorOn, type DeleteMember, type StartMember } from './supervisor-calls.ts';

const QQ_2 = rule('QQ-2');
const QQ_3 = rule('QQ-3');

const CHANGE_TIMEOUT_US = 5_000_000;

export const membership: QueueMembership = {
  members: (record) => record.quorum?.nodes ?? [],

  add(context, caller, record, node, done) {
    context.vm.cite(QQ_2);
    const { nodes, cluster } = record.quorum!;
    if (!context.database.isRunning(node)) {
      done('node_not_running');
      return;
    }
    if (nodes.includes(node)) {
      done(null);
      return;
    }
    const spec = { queue: record.name, cluster, members: [...nodes, node], config: fifoConfig(record) };
    const start: StartMember = { type: 'start_member', spec };
    caller.call(memberSupervisorOn(node), start, {
      reply: () => join(context, caller, record, node, done),
      failed: done,
      timeoutUs: CHANGE_TIMEOUT_US,
    });
  },

  remove(context, caller, record, node, done) {
    context.vm.cite(QQ_2);
    const { nodes } = record.quorum!;
    if (!nodes.includes(node)) done(null);
    else if (nodes.length === 1) done('last_node');
    else {
      change(caller, record, 'leave', node, (error) => {
        if (error !== null) done(error);
        else {
          const left = nodes.filter((name) => name !== node);
          writeMembers(context, caller, record, left, () =>
            deleteMember(caller, record, node, () => done(null)),
          );
        }
      });
    }
  },

  isCritical(context, record) {
    const nodes = record.quorum?.nodes ?? [];
    if (!nodes.includes(context.node)) return false;
    context.vm.cite(QQ_3);
    const running = nodes.filter((node) => context.database.isRunning(node));
    return running.length <= Math.floor(nodes.length / 2) + 1;
  },
};

function join(
  context: NodeContext,
  caller: ErlangProcess,
  record: QueueRecord,
  node: string,
  done: (error: string | null) => void,
): void {
  change(caller, record, 'join', node, (error) => {
    if (error !== null) deleteMember(caller, record, node, () => done(error));
    else writeMembers(context, caller, record, [node, ...record.quorum!.nodes], () => done(null));
  });
}

function change(
  caller: ErlangProcess,
  record: QueueRecord,
  kind: 'join' | 'leave',
  node: string,
  done: (error: string | null) => void,
): void {
  const members = memberNodes(record);
  const call = { caller, queue: record.name, members, timeoutUs: CHANGE_TIMEOUT_US, suspends: true };
  changeMembers(call, kind, node, (answer) => done('error' in answer ? answer.error : null));
}

function writeMembers(
  context: NodeContext,
  caller: ErlangProcess,
  { name, quorum }: QueueRecord,
  nodes: readonly string[],
  done: () => void,
): void {
  context.database.transaction(
    caller,
    { locks: [`${rabbitQueue.name}/${name}`, `${rabbitDurableQueue.name}/${name}`] },
    (transaction) => {
      const current = transaction.read(rabbitQueue, name);
      if (current?.quorum?.cluster !== quorum!.cluster) return;
      const updated = { ...current, quorum: { ...current.quorum, nodes } };
      transaction.write(rabbitQueue, name, updated);
      transaction.write(rabbitDurableQueue, name, durableForm(updated));
    },
    done,
  );
}

/** Also where the node is not there: then its data stays, until it boots and learns better. */
function deleteMember(
  caller: ErlangProcess,
  { name: queue, quorum }: QueueRecord,
  node: string,
  then: () => void,
): void {
  const request: DeleteMember = { type: 'delete_member', queue, cluster: quorum!.cluster, why: 'removed' };
  caller.call(memberSupervisorOn(node), request, {
    reply: then,
    failed: then,
    timeoutUs: CHANGE_TIMEOUT_US,
  });
}
