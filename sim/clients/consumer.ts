/**
 * A consuming application: one consumer (or one for each of several queues), one message at a time for as long as `processing_time` says, acknowledged (or rejected)
 * at its end. It subscribes again after a cancel by the server and after an error on its channel.
 *
 * What an acknowledgement needs is remembered with the channel it came on: after the channel is gone, what waits is
 * forgotten, as a library drops stale acknowledgements (CLI-6).
 */
import type { BasicMessage, FieldTable } from '../amqp/basic-message.ts';
import { BasicAck, type BasicDeliver } from '../amqp/message-methods.ts';
import type { BasicConsumeOk, ChannelMethodFromServer } from '../amqp/methods.ts';
import { Fifo } from '../kernel/fifo.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { EventHandle } from '../kernel/simulation.ts';
import { traced } from '../records/applications.ts';
import { consumerCancelled, consumerStarted } from '../records/cluster.ts';
import { acked, deduplicated, delivered, rejectSent, skipped } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { ClientContext } from './amqp-connection.ts';
import { Client, type ClientOptions, type ClientState } from './client.ts';
import { HandledMessages } from './handled-messages.ts';
import { traceRoot } from './trace.ts';

const CLI_5 = rule('CLI-5');
const CLI_7 = rule('CLI-7');
const CLI_10 = rule('CLI-10');
const CLI_11 = rule('CLI-11');
const CLI_13 = rule('CLI-13');
const CLI_20 = rule('CLI-20');

export interface QueueDeclaration {
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}

export interface QueueBinding {
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

export interface ConsumeOptions {
  readonly queue: string;
  /** Queues that it consumes from as well, on the same channel. */
  readonly otherQueues?: readonly string[];
  /** 0: unlimited. */
  readonly prefetch: number;
  /** For all consumers of the channel together; absent: unlimited. */
  readonly globalPrefetch?: number;
  /** `never`: takes deliveries and answers none. */
  readonly ack: 'manual' | 'auto' | 'never';
  /** Draws how long the next message takes. */
  readonly processingTimeUs: () => number;
  /** Share of deliveries that are rejected. */
  readonly fail: number;
  readonly requeue: boolean;
  readonly arguments: FieldTable;
  readonly exclusive: boolean;
  /** Declares its queue first; null: does not. */
  readonly declare: QueueDeclaration | null;
  /** Binds the queue that it has declared, each time. */
  readonly bind?: readonly QueueBinding[];
  readonly dedupe: boolean;
  readonly skipsRedelivered?: boolean;
  readonly resubscribe: boolean;
}

/**
 * How late an application's timer ends the processing of a message. From `t02-mirrored-master-kill`: a consumer that takes 20 ms a message
 * falls behind 50 messages a second by some 5 in seven seconds.
 */
const TIMER_SLACK_US = 270;

export class Consumer extends Client {
  private readonly spec: ConsumeOptions;
  private readonly failures: RandomStream;
  private readonly handled: HandledMessages | undefined;
  private queueId: number;
  /** As the server has it: an empty one of the scenario is the server's to name, anew on each channel. */
  private queue: string;
  private consumerTag = '';
  /** The queues (interned) of its consumers by their tags, where it consumes from several. */
  private readonly queueIds = new Map<string, number>();
  private cancelled = false;
  /** Both limits are set where there are any. */
  private isLimited = false;
  /** Asks for its queue before it consumes, and how often it was refused. */
  private isAsking = false;
  private refusals = 0;
  private bound = 0;
  /** Told to stop, and still at work on what it has. */
  private isEnding = false;
  /** Deliveries that wait for their turn, and the one being processed. */
  private readonly waiting = new Fifo<BasicDeliver>();
  private current: BasicDeliver | undefined;
  private processing: EventHandle = 0;

  constructor(context: ClientContext, options: ClientOptions, spec: ConsumeOptions) {
    super(context, options);
    this.spec = spec;
    this.queue = spec.queue;
    this.queueId = this.queueIdOf(spec.queue);
    this.failures = this.simulation.random.stream(`client/${options.name}/fail`);
    this.handled = spec.dedupe ? new HandledMessages() : undefined;
  }

  /** `cancelled` from the server's cancel until it consumes again. */
  override state(): ClientState {
    const state = super.state();
    return state === 'connected' && this.cancelled ? 'cancelled' : state;
  }

  /** Closes at once, or when what was delivered is handled, for as long as the library gives it (CLI-13). */
  protected override stop(): void {
    const { shutdownTimeoutUs } = this.library;
    if (shutdownTimeoutUs === 0 || !this.hasChannel || this.isIdle) {
      this.close();
      return;
    }
    this.cite(CLI_13);
    this.isEnding = true;
    const tags = this.queueIds.size > 0 ? [...this.queueIds.keys()] : [this.consumerTag];
    for (const consumerTag of tags) this.send({ type: 'basic.cancel', channel: this.channel, consumerTag });
    this.after(shutdownTimeoutUs, () => this.close());
  }

  private get isIdle(): boolean {
    return this.current === undefined && this.waiting.length === 0;
  }

  // --- subscribing -------------------------------------------------------------------------------------------

  protected override channelOpened(): void {
    this.isLimited = false;
    this.queueIds.clear();
    const { declare, queue } = this.spec;
    if (declare !== null) {
      if (this.library.name === 'java') this.cite(CLI_5);
      this.declareQueue({ queue, passive: false, ...declare });
    } else if (this.library.declarations !== null) {
      this.isAsking = true;
      const nothing = { durable: false, exclusive: false, autoDelete: false, arguments: {} };
      this.declareQueue({ queue, passive: true, ...nothing });
    } else this.limit();
  }

  private declareQueue(
    declaration: QueueDeclaration & { readonly queue: string; readonly passive: boolean },
  ): void {
    this.send({ type: 'queue.declare', channel: this.channel, ...declaration });
  }

  /** A container asks for its queue a few times more, and ends when it does not get it (CLI-11). */
  protected override channelRefused(code: number, text: string): number | null {
    const { declarations } = this.library;
    if (!this.isAsking || declarations === null) return super.channelRefused(code, text);
    this.isAsking = false;
    this.refusals += 1;
    if (this.refusals <= declarations.retries) return declarations.intervalUs;
    this.cite(CLI_11);
    this.giveUp(`queue ${this.spec.queue} is not available: ${text}`);
    return null;
  }

  /** One binding after the other, then consumes. */
  private bindFrom(index: number): void {
    this.bound = index;
    const binding = this.spec.bind?.[index];
    if (binding === undefined) this.limit();
    else this.send({ type: 'queue.bind', channel: this.channel, queue: this.queue, ...binding });
  }

  /** The limit of each consumer first: setting it ends one of the whole channel. */
  private limit(): void {
    const { prefetch } = this.spec;
    if (prefetch === 0) this.limitChannel();
    else this.send({ type: 'basic.qos', channel: this.channel, prefetchCount: prefetch });
  }

  private limitChannel(): void {
    const { globalPrefetch } = this.spec;
    this.isLimited = true;
    if (globalPrefetch === undefined) this.consume(this.queue);
    else this.send({ type: 'basic.qos', channel: this.channel, prefetchCount: globalPrefetch, global: true });
  }

  private limited(): void {
    if (this.isLimited) this.consume(this.queue);
    else this.limitChannel();
  }

  private consume(queue: string): void {
    const { exclusive, ack } = this.spec;
    this.send({
      type: 'basic.consume',
      channel: this.channel,
      queue,
      consumerTag: '',
      noAck: ack === 'auto',
      exclusive,
      arguments: this.spec.arguments,
    });
  }

  private consumes({ consumerTag }: BasicConsumeOk): void {
    const { otherQueues } = this.spec;
    this.cancelled = false;
    this.consumerTag = consumerTag;
    if (otherQueues === undefined) {
      this.journal.write(consumerStarted, this.workloadId, this.queueId, this.nodeId);
      this.subscribed(this.queue);
      return;
    }
    const at = this.queueIds.size;
    const queueId = at === 0 ? this.queueId : this.queueIdOf(otherQueues[at - 1]!);
    this.queueIds.set(consumerTag, queueId);
    this.journal.write(consumerStarted, this.workloadId, queueId, this.nodeId);
    const next = otherQueues[at];
    if (next === undefined) this.subscribed(this.queue);
    else this.consume(next);
  }

  /** The queue (interned) that a delivery came from. */
  private originOf({ consumerTag }: { readonly consumerTag: string }): number {
    return this.queueIds.size === 0 ? this.queueId : (this.queueIds.get(consumerTag) ?? this.queueId);
  }

  protected override method(method: ChannelMethodFromServer): void {
    switch (method.type) {
      case 'basic.deliver':
        this.take(method);
        return;
      case 'queue.declare-ok':
        this.isAsking = false;
        this.refusals = 0;
        this.queue = method.queue;
        this.queueId = this.queueIdOf(method.queue);
        this.bindFrom(0);
        return;
      case 'queue.bind-ok':
        this.bindFrom(this.bound + 1);
        return;
      case 'basic.qos-ok':
        this.limited();
        return;
      case 'basic.consume-ok':
        this.consumes(method);
        return;
      case 'basic.cancel':
        this.cancelled = true;
        this.journal.write(consumerCancelled, this.workloadId, this.originOf(method));
        if (this.spec.resubscribe) this.renewChannel();
        else if (this.library.name === 'java') this.cite(CLI_7);
        return;
      default:
    }
  }

  /** Deliveries may come from now on. */
  protected subscribed(_queue: string): void {}

  // --- working -----------------------------------------------------------------------------------------------

  private take(delivery: BasicDeliver): void {
    const { publisher, sequence, properties } = delivery.message;
    const redelivered = delivery.redelivered ? 1 : 0;
    const queueId = this.originOf(delivery);
    this.journal.write(delivered, this.nameId, publisher, sequence, queueId, this.nodeId, redelivered);
    if (properties.headers !== undefined) this.noteTrace(properties.headers);
    const { ack } = this.spec;
    if (delivery.redelivered && this.spec.skipsRedelivered === true) {
      this.skip(delivery);
      return;
    }
    if (ack !== 'manual') {
      if (this.handled === undefined || !this.isRepeat(delivery)) this.received(delivery.message);
      return;
    }
    if (this.current !== undefined) this.waiting.push(delivery);
    else this.process(delivery);
  }

  /** What CLI-20 warns of: the flag is taken for proof that the message was handled before. */
  private skip(delivery: BasicDeliver): void {
    const { publisher, sequence } = delivery.message;
    this.cite(CLI_20);
    if (this.spec.ack === 'manual') this.acknowledge(delivery);
    this.journal.write(skipped, this.nameId, publisher, sequence, this.originOf(delivery));
  }

  private noteTrace(headers: FieldTable): void {
    const root = traceRoot(headers);
    if (root !== null) this.journal.write(traced, this.nameId, root.publisher, root.sequence);
  }

  /** A message came that the application does not acknowledge. */
  protected received(_message: BasicMessage): void {}

  /** The application is done with a message: acknowledges it, now or, where more is to be done, later. */
  protected conclude(delivery: BasicDeliver): void {
    this.acknowledge(delivery);
  }

  private process(first: BasicDeliver): void {
    for (
      let delivery: BasicDeliver | undefined = first;
      delivery !== undefined;
      delivery = this.waiting.shift()
    ) {
      const takesUs =
        this.handled !== undefined && this.isRepeat(delivery) ? 0 : this.spec.processingTimeUs();
      if (takesUs > 0) {
        this.current = delivery;
        this.processing = this.after(takesUs + TIMER_SLACK_US, this.onProcessed);
        return;
      }
      this.finish(delivery);
      if (!this.hasChannel) return;
    }
  }

  private readonly onProcessed = (): void => {
    const delivery = this.current;
    this.current = undefined;
    if (delivery === undefined) return;
    this.finish(delivery);
    const next = this.waiting.shift();
    if (next !== undefined) this.process(next);
    else if (this.isEnding) this.close();
  };

  /** Whether the message was handled before; remembers it otherwise. A message that fails is not handled. */
  private isRepeat(delivery: BasicDeliver): boolean {
    const { publisher, sequence } = delivery.message;
    if (this.handled?.has(publisher, sequence) === true) {
      this.cite(CLI_20);
      this.journal.write(deduplicated, this.nameId, publisher, sequence, this.originOf(delivery));
      return true;
    }
    if (this.spec.ack !== 'manual') this.handled?.add(publisher, sequence);
    return false;
  }

  private finish(delivery: BasicDeliver): void {
    const { publisher, sequence } = delivery.message;
    const { fail, requeue } = this.spec;
    if (fail > 0 && this.handled?.has(publisher, sequence) !== true && this.failures.chance(fail)) {
      if (this.library.name === 'spring') this.cite(CLI_10);
      this.reject(delivery, requeue);
      return;
    }
    if (this.handled?.has(publisher, sequence) === true) this.acknowledge(delivery);
    else {
      this.handled?.add(publisher, sequence);
      this.conclude(delivery);
    }
  }

  protected acknowledge(delivery: BasicDeliver): void {
    const { publisher, sequence } = delivery.message;
    this.journal.write(acked, this.nameId, publisher, sequence, this.originOf(delivery));
    this.connection?.sendSmall(new BasicAck(this.channel, delivery.deliveryTag, false));
  }

  protected reject(delivery: BasicDeliver, requeue: boolean): void {
    const { publisher, sequence } = delivery.message;
    const { deliveryTag } = delivery;
    this.journal.write(
      rejectSent,
      this.nameId,
      publisher,
      sequence,
      this.originOf(delivery),
      requeue ? 1 : 0,
    );
    this.send({ type: 'basic.reject', channel: this.channel, deliveryTag, requeue });
  }

  protected override channelLost(): void {
    this.waiting.clear();
    this.current = undefined;
    this.simulation.cancel(this.processing);
    if (this.isEnding) this.close();
  }

  protected override reconnect(): void {
    this.refusals = 0;
    super.reconnect();
  }
}
