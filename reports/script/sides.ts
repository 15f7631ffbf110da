/** Which nodes believe in the same cluster. In a split each side has its own, and what the sides say of a queue can differ. */
import type { NodeView } from '../../sim/ledger/run-report.ts';

export interface Side {
  readonly nodes: readonly string[];
  /** Peers that all of them take to be running; null: no application runs on these nodes. */
  readonly running: readonly string[] | null;
}

/** Nodes that take the same peers to be running stand together, in the order of the scenario; those that cannot say come last. */
export function sidesOf(views: ReadonlyMap<string, NodeView>): Side[] {
  const sides = new Map<string, { nodes: string[]; running: readonly string[] | null }>();
  for (const [node, { running }] of views) {
    const key = running === null ? '' : JSON.stringify(running.toSorted());
    const side = sides.get(key);
    if (side === undefined) sides.set(key, { nodes: [node], running: running?.toSorted() ?? null });
    else side.nodes.push(node);
  }
  return [...sides.values()].toSorted((a, b) => Number(a.running === null) - Number(b.running === null));
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
