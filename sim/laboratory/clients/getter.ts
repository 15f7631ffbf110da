/** A real application that polls a queue with `basic.get`, one question at a time: while an answer is outstanding the next turns pass. */
import type { Channel, GetMessage } from 'amqplib';
import type { GetSpec } from '../../scenario/model.ts';
import { Client, type ClientName, type Surroundings } from './client.ts';

export class Getter extends Client {
  private readonly polling: GetSpec;
  private channel: Channel | null = null;

  constructor(surroundings: Surroundings, name: ClientName, spec: GetSpec) {
    super(surroundings, name, spec);
    this.polling = spec;
  }

  protected override stop(): void {
    void this.close();
  }

  protected override async channelOpened(channel: Channel): Promise<void> {
    this.channel = channel;
    this.turn(channel);
  }

  protected override channelLost(): void {
    this.channel = null;
  }

  private turn(channel: Channel, isAsking = { now: false }): void {
    if (this.channel !== channel || !this.isLive) return;
    this.surroundings.clock.after(this.polling.everyUs / 1_000, () => this.turn(channel, isAsking));
    if (isAsking.now) return;
    isAsking.now = true;
    void this.ask(channel).then((isAnswered) => {
      isAsking.now = !isAnswered;
      return isAnswered;
    });
  }

  /** Whether an answer came; a refusal closes the channel, and is noticed there. */
  private async ask(channel: Channel): Promise<boolean> {
    const { queue, ack } = this.polling;
    try {
      const message = await channel.get(queue, { noAck: ack === 'auto' });
      if (message !== false) this.take(channel, message);
      return true;
    } catch {
      return false;
    }
  }

  private take(channel: Channel, message: GetMessage): void {
    const { queue, ack } = this.polling;
    const { tally } = this.surroundings;
    const id = String(message.properties.messageId);
    tally.delivery(id, this.keyOf(queue), message.fields.redelivered, false, this.name);
    if (ack !== 'manual') return;
    channel.ack(message);
    tally.ackSent(id, this.keyOf(queue), this.name);
  }
}
