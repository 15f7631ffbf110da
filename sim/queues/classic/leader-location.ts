/** On which node a new queue's leader is started (MIR-7). */
import { withoutDrained } from '../../broker/maintenance.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { rule } from '../../rules/registry.ts';

const BRK_16 = rule('BRK-16');
const MIR_7 = rule('MIR-7');

/** The node for the leader; `eligible` is null for all running nodes. An exclusive queue stays with its connection (BRK-16). */
export function leaderLocation(
  context: NodeContext,
  record: QueueRecord,
  eligible: readonly string[] | null,
): string {
  const { vm, node } = context;
  if (record.exclusiveOwner !== null) {
    vm.cite(BRK_16);
    return node;
  }
  vm.cite(MIR_7);
  const nodes = eligible === null || eligible.length === 0 ? context.database.runningNodes() : eligible;
  switch (locator(context, record)) {
    case 'random': {
      const candidates = withoutDrained(context.database, nodes);
      if (candidates.length === 0) return node;
      return vm.simulation.random.stream(`queue-master-locator/${node}`).pick(candidates);
    }
    case 'min-masters':
      return nodeWithFewestLeaders(context, withoutDrained(context.database, nodes));
    default:
      return node;
  }
}

/** Argument, policy, configuration, in this order; a word that is none of the three does not count. */
function locator(context: NodeContext, record: QueueRecord): string {
  const candidates = [
    record.arguments['x-queue-master-locator'],
    record.policy?.definition['queue-master-locator'],
    context.config.queueMasterLocator,
  ];
  const known = candidates.find(
    (word) => word === 'client-local' || word === 'min-masters' || word === 'random',
  );
  return typeof known === 'string' ? known : 'client-local';
}

/** Ties go to the smallest name. */
function nodeWithFewestLeaders(context: NodeContext, nodes: readonly string[]): string {
  const leaders = new Map(nodes.toSorted((a, b) => (a < b ? -1 : 1)).map((node) => [node, 0]));
  for (const [, { pid }] of context.database.entries(rabbitQueue)) {
    const count = pid === null ? undefined : leaders.get(pid.node);
    if (pid !== null && count !== undefined) leaders.set(pid.node, count + 1);
  }
  let best = context.node;
  let fewest = Infinity;
  for (const [node, count] of leaders) {
    if (count >= fewest) continue;
    best = node;
    fewest = count;
  }
  return best;
}
