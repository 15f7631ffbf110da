/**
 * What a queue's arguments and the policy that applies to it make of its limits, its time to live and its dead letters
 * (BRK-39 to BRK-41). Where both speak, the smaller number counts, and of words the argument's. Any queue type may ask; what
 * it does with the answer is its own business.
 */
import { resourceName, vhostOf } from '../records/resource-name.ts';
import type { FieldValue } from '../amqp/basic-message.ts';
import type { QueueRecord } from './queue-record.ts';

export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/** Where a queue's dead letters go; the exchange as the broker calls it. */
export interface DeadLetterTarget {
  readonly exchange: string;
  /** Null: the keys that the message came with. */
  readonly routingKey: string | null;
}

export interface QueueSettings {
  /** Null: no limit, here and below. */
  readonly messageTtlUs: number | null;
  /** How long the queue lives unused. */
  readonly expiresUs: number | null;
  readonly maxLength: number | null;
  readonly maxLengthBytes: number | null;
  readonly overflow: Overflow;
  readonly deadLetter: DeadLetterTarget | null;
}

/** Of a queue about which nothing is said. */
export const NO_SETTINGS: QueueSettings = {
  messageTtlUs: null,
  expiresUs: null,
  maxLength: null,
  maxLengthBytes: null,
  overflow: 'drop-head',
  deadLetter: null,
};

/** Whether these are the settings of a queue about which nothing is said. */
export function saysNothing(settings: QueueSettings): boolean {
  const keys = Object.keys(NO_SETTINGS) as (keyof QueueSettings)[];
  return keys.every((key) => settings[key] === NO_SETTINGS[key]);
}

const US_PER_MS = 1_000;

/** What applies to the queue now. */
export function queueSettings(record: QueueRecord): QueueSettings {
  const exchange = wordOf(record, 'dead-letter-exchange');
  const milliseconds = (key: string): number | null => {
    const ms = smaller(record, key);
    return ms === null ? null : ms * US_PER_MS;
  };
  return {
    messageTtlUs: milliseconds('message-ttl'),
    expiresUs: milliseconds('expires'),
    maxLength: smaller(record, 'max-length'),
    maxLengthBytes: smaller(record, 'max-length-bytes'),
    overflow: (wordOf(record, 'overflow') ?? 'drop-head') as Overflow,
    deadLetter:
      exchange === null
        ? null
        : {
            exchange: resourceName(vhostOf(record.name), exchange),
            routingKey: wordOf(record, 'dead-letter-routing-key'),
          },
  };
}

function both(record: QueueRecord, key: string): readonly [FieldValue | undefined, FieldValue | undefined] {
  return [record.arguments[`x-${key}`], record.policy?.definition[key]];
}

function smaller(record: QueueRecord, key: string): number | null {
  const numbers = both(record, key).filter((value) => typeof value === 'number');
  return numbers.length === 0 ? null : Math.min(...numbers);
}

/** A setting that is a word: the argument's, else the policy's, else null. */
export function wordOf(record: QueueRecord, key: string): string | null {
  const [argument, policy] = both(record, key);
  if (typeof argument === 'string') return argument;
  return typeof policy === 'string' ? policy : null;
}
