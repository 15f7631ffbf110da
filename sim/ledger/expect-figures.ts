/** Figures against their bounds: `confirmed_lost = 0`, `delivered >= published`. */
import type { Bound, FigureExpectation } from '../scenario/model.ts';
import type { CheckedExpectation } from './run-report.ts';

/** Figures by name; null where nothing could be measured. */
export type FigureSet = Readonly<Record<string, number | null | undefined>>;

/**
 * Checks each expectation against the figures of its block. A figure that could not be measured holds no bound.
 * `where` names the workload or queue, empty for the run's own figures.
 */
export function checkFigures(
  expectations: readonly FigureExpectation[],
  figures: FigureSet,
  where: string,
): CheckedExpectation[] {
  return expectations.map(({ figure, bounds, text, line }) => {
    const observed = figures[figure] ?? null;
    const held = observed !== null && bounds.every((bound) => satisfies(observed, bound, figures));
    const expected = where === '' ? text : `${where}: ${text}`;
    return where === '' ? { line, expected, observed, held, figure } : { line, expected, observed, held };
  });
}

/** Whether the value keeps within the bound; a bound that names an unmeasured figure is not kept. */
export function satisfies(value: number, { comparison, than }: Bound, figures: FigureSet = {}): boolean {
  const limit = typeof than === 'number' ? than : (figures[than.figure] ?? Number.NaN);
  switch (comparison) {
    case '=':
      return value === limit;
    case '!=':
      return !Number.isNaN(limit) && value !== limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
