/**
 * A real service of a chain: consumes, and publishes one message for each that it has handled, carrying its headers on. With confirms what came in is
 * acknowledged when what went out is confirmed, and put back when that was refused or returned; without, at once. In a transaction both are
 * committed together, one after the other. Left out: spans of a trace, which no broker looks at.
 */
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Message } from 'amqplib';
import type { ServiceSpec } from '../../scenario/model.ts';
import type { ClientName, Surroundings } from './client.ts';
import { Consumer, type Delivery } from './consumer.ts';
import { isAnswer, isNack } from './publisher.ts';
import { inTransaction } from './transaction.ts';

export class Service extends Consumer {
  private readonly out: ServiceSpec['publish'];
  private readonly body: Buffer;
  private readonly returnedIds = new Set<string>();
  private sequence = 0;
  /** Settles when the commits so far are answered. */
  private committed: Promise<void> = Promise.resolve();

  constructor(surroundings: Surroundings, name: ClientName, spec: ServiceSpec) {
    super(surroundings, name, spec);
    this.out = spec.publish;
    this.body = Buffer.alloc(spec.publish.bodyBytes, '.');
  }

  protected override openChannel(connection: ChannelModel): Promise<Channel | ConfirmChannel> {
    return this.out.confirms ? connection.createConfirmChannel() : connection.createChannel();
  }

  protected override async channelOpened(channel: Channel, renew: () => void): Promise<void> {
    this.returnedIds.clear();
    channel.on('return', ({ properties }: Message) => {
      this.returnedIds.add(String(properties.messageId));
      this.surroundings.tally.returned(String(properties.messageId));
    });
    if (this.out.transaction === true) await inTransaction(channel, 'select');
    await super.channelOpened(channel, renew);
  }

  protected override received(channel: Channel, message: ConsumeMessage): void {
    this.passOn(channel, message, () => {});
  }

  protected override conclude(channel: Channel, delivery: Delivery): void {
    if (this.out.transaction === true) {
      this.committed = this.committed.then(() => this.commit(channel, delivery)).catch(() => {});
      return;
    }
    this.passOn(channel, delivery.message, (isSafe) => {
      if (isSafe) this.acknowledge(channel, delivery);
      else channel.reject(delivery.message, true);
    });
    if (!this.out.confirms) this.acknowledge(channel, delivery);
  }

  /** Rejects when the channel closes before the answer. */
  private async commit(channel: Channel, delivery: Delivery): Promise<void> {
    const { tally, clock } = this.surroundings;
    this.whileOpen(channel, () => {
      this.passOn(channel, delivery.message, () => {});
      this.acknowledge(channel, delivery);
    });
    const messageId = `${this.name}-${this.sequence}`;
    await inTransaction(channel, 'commit');
    tally.confirmed(messageId, clock.nowMs);
  }

  /** `answered`: with confirms, when the broker has said whether it has the message. */
  private passOn(channel: Channel, cause: ConsumeMessage, answered: (isSafe: boolean) => void): void {
    const { exchange, routingKeys, confirms, persistent, mandatory } = this.out;
    const { tally, clock } = this.surroundings;
    this.sequence += 1;
    const messageId = `${this.name}-${this.sequence}`;
    const key = routingKeys[(this.sequence - 1) % routingKeys.length]!;
    const options = { messageId, persistent, mandatory, headers: cause.properties.headers };
    tally.published(this.name, this.sequence, clock.nowMs);
    if (!confirms) {
      channel.publish(exchange, key, this.body, options);
      return;
    }
    (channel as ConfirmChannel).publish(exchange, key, this.body, options, (error: unknown) => {
      if (!isAnswer(error)) return;
      if (isNack(error)) tally.nacked(messageId);
      else tally.confirmed(messageId, clock.nowMs);
      this.whileOpen(channel, () => answered(!isNack(error) && !this.returnedIds.delete(messageId)));
    });
  }
}
