/**
 * A leader begins to be mirrored (`init_with_existing_bq`): coordinator and ring first, then the record, then the mirrors, each of
 * which is waited for, so that a queue that was just declared has all its mirrors, synchronised, before anybody hears
 * of it (MIR-9).
 */
import type { Pid } from '../../erlang/message.ts';
import { rabbitQueue } from '../../broker/queue-record.ts';
import { rule } from '../../rules/registry.ts';
import type { LeaderPort } from '../classic/mirroring.ts';
import { Coordinator } from './coordinator.ts';
import { LeaderQueue } from './leader-queue.ts';
import { addMirrors } from './mirror-set.ts';
import { suggestedNodes } from './placement.ts';
import { queueLocks, storeQueue } from './queue-store.ts';

const MIR_9 = rule('MIR-9');

/** Runs in the leader's process, which stands still until `done`. */
export function startMirroring(leader: LeaderPort, done: () => void): void {
  const { process, context } = leader;
  const before = leader.record();
  if (before === undefined) {
    done();
    return;
  }
  const queue = before.name;
  const coordinator = new Coordinator(context, queue, process.pid, null);
  process.link(coordinator.pid);
  process.call<Pid>(
    coordinator.pid,
    { type: 'get_gm' },
    {
      failed: () => process.exit('coordinator_not_started'),
      reply: (gm) =>
        context.database.transaction(
          process,
          { locks: queueLocks(queue) },
          (transaction) => {
            const record = transaction.read(rabbitQueue, queue);
            if (record === undefined) return undefined;
            const gmPids = [{ gm, replica: process.pid }, ...record.gmPids];
            return storeQueue(transaction, { ...record, gmPids, state: 'live' });
          },
          (record) => {
            context.vm.cite(MIR_9);
            const nodes = record === undefined ? [] : suggestedNodes(context, record).mirrors;
            addMirrors(process, queue, nodes, 'sync', () => {
              const ring = { gm, coordinator: coordinator.pid };
              const mirrored = new LeaderQueue(process, leader.backingQueue, ring);
              leader.replaceBackingQueue(mirrored);
              mirrored.broadcastDepth();
              done();
            });
          },
        ),
    },
  );
}
