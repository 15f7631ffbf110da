/**
 * The AMQP 0-9-1 methods that clients and brokers exchange: what travels as payload of a TCP connection. `type` is the
 * method's name, so that a method is also an Erlang message and can stand in a mailbox as it is. A content-bearing method is
 * one payload with its header and body.
 *
 * Left out: frames, `no-wait`, `immediate`, `basic.recover`, and credentials (every login succeeds).
 */
import type { BasicMessage, FieldTable } from './basic-message.ts';
import type { BasicAck, BasicDeliver, BasicNack, BasicPublish } from './message-methods.ts';

// --- connection -------------------------------------------------------------------------------------------

/** The first bytes of a client. */
export interface ProtocolHeader {
  readonly type: 'protocol-header';
}
export interface ConnectionStart {
  readonly type: 'connection.start';
}
/** What the client can understand beside plain AMQP. */
export interface ConnectionStartOk {
  readonly type: 'connection.start-ok';
  /** It wants `basic.cancel` from the server (MIR-44). */
  readonly consumerCancelNotify: boolean;
  /** Who it says it is; absent for who sets an experiment up and clears it away, who may do everything. */
  readonly user?: string;
  /** It wants `connection.blocked` and `connection.unblocked`. */
  readonly connectionBlocked: boolean;
}
/** The server's proposal; a heartbeat of 0 is none. */
export interface ConnectionTune {
  readonly type: 'connection.tune';
  readonly channelMax: number;
  readonly heartbeatUs: number;
}
/** The client's answer, which is used as it is (BRK-48). */
export interface ConnectionTuneOk {
  readonly type: 'connection.tune-ok';
  readonly channelMax: number;
  readonly heartbeatUs: number;
}
export interface ConnectionOpen {
  readonly type: 'connection.open';
  /** Absent: the default one. */
  readonly virtualHost?: string;
}
export interface ConnectionOpenOk {
  readonly type: 'connection.open-ok';
}
/** From either side; the other answers `close-ok`. */
export interface ConnectionClose {
  readonly type: 'connection.close';
  readonly code: number;
  readonly text: string;
}
export interface ConnectionCloseOk {
  readonly type: 'connection.close-ok';
}
export interface ConnectionBlocked {
  readonly type: 'connection.blocked';
  readonly reason: string;
}
export interface ConnectionUnblocked {
  readonly type: 'connection.unblocked';
}

// --- channel ----------------------------------------------------------------------------------------------

/** Every method of a channel carries the channel's number, from 1. */
interface OnChannel {
  readonly channel: number;
}
export interface ChannelOpen extends OnChannel {
  readonly type: 'channel.open';
}
export interface ChannelOpenOk extends OnChannel {
  readonly type: 'channel.open-ok';
}
/** From either side; after it the sender ignores everything on this channel but `close-ok`. */
export interface ChannelClose extends OnChannel {
  readonly type: 'channel.close';
  readonly code: number;
  readonly text: string;
}
export interface ChannelCloseOk extends OnChannel {
  readonly type: 'channel.close-ok';
}
export interface ConfirmSelect extends OnChannel {
  readonly type: 'confirm.select';
}
export interface ConfirmSelectOk extends OnChannel {
  readonly type: 'confirm.select-ok';
}

// --- transactions (BRK-43) ----------------------------------------------------------------------------------

export interface TxSelect extends OnChannel {
  readonly type: 'tx.select';
}
export interface TxSelectOk extends OnChannel {
  readonly type: 'tx.select-ok';
}
export interface TxCommit extends OnChannel {
  readonly type: 'tx.commit';
}
export interface TxCommitOk extends OnChannel {
  readonly type: 'tx.commit-ok';
}
export interface TxRollback extends OnChannel {
  readonly type: 'tx.rollback';
}
export interface TxRollbackOk extends OnChannel {
  readonly type: 'tx.rollback-ok';
}

// --- exchanges and queues -----------------------------------------------------------------------------------

export interface ExchangeDeclare extends OnChannel {
  readonly type: 'exchange.declare';
  readonly exchange: string;
  readonly exchangeType: string;
  readonly passive: boolean;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
}
export interface ExchangeDeclareOk extends OnChannel {
  readonly type: 'exchange.declare-ok';
}
export interface ExchangeDelete extends OnChannel {
  readonly type: 'exchange.delete';
  readonly exchange: string;
  readonly ifUnused: boolean;
}
export interface ExchangeDeleteOk extends OnChannel {
  readonly type: 'exchange.delete-ok';
}
/** Binds the exchange `destination` to `source`. */
export interface ExchangeBind extends OnChannel {
  readonly type: 'exchange.bind';
  readonly destination: string;
  readonly source: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}
export interface ExchangeBindOk extends OnChannel {
  readonly type: 'exchange.bind-ok';
}
export interface ExchangeUnbind extends OnChannel {
  readonly type: 'exchange.unbind';
  readonly destination: string;
  readonly source: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}
export interface ExchangeUnbindOk extends OnChannel {
  readonly type: 'exchange.unbind-ok';
}
/** An empty name asks the server for one, which `declare-ok` tells. */
export interface QueueDeclare extends OnChannel {
  readonly type: 'queue.declare';
  readonly queue: string;
  readonly passive: boolean;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}
export interface QueueDeclareOk extends OnChannel {
  readonly type: 'queue.declare-ok';
  readonly queue: string;
  readonly messageCount: number;
  readonly consumerCount: number;
}
export interface QueueDelete extends OnChannel {
  readonly type: 'queue.delete';
  readonly queue: string;
  readonly ifUnused: boolean;
  readonly ifEmpty: boolean;
}
export interface QueueDeleteOk extends OnChannel {
  readonly type: 'queue.delete-ok';
  readonly messageCount: number;
}
export interface QueueBind extends OnChannel {
  readonly type: 'queue.bind';
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}
export interface QueueBindOk extends OnChannel {
  readonly type: 'queue.bind-ok';
}
export interface QueueUnbind extends OnChannel {
  readonly type: 'queue.unbind';
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}
export interface QueueUnbindOk extends OnChannel {
  readonly type: 'queue.unbind-ok';
}
export interface QueuePurge extends OnChannel {
  readonly type: 'queue.purge';
  readonly queue: string;
}
export interface QueuePurgeOk extends OnChannel {
  readonly type: 'queue.purge-ok';
  readonly messageCount: number;
}

// --- consumers ----------------------------------------------------------------------------------------------

/** The limit of unacknowledged messages for consumers started later on this channel; 0 is none (BRK-28). */
export interface BasicQos extends OnChannel {
  readonly type: 'basic.qos';
  readonly prefetchCount: number;
  /** The limit is for all consumers of the channel together, those there are included (BRK-29). */
  readonly global?: boolean;
}
export interface BasicQosOk extends OnChannel {
  readonly type: 'basic.qos-ok';
}
/** An empty tag asks the server for one, which `consume-ok` tells. */
export interface BasicConsume extends OnChannel {
  readonly type: 'basic.consume';
  readonly queue: string;
  readonly consumerTag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly arguments: FieldTable;
}
export interface BasicConsumeOk extends OnChannel {
  readonly type: 'basic.consume-ok';
  readonly consumerTag: string;
}
/** From a client; from the server (MIR-44) it is not answered. */
export interface BasicCancel extends OnChannel {
  readonly type: 'basic.cancel';
  readonly consumerTag: string;
}
export interface BasicCancelOk extends OnChannel {
  readonly type: 'basic.cancel-ok';
  readonly consumerTag: string;
}
export interface BasicGet extends OnChannel {
  readonly type: 'basic.get';
  readonly queue: string;
  readonly noAck: boolean;
}
export interface BasicGetOk extends OnChannel {
  readonly type: 'basic.get-ok';
  readonly deliveryTag: number;
  readonly redelivered: boolean;
  /** Messages left in the queue. */
  readonly messageCount: number;
  readonly message: BasicMessage;
}
export interface BasicGetEmpty extends OnChannel {
  readonly type: 'basic.get-empty';
}
export interface BasicReject extends OnChannel {
  readonly type: 'basic.reject';
  readonly deliveryTag: number;
  readonly requeue: boolean;
}
/** A mandatory message that no queue took (BRK-9); comes before its confirm. */
export interface BasicReturn extends OnChannel {
  readonly type: 'basic.return';
  readonly code: number;
  readonly text: string;
  readonly message: BasicMessage;
}

// --- by direction -------------------------------------------------------------------------------------------

/** What a client may say on channel 0. */
export type ConnectionMethodFromClient =
  | ProtocolHeader
  | ConnectionStartOk
  | ConnectionTuneOk
  | ConnectionOpen
  | ConnectionClose
  | ConnectionCloseOk;

/** What a client may say on a channel. */
export type ChannelMethodFromClient =
  | ChannelOpen
  | ChannelClose
  | ChannelCloseOk
  | ConfirmSelect
  | TxSelect
  | TxCommit
  | TxRollback
  | ExchangeDeclare
  | ExchangeDelete
  | ExchangeBind
  | ExchangeUnbind
  | QueueDeclare
  | QueueDelete
  | QueueBind
  | QueueUnbind
  | QueuePurge
  | BasicQos
  | BasicConsume
  | BasicCancel
  | BasicCancelOk
  | BasicGet
  | BasicPublish
  | BasicAck
  | BasicNack
  | BasicReject;

export type ClientMethod = ConnectionMethodFromClient | ChannelMethodFromClient;

/** What a broker may say on channel 0. */
export type ConnectionMethodFromServer =
  | ConnectionStart
  | ConnectionTune
  | ConnectionOpenOk
  | ConnectionClose
  | ConnectionCloseOk
  | ConnectionBlocked
  | ConnectionUnblocked;

/** What a broker may say on a channel. */
export type ChannelMethodFromServer =
  | ChannelOpenOk
  | ChannelClose
  | ChannelCloseOk
  | ConfirmSelectOk
  | TxSelectOk
  | TxCommitOk
  | TxRollbackOk
  | ExchangeDeclareOk
  | ExchangeDeleteOk
  | ExchangeBindOk
  | ExchangeUnbindOk
  | QueueDeclareOk
  | QueueDeleteOk
  | QueueBindOk
  | QueueUnbindOk
  | QueuePurgeOk
  | BasicQosOk
  | BasicConsumeOk
  | BasicCancel
  | BasicCancelOk
  | BasicGetOk
  | BasicGetEmpty
  | BasicReturn
  | BasicDeliver
  | BasicAck
  | BasicNack;

export type ServerMethod = ConnectionMethodFromServer | ChannelMethodFromServer;

// --- sizes ----------------------------------------------------------------------------------------------------

/** The port brokers listen on for AMQP. */
export const AMQP_PORT = 5672;
/** Bytes of a method without content and names that would count (an estimate). */
export const METHOD_BYTES = 40;
/** The client's properties and the server's in `start` and `start-ok` are most of a handshake. */
const START_BYTES = 500;
const CONTENT_OVERHEAD_BYTES = 160;

/** Bytes of a method on the wire, framing included (an estimate). */
export function wireBytes(method: ClientMethod | ServerMethod): number {
  switch (method.type) {
    case 'basic.publish':
      return method.bodyBytes + CONTENT_OVERHEAD_BYTES;
    case 'basic.deliver':
    case 'basic.get-ok':
    case 'basic.return':
      return method.message.wireBytes;
    case 'connection.start':
    case 'connection.start-ok':
      return START_BYTES;
    case 'connection.close':
    case 'channel.close':
      return METHOD_BYTES + method.text.length;
    default:
      return METHOD_BYTES;
  }
}
