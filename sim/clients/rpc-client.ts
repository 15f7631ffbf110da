/**
 * An application that calls through a queue: an exclusive queue of its own for replies, which the server names and which dies with the
 * connection, `reply_to` and a correlation id in each request, and a limit on how long it waits. A reply that nobody waits for any
 * more is recognised by its correlation id and dropped.
 *
 * With a rate calls are made at their turns, whatever became of those before; without one each waits for the one before it. Requests are
 * transient, replies are taken with automatic acknowledgement. Left out: RabbitMQ's direct reply-to.
 */
import { BasicPublish } from '../amqp/message-methods.ts';
import type { BasicMessage } from '../amqp/basic-message.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import { callAnswered, callFailed, callMade, callTimedOut, lateReply } from '../records/applications.ts';
import { published, publishSkipped } from '../records/messages.ts';
import type { ClientContext } from './amqp-connection.ts';
import type { ClientOptions } from './client.ts';
import { Consumer } from './consumer.ts';

export interface RpcClientOptions {
  readonly requestQueue: string;
  /** Null: each call after the one before it. */
  readonly ratePerSecond: number | null;
  /** How many calls in all; null: until `stop`. */
  readonly messages: number | null;
  /** How long a call waits for its reply; null: for ever. */
  readonly timeoutUs: number | null;
  readonly bodyBytes: number;
}

interface Call {
  readonly sequence: number;
  readonly sentUs: number;
  readonly timer: EventHandle;
}

export class RpcClient extends Consumer {
  private readonly requests: RpcClientOptions;
  private readonly startUs: number;
  private replyTo: string | null = null;
  private turns = 0;
  private turnEvent: EventHandle = 0;
  private owed = 0;
  private calls = 0;
  private stopped = false;
  /** By correlation id. */
  private readonly open = new Map<string, Call>();

  constructor(context: ClientContext, options: ClientOptions, spec: RpcClientOptions) {
    super(context, options, {
      queue: '',
      prefetch: 0,
      ack: 'auto',
      processingTimeUs: () => 0,
      fail: 0,
      requeue: false,
      arguments: {},
      exclusive: false,
      declare: { durable: false, exclusive: true, autoDelete: false, arguments: {} },
      dedupe: false,
      resubscribe: true,
    });
    this.requests = spec;
    this.startUs = options.startUs;
    if (spec.ratePerSecond === null) this.owed = spec.messages ?? Infinity;
    else this.scheduleTurn(spec.ratePerSecond);
  }

  // --- turns ---------------------------------------------------------------------------------------------------

  private scheduleTurn(ratePerSecond: number): void {
    if (this.stopped || this.turns === this.requests.messages) return;
    const timeUs = this.startUs + Math.round((this.turns * 1_000_000) / ratePerSecond);
    this.turnEvent = this.simulation.after(timeUs - this.simulation.nowUs, Priority.timer, () => {
      this.turns += 1;
      this.scheduleTurn(ratePerSecond);
      this.owed += 1;
      if (!this.isFrozen) this.pump();
    });
  }

  private pump(): void {
    const { ratePerSecond, messages } = this.requests;
    if (this.replyTo === null) {
      if (ratePerSecond === null || messages !== null) return;
      for (; this.owed > 0; this.owed -= 1) this.journal.write(publishSkipped, this.nameId);
      return;
    }
    const atOnce = ratePerSecond === null ? Math.min(this.owed, 1 - this.open.size) : this.owed;
    this.owed -= atOnce;
    for (let call = 0; call < atOnce; call += 1) this.request(this.replyTo);
  }

  override freeze(frozen: boolean): void {
    super.freeze(frozen);
    if (!frozen) this.pump();
  }

  /** Makes no more calls, and keeps the connection, so that late replies still come. */
  protected override stop(): void {
    this.stopped = true;
    this.owed = 0;
    this.simulation.cancel(this.turnEvent);
  }

  override close(): void {
    this.stop();
    super.close();
  }

  // --- calls ---------------------------------------------------------------------------------------------------

  private request(replyTo: string): void {
    this.calls += 1;
    const { calls: sequence, nameId, nodeId, journal } = this;
    const { requestQueue, timeoutUs, bodyBytes } = this.requests;
    const correlationId = `${this.name}-${sequence}`;
    const timer = timeoutUs === null ? 0 : this.after(timeoutUs, () => this.timeOut(correlationId));
    this.open.set(correlationId, { sequence, sentUs: this.simulation.nowUs, timer });
    journal.write(callMade, nameId, nameId, sequence);
    journal.write(published, nameId, nameId, sequence, 1, nodeId);
    const properties = { persistent: false, correlationId, replyTo };
    this.send(
      new BasicPublish(this.channel, '', requestQueue, false, nameId, sequence, properties, bodyBytes),
    );
  }

  protected override received(message: BasicMessage): void {
    const call = this.settle(message.properties.correlationId ?? '');
    if (call === null) this.journal.write(lateReply, this.nameId);
    else {
      const latencyUs = this.simulation.nowUs - call.sentUs;
      this.journal.write(callAnswered, this.nameId, this.nameId, call.sequence, latencyUs);
      this.pump();
    }
  }

  private timeOut(correlationId: string): void {
    const call = this.settle(correlationId);
    if (call === null) return;
    this.journal.write(callTimedOut, this.nameId, this.nameId, call.sequence);
    this.pump();
  }

  private settle(correlationId: string): Call | null {
    const call = this.open.get(correlationId);
    if (call === undefined) return null;
    this.open.delete(correlationId);
    this.simulation.cancel(call.timer);
    return call;
  }

  // --- channels ------------------------------------------------------------------------------------------------

  protected override subscribed(queue: string): void {
    this.replyTo = queue;
    this.pump();
  }

  /** The reply queue is gone with its connection, and the replies with it: the calls have failed. */
  protected override channelLost(): void {
    this.replyTo = null;
    for (const call of this.open.values()) {
      this.simulation.cancel(call.timer);
      if (this.isLive) this.journal.write(callFailed, this.nameId, this.nameId, call.sequence);
    }
    this.open.clear();
    super.channelLost();
  }
}
