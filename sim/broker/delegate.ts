/**
 * The delegates of a node (`delegate`, `delegate_sup`): 16 processes by way of which a sender on another node reaches several
 * processes here with one message (NET-13). A delegate hands each message on to all its receivers, one after the other, and with a call it
 * waits for each answer before it asks the next; whatever else comes to it waits meanwhile. What comes to a receiver by this way takes one hop more
 * than what the same sender sends it directly, and may be overtaken.
 *
 * The hop takes as long as its VM needs to come to a process that hibernates; one that is awake hands on at the price of the work. Both from
 * delegates of RabbitMQ 3.10.8 between two VMs of one scheduler each: of messages sent g after one that went by a delegate, 49 % overtook it for
 * g = 20 µs, 19 % for 40, 14 % for 80, 7 % for 150, 2 % for 300, which is a lognormal with these two figures; behind each other they took 5 µs.
 *
 * Left out: monitors by way of delegates (`delegate:monitor`), by which queues watch their channels: the hop is within the watcher's VM and only makes a
 * DOWN come later by it. Delegates for functions that are no casts or calls of queues: direct reply-to, and the management plugin's own pool.
 */
import type { BasicMessage } from '../amqp/basic-message.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { CallFrom, Destination, Message, Pid } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import type { RandomStream } from '../kernel/random.ts';
import { delegated } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';

const NET_13 = rule('NET-13');

/** `delegate_count`. */
const DELEGATES = 16;
const WAKE_MEDIAN_US = 20;
const WAKE_P99_US = 440;
/** For each message, and for each of its receivers. */
const HAND_ON_COST_US = 3;
const RECEIVER_COST_US = 1;

/** Cast to a delegate: hand `message` on to each of `receivers`, which live here. */
export interface DelegatedCast extends Message {
  readonly type: 'delegated_cast';
  readonly receivers: readonly Pid[];
  readonly message: Message;
  /** What it carries, if that is a client's message. */
  readonly content: BasicMessage | null;
}

/** Call to a delegate: ask each of `receivers` in turn. Answer: `ok`, when the last has answered or is known to be dead. */
export interface DelegatedCall extends Message {
  readonly type: 'delegated_call';
  readonly receivers: readonly Pid[];
  readonly request: Message;
}

/** Call to the supervisor of a node's delegates. Answer: how many there are. */
export interface CountDelegates extends Message {
  readonly type: 'count_delegates';
}

class Delegate extends ErlangProcess {
  private readonly number: number;
  private readonly draws: RandomStream;
  private isAwake = false;

  constructor(vm: Vm, number: number) {
    super(vm, nameOf(number));
    this.number = number;
    this.draws = vm.simulation.random.stream(`delegate/${vm.node}`);
    vm.register(this.name, this);
  }

  protected override costUs(message: Message): number {
    const { receivers = [] } = message as Partial<DelegatedCast>;
    return HAND_ON_COST_US + RECEIVER_COST_US * receivers.length;
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'delegated_cast') this.whenAwake(() => this.handOn(message as DelegatedCast));
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    this.whenAwake(() => this.askEach(request as DelegatedCall, from, 0));
  }

  /** It hibernates after its last message. */
  protected override onIdle(): void {
    this.isAwake = false;
  }

  private whenAwake(then: () => void): void {
    if (this.isAwake) then();
    else {
      this.isAwake = true;
      this.sleep(this.draws.lognormalUs(WAKE_MEDIAN_US, WAKE_P99_US), then);
    }
  }

  private handOn({ receivers, message, content }: DelegatedCast): void {
    const { vm } = this;
    vm.cite(NET_13);
    if (content !== null) {
      const { journal } = vm.simulation;
      journal.write(
        delegated,
        content.publisher,
        content.sequence,
        journal.intern(vm.node),
        this.number,
        receivers.length,
      );
    }
    for (const receiver of receivers) this.send(receiver, message);
  }

  private askEach(call: DelegatedCall, from: CallFrom, next: number): void {
    const receiver = call.receivers[next];
    if (receiver === undefined) {
      this.vm.cite(NET_13);
      this.reply(from, 'ok');
      return;
    }
    const goOn = (): void => this.askEach(call, from, next + 1);
    this.call(receiver, call.request, { reply: goOn, failed: goOn });
  }
}

/** Starts the delegates of a node and says how many there are. They end with it (`exit`). */
export class DelegateSupervisor extends ErlangProcess {
  private readonly delegates: readonly Delegate[];

  constructor(vm: Vm) {
    super(vm, SUPERVISOR);
    vm.register(SUPERVISOR, this);
    this.delegates = Array.from({ length: DELEGATES }, (_, number) => new Delegate(vm, number));
  }

  protected handleMessage(): void {}

  protected override handleCall(_request: Message, from: CallFrom): void {
    this.reply(from, this.delegates.length);
  }

  protected override onExit(): void {
    for (const delegate of this.delegates) delegate.exit('shutdown');
  }
}

const SUPERVISOR = 'delegate_sup';

/** Whom to ask on a node how many delegates it has. */
export function delegateSupervisorOn(node: string): Destination {
  return { node, name: SUPERVISOR };
}

/**
 * The name of the delegate, of `count`, by which a process sends; the same on every node. RabbitMQ hashes the pid's external form (`erlang:phash2`),
 * which holds node, number and creation as Erlang writes them; here the number of the process among all of the simulation is mixed, so who shares a
 * delegate with whom is not as on a real cluster.
 */
export function delegateOf(sender: ErlangProcess, count: number = DELEGATES): string {
  let hash = Math.imul(sender.id + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return nameOf(((hash ^ (hash >>> 13)) >>> 0) % count);
}

function nameOf(number: number): string {
  return `delegate_${number}`;
}
