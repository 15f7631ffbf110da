/**
 * Moving the leader of a mirrored queue to another node (MIR-51): every replica but the one there is dropped, the leader included, which
 * promotes that one, whether it is synchronised or not; then the mirrors that the policy wants are started anew, empty.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { QueueLeadership } from '../../broker/queue-type.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import { rule } from '../../rules/registry.ts';
import { addMirrors, dropMirror, updateMirrors } from './mirror-set.ts';
import { actualNodes, isMirrored, suggestedNodes } from './placement.ts';

const MIR_51 = rule('MIR-51');

const LOOK_INTERVAL_US = 100_000;
const LOOKS = 100;

export const leadership: QueueLeadership = {
  isReplicated: isMirrored,

  replicas(context, record) {
    const { leader, mirrors } = suggestedNodes(context, record);
    return [leader, ...mirrors];
  },

  transfer(context, caller, record, destination, done) {
    context.vm.cite(MIR_51);
    const { leader, mirrors } = actualNodes(record, context.node);
    const present = [leader, ...mirrors];
    const missing = present.includes(destination) ? [] : [destination];
    addMirrors(caller, record.name, missing, 'sync', () => {
      for (const node of present) if (node !== destination) dropMirror(context, caller, record.name, node);
      awaitLeader(context, caller, record.name, destination, LOOKS, (moved) => {
        if (moved === null) done(false);
        else updateMirrors(context, caller, moved, () => done(true));
      });
    });
  },
};

/** Looks every 100 ms, for ten seconds, whether the leader is there. */
function awaitLeader(
  context: NodeContext,
  caller: ErlangProcess,
  queue: string,
  destination: string,
  looksLeft: number,
  done: (record: QueueRecord | null) => void,
): void {
  const record = context.database.read(rabbitQueue, queue);
  if (record === undefined || looksLeft === 0) done(null);
  else if (record.pid?.node === destination) done(record);
  else
    caller.sleep(LOOK_INTERVAL_US, () =>
      awaitLeader(context, caller, queue, destination, looksLeft - 1, done),
    );
}
