/**
 * The process of a replica of a classic queue. What it does is a behaviour that can be exchanged: a mirror that is
 * promoted goes on as a leader in the same process, with the same pid and what already waits in its mailbox
 * (`gen_server2`'s `become`), because channels and monitors know it by that pid.
 *
 * It can also receive selectively: while a replica synchronises, it takes some messages out of turn and leaves the
 * rest where they are. As in RabbitMQ this sees only what arrives from then on; what was in the
 * mailbox before stays there.
 */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, CallMessage, ExitMessage, ExitReason, Message, Pid } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { CreditGrants } from './credit-flow.ts';

/** What a replica's process does at present. Each member is what the method of `ErlangProcess` of that name is. */
export interface QueueBehaviour {
  handleMessage(message: Message): void;
  handleCall(request: Message, from: CallFrom): void;
  /** Also asked for calls: then the message is the envelope (`$call`). */
  priorityOf(message: Message): number;
  costUs(message: Message): number;
  onIdle(): void;
  onExit(reason: ExitReason): void;
  /** The supervisor's request; ends with `process.exit`. */
  onShutdown(reason: ExitReason): void;
  /** The VM died with the process in it: only journal records may be written. */
  onVmDeath(): void;
  /** A leader's depth; other replicas have nothing to show. */
  look?(): LeaderLook;
}

/** What somebody who watches the experiment sees of a leader without asking it. */
export interface LeaderLook {
  readonly messagesReady: number;
  readonly messagesUnacknowledged: number;
}

export class QueueProcess extends ErlangProcess {
  /** What this process owes the channels that publish to it; it stays what it is when the process becomes something else. */
  readonly credit = new CreditGrants();
  private behaviour: QueueBehaviour;
  private accepts: ((message: Message) => boolean) | undefined;

  /** Exit signals of linked processes come as messages: a replica ends in order (BRK-36, MIR-21). */
  constructor(vm: Vm, name: string, behave: (process: QueueProcess) => QueueBehaviour) {
    super(vm, name);
    this.trapExit = true;
    this.behaviour = behave(this);
  }

  /** Goes on as something else. Messages that wait keep the priorities that they came with. */
  become(next: QueueBehaviour): void {
    this.behaviour = next;
  }

  /** Looks without disturbing; null when this is no leader. */
  look(): (LeaderLook & { readonly syncing: boolean }) | null {
    const look = this.behaviour.look?.();
    return look === undefined ? null : { ...look, syncing: this.accepts !== undefined };
  }

  /** What it is at present. */
  get role(): QueueBehaviour {
    return this.behaviour;
  }

  /** It waits for something (a call, a transaction, a selective receive): nothing else may make it wait, or wake it. */
  get isStandingStill(): boolean {
    return this.isSuspended;
  }

  get isIdle(): boolean {
    return this.mailboxLength === 0;
  }

  /** Stands still but for the messages that `accepts` names; they are handled at once. */
  receiveOnly(accepts: (message: Message) => boolean): void {
    this.accepts = accepts;
    this.receiveSelectively();
    this.suspend();
  }

  /** Ends `receiveOnly`: the mailbox is taken up again. */
  receiveAll(): void {
    this.accepts = undefined;
    this.resume();
  }

  protected override takeSelectively(message: Message): boolean {
    const content = message.type === '$call' ? (message as CallMessage).request : message;
    if (this.accepts?.(content) !== true) return super.takeSelectively(message);
    this.deliverUrgent(() => {
      if (this.accepts === undefined) this.deliver(message);
      else this.handle(message);
    });
    return true;
  }

  /** An exit signal is a message here, also to a selective receive. */
  override receiveExit(from: Pid, reason: ExitReason): void {
    this.links.delete(from);
    const exit: ExitMessage = { type: 'EXIT', from, reason };
    this.receive(exit);
  }

  protected handleMessage(message: Message): void {
    this.behaviour.handleMessage(message);
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    this.behaviour.handleCall(request, from);
  }

  protected override priorityOf(message: Message): number {
    return this.behaviour.priorityOf(message);
  }

  protected override costUs(message: Message): number {
    return this.behaviour.costUs(message);
  }

  protected override onIdle(): void {
    this.behaviour.onIdle();
  }

  protected override onExit(reason: ExitReason): void {
    this.behaviour.onExit(reason);
  }

  /** Processor time that a message turned out to need beyond its `costUs`. */
  work(costUs: number): void {
    this.spend(costUs);
  }

  override perish(): void {
    this.behaviour.onVmDeath();
    super.perish();
  }

  protected override onShutdown(reason: ExitReason): void {
    this.behaviour.onShutdown(reason);
  }
}
