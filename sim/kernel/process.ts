/**
 * Processes: state machines with a mailbox that take one message at a time and talk only by messages.
 *
 * A message costs its process time (`costUs`); what arrives meanwhile waits in the mailbox, so backlogs, and the
 * races that priorities win in a backlog, follow from load instead of being scripted. A process that makes a
 * synchronous call is suspended: only its urgent lane (the reply, the death of the callee, an exit signal) is
 * taken until it resumes. A process runs on a host; while the host stands still its processes do, too, and
 * their mailboxes fill.
 *
 * Preemption and reductions are left out: handling one message is atomic.
 */
import { Fifo } from './fifo.ts';
import { Mailbox } from './mailbox.ts';
import { Priority, type Simulation } from './simulation.ts';

/** What processes run on. `runnable` is false while it stands still (a frozen machine). */
export interface Host {
  readonly runnable: boolean;
  /** Remembers a process that had something to do while the host stood still; the host wakes it later. */
  defer(process: Process): void;
}

/** Wakes processes; one for each simulation. */
export class Scheduler {
  readonly simulation: Simulation;
  private readonly table: (Process | undefined)[] = [];
  private readonly wakeOperation: number;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.wakeOperation = simulation.operation((id, wakeNumber) => this.table[id]?.run(wakeNumber));
  }

  /** Gives the process its number. Called once, by the constructor of `Process`. */
  register(process: Process): number {
    this.table.push(process);
    return this.table.length - 1;
  }

  forget(id: number): void {
    this.table[id] = undefined;
  }

  wake(id: number, delayUs: number, wakeNumber: number): void {
    this.simulation.schedule(delayUs, Priority.process, this.wakeOperation, id, wakeNumber);
  }
}

export abstract class Process<M extends object = object> {
  readonly id: number;
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly host: Host;
  alive = true;
  private readonly mailbox = new Mailbox<M>();
  private urgent: Fifo<() => void> | undefined;
  private wakePending = false;
  /** Something is being taken at this moment; what is left over is seen to at the end of it. */
  private running = false;
  /** Only the wake scheduled last counts; an earlier one that was overtaken is ignored when it fires. */
  private wakeNumber = 0;
  private suspended = false;
  private halted = false;
  private busyUntilUs = 0;

  constructor(scheduler: Scheduler, host: Host, name: string) {
    this.scheduler = scheduler;
    this.host = host;
    this.name = name;
    this.id = scheduler.register(this);
  }

  /** One message, at its turn. */
  protected abstract handle(message: M): void;

  /** Priority of a message in the mailbox, 0 to 9 (OVR-2). */
  protected priorityOf(_message: M): number {
    return 0;
  }

  /** Processor time that handling this message takes. */
  protected costUs(_message: M): number {
    return 0;
  }

  /** Called when something was handled (a message, or something urgent) and nothing is left to do; not while suspended. */
  protected onIdle(): void {}

  protected get mailboxLength(): number {
    return this.mailbox.length;
  }

  /** Puts a message into the mailbox. Messages to a dead process vanish. */
  deliver(message: M): void {
    if (!this.alive) return;
    this.mailbox.push(message, this.priorityOf(message));
    if (!this.wakePending && !this.suspended && !this.running) this.scheduleWake();
  }

  /** Runs `action` before anything in the mailbox, also while suspended (replies, exit signals). */
  deliverUrgent(action: () => void): void {
    if (!this.alive) return;
    (this.urgent ??= new Fifo<() => void>()).push(action);
    if (this.running) return;
    if (!this.wakePending || this.busyUntilUs > this.scheduler.simulation.nowUs) this.scheduleWake();
  }

  /** Stands still until `resume`: a synchronous call, a sleep. */
  protected suspend(): void {
    this.suspended = true;
  }

  protected resume(): void {
    this.suspended = false;
    if (this.mailbox.length > 0 && !this.wakePending && !this.running) this.scheduleWake();
  }

  protected get isSuspended(): boolean {
    return this.suspended;
  }

  /** Occupies the process for this long beyond what it has already been given to do. */
  protected spend(costUs: number): void {
    const nowUs = this.scheduler.simulation.nowUs;
    this.busyUntilUs = (this.busyUntilUs > nowUs ? this.busyUntilUs : nowUs) + costUs;
  }

  /** Takes the next waiting message, or undefined, without handling it: to see what is lost when the process ends. */
  protected takeWaiting(): M | undefined {
    return this.mailbox.shift();
  }

  /** Stands still from outside, whatever arrives (`erlang:suspend_process`), until `unhalt`. */
  halt(): void {
    this.halted = true;
  }

  unhalt(): void {
    if (!this.halted) return;
    this.halted = false;
    this.scheduleWake();
  }

  /** Ends the process at once; nothing that waits in its mailbox is handled. */
  protected retire(): void {
    this.alive = false;
    this.mailbox.clear();
    this.urgent?.clear();
    this.scheduler.forget(this.id);
  }

  private scheduleWake(): void {
    const nowUs = this.scheduler.simulation.nowUs;
    this.wakePending = true;
    this.wakeNumber = (this.wakeNumber + 1) | 0;
    const delayUs = !this.hasUrgent && this.busyUntilUs > nowUs ? this.busyUntilUs - nowUs : 0;
    this.scheduler.wake(this.id, delayUs, this.wakeNumber);
  }

  /** Called by the host when it runs again, for each process it deferred. */
  thaw(): void {
    if (this.alive) this.scheduleWake();
  }

  /** Takes what can be taken now. */
  run(wakeNumber: number): void {
    if (wakeNumber !== this.wakeNumber) return;
    this.wakePending = false;
    if (this.halted) return;
    if (!this.host.runnable) {
      this.wakePending = true;
      this.host.defer(this);
      return;
    }
    const simulation = this.scheduler.simulation;
    let handled = false;
    this.running = true;
    while (this.hasUrgent) {
      const action = this.urgent!.shift()!;
      action();
      if (!this.alive) return;
      handled = true;
    }
    // What a handler sends itself is taken in a later turn, so that peers of the same instant get theirs.
    let turns = this.mailbox.length;
    while (turns-- > 0 && !this.suspended && this.busyUntilUs <= simulation.nowUs) {
      const message = this.mailbox.shift();
      if (message === undefined) break;
      const costUs = this.costUs(message);
      if (costUs > 0) this.spend(costUs);
      this.handle(message);
      if (!this.alive) return;
      handled = true;
    }
    this.running = false;
    if (this.hasUrgent || (this.mailbox.length > 0 && !this.suspended)) this.scheduleWake();
    else if (handled && !this.suspended) this.onIdle();
  }

  private get hasUrgent(): boolean {
    return this.urgent !== undefined && this.urgent.length > 0;
  }
}
