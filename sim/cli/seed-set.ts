/**
 * What the runs of one set came to together. Of the single runs only figures and the first failing ones are kept, so that ten
 * thousand seeds cost little memory.
 */
import type { Judgement } from '../ledger/expectations.ts';
import { judgeSeeds, type SeedsExpectation } from '../ledger/judge-seeds.ts';
import type { Failure, RunResult, Verdict } from '../ledger/result.ts';
import {
  availabilityFigures,
  type AvailabilityFigure,
  messageFigures,
  type MessageFigure,
} from '../scenario/results.ts';
import type { PlannedSet } from './plan.ts';
import type { ScenarioRun } from './scenario-run.ts';
import { forTheSet } from './set-judgement.ts';

/** So many failing seeds are listed with their failures; the rest are counted. */
export const failingSeedsListed = 5;

export interface FailingSeed {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly failures: readonly Failure[];
}

export type SetFigure = MessageFigure | AvailabilityFigure;

export class SeedSet {
  readonly plan: PlannedSet;
  readonly counts: Record<Verdict, number> = { passed: 0, failed: 0, unknown: 0 };
  /** Runs that ended with an internal error. */
  defects = 0;
  /** Runs that could not begin, because no cluster comes of the file. */
  refused = 0;
  readonly failing: FailingSeed[] = [];
  private readonly values = new Map<SetFigure, (number | null)[]>();
  private readonly judgements: Judgement[] = [];
  private firstRun: ScenarioRun | null = null;
  private firstBadRun: ScenarioRun | null = null;

  constructor(plan: PlannedSet) {
    this.plan = plan;
  }

  add(run: ScenarioRun): void {
    const { result, judgement } = run;
    this.counts[result.verdict] += 1;
    this.firstRun ??= run;
    if (result.verdict !== 'passed') {
      this.firstBadRun ??= run;
      if (this.failing.length < failingSeedsListed)
        this.failing.push({
          seed: result.seed,
          verdict: result.verdict,
          sentence: run.verdictSentence,
          failures: result.failures,
        });
    }
    for (const figure of messageFigures) this.keep(figure, result.messages[figure]);
    for (const figure of availabilityFigures) this.keep(figure, result.availability[figure]);
    this.judgements.push(forTheSet(judgement));
  }

  /** How many of its runs are over, however they ended. */
  get ended(): number {
    const { passed, failed, unknown } = this.counts;
    return passed + failed + unknown + this.defects + this.refused;
  }

  /** The run worth looking at: the first that did not pass, else the first; null when none ended. */
  get shownRun(): ScenarioRun | null {
    return this.firstBadRun ?? this.firstRun;
  }

  /** Lets go of the runs themselves, once they are shown and no report wants them. */
  release(): void {
    this.firstRun = null;
    this.firstBadRun = null;
  }

  /** A figure of each run that ended, in their order; null where it could not be measured. */
  valuesOf(figure: SetFigure): readonly (number | null)[] {
    return this.values.get(figure) ?? [];
  }

  /** What could be measured of a figure, from the smallest to the largest. */
  sorted(figure: SetFigure): readonly number[] {
    return this.valuesOf(figure)
      .filter((value) => value !== null)
      .toSorted((a, b) => a - b);
  }

  private keep(figure: SetFigure, value: number | null): void {
    let values = this.values.get(figure);
    if (values === undefined) this.values.set(figure, (values = []));
    values.push(value);
  }

  /** Smallest, median and largest value over the runs that ended; the median is one of the values, the lower of two. */
  spread(figure: MessageFigure): { readonly min: number; readonly median: number; readonly max: number } {
    const sorted = this.sorted(figure);
    const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    return { min: sorted[0] ?? 0, median: middle, max: sorted.at(-1) ?? 0 };
  }

  /** What was expected of the set and did not come true. */
  setFailures(): readonly Failure[] {
    return this.aboutTheSet()
      .filter(({ judged, held }) => judged && !held)
      .map(({ line, expected, observed }) => ({ line, expected, observed }));
  }

  /** What was expected of the set and one seed cannot answer. */
  notJudged(): readonly Failure[] {
    return this.aboutTheSet()
      .filter(({ judged }) => !judged)
      .map(({ line, expected, observed }) => ({ line, expected, observed }));
  }

  /** The verdict of all together: `unknown` only when nothing failed. */
  verdict(): Verdict {
    if (this.counts.failed > 0 || this.setFailures().length > 0) return 'failed';
    return this.counts.unknown > 0 ? 'unknown' : 'passed';
  }

  private aboutTheSet(): readonly SeedsExpectation[] {
    return judgeSeeds(this.plan.scenario.expect, this.judgements);
  }
}

/** The figures that tell runs apart at a glance: how many messages there were, and what harm came to them. */
export function harm({ messages }: RunResult): readonly (readonly [MessageFigure, number])[] {
  return harmFigures.filter((figure) => messages[figure] > 0).map((figure) => [figure, messages[figure]]);
}

/** What may happen to messages that nobody wants, the worst first. */
export const harmFigures = [
  'confirmed_lost',
  'unconfirmed_lost',
  'unreachable',
  'duplicated',
  'delivered_after_ack',
  'out_of_order',
] as const satisfies readonly MessageFigure[];
