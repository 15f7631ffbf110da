/**
 * An application that polls a queue with `basic.get`, one question at a time: while an answer is outstanding the next turns pass.
 */
import { BasicAck } from '../amqp/message-methods.ts';
import type { BasicGetOk, ChannelMethodFromServer } from '../amqp/methods.ts';
import type { EventHandle } from '../kernel/simulation.ts';
import { acked, delivered } from '../records/messages.ts';
import type { ClientContext } from './amqp-connection.ts';
import { Client, type ClientOptions } from './client.ts';

export interface GetOptions {
  readonly queue: string;
  readonly everyUs: number;
  readonly ack: 'manual' | 'auto' | 'never';
}

export class Getter extends Client {
  private readonly spec: GetOptions;
  private readonly queueId: number;
  private asking = false;
  private nextTurn: EventHandle = 0;

  constructor(context: ClientContext, options: ClientOptions, spec: GetOptions) {
    super(context, options);
    this.spec = spec;
    this.queueId = this.queueIdOf(spec.queue);
  }

  protected override stop(): void {
    this.close();
  }

  protected override channelOpened(): void {
    this.asking = false;
    this.turn();
  }

  protected override channelLost(): void {
    this.simulation.cancel(this.nextTurn);
  }

  private turn(): void {
    this.nextTurn = this.after(this.spec.everyUs, () => this.turn());
    if (this.asking) return;
    this.asking = true;
    const { queue, ack } = this.spec;
    this.send({ type: 'basic.get', channel: this.channel, queue, noAck: ack === 'auto' });
  }

  protected override method(method: ChannelMethodFromServer): void {
    if (method.type === 'basic.get-empty') this.asking = false;
    else if (method.type === 'basic.get-ok') {
      this.asking = false;
      this.take(method);
    }
  }

  private take(answer: BasicGetOk): void {
    const { publisher, sequence } = answer.message;
    const redelivered = answer.redelivered ? 1 : 0;
    this.journal.write(delivered, this.nameId, publisher, sequence, this.queueId, this.nodeId, redelivered);
    if (this.spec.ack !== 'manual') return;
    this.journal.write(acked, this.nameId, publisher, sequence, this.queueId);
    this.connection?.sendSmall(new BasicAck(this.channel, answer.deliveryTag, false));
  }
}
