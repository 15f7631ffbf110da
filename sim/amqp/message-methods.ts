/**
 * The four methods that every message costs: published, delivered, acknowledged by a consumer or confirmed by the broker, or
 * refused. They are classes so that each has one shape wherever it is made.
 */
import type { BasicMessage, BasicProperties } from './basic-message.ts';

/** With its content: the broker makes the `BasicMessage`, which gets a serial number there. */
export class BasicPublish {
  readonly type: 'basic.publish';
  readonly channel: number;
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  /** The application's id of the message: publishing client and sequence number. */
  readonly publisher: number;
  readonly sequence: number;
  readonly properties: BasicProperties;
  readonly bodyBytes: number;

  constructor(
    channel: number,
    exchange: string,
    routingKey: string,
    mandatory: boolean,
    publisher: number,
    sequence: number,
    properties: BasicProperties,
    bodyBytes: number,
  ) {
    this.type = 'basic.publish';
    this.channel = channel;
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.mandatory = mandatory;
    this.publisher = publisher;
    this.sequence = sequence;
    this.properties = properties;
    this.bodyBytes = bodyBytes;
  }
}

export class BasicDeliver {
  readonly type: 'basic.deliver';
  readonly channel: number;
  readonly consumerTag: string;
  readonly deliveryTag: number;
  readonly redelivered: boolean;
  readonly message: BasicMessage;

  constructor(
    channel: number,
    consumerTag: string,
    deliveryTag: number,
    redelivered: boolean,
    message: BasicMessage,
  ) {
    this.type = 'basic.deliver';
    this.channel = channel;
    this.consumerTag = consumerTag;
    this.deliveryTag = deliveryTag;
    this.redelivered = redelivered;
    this.message = message;
  }
}

/** From a client: deliveries are finished with. From the server: publishes are confirmed, by their number (BRK-42). */
export class BasicAck {
  readonly type: 'basic.ack';
  readonly channel: number;
  readonly deliveryTag: number;
  /** Everything up to the tag; tag 0 is everything there is. */
  readonly multiple: boolean;

  constructor(channel: number, deliveryTag: number, multiple: boolean) {
    this.type = 'basic.ack';
    this.channel = channel;
    this.deliveryTag = deliveryTag;
    this.multiple = multiple;
  }
}

/** As `basic.ack`; `requeue` means nothing when the server says it of publishes. */
export class BasicNack {
  readonly type: 'basic.nack';
  readonly channel: number;
  readonly deliveryTag: number;
  readonly multiple: boolean;
  readonly requeue: boolean;

  constructor(channel: number, deliveryTag: number, multiple: boolean, requeue: boolean) {
    this.type = 'basic.nack';
    this.channel = channel;
    this.deliveryTag = deliveryTag;
    this.multiple = multiple;
    this.requeue = requeue;
  }
}
