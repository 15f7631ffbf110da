/**
 * A message as it is published and as every replica of a queue shares it. One object for each publish, never changed and
 * never copied: replicas hold references, what differs between them (delivered, persisted) is theirs.
 */

/** Values of headers and arguments: the part of AMQP's field tables that scenarios can write. */
export type FieldValue = string | number | boolean | null | readonly FieldValue[] | FieldTable;
export interface FieldTable {
  readonly [key: string]: FieldValue;
}

export interface BasicProperties {
  readonly persistent: boolean;
  readonly headers?: FieldTable;
  readonly priority?: number;
  /** Milliseconds, as AMQP has it. */
  readonly expirationMs?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
}

export class BasicMessage {
  /** The application's id: number of the publishing client and its sequence number. Republishing repeats it. */
  readonly publisher: number;
  readonly sequence: number;
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: BasicProperties;
  readonly bodyBytes: number;
  /** Unique for each publish, as the broker's own message id is. */
  readonly serial: number;
  /** Whether its sender spends credit for it: channels do, a queue that dead-letters does not (MIR-47, BRK-40). */
  readonly flow: boolean;

  constructor(
    publisher: number,
    sequence: number,
    exchange: string,
    routingKey: string,
    properties: BasicProperties,
    bodyBytes: number,
    serial: number,
    flow = true,
  ) {
    this.publisher = publisher;
    this.sequence = sequence;
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.properties = properties;
    this.bodyBytes = bodyBytes;
    this.serial = serial;
    this.flow = flow;
  }

  /** Bytes on a wire, framing and properties included (an estimate). */
  get wireBytes(): number {
    return this.bodyBytes + 160;
  }
}
