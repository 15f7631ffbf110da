/**
 * What the death of ring members means for the queue's record (`remove_from_queue`): the transaction in which replicas leave,
 * and in which a mirror learns that it is the leader from now on (MIR-16). Each replica runs it on its own news; only the
 * new leader itself writes its pid.
 */
import type { ExitReason, Pid } from '../../erlang/message.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { DROPPED } from '../classic/exit-reasons.ts';
import { mirrorRemoved } from '../../records/cluster.ts';
import { rule } from '../../rules/registry.ts';
import { actualNodes, policyOf, suggestedNodes } from './placement.ts';
import { queueLocks, storeUpdatedMirrors } from './queue-store.ts';

const MIR_16 = rule('MIR-16');
const MIR_18 = rule('MIR-18');
const MIR_19 = rule('MIR-19');

export type Removal =
  | { readonly outcome: 'not_found' }
  /** We would be the leader, but nobody is synchronised and the policy does not want that (MIR-17). */
  | { readonly outcome: 'not_synced' }
  | {
      readonly outcome: 'ok';
      readonly leader: Pid;
      /** Nodes that ought to get a mirror now (MIR-19). */
      readonly extraNodes: readonly string[];
      /** The record as we wrote it, if we did so as, or for, the leader. */
      readonly written: QueueRecord | null;
      /** The record before. */
      readonly found: QueueRecord;
    };

interface Decision {
  readonly removal: Removal;
  readonly removed: readonly Pid[];
}

/** Runs the transaction in `process`, which is, or works for, the replica `self`. */
export function removeFromQueue(
  context: NodeContext,
  process: ErlangProcess,
  queue: string,
  self: Pid,
  deadGms: readonly Pid[],
  reason: ExitReason,
  done: (removal: Removal) => void,
): void {
  context.database.transaction<Decision>(
    process,
    { locks: queueLocks(queue) },
    (transaction) => {
      const record = transaction.read(rabbitQueue, queue);
      if (record === undefined) return { removal: { outcome: 'not_found' }, removed: [] };
      const gmPids = record.gmPids.filter((pair) => !deadGms.includes(pair.gm));
      const alive = [record.pid!, ...record.slavePids].filter((pid) =>
        gmPids.some((pair) => pair.replica === pid),
      );
      // Mirrors stand in order of age: whoever is first leads, synchronised or not.
      const [leader, ...mirrors] = alive.length > 0 ? alive : [record.pid!, ...record.slavePids];
      const unchanged = leader === record.pid && mirrors.length === record.slavePids.length;
      if (unchanged) {
        return {
          removal: { outcome: 'ok', leader, extraNodes: [], written: null, found: record },
          removed: [],
        };
      }
      const removed = record.slavePids.filter((pid) => !alive.includes(pid));
      if (leader !== record.pid && leader !== self) {
        storeUpdatedMirrors(transaction, context, { ...record, slavePids: alive, gmPids });
        return {
          removal: { outcome: 'ok', leader: leader!, extraNodes: [], written: null, found: record },
          removed,
        };
      }
      if (
        leader === self &&
        leader !== record.pid &&
        record.syncSlavePids.length === 0 &&
        promoteOnFailure(record) === 'when-synced'
      ) {
        return { removal: { outcome: 'not_synced' }, removed: [] };
      }
      const next = { ...record, pid: leader, slavePids: mirrors, gmPids };
      const written = storeUpdatedMirrors(transaction, context, next);
      return { removal: { outcome: 'ok', leader, extraNodes: [], written, found: record }, removed };
    },
    ({ removal, removed }) => {
      const { vm } = context;
      vm.cite(MIR_16);
      vm.cite(MIR_18);
      for (const pid of removed) {
        vm.simulation.journal.write(
          mirrorRemoved,
          context.queueId(queue),
          context.intern(pid.node),
          context.intern(wordOf(reason)),
          context.intern(context.node),
          context.intern(removal.outcome === 'ok' ? removal.leader.node : ''),
        );
      }
      if (removal.outcome !== 'ok' || removal.written === null) {
        done(removal);
        return;
      }
      done({ ...removal, extraNodes: extraNodes(context, removal.written, deadGms) });
    },
  );
}

/** Why a replica went, in a word for the journal. */
export function wordOf(reason: ExitReason): 'policy' | 'shutdown' | 'failure' {
  if (reason === DROPPED) return 'policy';
  return reason.startsWith('shutdown') || reason === 'normal' ? 'shutdown' : 'failure';
}

/** The policy's word on failures as it counts: without one, anybody is promoted (MIR-18). */
export function promoteOnFailure(record: QueueRecord): 'always' | 'when-synced' {
  return policyOf(record, 'ha-promote-on-failure') === 'when-synced' ? 'when-synced' : 'always';
}

function extraNodes(context: NodeContext, record: QueueRecord, deadGms: readonly Pid[]): string[] {
  const dead = deadGms.map((pid) => pid.node);
  const possible = context.database.runningNodes().filter((node) => !dead.includes(node));
  const { mirrors } = actualNodes(record, context.node);
  const extra = suggestedNodes(context, record, possible).mirrors.filter((node) => !mirrors.includes(node));
  if (extra.length > 0) context.vm.cite(MIR_19);
  return extra;
}
