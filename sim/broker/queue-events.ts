/**
 * Messages from queues that a channel takes before others (OVR-2). Queue types give these names to what settles or refuses
 * publishes; everything else they say to their clients inside channels is theirs.
 */

/** Publishes are safe in a replica. */
export const QUEUE_CONFIRM = 'queue_confirm';
/** A queue refuses publishes. */
export const QUEUE_REJECT = 'queue_reject';
