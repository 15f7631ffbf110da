/**
 * The records of exchanges in the metadata, and the exchanges that every virtual host has from the start. Types are
 * direct, fanout and topic; headers exchanges, alternate exchanges and policies on exchanges are left out.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { table, type Transaction } from '../cluster/database.ts';

export type ExchangeType = 'direct' | 'fanout' | 'topic';

const TYPES: readonly string[] = ['direct', 'fanout', 'topic'];

export function isExchangeType(text: string): text is ExchangeType {
  return TYPES.includes(text);
}

export interface ExchangeRecord {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** Only other exchanges may publish to it. */
  readonly internal: boolean;
  readonly arguments: FieldTable;
}

/** Live exchanges. */
export const rabbitExchange = table<ExchangeRecord>('rabbit_exchange', 'ram');
export const rabbitDurableExchange = table<ExchangeRecord>('rabbit_durable_exchange', 'disc');

/** The nameless exchange: queues are reached by their names (BRK-1). */
export const DEFAULT_EXCHANGE = '';
/** Names that only the broker may give. */
export const RESERVED_PREFIX = 'amq.';

function predeclared(name: string, type: ExchangeType): ExchangeRecord {
  return { name, type, durable: true, autoDelete: false, internal: false, arguments: {} };
}

/** What a virtual host is created with. */
export const PREDECLARED_EXCHANGES: readonly ExchangeRecord[] = [
  predeclared(DEFAULT_EXCHANGE, 'direct'),
  predeclared('amq.direct', 'direct'),
  predeclared('amq.fanout', 'fanout'),
  predeclared('amq.topic', 'topic'),
];

export function writeExchange(transaction: Transaction, record: ExchangeRecord): void {
  transaction.write(rabbitExchange, record.name, record);
  if (record.durable) transaction.write(rabbitDurableExchange, record.name, record);
}
