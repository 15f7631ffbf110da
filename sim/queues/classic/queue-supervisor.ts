/**
 * The supervisor of all replica processes of a node (`rabbit_amqqueue_sup_sup` with one supervisor below it for each queue,
 * merged). It starts them, restarts one that crashed (MIR-50), and ends all of them when the application stops (CLU-22).
 * Other nodes reach it by name, so a node whose application is down starts nothing.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, ExitMessage, Message, Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import { isOrderly } from './exit-reasons.ts';
import { Leader } from './leader.ts';
import type { Mirroring } from './mirroring.ts';
import { Prequeue } from './prequeue.ts';
import { QueueProcess, type QueueBehaviour } from './queue-process.ts';
import { SUPERVISOR_NAME, type IsProcessAlive, type StartLeader } from './supervisor-calls.ts';
import { VariableQueue } from './variable-queue.ts';

const MIR_50 = rule('MIR-50');

const CRASHES_MAX = 5;
const CRASH_PERIOD_US = 10_000_000;

interface Child {
  readonly queue: string;
  readonly process: QueueProcess;
}

export class QueueSupervisor extends ErlangProcess {
  private readonly context: NodeContext;
  private readonly mirroring: Mirroring | null;
  private readonly children = new Map<Pid, Child>();
  private readonly crashes = new Map<string, number[]>();
  private stopping: CallFrom | undefined;

  private constructor(context: NodeContext, mirroring: Mirroring | null) {
    super(context.vm, SUPERVISOR_NAME);
    this.context = context;
    this.mirroring = mirroring;
    this.trapExit = true;
    context.vm.register(SUPERVISOR_NAME, this);
  }

  /** The supervisor of this run of the node's application; starts one if there is none. */
  static of(context: NodeContext, mirroring: Mirroring | null): QueueSupervisor {
    const running = context.vm.whereis(SUPERVISOR_NAME);
    return running instanceof QueueSupervisor ? running : new QueueSupervisor(context, mirroring);
  }

  /** The node's supervisor ends its children, or has ended: it takes no calls, and who calls learns of its end (CLU-22). */
  static isEnding(context: NodeContext): boolean {
    const running = context.vm.whereis(SUPERVISOR_NAME);
    return !(running instanceof QueueSupervisor) || running.stopping !== undefined;
  }

  private startChild(queue: string, behave: (process: QueueProcess) => QueueBehaviour): QueueProcess {
    const process = new QueueProcess(this.vm, `rabbit_amqqueue/${queue}`, behave);
    this.adopt(queue, process);
    return process;
  }

  /** Takes a replica's process under supervision that mirroring has started. */
  adopt(queue: string, process: QueueProcess): void {
    if (this.children.has(process.pid)) return;
    this.children.set(process.pid, { queue, process });
    this.link(process.pid);
  }

  startLeader(record: QueueRecord): QueueProcess {
    return this.startChild(record.name, (process) => this.leader(process, record));
  }

  /** Exchanges and bindings are there again: leaders that were recovered look at their limits, whose dead letters need them. */
  recoveryIsOver(): void {
    for (const { process } of this.children.values()) {
      if (process.role instanceof Leader && process.role.awaitsLimits) process.deliver({ type: 'limit' });
    }
  }

  private leader(process: QueueProcess, record: QueueRecord): Leader {
    const { context, mirroring } = this;
    return new Leader(context, process, record, mirroring, VariableQueue.inMemory(this.vm, record.name));
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'EXIT') this.childExited(message as ExitMessage);
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    switch (request.type) {
      case 'start_leader':
        if (this.stopping !== undefined) return;
        this.reply(from, this.startLeader((request as StartLeader).record).pid);
        return;
      case 'is_process_alive':
        this.reply(from, this.vm.isProcessAlive((request as IsProcessAlive).pid));
        return;
      case 'stop_all':
        this.stopping = from;
        for (const { process } of this.children.values()) process.shutdown('shutdown');
        this.endIfDone();
    }
  }

  private childExited({ from, reason }: ExitMessage): void {
    const child = this.children.get(from);
    if (child === undefined) return;
    this.children.delete(from);
    if (this.stopping !== undefined) this.endIfDone();
    else if (!isOrderly(reason)) this.childCrashed(child.queue, from);
  }

  /** Marks the queue as crashed, as its process does with its last breath, and starts another process unless it crashes too often. */
  private childCrashed(queue: string, crashed: Pid): void {
    this.vm.cite(MIR_50);
    const nowUs = this.vm.simulation.nowUs;
    const recent = (this.crashes.get(queue) ?? []).filter((timeUs) => nowUs - timeUs < CRASH_PERIOD_US);
    recent.push(nowUs);
    this.crashes.set(queue, recent);
    this.context.database.transaction(
      this,
      { locks: [`${rabbitQueue.name}/${queue}`, `${rabbitDurableQueue.name}/${queue}`], suspends: false },
      (transaction) => {
        const record = transaction.read(rabbitQueue, queue);
        if (record?.pid !== crashed) return;
        transaction.write(rabbitQueue, queue, { ...record, state: 'crashed' });
      },
      () => {
        if (this.stopping === undefined && recent.length <= CRASHES_MAX) this.restart(queue);
      },
    );
  }

  private restart(queue: string): void {
    const { context, mirroring } = this;
    const replica = this.startChild(
      queue,
      (process) =>
        new Prequeue(context, process, queue, {
          lead: (record) => this.leader(process, record),
          mirror: (record) => mirroring?.restartAsMirror(context, process, record),
        }),
    );
    replica.deliver({ type: 'decide' });
  }

  private endIfDone(): void {
    if (this.stopping === undefined || this.children.size > 0) return;
    this.reply(this.stopping, 'ok');
    this.exit('shutdown');
  }
}
