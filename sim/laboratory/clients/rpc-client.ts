/**
 * A real application that calls through a queue: an exclusive queue of its own for replies, which the server names, and a limit on how long it
 * waits. With a rate calls are made at their turns; without one each waits for the one before it. What becomes of calls is counted by the
 * messages that they are made of.
 */
import type { Channel, ConsumeMessage } from 'amqplib';
import type { RpcSpec } from '../../scenario/model.ts';
import type { ClientName, Surroundings } from './client.ts';
import { Consumer } from './consumer.ts';

export class RpcClient extends Consumer {
  private readonly requests: RpcSpec;
  private readonly body: Buffer;
  private channelInUse: Channel | null = null;
  private replyTo = '';
  private turns = 0;
  private owed = 0;
  private sequence = 0;
  private isStopped = false;
  /** Correlation ids of calls that wait for a reply. */
  private readonly open = new Set<string>();

  constructor(surroundings: Surroundings, name: ClientName, spec: RpcSpec) {
    super(surroundings, name, {
      ...spec,
      ...{ queue: '', prefetch: 0, ack: 'auto', processingTime: { kind: 'fixed', us: 0 } },
      ...{ fail: 0, requeue: false, arguments: {}, exclusive: false, dedupe: false, resubscribe: true },
      declare: { durable: false, exclusive: true, autoDelete: false, arguments: {} },
    });
    this.requests = spec;
    this.body = Buffer.alloc(spec.bodyBytes, '.');
    if (spec.ratePerSecond === null) this.owed = spec.messages ?? Infinity;
    else this.planTurn(spec.ratePerSecond);
  }

  private planTurn(ratePerSecond: number): void {
    if (this.isStopped || this.turns === this.requests.messages) return;
    const { clock } = this.surroundings;
    clock.at(this.requests.startUs / 1_000 + (this.turns * 1_000) / ratePerSecond, () => {
      this.turns += 1;
      this.owed += 1;
      this.planTurn(ratePerSecond);
      this.pump();
    });
  }

  private pump(): void {
    const { ratePerSecond, messages } = this.requests;
    const { channelInUse: channel } = this;
    if (this.isStopped || !this.isLive) return;
    if (channel === null) {
      if (ratePerSecond === null || messages !== null) return;
      for (; this.owed > 0; this.owed -= 1) this.surroundings.tally.skippedTurn();
      return;
    }
    const atOnce = ratePerSecond === null ? Math.min(this.owed, 1 - this.open.size) : this.owed;
    this.owed -= atOnce;
    for (let call = 0; call < atOnce; call += 1) this.call(channel);
  }

  private call(channel: Channel): void {
    const { queue, timeoutUs } = this.requests;
    const { tally, clock } = this.surroundings;
    this.sequence += 1;
    const messageId = `${this.name}-${this.sequence}`;
    tally.published(this.name, this.sequence, clock.nowMs);
    this.open.add(messageId);
    const { replyTo } = this;
    channel.publish('', queue, this.body, {
      messageId,
      correlationId: messageId,
      replyTo,
      persistent: false,
    });
    if (timeoutUs !== null) clock.after(timeoutUs / 1_000, () => this.settle(messageId));
  }

  private settle(correlationId: string): void {
    if (this.open.delete(correlationId)) this.pump();
  }

  protected override received(_channel: Channel, message: ConsumeMessage): void {
    this.settle(String(message.properties.correlationId));
  }

  protected override subscribed(channel: Channel, queue: string): void {
    this.channelInUse = channel;
    this.replyTo = queue;
    this.pump();
  }

  protected override channelLost(): void {
    this.channelInUse = null;
    this.open.clear();
    super.channelLost();
  }

  /** Makes no more calls, and keeps the connection, so that late replies still come. */
  protected override stop(): void {
    this.isStopped = true;
    this.owed = 0;
  }
}
