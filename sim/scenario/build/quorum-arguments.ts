/** Arguments and policy keys that only quorum queues know, and what they take. */
import type { FieldValue } from '../model.ts';
import { shown } from '../schema/values.ts';

const count =
  (smallest: number) =>
  (value: FieldValue): string | null =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= smallest
      ? null
      : `a whole number of at least ${smallest} is needed, not ${shown(value)}`;

const word =
  (...words: readonly string[]) =>
  (value: FieldValue): string | null =>
    typeof value === 'string' && words.includes(value)
      ? null
      : `${shown(value)} is not one of ${words.join(', ')}`;

/** Says what is wrong with a value, or null. Limits of what is kept in memory are accepted and mean nothing since 3.10. */
type QuorumValueCheck = (value: FieldValue) => string | null;

const both: readonly (readonly [string, QuorumValueCheck])[] = [
  ['delivery-limit', count(0)],
  ['max-in-memory-length', count(0)],
  ['max-in-memory-bytes', count(0)],
  ['queue-leader-locator', word('client-local', 'balanced')],
  ['dead-letter-strategy', word('at-most-once', 'at-least-once')],
];

export const quorumQueueArguments: ReadonlyMap<string, QuorumValueCheck> = new Map([
  ...both.map(([key, check]) => [`x-${key}`, check] as const),
  ['x-quorum-initial-group-size', count(1)],
]);

export const quorumPolicyKeys: ReadonlyMap<string, QuorumValueCheck> = new Map(both);
