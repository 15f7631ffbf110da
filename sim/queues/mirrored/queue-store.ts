/**
 * How mirroring writes a queue's record: the live one and, for a durable queue, its durable form. Everything here is
 * the body of a transaction or a part of one (MIR-6).
 */
import type { Transaction } from '../../cluster/database.ts';
import type { Pid } from '../../erlang/message.ts';
import { durableForm, rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { NodeContext } from '../../broker/node-context.ts';

/** Locks of a transaction that changes the record of a queue. */
export function queueLocks(name: string): string[] {
  return [`${rabbitQueue.name}/${name}`, `${rabbitDurableQueue.name}/${name}`];
}

export function storeQueue(transaction: Transaction, record: QueueRecord): QueueRecord {
  transaction.write(rabbitQueue, record.name, record);
  if (record.durable) transaction.write(rabbitDurableQueue, record.name, durableForm(record));
  return record;
}

/** Stores a record whose mirrors have changed: what depends on them follows. */
export function storeUpdatedMirrors(
  transaction: Transaction,
  context: NodeContext,
  record: QueueRecord,
): QueueRecord {
  const { slavePids } = record;
  return storeQueue(transaction, {
    ...record,
    syncSlavePids: record.syncSlavePids.filter((pid) => slavePids.includes(pid)),
    recoverableSlaves: updateRecoverable(
      slavePids.map((pid) => pid.node),
      record.recoverableSlaves,
      context.database.runningNodes(),
    ),
    state: 'live',
  });
}

/** Nodes with mirrors, and stopped nodes that had one; the order of age is kept as far as it is known. */
function updateRecoverable(
  mirrorNodes: readonly string[],
  recoverable: readonly string[],
  running: readonly string[],
): string[] {
  const kept = recoverable.filter((node) => mirrorNodes.includes(node) || !running.includes(node));
  return [...kept, ...mirrorNodes.filter((node) => !recoverable.includes(node))];
}

/** Puts a new mirror at the end: mirrors stand in order of age (MIR-18). */
export function addMirrorTo(
  transaction: Transaction,
  context: NodeContext,
  record: QueueRecord,
  replica: Pid,
  gm: Pid,
): QueueRecord {
  return storeUpdatedMirrors(transaction, context, {
    ...record,
    slavePids: [...record.slavePids, replica],
    gmPids: [{ gm, replica }, ...record.gmPids],
  });
}
