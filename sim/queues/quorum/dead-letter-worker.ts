/**
 * The worker of a quorum queue that keeps its dead letters (`rabbit_fifo_dlx_worker`, QQ-25), one process beside the leader. It takes up to 32
 * at a time, publishes each to the queues that its exchange leads to, as a channel with confirms would, and settles it when all of them have
 * confirmed. Whatever stands in the way (no exchange, no route, a refusal, no confirm) waits for a timer of three minutes.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { rabbitExchange } from '../../broker/exchange.ts';
import {
  deadLetterOf,
  queuesFor,
  readdressed,
  sendDeadLetter,
  withoutCycles,
  type DeathReason,
} from '../../broker/dead-letter.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { queueSettings, type DeadLetterTarget } from '../../broker/queue-settings.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { DownMessage, Message, MonitorRef } from '../../erlang/message.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { rule } from '../../rules/registry.ts';
import type { DeadLetterDelivery } from './dead-letter-messages.ts';
import { DeadLetterTargets } from './dead-letter-targets.ts';
import type { DeadLetterItem } from './dead-letters.ts';
import { processCommand } from './leader-calls.ts';
import { memberOn, type Command } from './raft-messages.ts';

const QQ_25 = rule('QQ-25');

/** `dead_letter_worker_consumer_prefetch` and `dead_letter_worker_publisher_confirm_timeout`. */
const PREFETCH = 32;
const CONFIRM_TIMEOUT_US = 180_000_000;
/** How often, and for how long each time, the leader is asked for dead letters. */
const CHECKOUT_TRIES = 5;
const CHECKOUT_TIMEOUT_US = 60_000_000;
/** Processor time for each dead letter, as a channel needs it for a publish. */
const FORWARD_COST_US = 80;

const BEGIN: Message = { type: 'begin' };
const CONFIRM_TIMEOUT: Message = { type: 'confirm_timeout' };

/** A dead letter that some queue has not confirmed, or that could not be published. */
interface Pending {
  /** The number by which it is settled. */
  readonly id: number;
  readonly reason: DeathReason;
  letter: BasicMessage;
  /** Queues that have been asked and have not answered. */
  unsettled: readonly string[];
  rejected: readonly string[];
  settled: readonly string[];
  /** Null: never. */
  publishedAtUs: number | null;
}

export class DeadLetterWorker extends ErlangProcess {
  private readonly context: NodeContext;
  private readonly queue: string;
  private readonly node: string;
  private readonly leader: MonitorRef;
  private readonly targets: DeadLetterTargets;
  private target: DeadLetterTarget | null = null;
  private readonly pending = new Map<number, Pending>();
  private nextNumber = 1;
  private timer: EventHandle = 0;
  /** What is settled with the end of the turn. */
  private done: number[] = [];

  private constructor(context: NodeContext, queue: string, node: string) {
    super(context.vm, `dead letters of ${queue}`);
    this.context = context;
    this.queue = queue;
    this.node = node;
    this.leader = this.monitor(memberOn(node, queue));
    this.targets = new DeadLetterTargets(context, this, {
      settled: (name, numbers) => numbers.forEach((number) => this.settled(name, number)),
      rejected: (name, numbers) => numbers.forEach((number) => this.rejected(name, number)),
      deleted: (name) => this.deleted(name),
    });
  }

  /** Starts a worker for the queue whose member on this node leads. */
  static start(context: NodeContext, queue: string, node: string): void {
    new DeadLetterWorker(context, queue, node).deliver(BEGIN);
  }

  protected override costUs(message: Message): number {
    if (message.type !== 'dead_letter_delivery') return 0;
    return FORWARD_COST_US * (message as DeadLetterDelivery).items.length;
  }

  protected handleMessage(message: Message): void {
    switch (message.type) {
      case 'begin':
        this.checkout(CHECKOUT_TRIES);
        return;
      case 'dead_letter_delivery': {
        const { from, items } = message as DeadLetterDelivery;
        // One that led before may still have something to say.
        if (from !== this.node) return;
        for (const item of items) this.forward(item);
        break;
      }
      case 'look_up_topology':
        this.lookUpTopology();
        this.redeliver();
        break;
      case 'confirm_timeout':
        this.timer = 0;
        this.redeliver();
        break;
      default:
        if (message.type === 'DOWN' && (message as DownMessage).ref === this.leader) {
          this.exit('normal');
          return;
        }
        this.targets.handleMessage(message);
    }
    this.settleDone();
    this.watch();
  }

  /** Asks the member beside it for dead letters. One that does not lead any more means that the worker has come too late. */
  private checkout(triesLeft: number): void {
    const { queue, node } = this;
    const call = { caller: this, queue, members: [node], timeoutUs: CHECKOUT_TIMEOUT_US, suspends: true };
    processCommand(call, { kind: 'dead_letter_checkout', pid: this.pid, prefetch: PREFETCH }, (answer) => {
      if ('leader' in answer && answer.leader === node) this.lookUpTopology();
      else if ('leader' in answer || triesLeft === 1) this.crash();
      else this.checkout(triesLeft - 1);
    });
  }

  private lookUpTopology(): void {
    const record = this.context.database.read(rabbitQueue, this.queue);
    if (record !== undefined) this.target = queueSettings(record).deadLetter;
  }

  // --- publishing --------------------------------------------------------------------------------------------

  private forward({ id, letter: { queued, reason } }: DeadLetterItem): void {
    const { context, target } = this;
    if (target === null) return;
    context.vm.cite(QQ_25);
    const number = this.nextNumber;
    this.nextNumber += 1;
    const letter = deadLetterOf(context, queued.message, reason, target, this.queue);
    const queues = withoutCycles(queuesFor(context, letter, target), letter, reason);
    const pending: Pending = {
      id,
      reason,
      letter,
      unsettled: queues.map(({ name }) => name),
      rejected: [],
      settled: [],
      publishedAtUs: queues.length === 0 ? null : this.nowUs,
    };
    this.pending.set(number, pending);
    this.publish(number, pending, queues);
  }

  private publish(number: number, { letter, reason }: Pending, queues: readonly QueueRecord[]): void {
    sendDeadLetter(this.context, letter, reason, this.queue, queues, (group) =>
      this.targets.publish(group, { message: letter, confirmNumber: number, mandatory: false }),
    );
  }

  /** Publishes anew what has not been published, or was not confirmed in time; where the exchange is missing everything stays. */
  private redeliver(): void {
    const { context, target, nowUs } = this;
    if (target === null || context.database.read(rabbitExchange, target.exchange) === undefined) return;
    for (const [number, pending] of [...this.pending]) {
      const { publishedAtUs } = pending;
      if (publishedAtUs === null || publishedAtUs + CONFIRM_TIMEOUT_US <= nowUs)
        this.redeliverOne(number, pending, target);
    }
  }

  /** To the queues that it is routed to by now, but for those that have it, and quorum queues that were asked, whose clients go on trying. */
  private redeliverOne(number: number, pending: Pending, target: DeadLetterTarget): void {
    const { context } = this;
    context.vm.cite(QQ_25);
    const letter = readdressed(context, pending.letter, target);
    const routed = queuesFor(context, letter, target);
    if (routed.length === 0 && pending.settled.length > 0) {
      this.pending.delete(number);
      this.done.push(pending.id);
      return;
    }
    const unsettled = routed.filter(({ name }) => !pending.settled.includes(name));
    const quiet = unsettled.filter(
      ({ name, type }) => type !== 'quorum' || !pending.unsettled.includes(name),
    );
    const queues = withoutCycles(quiet, letter, pending.reason);
    if (queues.length === 0) return;
    pending.letter = letter;
    pending.unsettled = unsettled.map(({ name }) => name);
    pending.rejected = [];
    pending.publishedAtUs = this.nowUs;
    this.publish(number, pending, queues);
  }

  // --- what queues say ---------------------------------------------------------------------------------------

  private settled(queue: string, number: number): void {
    const pending = this.pending.get(number);
    if (pending === undefined) return;
    pending.unsettled = pending.unsettled.filter((name) => name !== queue);
    pending.rejected = pending.rejected.filter((name) => name !== queue);
    pending.settled = [...pending.settled, queue];
    if (pending.unsettled.length > 0 || pending.rejected.length > 0) return;
    this.pending.delete(number);
    this.done.push(pending.id);
  }

  private rejected(queue: string, number: number): void {
    const pending = this.pending.get(number);
    if (pending === undefined) return;
    pending.unsettled = pending.unsettled.filter((name) => name !== queue);
    pending.rejected = [queue, ...pending.rejected];
  }

  /** A queue that is no more confirms nothing: what waited for it alone is routed anew when the timer fires. */
  private deleted(queue: string): void {
    for (const pending of this.pending.values())
      pending.unsettled = pending.unsettled.filter((name) => name !== queue);
  }

  private settleDone(): void {
    if (this.done.length === 0) return;
    const ids = this.done;
    this.done = [];
    const settle: Command = {
      type: 'ra_command',
      priority: 'low',
      command: { kind: 'dead_letter_settle', ids },
      replyTo: null,
    };
    this.send(memberOn(this.node, this.queue), settle);
  }

  /** The timer runs while something is pending. */
  private watch(): void {
    if (this.pending.size === 0) {
      this.cancelTimer(this.timer);
      this.timer = 0;
    } else if (this.timer === 0) this.timer = this.startTimer(CONFIRM_TIMEOUT_US, CONFIRM_TIMEOUT);
  }

  protected override onExit(): void {
    this.cancelTimer(this.timer);
  }
}
