/**
 * An Erlang process: a mailbox (kernel), a pid, monitors, links, timers, synchronous calls and sleeps.
 *
 * Calls are `gen_server:call`: the caller stands still until the reply or the death of the callee (or of the
 * connection to it) comes; nothing else is taken meanwhile. `ask` is the same question without standing still, for
 * code that runs in a helper process in RabbitMQ and is merged with its owner here. Messages to oneself and
 * timers go through the mailbox. Process dictionaries, tracing and code change are left out.
 */
import type { EventHandle } from '../kernel/simulation.ts';
import { Priority } from '../kernel/simulation.ts';
import { Process } from '../kernel/process.ts';
import {
  MonitorRef,
  Pid,
  SMALL_MESSAGE_BYTES,
  type CallFrom,
  type CallMessage,
  type Destination,
  type DownMessage,
  type ExitReason,
  type Message,
  type ReplyMessage,
} from './message.ts';
import type { Vm } from './vm.ts';

/** What becomes of a call: exactly one of the two is called, in the caller, before anything else it does. */
export interface CallOutcome<T> {
  reply(value: T): void;
  /** `noproc`, `noconnection`, `timeout` or the reason for which the callee ended. */
  failed(reason: ExitReason): void;
  readonly timeoutUs?: number;
}

interface PendingCall {
  readonly monitor: MonitorRef;
  readonly outcome: CallOutcome<unknown>;
  readonly suspends: boolean;
  timeout: EventHandle;
}

export abstract class ErlangProcess extends Process<Message> {
  readonly vm: Vm;
  readonly pid: Pid;
  /** Exit signals of linked processes come as messages instead of ending this one. */
  protected trapExit = false;
  readonly monitoredBy = new Set<MonitorRef>();
  readonly links = new Set<Pid>();
  private calls: Map<object, PendingCall> | undefined;
  private suspenders: Set<object> | undefined;

  constructor(vm: Vm, name: string) {
    super(vm.scheduler, vm, name);
    this.vm = vm;
    this.pid = new Pid(vm.node, vm.creation, this);
    vm.adopt(this);
  }

  protected get nowUs(): number {
    return this.vm.simulation.nowUs;
  }

  protected handle(message: Message): void {
    if (message.type === '$call') {
      const call = message as CallMessage;
      this.handleCall(call.request, call.from);
    } else this.handleMessage(message);
  }

  /** A message that is not a call. */
  protected abstract handleMessage(message: Message): void;

  /** A call; answer with `reply`, now or later. */
  protected handleCall(request: Message, _from: CallFrom): void {
    throw new Error(`${this.name} does not know the call ${request.type}`);
  }

  /** Last deeds before the process ends; sends still work. */
  protected onExit(_reason: ExitReason): void {}

  /** An orderly end asked for by the supervisor; override where ending takes time, and call `exit` at its end. */
  protected onShutdown(reason: ExitReason): void {
    this.exit(reason);
  }

  /** The supervisor's request; taken before anything in the mailbox (OVR-2). */
  shutdown(reason: ExitReason = 'shutdown'): void {
    this.deliverUrgent(() => this.onShutdown(reason));
  }

  /** An exit signal from outside that cannot be refused. */
  kill(): void {
    this.deliverUrgent(() => this.exit('killed'));
  }

  /** Ends this process now; monitors and links are told. */
  exit(reason: ExitReason): void {
    if (!this.alive) return;
    this.onExit(reason);
    this.retire();
    this.vm.processExited(this, reason);
  }

  /** Something in this process went wrong: it ends with an abnormal reason. */
  crash(): void {
    this.deliverUrgent(() => this.exit('crash'));
  }

  /** The VM died: nobody is told by this process, no last deeds are done. */
  perish(): void {
    this.retire();
  }

  send(to: Destination, message: Message, bytes: number = SMALL_MESSAGE_BYTES): void {
    if (this.vm.send(to, message, bytes)) this.vm.netKernel.suspend(to.node, this);
  }

  /** `erlang:suspend_process`: stands still, whatever arrives, until everybody who suspended it has let it go again. */
  suspendBy(suspender: object): void {
    (this.suspenders ??= new Set()).add(suspender);
    this.halt();
  }

  resumeBy(suspender: object): void {
    if (this.suspenders?.delete(suspender) === true && this.suspenders.size === 0) this.unhalt();
  }

  monitor(target: Destination): MonitorRef {
    const ref = new MonitorRef(this, target);
    this.vm.monitor(ref);
    return ref;
  }

  demonitor(ref: MonitorRef): void {
    this.vm.demonitor(ref);
  }

  link(pid: Pid): void {
    this.vm.link(this, pid);
  }

  unlink(pid: Pid): void {
    this.vm.unlink(this, pid);
  }

  /** Delivers `message` to this process after `delayUs`. */
  startTimer(delayUs: number, message: Message): EventHandle {
    return this.vm.simulation.after(delayUs, Priority.timer, () => this.deliver(message));
  }

  cancelTimer(timer: EventHandle): void {
    if (timer !== 0) this.vm.simulation.cancel(timer);
  }

  /** Stands still for `durationUs`, then goes on with `then` before anything in the mailbox. */
  sleep(durationUs: number, then: () => void): void {
    this.suspend();
    this.vm.simulation.after(durationUs, Priority.timer, () =>
      this.deliverUrgent(() => {
        this.resume();
        then();
      }),
    );
  }

  /**
   * Stands still while somebody else works for this process (a transaction, a command). `start` gets the function that ends the wait:
   * what is passed to it runs in this process before anything in the mailbox.
   */
  standStill(start: (resumeWith: (then: () => void) => void) => void): void {
    this.suspend();
    start((then) =>
      this.deliverUrgent(() => {
        this.resume();
        then();
      }),
    );
  }

  /** `gen_server:call`: stands still until the outcome. */
  call<T>(to: Destination, request: Message, outcome: CallOutcome<T>, bytes?: number): void {
    this.suspend();
    this.startCall(to, request, outcome, true, bytes);
  }

  /** The same question without standing still. */
  ask<T>(to: Destination, request: Message, outcome: CallOutcome<T>, bytes?: number): void {
    this.startCall(to, request, outcome, false, bytes);
  }

  /** Calls `then` out of turn, even while this process stands still, once `target` is dead or unreachable. */
  protected whenDown(target: Destination, then: (reason: ExitReason) => void): void {
    const outcome: CallOutcome<unknown> = { reply: () => {}, failed: then };
    this.expect({}, { monitor: new MonitorRef(this, target), outcome, suspends: false, timeout: 0 });
  }

  private startCall(
    to: Destination,
    request: Message,
    outcome: CallOutcome<unknown>,
    suspends: boolean,
    bytes: number | undefined,
  ): void {
    const ref = {};
    const call: PendingCall = { monitor: new MonitorRef(this, to), outcome, suspends, timeout: 0 };
    this.expect(ref, call);
    const { timeoutUs } = outcome;
    if (timeoutUs !== undefined) {
      call.timeout = this.vm.simulation.after(timeoutUs, Priority.timer, () =>
        this.deliverUrgent(() => this.finishCall(ref, (o) => o.failed('timeout'))),
      );
    }
    const message: CallMessage = { type: '$call', from: { pid: this.pid, ref }, request };
    this.send(to, message, bytes);
  }

  /** The call is known before its monitor can fire, which for a dead callee is at once. */
  private expect(ref: object, call: PendingCall): void {
    this.receiveSelectively();
    (this.calls ??= new Map()).set(ref, call);
    this.vm.monitor(call.monitor);
  }

  private finishCall(ref: object, tell: (outcome: CallOutcome<unknown>) => void): void {
    const call = this.calls?.get(ref);
    if (call === undefined) return;
    this.calls!.delete(ref);
    this.cancelTimer(call.timeout);
    this.demonitor(call.monitor);
    if (call.suspends) this.resume();
    tell(call.outcome);
  }

  reply(to: CallFrom, value: unknown, bytes?: number): void {
    const message: ReplyMessage = { type: '$reply', ref: to.ref, value };
    this.send(to.pid, message, bytes);
  }

  /** Entry for everything the VM delivers. */
  receive(message: Message): void {
    this.turns.receive(message);
  }

  /** From now on `takeSelectively` is asked about what arrives. */
  protected receiveSelectively(): void {
    this.turns.selective ??= (message) => this.takeSelectively(message as Message);
  }

  /** Takes what a call waits for, and answers that come too late, out of turn; false for everything else. */
  protected takeSelectively(message: Message): boolean {
    if (message.type === '$reply') {
      const reply = message as ReplyMessage;
      if (this.calls?.has(reply.ref) === true) {
        this.deliverUrgent(() => this.finishCall(reply.ref, (outcome) => outcome.reply(reply.value)));
      }
      return true;
    }
    if (message.type !== 'DOWN' || this.calls === undefined) return false;
    const down = message as DownMessage;
    for (const [ref, call] of this.calls) {
      if (call.monitor !== down.ref) continue;
      this.deliverUrgent(() => this.finishCall(ref, (outcome) => outcome.failed(down.reason)));
      return true;
    }
    return false;
  }

  /** An exit signal from a linked process. */
  receiveExit(from: Pid, reason: ExitReason): void {
    this.links.delete(from);
    if (this.trapExit) this.deliver({ type: 'EXIT', from, reason } as Message);
    else if (reason !== 'normal') this.deliverUrgent(() => this.exit(reason));
  }
}
