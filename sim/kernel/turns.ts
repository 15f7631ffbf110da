/**
 * The turns of a process: its mailbox, its urgent lane, and when something is taken out of them.
 *
 * This is apart from `Process`, and no base class, so that it has one shape for all processes of a simulation: what is done for
 * every message then costs V8 no look-up by the class that it is done for, which would be a fifth of a run's time. For the same reason
 * what the process does comes as functions that were looked up once.
 */
import { Fifo } from './fifo.ts';
import { Mailbox } from './mailbox.ts';
import { Priority, type Simulation } from './simulation.ts';

/** What processes run on. `runnable` is false while it stands still (a frozen machine). */
export interface Host {
  readonly runnable: boolean;
  /** Remembers a process that had something to do while the host stood still; the host thaws it later. */
  defer(process: Thawable): void;
}

/** A process that waits for its host to run again. */
export interface Thawable {
  /** Called by the host when it runs again. */
  thaw(): void;
}

/** Wakes processes; one for each simulation. */
export class Scheduler {
  readonly simulation: Simulation;
  private readonly table: (Turns | undefined)[] = [];
  private readonly wakeOperation: number;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.wakeOperation = simulation.operation((id, wakeNumber) => this.table[id]?.run(wakeNumber));
  }

  /** Gives the process its number. Called once, by the constructor of `Turns`. */
  register(turns: Turns): number {
    this.table.push(turns);
    return this.table.length - 1;
  }

  forget(id: number): void {
    this.table[id] = undefined;
  }

  wake(id: number, delayUs: number, wakeNumber: number): void {
    this.simulation.schedule(delayUs, Priority.process, this.wakeOperation, id, wakeNumber);
  }
}

/** What a process does: the methods of `Process` of those names, as they are when the process begins. */
export interface Behaviour {
  readonly handle: (message: object) => void;
  readonly priorityOf: (message: object) => number;
  readonly costUs: (message: object) => number;
  readonly onIdle: () => void;
}

export class Turns implements Thawable {
  readonly id: number;
  readonly host: Host;
  readonly scheduler: Scheduler;
  alive = true;
  suspended = false;
  halted = false;
  /** Takes out of turn what a waiting process asked for; false for everything else. Undefined while nothing can be. */
  selective: ((message: object) => boolean) | undefined = undefined;
  readonly mailbox = new Mailbox<object>();
  private readonly simulation: Simulation;
  private readonly process: Behaviour;
  private readonly handle: Behaviour['handle'];
  private readonly priorityOf: Behaviour['priorityOf'];
  private readonly costUs: Behaviour['costUs'];
  private readonly onIdle: Behaviour['onIdle'];
  private urgent: Fifo<() => void> | undefined;
  private wakePending = false;
  /** Something is being taken at this moment; what is left over is seen to at the end of it. */
  private running = false;
  /** Only the wake scheduled last counts; an earlier one that was overtaken is ignored when it fires. */
  private wakeNumber = 0;
  /** A fraction at first, so that V8 stores a double from the start (see `Simulation`). */
  private busyUntilUs = 0.5;

  constructor(scheduler: Scheduler, host: Host, process: Behaviour) {
    this.scheduler = scheduler;
    this.simulation = scheduler.simulation;
    this.host = host;
    this.process = process;
    this.handle = process.handle;
    this.priorityOf = process.priorityOf;
    this.costUs = process.costUs;
    this.onIdle = process.onIdle;
    this.busyUntilUs = 0;
    this.id = scheduler.register(this);
  }

  /** What comes from outside: out of turn if the process waits for it, else into the mailbox. */
  receive(message: object): void {
    if (this.selective === undefined || !this.selective(message)) this.deliver(message);
  }

  /** As `Process.deliver`. */
  deliver(message: object): void {
    if (!this.alive) return;
    this.mailbox.push(message, this.priorityOf.call(this.process, message));
    if (!this.wakePending && !this.suspended && !this.running) this.scheduleWake();
  }

  /** As `Process.deliverUrgent`. */
  deliverUrgent(action: () => void): void {
    if (!this.alive) return;
    (this.urgent ??= new Fifo<() => void>()).push(action);
    if (this.running) return;
    if (!this.wakePending || this.busyUntilUs > this.simulation.nowUs) this.scheduleWake();
  }

  resume(): void {
    this.suspended = false;
    if (this.mailbox.length > 0 && !this.wakePending && !this.running) this.scheduleWake();
  }

  unhalt(): void {
    if (!this.halted) return;
    this.halted = false;
    this.scheduleWake();
  }

  spend(costUs: number): void {
    const { nowUs } = this.simulation;
    this.busyUntilUs = (this.busyUntilUs > nowUs ? this.busyUntilUs : nowUs) + costUs;
  }

  retire(): void {
    this.alive = false;
    this.mailbox.clear();
    this.urgent?.clear();
    this.scheduler.forget(this.id);
  }

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
    while (turns-- > 0 && !this.suspended && !this.halted && this.busyUntilUs <= this.simulation.nowUs) {
      const message = this.mailbox.shift();
      if (message === undefined) break;
      const costUs = this.costUs.call(this.process, message);
      if (costUs > 0) this.spend(costUs);
      this.handle.call(this.process, message);
      if (!this.alive) return;
      handled = true;
    }
    this.running = false;
    if (this.hasUrgent || (this.mailbox.length > 0 && !this.suspended)) this.scheduleWake();
    else if (handled && !this.suspended) this.onIdle.call(this.process);
  }

  private scheduleWake(): void {
    const { nowUs } = this.simulation;
    this.wakePending = true;
    this.wakeNumber = (this.wakeNumber + 1) | 0;
    const delayUs = !this.hasUrgent && this.busyUntilUs > nowUs ? this.busyUntilUs - nowUs : 0;
    this.scheduler.wake(this.id, delayUs, this.wakeNumber);
  }

  private get hasUrgent(): boolean {
    return this.urgent !== undefined && this.urgent.length > 0;
  }
}
