/**
 * Classic queues as a queue type: how a node declares, deletes, recovers and stops them. What happens to messages is the
 * business of the processes that it starts.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { deleteQueueRecords } from '../../broker/binding.ts';
import { homeNodeDown, queueInUse, queueNotEmpty } from '../../broker/errors.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type {
  ChannelError,
  ChannelPort,
  QueueClient,
  QueueLeadership,
  QueueStatistics,
  QueueType,
} from '../../broker/queue-type.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message, Pid } from '../../erlang/message.ts';
import { queueDeleted } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';
import type { BackingQueue } from './backing-queue.ts';
import { ClassicQueueClient } from './client.ts';
import { createContent } from './content.ts';
import { CopyRecords } from './copy-records.ts';
import { Leader } from './leader.ts';
import { leaderLocation } from './leader-location.ts';
import type { DeleteAnswer, DeleteQueue, InitAnswer, InitQueue, PlainCall } from './leader-messages.ts';
import { anyAlive } from './liveness.ts';
import type { Mirroring, ReplicaParts } from './mirroring.ts';
import { QueueIndex } from './queue-index.ts';
import { QueueSupervisor } from './queue-supervisor.ts';
import { supervisorOn, type StartLeader, type StopAll } from './supervisor-calls.ts';
import { deliverUntracked } from './untracked.ts';

const CLU_22 = rule('CLU-22');
const MIR_20 = rule('MIR-20');
const MIR_23 = rule('MIR-23');
const MIR_46 = rule('MIR-46');

const PURGE: PlainCall = { type: 'purge' };
const STAT: PlainCall = { type: 'stat' };
const DELETE_POLL_US = 100_000;

/**
 * What mirroring builds its replicas from. `mirroring` is asked for when a mirror is promoted, so that the two can be
 * made one after the other: `const parts = createReplicaParts(() => mirroring)`, `mirroring = createMirroring(parts)`,
 * `createClassicQueueType(mirroring)`.
 */
export function createReplicaParts(mirroring: () => Mirroring | null): ReplicaParts {
  return {
    openBackingQueue(context, process, record): BackingQueue {
      QueueSupervisor.of(context, mirroring()).adopt(record.name, process);
      eraseFile(context, record.name);
      return createContent(context.vm, record);
    },
    lead: (context, process, record, promotion) =>
      Leader.promoted(context, process, record, mirroring(), promotion),
  };
}

/** The queue type `classic`; without mirroring every queue has a leader only. */
export function createClassicQueueType(mirroring: Mirroring | null): QueueType {
  return new ClassicQueueType(mirroring);
}

class ClassicQueueType implements QueueType {
  readonly name = 'classic';
  readonly leadership?: QueueLeadership;
  private readonly mirroring: Mirroring | null;

  constructor(mirroring: Mirroring | null) {
    this.mirroring = mirroring;
    if (mirroring?.leadership !== undefined) this.leadership = mirroring.leadership;
  }

  declare(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (outcome: { record: QueueRecord; existing: boolean } | ChannelError) => void,
  ): void {
    this.supervisor(context);
    const eligible = this.mirroring?.eligibleLeaders(context, record) ?? null;
    const node = leaderLocation(context, record, eligible);
    const failed = (): void =>
      done({ code: 541, text: `Cannot declare a queue '${record.name}' on node '${node}'` });
    const start: StartLeader = { type: 'start_leader', record };
    caller.call<Pid>(supervisorOn(node), start, {
      reply: (pid) => {
        const init: InitQueue = { type: 'init', mode: 'new' };
        caller.call<InitAnswer>(pid, init, {
          reply: (answer) => {
            if (answer.outcome === 'owner_died') failed();
            else if (answer.outcome === 'absent') done(homeNodeDown(answer.record));
            else done({ record: answer.record, existing: answer.outcome === 'existing' });
          },
          failed,
        });
      },
      failed,
    });
  }

  /** With a live leader it deletes itself; otherwise a promotion is waited for as long as one can come (MIR-46). */
  delete(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    options: { ifUnused: boolean; ifEmpty: boolean },
    done: (outcome: { messageCount: number } | ChannelError | 'retry') => void,
  ): void {
    const { name } = record;
    const current = context.database.read(rabbitQueue, name);
    if (current === undefined) {
      done({ messageCount: 0 });
      return;
    }
    anyAlive(context, caller, current.pid === null ? [] : [current.pid], (leaderAlive) => {
      if (leaderAlive) {
        this.askToDelete(caller, current, options, done);
        return;
      }
      context.vm.cite(MIR_46);
      anyAlive(context, caller, current.slavePids, (mirrorAlive) => {
        if (mirrorAlive)
          caller.sleep(DELETE_POLL_US, () => this.delete(context, caller, record, options, done));
        else if (options.ifEmpty) done(queueNotEmpty(name));
        else this.deleteAbandoned(context, caller, name, () => done({ messageCount: 0 }));
      });
    });
  }

  purge(
    _context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (messageCount: number | 'retry') => void,
  ): void {
    askLeader(caller, record, PURGE, done);
  }

  statistics(
    _context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (statistics: QueueStatistics | 'retry') => void,
  ): void {
    askLeader(caller, record, STAT, done);
  }

  policyChanged(context: NodeContext, record: QueueRecord): void {
    if (record.pid !== null) context.vm.send(record.pid, { type: 'policy_changed' }, POLICY_CHANGED_BYTES);
  }

  client(port: ChannelPort): QueueClient {
    return new ClassicQueueClient(port);
  }

  deliverUntracked(
    _context: NodeContext,
    sender: ErlangProcess,
    queues: readonly QueueRecord[],
    message: BasicMessage,
  ): void {
    deliverUntracked(sender, queues, message);
  }

  /** Its durable record names this node, and no process of it lives here (MIR-20). */
  isRecoverable(context: NodeContext, record: QueueRecord): boolean {
    const { pid } = record;
    if (pid === null || pid.node !== context.node) return false;
    context.vm.cite(MIR_20);
    const live = context.database.read(rabbitQueue, record.name);
    return live === undefined || !context.vm.isProcessAlive(pid);
  }

  recover(context: NodeContext, caller: ErlangProcess, record: QueueRecord, done: () => void): void {
    const { pid } = this.supervisor(context).startLeader(record);
    const init: InitQueue = { type: 'init', mode: 'recover' };
    caller.call(pid, init, { reply: () => done(), failed: () => done() });
  }

  virtualHostUp(context: NodeContext): void {
    this.supervisor(context).recoveryIsOver();
    this.mirroring?.virtualHostUp(context);
  }

  eraseStale(context: NodeContext, recovering: readonly string[]): void {
    this.supervisor(context);
    const kept = new Set(recovering);
    for (const queue of QueueIndex.queues(context.vm.disk)) if (!kept.has(queue)) eraseFile(context, queue);
  }

  /** Leaders and mirrors under the supervisor first, then what is left of mirroring (CLU-22). */
  stop(context: NodeContext, caller: ErlangProcess, done: () => void): void {
    context.vm.cite(CLU_22);
    const rest = (): void => {
      if (this.mirroring === null) done();
      else this.mirroring.stop(context, caller, done);
    };
    const stopAll: StopAll = { type: 'stop_all' };
    caller.call(supervisorOn(context.node), stopAll, { reply: rest, failed: rest });
  }

  private supervisor(context: NodeContext): QueueSupervisor {
    return QueueSupervisor.of(context, this.mirroring);
  }

  private askToDelete(
    caller: ErlangProcess,
    record: QueueRecord,
    { ifUnused, ifEmpty }: { ifUnused: boolean; ifEmpty: boolean },
    done: (outcome: { messageCount: number } | ChannelError | 'retry') => void,
  ): void {
    // Field by field: callers hand over whole AMQP methods, which have a type of their own.
    const request: DeleteQueue = { type: 'delete', ifUnused, ifEmpty };
    askLeader<DeleteAnswer>(caller, record, request, (answer) => {
      if (answer === 'in_use') done(queueInUse(record.name));
      else if (answer === 'not_empty') done(queueNotEmpty(record.name));
      else done(answer);
    });
  }

  /** Nobody is left who could delete the content: only the records go. */
  private deleteAbandoned(context: NodeContext, caller: ErlangProcess, name: string, done: () => void): void {
    context.database.transaction(
      caller,
      { locks: [`${rabbitQueue.name}/${name}`, `${rabbitDurableQueue.name}/${name}`] },
      (transaction) => deleteQueueRecords(transaction, name),
      () => {
        const { journal } = context.vm.simulation;
        journal.write(
          queueDeleted,
          context.queueId(name),
          context.intern(context.node),
          context.intern('abandoned'),
        );
        done();
      },
    );
  }
}

const POLICY_CHANGED_BYTES = 120;

/** A call to the leader as the record has it; `retry` when there is none that answers (MIR-45). */
function askLeader<T>(
  caller: ErlangProcess,
  record: QueueRecord,
  request: Message,
  done: (answer: T | 'retry') => void,
): void {
  if (record.pid === null) done('retry');
  else caller.call<T>(record.pid, request, { reply: done, failed: () => done('retry') });
}

/** What is on this disk under the queue's name is not merged with anything: it is destroyed (MIR-23). */
function eraseFile(context: NodeContext, queue: string): void {
  const content = QueueIndex.content(context.vm.disk, queue);
  if (content === undefined) return;
  context.vm.cite(MIR_23);
  const records = new CopyRecords(context, queue, 'mirror');
  for (const message of content) records.destroyed(message, 'erased', MIR_23);
  QueueIndex.remove(context.vm.disk, queue);
}
