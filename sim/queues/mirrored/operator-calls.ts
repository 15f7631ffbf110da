/** What `rabbitmqctl` asks of a mirrored queue: `sync_queue` and `cancel_sync_queue` (MIR-28, MIR-29). */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import { CANCEL_SYNC_MIRRORS, SYNC_MIRRORS } from './mirror-set.ts';

/** `unavailable`: the leader is dead. */
export type SyncOutcome = 'ok' | 'not_mirrored' | 'unavailable';

/** Synchronises the mirrors of a queue; `done` when the round is over, however it ended. */
export function syncQueue(
  caller: ErlangProcess,
  record: QueueRecord,
  done: (outcome: SyncOutcome) => void,
): void {
  askLeader(caller, record, SYNC_MIRRORS, done);
}

/** Stops a synchronisation; `not_syncing` when there is none. */
export function cancelSyncQueue(
  caller: ErlangProcess,
  record: QueueRecord,
  done: (outcome: SyncOutcome | 'not_syncing') => void,
): void {
  askLeader(caller, record, CANCEL_SYNC_MIRRORS, done);
}

function askLeader<T>(
  caller: ErlangProcess,
  record: QueueRecord,
  request: typeof SYNC_MIRRORS,
  done: (outcome: T | 'unavailable') => void,
): void {
  if (record.pid === null) done('unavailable');
  else caller.call<T>(record.pid, request, { reply: done, failed: () => done('unavailable') });
}
