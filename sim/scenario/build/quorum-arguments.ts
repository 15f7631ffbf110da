/** Arguments and policy keys that only quorum queues know, and what they take. */
import type { FieldValue } from '../model.ts';
import { shown } from '../schema/values.ts';

const count =
  (smallest: number) =>
  (value: FieldValue): string | null =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= smallest
      ? null
      : `a whole number of at least ${smallest} is needed, not ${shown(value)}`;

const locators = ['client-local', 'balanced'];
const locator = (value: FieldValue): string | null =>
  typeof value === 'string' && locators.includes(value)
    ? null
    : `${shown(value)} is not one of ${locators.join(', ')}`;

/** Says what is wrong with a value, or null. Limits of what is kept in memory are accepted and mean nothing since 3.10. */
type QuorumValueCheck = (value: FieldValue) => string | null;

const both: readonly (readonly [string, QuorumValueCheck])[] = [
  ['delivery-limit', count(0)],
  ['max-in-memory-length', count(0)],
  ['max-in-memory-bytes', count(0)],
  ['queue-leader-locator', locator],
];

export const quorumQueueArguments: ReadonlyMap<string, QuorumValueCheck> = new Map([
  ...both.map(([key, check]) => [`x-${key}`, check] as const),
  ['x-quorum-initial-group-size', count(1)],
]);

export const quorumPolicyKeys: ReadonlyMap<string, QuorumValueCheck> = new Map(both);
