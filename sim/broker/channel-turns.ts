/** Which message a channel takes first (OVR-2), and what each costs it. */
import type { Message } from '../erlang/message.ts';
import { QUEUE_CONFIRM, QUEUE_REJECTION } from './queue-events.ts';

/** Processor time of what a channel does. Estimates of the right size: a channel takes some 50,000 publishes a second. */
const PUBLISH_COST_US = 80;
const ACK_COST_US = 10;
const OTHER_COST_US = 5;

const CONFIRM_PRIORITY = 5;

/** 0 to 9. */
export function priorityOf({ type }: Message): number {
  return type === QUEUE_CONFIRM || type === QUEUE_REJECTION ? CONFIRM_PRIORITY : 0;
}

export function costUs({ type }: Message): number {
  if (type === 'basic.publish') return PUBLISH_COST_US;
  return type === 'basic.ack' ? ACK_COST_US : OTHER_COST_US;
}
