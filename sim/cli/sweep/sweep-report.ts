/** Puts together what a sweep came to, from the figures that its sets have kept. */
import path from 'node:path';
import { type Interval, quantile, quantileInterval, shareInterval } from '../../ledger/intervals.ts';
import type {
  FigureSpread,
  OutcomeShare,
  SeedPoint,
  SweepCell,
  SweepOutcome,
  SweepReport,
  WorstRun,
} from '../../ledger/sweep.ts';
import { packageVersion } from '../../library/package.ts';
import { availabilityFigures, messageFigures } from '../../scenario/results.ts';
import { cellValues } from '../plan.ts';
import { harmFigures, type SeedSet, type SetFigure } from '../seed-set.ts';
import type { KeptRun, WorstRuns } from './worst-runs.ts';

/** The command that yields one run of a set again. */
type Replay = (set: SeedSet, seed: number) => string;

/** More seeds than this cannot be told apart in a chart. */
const pointsMax = 2_000;

export function sweepReport(sets: readonly SeedSet[], worst: WorstRuns, replay: Replay): SweepReport {
  const scenarios = sets.map(({ plan }) => plan.scenario);
  const [only] = sets;
  const areSeveral = new Set(sets.map(({ plan }) => plan.file)).size > 1;
  return {
    version: packageVersion(),
    names: [...new Set(scenarios.map(({ name }) => name))],
    descriptions: [...new Set(scenarios.map(({ description }) => description))].filter((text) => text !== ''),
    expects: scenarios.some(({ expect }) => expect !== null),
    cells: sets.map((set) => cellOf(set, areSeveral, replay)),
    worst: worst.runs.map((run) => worstOf(run, sets.indexOf(run.set), replay)),
    seeds: sets.length === 1 && only !== undefined ? pointsOf(only) : [],
  };
}

/** `areSeveral`: there are several files, so that configurations of equal values are told apart by theirs. */
function cellOf(set: SeedSet, areSeveral: boolean, replay: Replay): SweepCell {
  const { plan, counts, defects, refused } = set;
  const { passed, failed, unknown } = counts;
  const runs = passed + failed + unknown;
  const share = (outcome: SweepOutcome, hits: number): OutcomeShare => ({
    outcome,
    runs: hits,
    interval: shareInterval(hits, runs),
  });
  const confirmed = sum(set.sorted('confirmed'));
  return {
    file: plan.file,
    values: { ...(areSeveral && { file: path.basename(plan.file) }), ...cellValues(plan.scenario.matrix) },
    firstSeed: plan.firstSeed,
    runs,
    refused,
    defects,
    verdict: set.verdict(),
    setFailures: set.setFailures(),
    outcomes: [
      share('failed', failed),
      share('unknown', unknown),
      ...harmFigures.map((harm) => share(harm, set.sorted(harm).filter((value) => value > 0).length)),
    ],
    figures: [...messageFigures, ...availabilityFigures].flatMap((figure) => spreadOf(set, figure)),
    lostShare: confirmed === 0 ? null : sum(set.sorted('confirmed_lost')) / confirmed,
    withoutConfirm: mean(set.sorted('longest_without_confirm')),
    withoutDelivery: mean(set.sorted('longest_without_delivery')),
    replayCommand: replay(set, plan.firstSeed),
  };
}

/** Nothing where it was measured in no run. */
function spreadOf(set: SeedSet, figure: SetFigure): readonly FigureSpread[] {
  const sorted = set.sorted(figure);
  const average = mean(sorted);
  if (average === null) return [];
  const medianInterval: Interval | null = quantileInterval(sorted, 0.5);
  return [
    {
      figure,
      runs: sorted.length,
      min: sorted[0] ?? 0,
      lowerQuartile: quantile(sorted, 0.25),
      median: quantile(sorted, 0.5),
      upperQuartile: quantile(sorted, 0.75),
      max: sorted.at(-1) ?? 0,
      mean: average,
      medianInterval,
    },
  ];
}

function worstOf({ set, result, sentence }: KeptRun, cell: number, replay: Replay): WorstRun {
  const { seed, verdict, messages, availability } = result;
  return {
    cell,
    seed,
    verdict,
    confirmedLost: messages.confirmed_lost,
    unconfirmedLost: messages.unconfirmed_lost,
    duplicated: messages.duplicated,
    withoutConfirm: availability.longest_without_confirm,
    withoutDelivery: availability.longest_without_delivery,
    sentence,
    replayCommand: replay(set, seed),
  };
}

/** Runs that ended, in their order; seeds are only known where every run did. */
function pointsOf(set: SeedSet): readonly SeedPoint[] {
  if (set.defects + set.refused > 0) return [];
  const without = set.valuesOf('longest_without_confirm');
  return set
    .valuesOf('confirmed_lost')
    .slice(0, pointsMax)
    .map((lost, nth) => ({
      seed: set.plan.firstSeed + nth,
      confirmedLost: lost ?? 0,
      withoutConfirm: without[nth] ?? null,
    }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}
