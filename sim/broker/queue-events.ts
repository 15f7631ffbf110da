/**
 * The messages from queues that a channel takes before others (OVR-2): publishes are safe in a replica, or a queue has not taken one
 * in. Everything else that a queue type says to its clients inside channels is its own affair.
 */
export const QUEUE_CONFIRM = 'queue_confirm';
export const QUEUE_REJECTION = 'queue_rejection';
