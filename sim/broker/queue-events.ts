/**
 * The one message from queues that a channel takes before others (OVR-2): publishes are safe in a replica. Everything else
 * that a queue type says to its clients inside channels is its own affair.
 */
export const QUEUE_CONFIRM = 'queue_confirm';
