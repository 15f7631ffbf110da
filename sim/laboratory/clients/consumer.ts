/**
 * A real consumer: declares its own queue where it is to, consumes, takes `processing_time` for one delivery after the other, acknowledges or
 * rejects. A cancel by the server makes it consume again on a new channel after `reconnect`, unless it is not to.
 */
import type { Channel, ConsumeMessage } from 'amqplib';
import type { ConsumeSpec, Duration } from '../../scenario/model.ts';
import { Client, type ClientName, type Surroundings } from './client.ts';

/** The standard normal's 99th percentile. */
const percentile99 = 2.326;

export interface Delivery {
  readonly message: ConsumeMessage;
  readonly queue: string;
}

export class Consumer extends Client {
  private readonly consuming: ConsumeSpec;
  /** Ids that were handled, for an idempotent consumer. */
  private readonly handled = new Set<string>();
  private waiting: Delivery[] = [];
  private isBusy = false;
  private channel: Channel | null = null;

  constructor(surroundings: Surroundings, name: ClientName, spec: ConsumeSpec) {
    super(surroundings, name, spec);
    this.consuming = spec;
  }

  protected override stop(): void {
    void this.close();
  }

  protected override async channelOpened(channel: Channel, renew: () => void): Promise<void> {
    const { otherQueues, declare, bind = [], prefetch, globalPrefetch } = this.consuming;
    const { ack, exclusive, resubscribe } = this.consuming;
    this.channel = channel;
    let { queue } = this.consuming;
    if (declare !== null) ({ queue } = await channel.assertQueue(queue, declare));
    for (const { exchange, routingKey, arguments: its } of bind)
      await channel.bindQueue(queue, exchange, routingKey, its);
    if (prefetch > 0) await channel.prefetch(prefetch);
    if (globalPrefetch !== undefined) await channel.prefetch(globalPrefetch, true);
    const take =
      (from: string) =>
      (message: ConsumeMessage | null): void => {
        if (message !== null) this.take(channel, { message, queue: from });
        else if (this.isLive) {
          const cancelled = { workload: this.workload, queue: this.keyOf(from) };
          this.surroundings.note('consumer_cancelled', cancelled);
          if (resubscribe) renew();
        }
      };
    const options = { noAck: ack === 'auto', exclusive, arguments: this.consuming.arguments };
    for (const each of [queue, ...(otherQueues ?? [])]) await channel.consume(each, take(each), options);
    this.subscribed(channel, queue);
  }

  /** Deliveries may come from now on; `queue` as the broker calls it. */
  protected subscribed(_channel: Channel, _queue: string): void {}

  /** A message came that the application does not acknowledge. */
  protected received(_channel: Channel, _message: ConsumeMessage): void {}

  /** The application is done with a message: acknowledges it, now or, where more is to be done, later. */
  protected conclude(channel: Channel, delivery: Delivery): void {
    this.acknowledge(channel, delivery);
  }

  protected acknowledge(channel: Channel, { message, queue }: Delivery): void {
    channel.ack(message);
    const id = String(message.properties.messageId);
    this.surroundings.tally.ackSent(id, this.keyOf(queue), this.name);
  }

  protected override channelLost(): void {
    this.channel = null;
    this.waiting = [];
    this.isBusy = false;
  }

  private take(channel: Channel, delivery: Delivery): void {
    const { message, queue } = delivery;
    const id = String(message.properties.messageId);
    const { ack, dedupe, skipsRedelivered = false } = this.consuming;
    const { redelivered } = message.fields;
    const isSkipped = redelivered && skipsRedelivered;
    const isRepeat = isSkipped || (dedupe && this.handled.has(id));
    this.surroundings.tally.delivery(id, this.keyOf(queue), redelivered, isRepeat, this.name);
    if (isSkipped) {
      if (ack === 'manual') this.acknowledge(channel, delivery);
      return;
    }
    if (ack !== 'manual') {
      this.handled.add(id);
      if (!isRepeat) this.received(channel, message);
      return;
    }
    this.waiting.push(delivery);
    if (!this.isBusy) this.process(channel);
  }

  /** One delivery after the other. */
  private process(channel: Channel): void {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      const one = next;
      const isRepeat = this.consuming.dedupe && this.handled.has(String(one.message.properties.messageId));
      const takesMs = isRepeat ? 0 : drawMs(this.consuming.processingTime);
      if (takesMs > 0) {
        this.isBusy = true;
        this.surroundings.clock.after(takesMs, () => {
          if (this.channel !== channel || !this.isLive) return;
          this.isBusy = false;
          this.finish(channel, one);
          this.process(channel);
        });
        return;
      }
      this.finish(channel, one);
    }
  }

  private finish(channel: Channel, delivery: Delivery): void {
    if (this.channel !== channel || !this.isLive) return;
    const { message } = delivery;
    const id = String(message.properties.messageId);
    const { fail, requeue, dedupe } = this.consuming;
    const wasHandled = dedupe && this.handled.has(id);
    this.whileOpen(channel, () => {
      if (fail > 0 && !wasHandled && Math.random() < fail) {
        channel.reject(message, requeue);
        return;
      }
      this.handled.add(id);
      if (wasHandled) this.acknowledge(channel, delivery);
      else this.conclude(channel, delivery);
    });
  }

  /** Does something on a channel; where it has closed under us nothing is sent, and nothing is done. */
  protected whileOpen(channel: Channel, work: () => void): void {
    if (this.channel !== channel || !this.isLive) return;
    try {
      work();
    } catch {
      // It closes at this moment.
    }
  }
}

/** A length of time as it is drawn each time it is needed. */
function drawMs(duration: Duration): number {
  if (duration.kind === 'fixed') return duration.us / 1_000;
  const sigma = Math.log(duration.p99Us / duration.medianUs) / percentile99;
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return (duration.medianUs / 1_000) * Math.exp(sigma * normal);
}
