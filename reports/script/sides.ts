/** Which nodes believe in the same cluster. In a split each side has its own, and what the sides say of a queue can differ. */
import type { NodeView } from '../../sim/ledger/run-report.ts';
import { inNodeOrder } from '../page/node-order.ts';

export interface Side {
  readonly nodes: readonly string[];
  /** Peers that all of them take to be running; null: no application runs on these nodes. */
  readonly running: readonly string[] | null;
  /** Another side has members in common with this one: they are two halves of one cluster, and not two clusters. */
  readonly isSplit: boolean;
}

/** Nodes that take the same peers to be running stand together, in the order of the scenario; those that cannot say come last. */
export function sidesOf(views: ReadonlyMap<string, NodeView>): Side[] {
  const found = new Map<
    string,
    { nodes: string[]; running: readonly string[] | null; members: Set<string> }
  >();
  for (const [node, { running, members }] of views) {
    const key = running === null ? '' : JSON.stringify(running.toSorted());
    const side = found.get(key) ?? {
      nodes: [],
      running: running === null ? null : inNodeOrder(running, [...views.keys()]),
      members: new Set(),
    };
    side.nodes.push(node);
    for (const member of members ?? []) side.members.add(member);
    found.set(key, side);
  }
  const sides = [...found.values()].toSorted(
    (a, b) => Number(a.running === null) - Number(b.running === null),
  );
  return sides.map(({ nodes, running, members }) => ({
    nodes,
    running,
    isSplit:
      running !== null &&
      sides.some(
        (other) =>
          other.running !== null &&
          other.members !== members &&
          [...other.members].some((member) => members.has(member)),
      ),
  }));
}

/** Queues of which not all nodes that know something say the same, about who leads or who mirrors. */
export function disputedQueues(views: ReadonlyMap<string, NodeView>): ReadonlySet<string> {
  const said = new Map<string, string>();
  const disputed = new Set<string>();
  for (const { running, queues } of views.values()) {
    if (running === null) continue;
    for (const [queue, { leader, replicas, inSync }] of Object.entries(queues)) {
      const text = JSON.stringify([leader, replicas.toSorted(), inSync.toSorted()]);
      if ((said.get(queue) ?? text) !== text) disputed.add(queue);
      said.set(queue, text);
    }
  }
  return disputed;
}
