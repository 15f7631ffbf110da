/**
 * Whether something that exists is what a client declares (BRK-12): the fields that must be equal, and the words for the
 * first that is not.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import type { ExchangeDeclare } from '../amqp/methods.ts';
import { exchangeText, inequivalent, queueText } from './errors.ts';
import { ALTERNATE_EXCHANGE, type ExchangeRecord } from './exchange.ts';
import type { QueueRecord } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';

/** The arguments of a queue that count; others may differ. */
const QUEUE_ARGUMENTS = [
  'x-expires',
  'x-message-ttl',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-dead-letter-strategy',
  'x-max-length',
  'x-max-length-bytes',
  'x-max-in-memory-length',
  'x-max-in-memory-bytes',
  'x-max-priority',
  'x-overflow',
  'x-queue-mode',
  'x-queue-version',
  'x-single-active-consumer',
  'x-queue-type',
  'x-quorum-initial-group-size',
  'x-queue-leader-locator',
  'x-delivery-limit',
];

/** What a declaration asks for. */
export interface QueueDeclaration {
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}

export function queueInequivalence(record: QueueRecord, asked: QueueDeclaration): ChannelError | null {
  const resource = queueText(record.name);
  return (
    flagInequivalence(resource, 'durable', record.durable, asked.durable) ??
    flagInequivalence(resource, 'auto_delete', record.autoDelete, asked.autoDelete) ??
    argumentInequivalence(resource, record.arguments, asked.arguments, QUEUE_ARGUMENTS)
  );
}

export function exchangeInequivalence(record: ExchangeRecord, asked: ExchangeDeclare): ChannelError | null {
  const resource = exchangeText(record.name);
  if (record.type !== asked.exchangeType) {
    return inequivalent(resource, 'type', `'${asked.exchangeType}'`, `'${record.type}'`);
  }
  return (
    flagInequivalence(resource, 'durable', record.durable, asked.durable) ??
    flagInequivalence(resource, 'auto_delete', record.autoDelete, asked.autoDelete) ??
    flagInequivalence(resource, 'internal', record.internal, asked.internal) ??
    argumentInequivalence(resource, record.arguments, asked.arguments, [ALTERNATE_EXCHANGE])
  );
}

function flagInequivalence(
  resource: string,
  key: string,
  current: boolean,
  asked: boolean,
): ChannelError | null {
  return current === asked ? null : inequivalent(resource, key, `'${asked}'`, `'${current}'`);
}

function argumentInequivalence(
  resource: string,
  current: FieldTable,
  asked: FieldTable,
  keys: readonly string[],
): ChannelError | null {
  for (const key of keys) {
    const now = valueText(effective(key, current[key]));
    const then = valueText(effective(key, asked[key]));
    if (now !== then) {
      return inequivalent(resource, key, ...comparedTexts(asked[key], current[key]));
    }
  }
  return null;
}

/** Two values are told without their types; beside one that is missing the type is told, too. */
function comparedTexts(asked: FieldValue | undefined, current: FieldValue | undefined): [string, string] {
  if (asked === undefined || current === undefined) return [valueText(asked), valueText(current)];
  return [`'${plainText(asked)}'`, `'${plainText(current)}'`];
}

/** Leaving the type out is the same as asking for a classic queue. */
function effective(key: string, value: FieldValue | undefined): FieldValue | undefined {
  return key === 'x-queue-type' && value === undefined ? 'classic' : value;
}

function valueText(value: FieldValue | undefined): string {
  if (value === undefined) return 'none';
  return `the value '${plainText(value)}' of type '${typeText(value)}'`;
}

function plainText(value: FieldValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function typeText(value: FieldValue): string {
  if (typeof value === 'string') return 'longstr';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'signedint' : 'double';
  if (value === null) return 'void';
  return Array.isArray(value) ? 'array' : 'table';
}
