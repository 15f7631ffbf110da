/** What a quorum queue's leader tells the worker that takes its dead letters where they should be. The worker is always on the same node. */
import type { Message } from '../../erlang/message.ts';
import type { DeadLetterItem } from './dead-letters.ts';

export interface DeadLetterDelivery extends Message {
  readonly type: 'dead_letter_delivery';
  /** The node of the member that says it. */
  readonly from: string;
  readonly items: readonly DeadLetterItem[];
}

/** The queue's settings are others now. */
export const LOOK_UP_TOPOLOGY: Message = { type: 'look_up_topology' };
