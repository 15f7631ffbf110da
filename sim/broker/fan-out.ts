/**
 * Sending one thing to several processes (`delegate:invoke_no_result`, `delegate:invoke`): those that share another node are reached by way of one
 * of its delegates; a process that is alone on its node is reached straight, as is everything on the sender's own (NET-13). In 3.10.8 that are: publishes,
 * first to all leaders and then to all mirrors; dead letters, likewise; that a channel is limited as a whole, or no more; and that it ends, which is a
 * call. Everything else is said to one process and goes straight: acknowledgements, refusals, credit, consuming and getting, a limiter's resume, what
 * queues tell channels, mirrors and rings. Quorum queues are spoken to without delegates.
 */
import type { BasicMessage } from '../amqp/basic-message.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Destination, Message, Pid } from '../erlang/message.ts';
import {
  delegateOf,
  delegateSupervisorOn,
  type CountDelegates,
  type DelegatedCall,
  type DelegatedCast,
} from './delegate.ts';

const COUNT: CountDelegates = { type: 'count_delegates' };

/** What is cast: `content` is the client's message that it carries, if it does. */
interface Cast {
  readonly message: Message;
  readonly bytes: number | undefined;
  readonly content: BasicMessage | null;
}

/** The receivers on other nodes, by node, where there are several; null when there is no such node. */
function sharedNodes(sender: ErlangProcess, receivers: readonly Pid[]): Map<string, Pid[]> | null {
  const here = sender.vm.node;
  const byNode = new Map<string, Pid[]>();
  let shared = false;
  for (const receiver of receivers) {
    if (receiver.node === here) continue;
    const others = byNode.get(receiver.node);
    if (others === undefined) byNode.set(receiver.node, [receiver]);
    else {
      others.push(receiver);
      shared = true;
    }
  }
  if (!shared) return null;
  for (const [node, { length }] of byNode) if (length === 1) byNode.delete(node);
  return byNode;
}

function castBy(
  delegate: string,
  sender: ErlangProcess,
  receivers: readonly Pid[],
  shared: ReadonlyMap<string, Pid[]>,
  { message, bytes, content }: Cast,
): void {
  for (const [node, together] of shared) {
    const cast: DelegatedCast = { type: 'delegated_cast', receivers: together, message, content };
    sender.send({ node, name: delegate }, cast, bytes);
  }
  for (const receiver of receivers) if (!shared.has(receiver.node)) sender.send(receiver, message, bytes);
}

/** Casts of a queue's process, which publishes dead letters. It knows how many delegates there are: it is not made to wait for that in the middle of its work. */
export function castToAll(sender: ErlangProcess, receivers: readonly Pid[], cast: Cast): void {
  const shared = sharedNodes(sender, receivers);
  if (shared !== null) castBy(delegateOf(sender), sender, receivers, shared, cast);
  else for (const receiver of receivers) sender.send(receiver, cast.message, cast.bytes);
}

/**
 * Whom to ask so that all of `receivers` are asked `request`, and with which words. The asking process in RabbitMQ is a helper of the
 * sender with a pid, and so a delegate, of its own.
 */
export function callsToAll(
  sender: ErlangProcess,
  receivers: readonly Pid[],
  request: Message,
): readonly { readonly to: Destination; readonly request: Message }[] {
  const shared = sharedNodes(sender, receivers);
  const calls: { to: Destination; request: Message }[] = [];
  for (const receiver of receivers) {
    const together = shared?.get(receiver.node);
    if (together === undefined) calls.push({ to: receiver, request });
    else if (together[0] === receiver) {
      const call: DelegatedCall = { type: 'delegated_call', receivers: together, request };
      calls.push({ to: { node: receiver.node, name: delegateOf(sender) }, request: call });
    }
  }
  return calls;
}

/** The casts of one channel. Before the first that needs a delegate it stands still to ask how many there are, which a silent node does not answer. */
export class FanOut {
  private readonly sender: ErlangProcess;
  private receivers: Pid[] = [];
  private delegate: string | undefined;
  /** What the channel has to cast in the turn in which it asks; undefined while it does not. */
  private held: (() => void)[] | undefined;

  constructor(sender: ErlangProcess) {
    this.sender = sender;
  }

  /** Until there is an answer everything the channel casts has to come here. */
  get isAsking(): boolean {
    return this.held !== undefined;
  }

  /** One receiver more of what is cast next. */
  add(receiver: Pid): void {
    this.receivers.push(receiver);
  }

  /** To all that were added since the last time. */
  cast(message: Message, bytes?: number, content: BasicMessage | null = null): void {
    const { receivers } = this;
    if (receivers.length === 0) return;
    this.receivers = [];
    const cast: Cast = { message, bytes, content };
    if (this.held === undefined) this.castNow(receivers, cast);
    else this.held.push(() => this.castNow(receivers, cast));
  }

  private castNow(receivers: readonly Pid[], cast: Cast): void {
    const { sender, delegate } = this;
    const shared = sharedNodes(sender, receivers);
    if (shared === null) for (const receiver of receivers) sender.send(receiver, cast.message, cast.bytes);
    else if (delegate !== undefined) castBy(delegate, sender, receivers, shared, cast);
    else {
      this.held = [() => this.castNow(receivers, cast)];
      this.ask([...shared.keys()].toSorted());
    }
  }

  /** The first of the nodes that answers speaks for all; if none does one delegate is taken for all there are, from then on. */
  private ask(nodes: readonly string[]): void {
    const [node, ...others] = nodes;
    if (node === undefined) this.answered(1);
    else {
      this.sender.call<number>(delegateSupervisorOn(node), COUNT, {
        reply: (count) => this.answered(count),
        failed: () => this.ask(others),
      });
    }
  }

  private answered(count: number): void {
    this.delegate = delegateOf(this.sender, count);
    const held = this.held ?? [];
    this.held = undefined;
    for (const cast of held) cast();
  }
}
