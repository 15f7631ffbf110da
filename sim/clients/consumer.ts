/**
 * A consuming application: one consumer, one message at a time for as long as `processing_time` says, acknowledged (or rejected)
 * at its end. It subscribes again after a cancel by the server and after an error on its channel.
 *
 * What an acknowledgement needs is remembered with the channel it came on: after the channel is gone, what waits is
 * forgotten, as a library drops stale acknowledgements (CLI-6).
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { BasicAck, type BasicDeliver } from '../amqp/message-methods.ts';
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import { Fifo } from '../kernel/fifo.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { EventHandle } from '../kernel/simulation.ts';
import { consumerCancelled, consumerStarted } from '../records/cluster.ts';
import { acked, deduplicated, delivered, rejectSent } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { ClientContext } from './amqp-connection.ts';
import { Client, type ClientOptions, type ClientState } from './client.ts';
import { HandledMessages } from './handled-messages.ts';

const CLI_20 = rule('CLI-20');

export interface QueueDeclaration {
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}

export interface ConsumeOptions {
  readonly queue: string;
  /** 0: unlimited. */
  readonly prefetch: number;
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
  readonly dedupe: boolean;
  readonly resubscribe: boolean;
}

/**
 * How late an application's timer ends the processing of a message. From `t02-mirrored-master-kill`: a consumer that takes 20 ms a message
 * falls behind 50 messages a second by some 5 in seven seconds.
 */
const TIMER_SLACK_US = 270;

export class Consumer extends Client {
  private readonly spec: ConsumeOptions;
  private readonly queueId: number;
  private readonly failures: RandomStream;
  private readonly handled: HandledMessages | undefined;
  private readonly citeIdempotence: () => void;
  private cancelled = false;
  /** Deliveries that wait for their turn, and the one being processed. */
  private readonly waiting = new Fifo<BasicDeliver>();
  private current: BasicDeliver | undefined;
  private processing: EventHandle = 0;

  constructor(context: ClientContext, options: ClientOptions, spec: ConsumeOptions) {
    super(context, options);
    this.spec = spec;
    this.queueId = this.journal.intern(spec.queue);
    this.failures = this.simulation.random.stream(`client/${options.name}/fail`);
    this.handled = spec.dedupe ? new HandledMessages() : undefined;
    this.citeIdempotence = () => context.cite(CLI_20);
  }

  /** `cancelled` from the server's cancel until it consumes again. */
  override state(): ClientState {
    const state = super.state();
    return state === 'connected' && this.cancelled ? 'cancelled' : state;
  }

  protected override stop(): void {
    this.close();
  }

  // --- subscribing -------------------------------------------------------------------------------------------

  protected override channelOpened(): void {
    const { declare, queue } = this.spec;
    if (declare === null) {
      this.limit();
      return;
    }
    const { durable, exclusive, autoDelete } = declare;
    this.send({
      type: 'queue.declare',
      channel: this.channel,
      queue,
      passive: false,
      durable,
      exclusive,
      autoDelete,
      arguments: declare.arguments,
    });
  }

  private limit(): void {
    if (this.spec.prefetch === 0) this.consume();
    else this.send({ type: 'basic.qos', channel: this.channel, prefetchCount: this.spec.prefetch });
  }

  private consume(): void {
    const { queue, exclusive, ack } = this.spec;
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

  protected override method(method: ChannelMethodFromServer): void {
    switch (method.type) {
      case 'basic.deliver':
        this.take(method);
        return;
      case 'queue.declare-ok':
        this.limit();
        return;
      case 'basic.qos-ok':
        this.consume();
        return;
      case 'basic.consume-ok':
        this.cancelled = false;
        this.journal.write(consumerStarted, this.workloadId, this.queueId, this.nodeId);
        return;
      case 'basic.cancel':
        this.cancelled = true;
        this.journal.write(consumerCancelled, this.workloadId, this.queueId);
        if (this.spec.resubscribe) this.renewChannel();
        return;
      default:
    }
  }

  // --- working -----------------------------------------------------------------------------------------------

  private take(delivery: BasicDeliver): void {
    const { publisher, sequence } = delivery.message;
    const redelivered = delivery.redelivered ? 1 : 0;
    this.journal.write(delivered, this.nameId, publisher, sequence, this.queueId, this.nodeId, redelivered);
    const { ack } = this.spec;
    if (ack !== 'manual') {
      if (this.handled !== undefined) this.isRepeat(delivery);
      return;
    }
    if (this.current !== undefined) this.waiting.push(delivery);
    else this.process(delivery);
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
  };

  /** Whether the message was handled before; remembers it otherwise. A message that fails is not handled. */
  private isRepeat(delivery: BasicDeliver): boolean {
    const { publisher, sequence } = delivery.message;
    if (this.handled?.has(publisher, sequence) === true) {
      this.citeIdempotence();
      this.journal.write(deduplicated, this.nameId, publisher, sequence, this.queueId);
      return true;
    }
    if (this.spec.ack !== 'manual') this.handled?.add(publisher, sequence);
    return false;
  }

  private finish(delivery: BasicDeliver): void {
    const { publisher, sequence } = delivery.message;
    const { fail, requeue } = this.spec;
    if (fail > 0 && this.handled?.has(publisher, sequence) !== true && this.failures.chance(fail)) {
      const deliveryTag = delivery.deliveryTag;
      this.journal.write(rejectSent, this.nameId, publisher, sequence, this.queueId, requeue ? 1 : 0);
      this.send({ type: 'basic.reject', channel: this.channel, deliveryTag, requeue });
      return;
    }
    this.handled?.add(publisher, sequence);
    this.journal.write(acked, this.nameId, publisher, sequence, this.queueId);
    this.connection?.sendSmall(new BasicAck(this.channel, delivery.deliveryTag, false));
  }

  protected override channelLost(): void {
    this.waiting.clear();
    this.current = undefined;
    this.simulation.cancel(this.processing);
  }
}
