/** The clients of a scenario: one discriminated union by `kind`, with every default filled in. */
import type { Duration, FieldTable } from './model.ts';

export type Workload = WorkloadIdentity &
  (
    | ({ readonly kind: 'publish' } & PublishSpec)
    | ({ readonly kind: 'consume' } & ConsumeSpec)
    | ({ readonly kind: 'get' } & GetSpec)
    | ({ readonly kind: 'service' } & ServiceSpec)
    | ({ readonly kind: 'rpc' } & RpcSpec)
  );

export interface WorkloadIdentity {
  readonly name: string;
  /** Independent clients; with more than one they are called `name.1` and so on. */
  readonly count: number;
  readonly line: number;
}

/** What every client has. */
export interface ClientSpec {
  /** Tried in turn, one step at each attempt to connect. Never empty. */
  readonly via: readonly ViaTarget[];
  /** The client begins to connect at this time. */
  readonly startUs: number;
  /** Null: until the drain. */
  readonly stopUs: number | null;
  /** Wait before it connects again; null: never. */
  readonly reconnectUs: number | null;
  /** What the client asks for in connection.tune-ok; 0: none. */
  readonly heartbeatUs: number;
  /** The client library whose ways it has; absent: amqplib. */
  readonly library?: 'java' | 'spring';
  /** Absent: guest. */
  readonly user?: string;
  /** Absent: the default one. */
  readonly vhost?: string;
}

export interface ViaTarget {
  readonly kind: 'node' | 'proxy';
  readonly name: string;
}

export interface PublishSpec extends ClientSpec {
  readonly exchange: string;
  /** Used in turn; never empty. */
  readonly routingKeys: readonly string[];
  /** Turn n happens at start + n/rate. Null: as fast as the connection takes them (then `messages` is set). */
  readonly ratePerSecond: number | null;
  /** How many in all; null: until `stop`. */
  readonly messages: number | null;
  readonly confirms: boolean;
  readonly persistent: boolean;
  readonly mandatory: boolean;
  readonly bodyBytes: number;
  /** Used in turn; empty: no headers. */
  readonly headers: readonly FieldTable[];
  /** Per-message TTL. Null: none. */
  readonly expirationUs: number | null;
  /** Used in turn; empty: no priority. */
  readonly priorities: readonly number[];
  /** Null: waits for ever. */
  readonly confirmTimeoutUs: number | null;
  readonly republishUnconfirmed: boolean;
  /** Publishes that may be unconfirmed at a time. Null: no limit. */
  readonly maxInFlight: number | null;
  /** Each message begins a trace. Absent: none does. */
  readonly trace?: true;
  /** So many messages a transaction, of which a share (0 to 1) is rolled back. Absent: not in transactions. */
  readonly transaction?: { readonly messages: number; readonly rollback: number };
}

/** `never`: the consumer takes deliveries and never acknowledges. */
export type AckMode = 'manual' | 'auto' | 'never';

export interface ConsumeSpec extends ClientSpec {
  readonly queue: string;
  /** Queues that it consumes from as well, on the same channel. Absent: none. */
  readonly otherQueues?: readonly string[];
  /** basic.qos; 0: unlimited. */
  readonly prefetch: number;
  /** basic.qos with global: for all consumers of the channel together. Absent: no limit. */
  readonly globalPrefetch?: number;
  readonly ack: AckMode;
  /** Serial for one consumer. */
  readonly processingTime: Duration;
  /** Share of deliveries rejected, 0 to 1. */
  readonly fail: number;
  readonly requeue: boolean;
  /** Arguments of basic.consume. */
  readonly arguments: FieldTable;
  readonly exclusive: boolean;
  /** queue.declare that this client sends first, with its own queue's name. Null: none. */
  readonly declare: QueueDeclaration | null;
  /** Bindings of that queue, made after it is declared. Absent: none. */
  readonly bind?: readonly QueueBinding[];
  readonly dedupe: boolean;
  /** Takes the redelivered flag for proof of a repeat. Absent: does not. */
  readonly skipsRedelivered?: boolean;
  readonly resubscribe: boolean;
}

export interface QueueBinding {
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

export interface QueueDeclaration {
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}

export interface GetSpec extends ClientSpec {
  readonly queue: string;
  readonly everyUs: number;
  readonly ack: AckMode;
}

/** Consumes, then publishes one message for each it handled, carrying its headers on. */
export interface ServiceSpec extends ConsumeSpec {
  readonly publish: ServicePublish;
}

export interface ServicePublish {
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  readonly confirms: boolean;
  readonly persistent: boolean;
  readonly mandatory: boolean;
  readonly bodyBytes: number;
  /** Publish and acknowledgement are one transaction. Absent: they are not. */
  readonly transaction?: true;
}

export interface RpcSpec extends ClientSpec {
  readonly role: 'client' | 'server';
  /** The request queue. */
  readonly queue: string;
  /** Requests a second; null for a server. */
  readonly ratePerSecond: number | null;
  readonly messages: number | null;
  /** How long a client waits for a reply; null: for ever. */
  readonly timeoutUs: number | null;
  readonly bodyBytes: number;
  readonly prefetch: number;
  readonly processingTime: Duration;
}
