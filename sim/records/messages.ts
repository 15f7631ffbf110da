/**
 * Records about messages: what clients see of them, and what happens to each physical copy. Everything the ledger knows
 * about a message it knows from these. `message` is the publisher's number and its sequence number; nodes,
 * queues, workloads and process roles are interned names.
 */
import { recordType } from '../kernel/record-type.ts';

// --- what clients do and see (CLI-21) ---------------------------------------------------------------------

/** Written to a channel by a client. `attempt` is 1 for the first publish of an id. */
export const published = recordType('published', {
  workload: 'name',
  message: 'message',
  attempt: 'int',
  node: 'name',
});
/** A turn of a publisher that had no open channel. */
export const publishSkipped = recordType('publish_skipped', { workload: 'name' });
export const confirmed = recordType('confirmed', { workload: 'name', message: 'message', node: 'name' });
export const nacked = recordType('nacked', { workload: 'name', message: 'message', node: 'name' });
export const returned = recordType('returned', {
  workload: 'name',
  message: 'message',
  node: 'name',
  code: 'int',
});
/** A client took it back with the rest of its transaction. */
export const rolledBack = recordType('rolled_back', { workload: 'name', message: 'message', node: 'name' });
/** Handed to a consumer workload. */
export const delivered = recordType('delivered', {
  workload: 'name',
  message: 'message',
  queue: 'name',
  node: 'name',
  redelivered: 'flag',
});
/** A consumer workload sent its acknowledgement (it may never arrive). */
export const acked = recordType('acked', { workload: 'name', message: 'message', queue: 'name' });
/** A consumer workload sent reject or nack. */
export const rejectSent = recordType('reject_sent', {
  workload: 'name',
  message: 'message',
  queue: 'name',
  requeue: 'flag',
});
/** An idempotent consumer dropped a repeat. */
export const deduplicated = recordType('deduplicated', {
  workload: 'name',
  message: 'message',
  queue: 'name',
});
/** A consumer took the redelivered flag for proof of a repeat and dropped what it may never have handled. */
export const skipped = recordType('skipped', { workload: 'name', message: 'message', queue: 'name' });
/** Taken out by the drain. */
export const drained = recordType('drained', {
  message: 'message',
  queue: 'name',
  node: 'name',
  redelivered: 'flag',
});

// --- routing ------------------------------------------------------------------------------------------------

/** A channel found this destination for a message: a copy (id, queue) exists from now on. */
export const routed = recordType('routed', { message: 'message', queue: 'name', node: 'name' });
/** As `routed`, for what died in queue `from` and was published anew by it (BRK-40). */
export const deadLetterRouted = recordType('dead_letter_routed', {
  message: 'message',
  queue: 'name',
  from: 'name',
  reason: 'name',
  node: 'name',
});
/** A delegate of this node handed a publish on to so many processes here (NET-13). */
export const delegated = recordType('delegated', {
  message: 'message',
  node: 'name',
  delegate: 'int',
  receivers: 'int',
});
/** It died in a queue that keeps its dead letters until their targets have confirmed them (QQ-25); `copy_ended` follows when they have. */
export const deadLetterKept = recordType('dead_letter_kept', {
  message: 'message',
  queue: 'name',
  node: 'name',
  reason: 'name',
  rule: 'int',
});
/** A full queue took a publish in no more (BRK-41). */
export const publishRefused = recordType('publish_refused', {
  message: 'message',
  queue: 'name',
  node: 'name',
  rule: 'int',
});
/** A channel found no destination (BRK-10). */
export const unroutable = recordType('unroutable', { message: 'message', node: 'name', rule: 'int' });
/** A publish that a broker had read, or was still in a socket, went with its connection (BRK-37). */
export const publishDropped = recordType('publish_dropped', {
  message: 'message',
  node: 'name',
  rule: 'int',
});

// --- physical copies ------------------------------------------------------------------------------------------

/** A replica took the message in. `role`: leader or mirror. `how`: publish, gm, direct, sync, recover. */
export const copyStored = recordType('copy_stored', {
  message: 'message',
  queue: 'name',
  node: 'name',
  role: 'name',
  how: 'name',
});
/** A replica gave its confirm for the message. */
export const copyConfirmed = recordType('copy_confirmed', {
  message: 'message',
  queue: 'name',
  node: 'name',
  role: 'name',
});
/** The leader handed the message to a consumer's channel. */
export const copyTaken = recordType('copy_taken', {
  message: 'message',
  queue: 'name',
  node: 'name',
  redelivered: 'flag',
  autoAck: 'flag',
});
/** The leader put it back (requeue, consumer gone, promotion). */
export const copyRequeued = recordType('copy_requeued', {
  message: 'message',
  queue: 'name',
  node: 'name',
  rule: 'int',
});
/** The leader removed it because a consumer acknowledged it (or took it with automatic acknowledgement). */
export const copyFinished = recordType('copy_finished', { message: 'message', queue: 'name', node: 'name' });
/** Ended by policy or operator: `how` is expired, dead_lettered, dropped_by_limit, rejected or purged. */
export const copyEnded = recordType('copy_ended', {
  message: 'message',
  queue: 'name',
  node: 'name',
  how: 'name',
  rule: 'int',
});
/**
 * A replica's copy ceased to exist although nobody had finished with it: memory of a VM that died, a directory erased
 * at boot, a purge before synchronisation. `why` says what happened in a word, `rule` is the registry's index.
 */
export const copyDestroyed = recordType('copy_destroyed', {
  message: 'message',
  queue: 'name',
  node: 'name',
  role: 'name',
  why: 'name',
  rule: 'int',
});
/** A delivery that was under way when its connection or channel ended, with automatic acknowledgement (MIR-42). */
export const deliveryLost = recordType('delivery_lost', {
  message: 'message',
  queue: 'name',
  node: 'name',
  rule: 'int',
});
