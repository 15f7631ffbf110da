/**
 * What nodes believed, packed for the page: hardly any two moments differ in more than one node's view, and two sides of a split believe
 * much the same, so each different view is written once and moments are rows of numbers.
 */
import type { ClusterMoment, NodeView } from '../../sim/ledger/run-report.ts';

export interface PackedMoments {
  readonly nodes: readonly string[];
  readonly views: readonly NodeView[];
  /** A row a moment: its time, then for each node the index of its view, -1 for none. */
  readonly rows: readonly (readonly number[])[];
  /** Moments there were before some were left out. */
  readonly total: number;
}

export function packMoments(
  nodes: readonly string[],
  moments: readonly ClusterMoment[],
  total: number,
): PackedMoments {
  const views: NodeView[] = [];
  const numbers = new Map<string, number>();
  const number = (view: NodeView | undefined): number => {
    if (view === undefined) return -1;
    const text = JSON.stringify(view);
    let known = numbers.get(text);
    if (known === undefined) {
      numbers.set(text, (known = views.length));
      views.push(view);
    }
    return known;
  };
  const rows = moments.map(({ timeUs, nodes: seen }) => [timeUs, ...nodes.map((node) => number(seen[node]))]);
  return { nodes, views, rows, total };
}
