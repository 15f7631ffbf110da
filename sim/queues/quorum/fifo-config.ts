/** The settings of a quorum queue, from its arguments and its policy; where both speak of a limit, the smaller one holds. */
import type { FieldValue } from '../../amqp/basic-message.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';

export interface FifoConfig {
  /** Returns that a message may see before it is dropped (QQ-24); null is no limit. */
  readonly deliveryLimit: number | null;
  readonly maxLength: number | null;
  readonly maxBytes: number | null;
  readonly overflow: 'drop-head' | 'reject-publish';
  readonly singleActive: boolean;
}

export function fifoConfig(record: QueueRecord): FifoConfig {
  const overflow = record.policy?.definition['overflow'] ?? record.arguments['x-overflow'];
  return {
    deliveryLimit: smaller(record, 'delivery-limit'),
    maxLength: smaller(record, 'max-length'),
    maxBytes: smaller(record, 'max-length-bytes'),
    overflow: overflow === 'reject-publish' ? 'reject-publish' : 'drop-head',
    singleActive: record.arguments['x-single-active-consumer'] === true,
  };
}

function smaller(record: QueueRecord, key: string): number | null {
  const numbers = [record.policy?.definition[key], record.arguments[`x-${key}`]].filter(isNumber);
  return numbers.length === 0 ? null : Math.min(...numbers);
}

function isNumber(value: FieldValue | undefined): value is number {
  return typeof value === 'number';
}
