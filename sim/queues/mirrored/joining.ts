/**
 * How a mirror comes to be listed (MIR-13, MIR-26): it is in the ring by now; this transaction puts it into the queue's
 * record, unless the node has a replica already.
 */
import type { Pid } from '../../erlang/message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { QueueProcess } from '../classic/queue-process.ts';
import { addMirrorTo, queueLocks } from './queue-store.ts';

export type Listing =
  | {
      readonly outcome: 'new';
      readonly record: QueueRecord;
      /** Ring processes of the replicas that were listed before. */
      readonly others: readonly Pid[];
      /** Mirrors of ours that once failed to stop in time. */
      readonly toStop: readonly Pid[];
      /** A dead replica of ours was still listed: this one takes its place (MIR-50). */
      readonly replacesDead: boolean;
    }
  | { readonly outcome: 'stale' | 'duplicate_live_master' | 'existing' | 'master_in_recovery' };

/** Runs the transaction in the mirror's process. */
export function listMirror(
  context: NodeContext,
  process: QueueProcess,
  queue: string,
  gm: Pid,
  done: (listing: Listing) => void,
): void {
  const { vm, node } = context;
  context.database.transaction<Listing>(
    process,
    { locks: queueLocks(queue) },
    (transaction) => {
      const record = transaction.read(rabbitQueue, queue);
      if (record === undefined) return { outcome: 'master_in_recovery' };
      const list = (present: QueueRecord, replacesDead: boolean): Listing => ({
        outcome: 'new',
        record: addMirrorTo(transaction, context, present, process.pid, gm),
        others: present.gmPids.map((pair) => pair.gm),
        toStop: record.slavePidsPendingShutdown.filter((pid) => vm.isProcessAlive(pid)),
        replacesDead,
      });
      if (record.pid?.node === node) {
        return { outcome: vm.isProcessAlive(record.pid) ? 'duplicate_live_master' : 'stale' };
      }
      const ours = record.slavePids.find((pid) => pid.node === node);
      if (ours === undefined) return list(record, false);
      if (vm.isProcessAlive(ours)) return { outcome: 'existing' };
      const without = {
        ...record,
        slavePids: record.slavePids.filter((pid) => pid !== ours),
        gmPids: record.gmPids.filter((pair) => pair.replica !== ours),
      };
      return list(without, true);
    },
    done,
  );
}
