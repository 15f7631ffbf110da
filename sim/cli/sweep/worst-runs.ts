/** The runs that came out worst, as they come by: so many are kept, however many there are. */
import type { RunResult } from '../../ledger/result.ts';
import type { ScenarioRun } from '../scenario-run.ts';
import type { SeedSet } from '../seed-set.ts';

export interface KeptRun {
  readonly set: SeedSet;
  readonly result: Pick<RunResult, 'seed' | 'verdict' | 'messages' | 'availability'>;
  readonly sentence: string;
}

/** By what a run is worse than another, the heaviest first: a promise broken, then loss, then standing still, then repeats. */
const weights: readonly ((result: KeptRun['result']) => number)[] = [
  ({ verdict }) => (verdict === 'passed' ? 0 : 1),
  ({ messages }) => messages.confirmed_lost,
  ({ messages }) => messages.unconfirmed_lost,
  ({ availability }) => availability.longest_without_confirm ?? 0,
  ({ availability }) => availability.longest_without_delivery ?? 0,
  ({ messages }) => messages.duplicated,
];

export class WorstRuns {
  private readonly size: number;
  private kept: KeptRun[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Worst first; of equal ones the earlier first. */
  get runs(): readonly KeptRun[] {
    return this.kept;
  }

  add(set: SeedSet, { result, causeSentences, verdictSentence }: ScenarioRun): void {
    const last = this.kept.at(-1);
    if (this.kept.length === this.size && last !== undefined && compare(result, last.result) >= 0) return;
    const { seed, verdict, messages, availability } = result;
    const run = {
      set,
      result: { seed, verdict, messages, availability },
      sentence: causeSentences[0] ?? verdictSentence,
    };
    const place = this.kept.findIndex((other) => compare(result, other.result) < 0);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, run);
    this.kept.length = Math.min(this.kept.length, this.size);
  }
}

/** Negative where `a` is worse. */
function compare(a: KeptRun['result'], b: KeptRun['result']): number {
  for (const weight of weights) {
    const difference = weight(b) - weight(a);
    if (difference !== 0) return difference;
  }
  return 0;
}
