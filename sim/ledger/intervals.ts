/**
 * What many seeds say about a share or a quantile, and how sure: intervals with a coverage of at least 95 %, computed and not sampled, so that equal
 * runs give equal intervals. Left out: comparisons of several configurations at once; each interval stands for itself.
 */
import { exp, log, sqrt } from '../kernel/arithmetic.ts';

/** Standard normal deviate of 97.5 %. */
const Z = 1.959963984540054;

/** What may fall out at either end of an interval of 95 %. */
const TAIL = 0.025;

/** Two values, the lower first. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * Wilson's score interval for a share of which `hits` of `trials` were seen. It never leaves [0, 1] and says something also about 0 of n, unlike the
 * textbook's. All that is known without trials is [0, 1].
 */
export function shareInterval(hits: number, trials: number): Interval {
  if (trials === 0) return { from: 0, to: 1 };
  const share = hits / trials;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * trials);
  const reach = Z * sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return {
    from: hits === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    to: hits === trials ? 1 : Math.min(1, (centre + reach) / scale),
  };
}

/** The value of `sorted` below or at which a share `q` lies: a value that occurred, the lower of two. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/**
 * The interval between two of the values that holds the quantile `q` (strictly between 0 and 1) of whatever they were drawn from: by how many of them
 * would fall below it, which is binomial, whatever the distribution. Null where there are too few values to say (for the median: fewer than six).
 */
export function quantileInterval(sorted: readonly number[], q: number): Interval | null {
  const n = sorted.length;
  const below = cumulated(n, q);
  // The quantile lies under the value at rank r (from 1) when fewer than r values are below it.
  let lower = 0;
  while (lower < n && (below[lower] ?? 1) <= TAIL) lower += 1;
  let upper = n;
  while (upper > 0 && 1 - (below[upper - 1] ?? 0) <= TAIL) upper -= 1;
  const from = sorted[lower - 1];
  const to = sorted[upper];
  return from === undefined || to === undefined ? null : { from, to };
}

/** The chances that at most 0, 1, ... n of `n` trials hit, each with the chance `p`. */
function cumulated(n: number, p: number): readonly number[] {
  const odds = log(p / (1 - p));
  const chances: number[] = [];
  let logChance = n * log(1 - p);
  let sum = 0;
  for (let hits = 0; hits <= n; hits += 1) {
    sum += exp(logChance);
    chances.push(sum);
    logChance += odds + log((n - hits) / (hits + 1));
  }
  return chances;
}
