/**
 * The records of exchanges in the metadata, and the exchanges that every virtual host has from the start. The exchange of
 * the tracing plugin (`amq.rabbitmq.trace`) is left out.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { nameIn, resourceName, vhostOf } from '../records/resource-name.ts';
import { table, type Transaction } from '../cluster/database.ts';
import type { EffectivePolicy } from './queue-record.ts';

/** The last of them is federation's own: it leads to the link's queue what the link may carry (BRK-54). */
export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers' | 'x-federation-upstream';

const TYPES: readonly string[] = ['direct', 'fanout', 'topic', 'headers', 'x-federation-upstream'];

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
  readonly policy: EffectivePolicy | null;
}

/** The argument and the policy key of the same name. */
export const ALTERNATE_EXCHANGE = 'alternate-exchange';

/** Where goes what this exchange cannot route (BRK-6): its argument counts before its policy. */
export function alternateOf(exchange: ExchangeRecord): string | null {
  const name = exchange.arguments[ALTERNATE_EXCHANGE] ?? exchange.policy?.definition[ALTERNATE_EXCHANGE];
  if (typeof name !== 'string' || isNameless(exchange.name)) return null;
  return resourceName(vhostOf(exchange.name), name);
}

/** Live exchanges. */
export const rabbitExchange = table<ExchangeRecord>('rabbit_exchange', 'ram');
export const rabbitDurableExchange = table<ExchangeRecord>('rabbit_durable_exchange', 'disc');

/** The nameless exchange: queues are reached by their names (BRK-1). */
export const DEFAULT_EXCHANGE = '';
/** Whether this is the nameless exchange of some virtual host. */
export function isNameless(exchange: string): boolean {
  return nameIn(exchange) === DEFAULT_EXCHANGE;
}

/** Names that only the broker may give. */
export const RESERVED_PREFIX = 'amq.';

export function isReserved(resource: string): boolean {
  return nameIn(resource).startsWith(RESERVED_PREFIX);
}

function predeclared(name: string, type: ExchangeType): ExchangeRecord {
  return { name, type, durable: true, autoDelete: false, internal: false, arguments: {}, policy: null };
}

/** What the default virtual host is created with. */
export const PREDECLARED_EXCHANGES: readonly ExchangeRecord[] = [
  predeclared(DEFAULT_EXCHANGE, 'direct'),
  predeclared('amq.direct', 'direct'),
  predeclared('amq.fanout', 'fanout'),
  predeclared('amq.headers', 'headers'),
  predeclared('amq.match', 'headers'),
  predeclared('amq.topic', 'topic'),
];

/** What a virtual host is created with. */
export function predeclaredIn(vhost: string): readonly ExchangeRecord[] {
  return PREDECLARED_EXCHANGES.map((record) => ({ ...record, name: resourceName(vhost, record.name) }));
}

export function writeExchange(transaction: Transaction, record: ExchangeRecord): void {
  transaction.write(rabbitExchange, record.name, record);
  if (record.durable) transaction.write(rabbitDurableExchange, record.name, record);
}
