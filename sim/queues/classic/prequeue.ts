/**
 * A replica's process that was restarted after a crash and does not know yet what to be (`rabbit_prequeue`): with the leader alive
 * elsewhere a new, empty mirror; with nothing alive the leader again, from what the disk has; otherwise somebody else is
 * about to take over, and it looks again after 25 ms (MIR-50).
 */
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { ExitReason, Message } from '../../erlang/message.ts';
import { isOrderly } from './exit-reasons.ts';
import { anyAlive } from './liveness.ts';
import type { QueueBehaviour, QueueProcess } from './queue-process.ts';

const LOOK_AGAIN_US = 25_000;

interface Roles {
  lead(record: QueueRecord): QueueBehaviour;
  /** Undefined where nothing mirrors queues. */
  mirror(record: QueueRecord): QueueBehaviour | undefined;
}

export class Prequeue implements QueueBehaviour {
  private readonly context: NodeContext;
  private readonly process: QueueProcess;
  private readonly queue: string;
  private readonly roles: Roles;
  /** Only what the decision consists of is handled; the rest waits for whoever this process becomes. */
  private held: Message[] = [];

  constructor(context: NodeContext, process: QueueProcess, queue: string, roles: Roles) {
    this.context = context;
    this.process = process;
    this.queue = queue;
    this.roles = roles;
  }

  handleMessage(message: Message): void {
    if (message.type === 'decide') this.decide();
    else this.held.push(message);
  }

  handleCall(): void {}

  priorityOf(): number {
    return 0;
  }

  costUs(): number {
    return 0;
  }

  onIdle(): void {}

  onExit(): void {}

  onShutdown(reason: ExitReason): void {
    this.process.exit(isOrderly(reason) ? reason : 'shutdown');
  }

  onVmDeath(): void {}

  private decide(): void {
    const record = this.context.database.read(rabbitQueue, this.queue);
    if (record === undefined) {
      this.process.exit('normal');
      return;
    }
    const leader = record.pid;
    const leaderMayBeHere =
      leader === null || leader.node === this.context.node || !this.context.database.isRunning(leader.node);
    anyAlive(this.context, this.process, leader === null ? [] : [leader], (leaderAlive) => {
      if (leaderAlive) {
        this.go(this.roles.mirror(record), null);
        return;
      }
      anyAlive(this.context, this.process, record.slavePids, (mirrorAlive) => {
        if (leaderMayBeHere && !mirrorAlive) this.go(this.roles.lead(record), { type: 'init' });
        else this.process.startTimer(LOOK_AGAIN_US, { type: 'decide' });
      });
    });
  }

  private go(role: QueueBehaviour | undefined, first: Message | null): void {
    if (role === undefined) {
      this.process.exit('normal');
      return;
    }
    this.process.become(role);
    if (first !== null) this.process.deliver(first);
    for (const message of this.held) this.process.deliver(message);
    this.held = [];
  }
}
