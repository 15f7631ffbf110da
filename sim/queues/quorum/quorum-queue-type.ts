/**
 * Quorum queues as a queue type: how a node declares, deletes, recovers and stops them. What happens to messages is the business of the
 * members, one on each of the queue's nodes, and of the client in each channel.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { homeNodeDown, preconditionFailed, queueText } from '../../broker/errors.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { durableForm, rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type {
  ChannelError,
  ChannelPort,
  QueueClient,
  QueueStatistics,
  QueueType,
} from '../../broker/queue-type.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import { queueDeclared } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';
import { deleteMembers, deleteRecords } from './delete-members.ts';
import { eraseLog } from './erase-log.ts';
import { fifoConfig } from './fifo-config.ts';
import type { FifoReply } from './fifo-context.ts';
import { memberNodes, processCommand, type LeaderCall } from './leader-calls.ts';
import { drainMembers, leadership } from './leadership.ts';
import { MemberSupervisor } from './member-supervisor.ts';
import { membership } from './membership.ts';
import { placeMembers } from './placement.ts';
import { QuorumQueueClient } from './quorum-client.ts';
import { RaftLog } from './raft-log.ts';
import { memberOn, type Command, type LocalQuery } from './raft-messages.ts';
import type { RaftSafety } from './raft-safety.ts';
import {
  memberSupervisorOn,
  type MemberSpec,
  type StartCluster,
  type StopMembers,
} from './supervisor-calls.ts';

const BRK_14 = rule('BRK-14');
const BRK_52 = rule('BRK-52');
const QQ_1 = rule('QQ-1');
const QQ_3 = rule('QQ-3');
const QQ_16 = rule('QQ-16');
const QQ_27 = rule('QQ-27');
const QQ_28 = rule('QQ-28');

const START_CLUSTER_TIMEOUT_US = 7_000_000;
const STAT_TIMEOUT_US = 250_000;
const COMMAND_TIMEOUT_US = 30_000_000;

/** The queue type `quorum`; `safety` is shared by all nodes of an experiment. */
export function createQuorumQueueType(safety: RaftSafety): QueueType {
  return new QuorumQueueType(safety);
}

class QuorumQueueType implements QueueType {
  readonly name = 'quorum';
  readonly leadership = leadership;
  readonly membership = membership;
  private readonly safety: RaftSafety;

  constructor(safety: RaftSafety) {
    this.safety = safety;
  }

  // --- declaring ---------------------------------------------------------------------------------------------

  declare(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (outcome: { record: QueueRecord; existing: boolean } | ChannelError) => void,
  ): void {
    context.vm.cite(QQ_1);
    const refusal = unfit(record);
    if (refusal !== null) {
      done(refusal);
      return;
    }
    MemberSupervisor.of(context, this.safety);
    const nodes = placeMembers(context, record);
    const wanted: QueueRecord = { ...record, quorum: { cluster: this.safety.newCluster(), nodes } };
    this.writeRecord(context, caller, wanted, (outcome) => {
      if (outcome === 'created') this.startCluster(context, caller, wanted, done);
      else if (outcome === 'absent') done(homeNodeDown(wanted));
      else done({ record: outcome, existing: true });
    });
  }

  private writeRecord(
    context: NodeContext,
    caller: ErlangProcess,
    wanted: QueueRecord,
    done: (outcome: QueueRecord | 'created' | 'absent') => void,
  ): void {
    const { name } = wanted;
    context.database.transaction(
      caller,
      { locks: locks(name) },
      (transaction): QueueRecord | 'created' | 'absent' => {
        const existing = transaction.read(rabbitQueue, name);
        if (existing !== undefined) return existing;
        if (transaction.read(rabbitDurableQueue, name) !== undefined) {
          context.vm.cite(BRK_14);
          return 'absent';
        }
        transaction.write(rabbitQueue, name, wanted);
        transaction.write(rabbitDurableQueue, name, durableForm(wanted));
        return 'created';
      },
      done,
    );
  }

  /** Members start on all their nodes and elect a leader; without a majority there is no queue (QQ-3). */
  private startCluster(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (outcome: { record: QueueRecord; existing: boolean } | ChannelError) => void,
  ): void {
    const { name } = record;
    const spec = specOf(record);
    const leader = spec.members[0]!;
    const request: StartCluster = { type: 'start_cluster', spec };
    const failed = (reason: string): void => {
      context.vm.cite(QQ_3);
      const text =
        `Cannot declare quorum ${queueText(name)} on node 'rabbit@${context.node}' with leader on node ` +
        `'rabbit@${leader}': ${reason}`;
      deleteRecords(context, caller, name, 'deleted', () => done({ code: 541, text }));
    };
    const isHere = leader === context.node;
    caller.call<'ok' | 'cluster_not_formed'>(memberSupervisorOn(leader), request, {
      reply: (answer) => {
        if (answer !== 'ok') {
          failed(answer);
          return;
        }
        const { journal } = context.vm.simulation;
        journal.write(
          queueDeclared,
          context.queueId(name),
          context.intern(leader),
          context.intern('quorum'),
          1,
        );
        done({ record: context.database.read(rabbitQueue, name) ?? record, existing: false });
      },
      failed,
      ...(!isHere && { timeoutUs: START_CLUSTER_TIMEOUT_US }),
    });
  }

  // --- deleting ----------------------------------------------------------------------------------------------

  delete(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    { ifUnused, ifEmpty }: { ifUnused: boolean; ifEmpty: boolean },
    done: (outcome: { messageCount: number } | ChannelError | 'retry') => void,
  ): void {
    if (ifUnused || ifEmpty) {
      const flag = ifUnused ? 'if-unused' : 'if-empty';
      const text =
        `cannot delete ${queueText(record.name)}. queue.delete operations with ${flag} flag set are not ` +
        `supported by quorum queues`;
      done({ code: 540, text });
      return;
    }
    this.statistics(context, caller, record, (statistics) => {
      const messageCount = statistics === 'retry' ? 0 : statistics.messagesReady;
      deleteMembers(context, caller, record, () =>
        deleteRecords(context, caller, record.name, 'deleted', () => done({ messageCount })),
      );
    });
  }

  // --- the rest ----------------------------------------------------------------------------------------------

  purge(
    _context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (messageCount: number | ChannelError | 'retry') => void,
  ): void {
    const call: LeaderCall = {
      caller,
      queue: record.name,
      members: memberNodes(record).slice(0, 1),
      timeoutUs: COMMAND_TIMEOUT_US,
      suspends: true,
    };
    processCommand<FifoReply>(call, { kind: 'purge' }, (answer) => {
      if ('error' in answer)
        done({ code: 541, text: `cannot purge ${queueText(record.name)}: ${answer.error}` });
      else done(typeof answer.value === 'object' && 'purged' in answer.value ? answer.value.purged : 0);
    });
  }

  /** Zeros where the leader does not answer within a moment (QQ-28). */
  statistics(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (statistics: QueueStatistics | 'retry') => void,
  ): void {
    const request: LocalQuery = { type: 'ra_statistics' };
    caller.call<QueueStatistics>(memberOn(memberNodes(record)[0]!, record.name), request, {
      reply: done,
      failed: () => {
        context.vm.cite(QQ_28);
        done({ messagesReady: 0, messagesUnacknowledged: 0, consumers: 0 });
      },
      timeoutUs: STAT_TIMEOUT_US,
    });
  }

  policyChanged(context: NodeContext, record: QueueRecord): void {
    const supervisor = MemberSupervisor.of(context, this.safety);
    supervisor.updateConfig(record.name, memberNodes(record)[0]!, fifoConfig(record));
  }

  client(port: ChannelPort): QueueClient {
    return new QuorumQueueClient(port);
  }

  /** To the leader as the record has it, once (QQ-16). */
  deliverUntracked(
    context: NodeContext,
    sender: ErlangProcess,
    queues: readonly QueueRecord[],
    message: BasicMessage,
  ): void {
    context.vm.cite(QQ_16);
    const command: Command = {
      type: 'ra_command',
      priority: 'low',
      command: { kind: 'enqueue_untracked', message },
      replyTo: null,
    };
    for (const record of queues) {
      sender.send(memberOn(memberNodes(record)[0]!, record.name), command, message.wireBytes);
    }
  }

  isRecoverable(context: NodeContext, record: QueueRecord): boolean {
    return record.quorum?.nodes.includes(context.node) === true;
  }

  /** The member starts from its disk; the record is made live where no node has it so (QQ-27). */
  recover(context: NodeContext, caller: ErlangProcess, record: QueueRecord, done: () => void): void {
    context.vm.cite(QQ_27);
    MemberSupervisor.of(context, this.safety).recover(specOf(record));
    if (context.database.read(rabbitQueue, record.name) !== undefined) {
      done();
      return;
    }
    context.database.transaction(
      caller,
      { locks: locks(record.name) },
      (transaction) => {
        if (transaction.read(rabbitQueue, record.name) === undefined) {
          transaction.write(rabbitQueue, record.name, record);
        }
      },
      done,
    );
  }

  virtualHostUp(context: NodeContext): void {
    MemberSupervisor.of(context, this.safety);
  }

  /** Logs of queues that the metadata does not know, or knows as others, are erased. */
  eraseStale(context: NodeContext, recovering: readonly string[]): void {
    const { disk } = context.vm;
    for (const queue of RaftLog.queues(disk)) {
      const log = RaftLog.find(disk, queue)!;
      const record = context.database.read(rabbitDurableQueue, queue);
      if (!recovering.includes(queue) || record?.quorum?.cluster !== log.cluster) {
        eraseLog(context, queue, log, BRK_52);
      }
    }
  }

  drain(context: NodeContext, caller: ErlangProcess, done: () => void): void {
    drainMembers(context, caller, done);
  }

  /** What was stopped for maintenance is started again. */
  revive(context: NodeContext, _caller: ErlangProcess, done: () => void): void {
    for (const [, record] of context.database.entries(rabbitQueue)) {
      if (record.quorum?.nodes.includes(context.node) === true) {
        MemberSupervisor.of(context, this.safety).recover(specOf(record));
      }
    }
    done();
  }

  stop(context: NodeContext, caller: ErlangProcess, done: () => void): void {
    const supervisor = MemberSupervisor.running(context);
    if (supervisor?.isIdle !== false) {
      supervisor?.exit('shutdown');
      done();
      return;
    }
    const request: StopMembers = { type: 'stop_members' };
    caller.call(memberSupervisorOn(context.node), request, { reply: done, failed: done });
  }
}

/** Why there cannot be such a queue (QQ-1), or null. */
function unfit(record: QueueRecord): ChannelError | null {
  const queue = queueText(record.name);
  const invalid = (property: string): ChannelError =>
    preconditionFailed(`invalid property '${property}' for ${queue}`);
  if (record.autoDelete) return invalid('auto-delete');
  if (record.exclusiveOwner !== null) return invalid('exclusive-owner');
  return record.durable ? null : invalid('non-durable');
}

function locks(queue: string): readonly string[] {
  return [`${rabbitQueue.name}/${queue}`, `${rabbitDurableQueue.name}/${queue}`];
}

function specOf(record: QueueRecord): MemberSpec {
  const { name: queue, quorum } = record;
  const { cluster, nodes: members } = quorum!;
  return { queue, cluster, members, config: fifoConfig(record) };
}
