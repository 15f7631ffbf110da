/**
 * Why a message came to grief: what all causes share. A cause is found by asking rows of a table (`causes-lost.ts`,
 * `causes-duplicated.ts`, `causes-reordered.ts`) in order; the first whose condition holds names hazard and rule. A row
 * looks at what the journal told about the copy and about the nodes and queues around it, never at the scenario.
 * Where no row holds the hazard is `unexplained`: counted and reported, never hidden.
 */
import type { MessageOutcome } from './result.ts';

/** The hazard of a fate that no row explains. */
export const UNEXPLAINED = 'unexplained';

export interface Cause {
  readonly outcome: MessageOutcome;
  /** `HAZ-8`, or `unexplained`. */
  readonly hazard: string;
  /** `PAR-26`; empty when unexplained and the record cites none. */
  readonly rule: string;
  /** When it was decided; the end of the run for what is only waiting. */
  readonly timeUs: number;
  /** What was decided, as a sentence without ids, so that equal fates have equal sentences. */
  readonly sentence: string;
  /** The node on which it was decided; empty where none is known. */
  readonly node: string;
}

/** One reason: when it holds, which hazard and rule it is, and how it reads. */
export interface CauseRow<Case> {
  readonly hazard: string;
  readonly rule: string | ((fate: Case) => string);
  readonly when: (fate: Case) => boolean;
  readonly timeUs: (fate: Case) => number;
  readonly says: (fate: Case) => string;
}

/** The first row of the table that holds. */
export function explainBy<Case>(
  table: readonly CauseRow<Case>[],
  fate: Case,
  outcome: MessageOutcome,
  node: string,
): Cause | null {
  const row = table.find(({ when }) => when(fate));
  if (row === undefined) return null;
  return {
    outcome,
    hazard: row.hazard,
    rule: typeof row.rule === 'string' ? row.rule : row.rule(fate),
    timeUs: row.timeUs(fate),
    sentence: row.says(fate),
    node,
  };
}
