/**
 * How far a figure may be from its baseline: `5%` of what it was, or a number in the figure's own unit. Nothing is allowed unless somebody says so, because
 * the same scenario and seed yield the same figures everywhere; what moves them is a change, of the scenario or of Watership.
 */
import { didYouMean } from '../../scenario/suggest.ts';
import { availabilityFigures, messageFigures } from '../../scenario/results.ts';
import { UsageError } from '../usage-error.ts';

/** The names of all figures that a baseline keeps. */
export const baselineFigures: readonly string[] = [...messageFigures, ...availabilityFigures];

/** Stands for every figure that has no tolerance of its own. */
const anyFigure = '*';

/** By figure, or for any; as written: `5%` or `0.25`. */
export type Tolerances = Readonly<Record<string, string>>;

/** Least and most of what a figure may be. */
export type Allowed = readonly [least: number, most: number];

const written = /^(\d{1,12}(?:\.\d{1,9})?)(%?)$/;

/** `5%` for all figures, `duplicated=3` for one; later ones win. Throws UsageError. */
export function tolerancesOf(options: readonly string[]): Tolerances {
  return Object.fromEntries(
    options.map((option): [string, string] => {
      const at = option.indexOf('=');
      const figure = at < 0 ? anyFigure : option.slice(0, at);
      const amount = option.slice(at + 1);
      if (figure !== anyFigure && !baselineFigures.includes(figure))
        throw new UsageError(
          `--tolerance ${option}: there is no figure "${figure}"`,
          didYouMean(figure, baselineFigures),
        );
      if (!isTolerance(amount))
        throw new UsageError(
          `--tolerance ${option}: "${amount}" is no amount`,
          'for example 5% or duplicated=3',
        );
      return [figure, amount];
    }),
  );
}

export function isTolerance(amount: string): boolean {
  return written.test(amount);
}

/** What `figure` may be when it was `was`; null was not measured, and may be nothing else. */
export function allowedOf(figure: string, was: number | null, tolerances: Tolerances): Allowed | null {
  if (was === null) return null;
  const [, amount = '0', percent = ''] =
    written.exec(tolerances[figure] ?? tolerances[anyFigure] ?? '0') ?? [];
  const by = percent === '' ? Number(amount) : (Math.abs(was) * Number(amount)) / 100;
  return [was - by, was + by];
}
