/** The counts of the result contract while they are being made: one set for the run, one a workload, one a queue. */
import { messageFigures, type MessageFigure } from '../scenario/results.ts';
import type { MessageFigures } from './result.ts';

/** Mutable counts of every message figure. */
export type Counts = Record<MessageFigure, number>;

/** All figures at zero, in the contract's order (which is the order of the JSON). */
export function zeroCounts(): Counts {
  const counts: Partial<Counts> = {};
  for (const figure of messageFigures) counts[figure] = 0;
  return counts as Counts;
}

/** Adds `more` to `counts`, figure by figure. */
export function addCounts(counts: Counts, more: MessageFigures): void {
  for (const figure of messageFigures) counts[figure] += more[figure];
}
