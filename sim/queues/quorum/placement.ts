/** Where a new quorum queue's members are, and which of them leads (QQ-2). */
import type { FieldValue } from '../../amqp/basic-message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { rule } from '../../rules/registry.ts';

const QQ_2 = rule('QQ-2');

const DEFAULT_SIZE = 3;

/** The nodes of the members, the leader's first. */
export function placeMembers(context: NodeContext, record: QueueRecord): string[] {
  context.vm.cite(QQ_2);
  const { node, database } = context;
  const asked = record.arguments['x-quorum-initial-group-size'];
  const size = typeof asked === 'number' && asked > 0 ? asked : DEFAULT_SIZE;
  const all = database.members();
  const replicas = all.length <= size ? all : [node, ...others(context, all).slice(0, size - 1)];
  const leader = isBalanced(record) ? leastLeading(context, replicas) : node;
  return [leader, ...replicas.filter((name) => name !== leader)];
}

/** The other nodes: those that run first, and among them those with the fewest members. */
function others({ node, database }: NodeContext, all: readonly string[]): string[] {
  const members = new Map(all.filter((name) => name !== node).map((name) => [name, 0]));
  for (const [, { quorum }] of database.entries(rabbitQueue)) {
    for (const name of quorum?.nodes ?? []) {
      const count = members.get(name);
      if (count !== undefined) members.set(name, count + 1);
    }
  }
  const rank = (name: string): number => (database.isRunning(name) ? 0 : 1);
  return [...members.keys()]
    .toSorted(byName)
    .toSorted((a, b) => rank(a) - rank(b) || members.get(a)! - members.get(b)!);
}

function isBalanced(record: QueueRecord): boolean {
  const locator: FieldValue | undefined =
    record.policy?.definition['queue-leader-locator'] ?? record.arguments['x-queue-leader-locator'];
  return locator === 'balanced' || locator === 'random' || locator === 'least-leaders';
}

/** Of the replicas that run, the one that leads the fewest quorum queues. */
function leastLeading({ database, node }: NodeContext, replicas: readonly string[]): string {
  const running = replicas.filter((name) => database.isRunning(name));
  const leaders = new Map(
    (running.length === 0 ? replicas : running).toSorted(byName).map((name) => [name, 0]),
  );
  for (const [, { quorum, pid }] of database.entries(rabbitQueue)) {
    const leader = quorum === undefined ? undefined : (pid?.node ?? quorum.nodes[0]);
    const count = leader === undefined ? undefined : leaders.get(leader);
    if (leader !== undefined && count !== undefined) leaders.set(leader, count + 1);
  }
  let best = node;
  let fewest = Infinity;
  for (const [name, count] of leaders) {
    if (count >= fewest) continue;
    best = name;
    fewest = count;
  }
  return best;
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}
