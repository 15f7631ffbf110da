/** The settings of a quorum queue, from its arguments and its policy. What refuses publishes and still dead-letters them it does not know. */
import type { QueueRecord } from '../../broker/queue-record.ts';
import { queueSettings, wordOf, type QueueSettings } from '../../broker/queue-settings.ts';

export interface FifoConfig extends Omit<QueueSettings, 'overflow'> {
  readonly overflow: 'drop-head' | 'reject-publish';
  /** Returns that a message may see before it is given up (QQ-24); null is no limit. */
  readonly deliveryLimit: number | null;
  readonly singleActive: boolean;
  /**
   * Dead letters stay until their targets have confirmed them (`at-least-once`, QQ-25). Only with an exchange for them, and where a full queue
   * refuses publishes: else they are sent once, as without the setting. The feature flags that it needs are on.
   */
  readonly keepsDeadLetters: boolean;
}

export function fifoConfig(record: QueueRecord): FifoConfig {
  const asked = record.policy?.definition['overflow'] ?? record.arguments['x-overflow'];
  const overflow = asked === 'reject-publish' ? 'reject-publish' : 'drop-head';
  const settings = queueSettings(record);
  const strategy = wordOf(record, 'dead-letter-strategy');
  return {
    ...settings,
    overflow,
    deliveryLimit: deliveryLimit(record),
    singleActive: record.arguments['x-single-active-consumer'] === true,
    keepsDeadLetters:
      strategy === 'at-least-once' && settings.deadLetter !== null && overflow === 'reject-publish',
  };
}

function deliveryLimit(record: QueueRecord): number | null {
  const limits = [record.arguments['x-delivery-limit'], record.policy?.definition['delivery-limit']];
  const numbers = limits.filter((limit) => typeof limit === 'number');
  return numbers.length === 0 ? null : Math.min(...numbers);
}
