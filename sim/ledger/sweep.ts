/**
 * What many runs came to, as plain data: for each configuration which outcomes its seeds had, how each figure is spread over them, how safe and how
 * available it was; and the worst runs. The command line fills it, the report draws it. Types only.
 */
import type { AvailabilityFigure, MessageFigure } from '../scenario/results.ts';
import type { Interval } from './intervals.ts';
import type { Failure, Scalar, Verdict } from './result.ts';

/** Something that a run may show. They do not exclude each other. */
export type SweepOutcome =
  | 'failed'
  | 'unknown'
  | 'confirmed_lost'
  | 'unconfirmed_lost'
  | 'unreachable'
  | 'duplicated'
  | 'delivered_after_ack'
  | 'out_of_order';

/** How many of a configuration's runs showed an outcome, and Wilson's interval of the share. */
export interface OutcomeShare {
  readonly outcome: SweepOutcome;
  readonly runs: number;
  readonly interval: Interval;
}

/** One figure over the seeds of a configuration. Seconds where the figure is a time. */
export interface FigureSpread {
  readonly figure: MessageFigure | AvailabilityFigure;
  /** Runs in which it could be measured. */
  readonly runs: number;
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly max: number;
  readonly mean: number;
  /** Between order statistics; null where there are too few runs to say. */
  readonly medianInterval: Interval | null;
}

/** One configuration (a cell of a matrix, or a scenario without one) over its seeds. */
export interface SweepCell {
  /** Path of the scenario as a person would type it. */
  readonly file: string;
  /** `{}` where there is no matrix. */
  readonly values: Readonly<Record<string, Scalar>>;
  readonly firstSeed: number;
  /** Runs that ended. */
  readonly runs: number;
  /** Runs that could not begin. */
  readonly refused: number;
  /** Runs that ended with an internal error. */
  readonly defects: number;
  /** Of all of them together, `unknown` only when nothing failed. */
  readonly verdict: Verdict;
  /** What only a set of seeds can show, and did not. */
  readonly setFailures: readonly Failure[];
  readonly outcomes: readonly OutcomeShare[];
  /** The figures that were measured. */
  readonly figures: readonly FigureSpread[];
  /** Share of the confirmed messages that were lost, over all runs together. Null where nothing was confirmed. */
  readonly lostShare: number | null;
  /** The longest times without a confirm and without a delivery, means over the runs in which they could be measured, in seconds. */
  readonly withoutConfirm: number | null;
  readonly withoutDelivery: number | null;
  /** The first run of the configuration again. */
  readonly replayCommand: string;
}

/** One of the runs that came out worst. */
export interface WorstRun {
  /** Its configuration: an index into `cells`. */
  readonly cell: number;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly confirmedLost: number;
  readonly unconfirmedLost: number;
  readonly duplicated: number;
  /** Seconds. */
  readonly withoutConfirm: number | null;
  readonly withoutDelivery: number | null;
  /** Why, or what came of it. */
  readonly sentence: string;
  readonly replayCommand: string;
}

/** One run's pair of loss and unavailability, of a sweep with a single configuration. */
export interface SeedPoint {
  readonly seed: number;
  readonly confirmedLost: number;
  readonly withoutConfirm: number | null;
}

export interface SweepReport {
  readonly version: string;
  /** What the scenarios are called, in order, each once. */
  readonly names: readonly string[];
  readonly descriptions: readonly string[];
  /** Whether any of the scenarios expects something. */
  readonly expects: boolean;
  readonly cells: readonly SweepCell[];
  /** At most ten. */
  readonly worst: readonly WorstRun[];
  /** Of the only configuration; empty where there are several. */
  readonly seeds: readonly SeedPoint[];
}
