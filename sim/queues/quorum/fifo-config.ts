/** The settings of a quorum queue, from its arguments and its policy. What refuses publishes and still dead-letters them it does not know. */
import type { QueueRecord } from '../../broker/queue-record.ts';
import { queueSettings, type QueueSettings } from '../../broker/queue-settings.ts';

export interface FifoConfig extends Omit<QueueSettings, 'overflow'> {
  readonly overflow: 'drop-head' | 'reject-publish';
  /** Returns that a message may see before it is given up (QQ-24); null is no limit. */
  readonly deliveryLimit: number | null;
  readonly singleActive: boolean;
}

export function fifoConfig(record: QueueRecord): FifoConfig {
  const overflow = record.policy?.definition['overflow'] ?? record.arguments['x-overflow'];
  return {
    ...queueSettings(record),
    overflow: overflow === 'reject-publish' ? 'reject-publish' : 'drop-head',
    deliveryLimit: deliveryLimit(record),
    singleActive: record.arguments['x-single-active-consumer'] === true,
  };
}

function deliveryLimit(record: QueueRecord): number | null {
  const limits = [record.arguments['x-delivery-limit'], record.policy?.definition['delivery-limit']];
  const numbers = limits.filter((limit) => typeof limit === 'number');
  return numbers.length === 0 ? null : Math.min(...numbers);
}
