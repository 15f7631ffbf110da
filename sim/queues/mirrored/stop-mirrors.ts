/**
 * The leader ends all mirrors, content included (`stop_all_slaves`): when the queue is deleted, when mirroring stops, and when
 * its node stops with nothing synchronised (MIR-21, MIR-22).
 */
import type { Database } from '../../cluster/database.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, ExitReason, Message, Pid } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { rabbitQueue } from '../../broker/queue-record.ts';
import type { Rule } from '../../rules/registry.ts';
import { mirrorRemoved } from '../../records/cluster.ts';
import type { LeaderPort } from '../classic/mirroring.ts';
import { gmGroup, groupLock } from './gm-group.ts';
import type { LeaderQueue } from './leader-queue.ts';
import { queueLocks, storeUpdatedMirrors } from './queue-store.ts';

/** `slave_wait_timeout`: for each mirror in turn. */
const MIRROR_WAIT_US = 15_000_000;

interface WaitOver extends Message {
  readonly type: 'wait_over';
  readonly pid: Pid;
}

/** The leader's selective receive of their DOWNs, as a process of its own that the leader calls. */
class EndWatch extends ErlangProcess {
  private readonly database: Database;
  private readonly awaited: Pid[];
  private readonly down = new Set<Pid>();
  private readonly missing: Pid[] = [];
  private from: CallFrom | undefined;

  constructor(vm: Vm, database: Database, awaited: readonly Pid[]) {
    super(vm, 'stop_all_slaves');
    this.database = database;
    this.awaited = [...awaited];
    for (const pid of awaited) this.monitor(pid);
  }

  protected override handleCall(_request: Message, from: CallFrom): void {
    this.from = from;
    this.waitForNext();
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'DOWN') {
      this.down.add((message as DownMessage).target as Pid);
      if (this.from !== undefined) this.skipEnded();
    } else if (message.type === 'wait_over' && (message as WaitOver).pid === this.awaited[0]) {
      this.missing.push(this.awaited.shift()!);
      this.waitForNext();
    }
  }

  private skipEnded(): void {
    if (this.awaited.length > 0 && this.down.has(this.awaited[0]!)) {
      this.awaited.shift();
      this.waitForNext();
    }
  }

  private waitForNext(): void {
    // Those on nodes that we do not share metadata with may never have got the word.
    while (this.awaited.length > 0) {
      const [pid] = this.awaited;
      if (!this.down.has(pid!) && this.database.isRunning(pid!.node)) {
        this.startTimer(MIRROR_WAIT_US, { type: 'wait_over', pid } as WaitOver);
        return;
      }
      this.awaited.shift();
    }
    this.reply(this.from!, this.missing);
    this.exit('normal');
  }
}

/** Runs in the leader's process; `done` when the mirrors are gone, or have been waited for, and the ring is forgotten. */
export function stopAllMirrors(
  leader: LeaderPort,
  queue: LeaderQueue,
  reason: ExitReason,
  decidedBy: Rule,
  done: () => void,
): void {
  const { process, context } = leader;
  const record = leader.record();
  if (record === undefined) {
    done();
    return;
  }
  context.vm.cite(decidedBy);
  const mirrors = record.slavePids;
  const watch = new EndWatch(context.vm, context.database, [queue.gm, ...mirrors]);
  queue.broadcast({ type: 'delete_and_terminate', reason, rule: decidedBy.index });
  const forget = (missing: readonly Pid[]): void =>
    context.database.transaction(
      process,
      { locks: [...queueLocks(record.name), groupLock(record.name)] },
      (transaction) => {
        const present = transaction.read(rabbitQueue, record.name);
        if (present !== undefined) {
          const slavePidsPendingShutdown = missing.filter((pid) => pid !== queue.gm);
          const next = { ...present, gmPids: [], slavePids: [], slavePidsPendingShutdown };
          storeUpdatedMirrors(transaction, context, next);
        }
        transaction.delete(gmGroup, record.name);
      },
      () => {
        const { journal } = context.vm.simulation;
        const self = context.intern(context.node);
        for (const pid of mirrors) {
          const names = [context.queueId(record.name), context.intern(pid.node)] as const;
          journal.write(mirrorRemoved, names[0], names[1], context.intern('stopped'), self, self);
        }
        done();
      },
    );
  process.call<readonly Pid[]>(
    watch.pid,
    { type: 'await_ends' },
    { reply: forget, failed: () => forget([]) },
  );
}
