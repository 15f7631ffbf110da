/**
 * Which arguments a queue of a type may be declared with, and what values they take, with the words of RabbitMQ's refusal (406).
 * An argument that RabbitMQ does not know is let through: it means nothing.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import { preconditionFailed, queueText } from './errors.ts';
import type { ChannelError } from './queue-type.ts';

/** What is wrong with a value, as RabbitMQ prints it; null for nothing. */
type Check = (value: FieldValue, all: FieldTable) => string | null;

const LONGEST_MS = 315_360_000_000;
const PRIORITY_MAX = 255;

/** A check of whole numbers, which says of one that is none what type it has. */
function integer(check: (value: number) => string | null): Check {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value)
      ? check(value)
      : `"expected integer, got ${erlangType(value)}"`;
}

function text(check: (value: string, all: FieldTable) => string | null): Check {
  return (value, all) =>
    typeof value === 'string' ? check(value, all) : `{unacceptable_type,${erlangType(value)}}`;
}

const negative = (value: number): string | null => (value < 0 ? `{value_negative,${value}}` : null);
const duration = (value: number): string | null =>
  negative(value) ?? (value > LONGEST_MS ? `{value_too_large,${value}}` : null);
const zero = (value: number): string | null => (value === 0 ? '{value_zero,0}' : null);

const notNegative = integer(negative);
const milliseconds = integer(duration);
const expiry = integer((value) => zero(value) ?? duration(value));
const groupSize = integer((value) => zero(value) ?? negative(value));
const priority = integer(
  (value) => negative(value) ?? (value > PRIORITY_MAX ? `{max_value_exceeded,${value}}` : null),
);
const version = integer(
  (value) =>
    negative(value) ?? (value === 1 || value === 2 ? null : `"unsupported queue version '${value}'"`),
);
const mode = text((value) =>
  value === 'default' || value === 'lazy' ? null : `"unsupported queue mode '${value}'"`,
);
const name = text(() => null);
const routingKey = text((_value, all) =>
  all['x-dead-letter-exchange'] === undefined ? 'routing_key_but_no_dlx_defined' : null,
);
const flag: Check = (value) =>
  typeof value === 'boolean' ? null : `{unacceptable_type,${erlangType(value)}}`;

function oneOf(complaint: string, ...words: readonly string[]): Check {
  return text((value) => (words.includes(value) ? null : complaint));
}

/** In the order in which RabbitMQ looks at them. */
const CHECKS: readonly (readonly [argument: string, check: Check])[] = [
  ['x-expires', expiry],
  ['x-message-ttl', milliseconds],
  ['x-dead-letter-exchange', name],
  ['x-dead-letter-routing-key', routingKey],
  ['x-dead-letter-strategy', oneOf('invalid_dlx_strategy', 'at-most-once', 'at-least-once')],
  ['x-max-length', notNegative],
  ['x-max-length-bytes', notNegative],
  ['x-max-in-memory-length', notNegative],
  ['x-max-in-memory-bytes', notNegative],
  ['x-max-priority', priority],
  ['x-overflow', oneOf('invalid_overflow', 'drop-head', 'reject-publish', 'reject-publish-dlx')],
  ['x-queue-mode', mode],
  ['x-queue-version', version],
  ['x-single-active-consumer', flag],
  ['x-quorum-initial-group-size', groupSize],
  ['x-delivery-limit', notNegative],
];

const CONSUME_CHECKS: readonly (readonly [argument: string, check: Check])[] = [
  ['x-priority', integer(() => null)],
  ['x-cancel-on-ha-failover', flag],
];

/** Arguments that the other type does not take. */
const NOT_FOR: Readonly<Record<'classic' | 'quorum', readonly string[]>> = {
  classic: [
    'x-dead-letter-strategy',
    'x-max-in-memory-length',
    'x-max-in-memory-bytes',
    'x-quorum-initial-group-size',
    'x-delivery-limit',
    'x-queue-leader-locator',
  ],
  quorum: ['x-max-priority', 'x-queue-mode', 'x-queue-version', 'x-queue-master-locator'],
};

/** Why a queue of this name and type cannot be declared with these arguments, or null. */
export function argumentComplaint(
  queue: string,
  type: 'classic' | 'quorum',
  args: FieldTable,
): ChannelError | null {
  for (const [argument, check] of CHECKS) {
    const value = args[argument];
    if (value === undefined || NOT_FOR[type].includes(argument)) continue;
    const complaint = check(value, args);
    if (complaint !== null) {
      return preconditionFailed(`invalid arg '${argument}' for ${queueText(queue)}: ${complaint}`);
    }
  }
  const stray = NOT_FOR[type].find((argument) => args[argument] !== undefined);
  if (stray === undefined) return null;
  return preconditionFailed(
    `invalid arg '${stray}' for ${queueText(queue)} of queue type rabbit_${type}_queue`,
  );
}

/** Why nobody can consume from a queue of this name and type with these arguments, or null. */
export function consumeComplaint(
  queue: string,
  type: 'classic' | 'quorum',
  args: FieldTable,
): ChannelError | null {
  for (const [argument, check] of CONSUME_CHECKS) {
    const value = args[argument];
    if (value === undefined) continue;
    if (type === 'quorum' && argument === 'x-cancel-on-ha-failover') {
      return preconditionFailed(
        `invalid arg '${argument}' for ${queueText(queue)} of queue type rabbit_quorum_queue`,
      );
    }
    const complaint = check(value, args);
    if (complaint !== null) {
      return preconditionFailed(`invalid arg '${argument}' for ${queueText(queue)}: ${complaint}`);
    }
  }
  return null;
}

function erlangType(value: FieldValue): string {
  if (typeof value === 'string') return 'longstr';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'signedint' : 'double';
  if (value === null) return 'void';
  return Array.isArray(value) ? 'array' : 'table';
}
