/**
 * Processes: state machines with a mailbox that take one message at a time and talk only by messages.
 *
 * A message costs its process time (`costUs`); what arrives meanwhile waits in the mailbox, so backlogs, and the
 * races that priorities win in a backlog, follow from load instead of being scripted. A process that makes a
 * synchronous call is suspended: only its urgent lane (the reply, the death of the callee, an exit signal) is
 * taken until it resumes. A process runs on a host; while the host stands still its processes do, too, and
 * their mailboxes fill.
 *
 * Preemption and reductions are left out: handling one message is atomic. When what is taken is the business of `Turns`.
 */
import { Turns, type Behaviour, type Host, type Scheduler } from './turns.ts';

export abstract class Process<M extends object = object> {
  readonly name: string;
  readonly turns: Turns;

  constructor(scheduler: Scheduler, host: Host, name: string) {
    this.name = name;
    this.turns = new Turns(scheduler, host, this as unknown as Behaviour);
  }

  get id(): number {
    return this.turns.id;
  }

  get host(): Host {
    return this.turns.host;
  }

  get scheduler(): Scheduler {
    return this.turns.scheduler;
  }

  get alive(): boolean {
    return this.turns.alive;
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
    return this.turns.mailbox.length;
  }

  /** Puts a message into the mailbox. Messages to a dead process vanish. */
  deliver(message: M): void {
    this.turns.deliver(message);
  }

  /** Runs `action` before anything in the mailbox, also while suspended (replies, exit signals). */
  deliverUrgent(action: () => void): void {
    this.turns.deliverUrgent(action);
  }

  /** Stands still until `resume`: a synchronous call, a sleep. */
  protected suspend(): void {
    this.turns.suspended = true;
  }

  protected resume(): void {
    this.turns.resume();
  }

  protected get isSuspended(): boolean {
    return this.turns.suspended;
  }

  /** Occupies the process for this long beyond what it has already been given to do. */
  protected spend(costUs: number): void {
    this.turns.spend(costUs);
  }

  /** Takes the next waiting message, or undefined, without handling it: to see what is lost when the process ends. */
  protected takeWaiting(): M | undefined {
    return this.turns.mailbox.shift() as M | undefined;
  }

  /** Stands still from outside, whatever arrives (`erlang:suspend_process`), until `unhalt`. */
  halt(): void {
    this.turns.halted = true;
  }

  unhalt(): void {
    this.turns.unhalt();
  }

  /** Ends the process at once; nothing that waits in its mailbox is handled. */
  protected retire(): void {
    this.turns.retire();
  }
}
