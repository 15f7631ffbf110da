/** A consumer that publishes because of what it handled, on the same channel: each such message is one of its own, and says what it follows from. */
import type { BasicMessage, BasicProperties } from '../amqp/basic-message.ts';
import { BasicPublish } from '../amqp/message-methods.ts';
import { followed } from '../records/applications.ts';
import { published } from '../records/messages.ts';
import { Consumer } from './consumer.ts';

/** Where a message goes, and how. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  readonly properties: BasicProperties;
  readonly bodyBytes: number;
}

export abstract class FollowingConsumer extends Consumer {
  private published = 0;

  /** The number that the next message will have. */
  protected get nextSequence(): number {
    return this.published + 1;
  }

  /** Publishes a message that follows from `cause`; returns its number. */
  protected follow(cause: BasicMessage, outgoing: Outgoing): number {
    const { nameId, nodeId, journal } = this;
    const sequence = this.nextSequence;
    this.published = sequence;
    journal.write(followed, nameId, nameId, sequence, cause.publisher, cause.sequence);
    journal.write(published, nameId, nameId, sequence, 1, nodeId);
    const { exchange, routingKey, mandatory, properties, bodyBytes } = outgoing;
    this.send(
      new BasicPublish(
        this.channel,
        exchange,
        routingKey,
        mandatory,
        nameId,
        sequence,
        properties,
        bodyBytes,
      ),
    );
    return sequence;
  }
}
