/** A real server of a request queue: handles a request at a time, replies to where it says with its correlation id, and acknowledges then. */
import type { Channel } from 'amqplib';
import type { RpcSpec } from '../../scenario/model.ts';
import type { ClientName, Surroundings } from './client.ts';
import { Consumer, type Delivery } from './consumer.ts';

export class RpcServer extends Consumer {
  private readonly body: Buffer;
  private sequence = 0;

  constructor(surroundings: Surroundings, name: ClientName, spec: RpcSpec) {
    super(surroundings, name, {
      ...spec,
      ...{ ack: 'manual', fail: 0, requeue: false, arguments: {}, exclusive: false, declare: null },
      ...{ dedupe: false, resubscribe: true },
    });
    this.body = Buffer.alloc(spec.bodyBytes, '.');
  }

  protected override conclude(channel: Channel, delivery: Delivery): void {
    const { replyTo, correlationId } = delivery.message.properties;
    if (typeof replyTo === 'string') {
      this.sequence += 1;
      this.surroundings.tally.published(this.name, this.sequence, this.surroundings.clock.nowMs);
      const messageId = `${this.name}-${this.sequence}`;
      channel.publish('', replyTo, this.body, { messageId, correlationId, persistent: false });
    }
    this.acknowledge(channel, delivery);
  }
}
