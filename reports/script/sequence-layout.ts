/** Who takes part in a message's sequence diagram, and what goes between whom. Knows no page, so that it can be tested. */
import type { LifeRow } from './life.ts';

export interface Arrow {
  readonly row: LifeRow;
  /** Columns; alike where a process does something by itself. */
  readonly from: number;
  readonly to: number;
}

export interface Sequence {
  readonly actors: readonly { readonly node: string; readonly process: string }[];
  readonly arrows: readonly Arrow[];
}

/** Who took part, and the arrows between them. Rows of queues and nodes around the message have no arrow: both columns are -1. */
export function sequenceOf(rows: readonly LifeRow[]): Sequence {
  const actors: { node: string; process: string }[] = [];
  const column = (node: string, process: string): number => {
    const known = actors.findIndex((actor) => actor.node === node && actor.process === process);
    return known === -1 ? actors.push({ node, process }) - 1 : known;
  };
  const arrows = rows.map((row): Arrow => {
    if (row.kind === 'around' || row.process === '') return { row, from: -1, to: -1 };
    const { peer } = row;
    if (peer?.direction === 'from') {
      const from = column(peer.node, peer.process);
      return { row, from, to: column(row.node, row.process) };
    }
    const from = column(row.node, row.process);
    return { row, from, to: peer === null ? from : column(peer.node, peer.process) };
  });
  return { actors, arrows };
}
