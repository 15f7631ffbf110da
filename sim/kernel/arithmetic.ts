/**
 * The few real-valued functions that the engine may use. `log`, `exp` and `sqrt` gave the same bits on Node 20, 22
 * and 24; `Math.pow` and `**` did not, which is why everything else is banned and these three live behind one door.
 * Results feed integers (microseconds, counts) and are rounded there.
 */

/** Natural logarithm. */
export function log(x: number): number {
  return Math.log(x);
}

/** Exponential function. */
export function exp(x: number): number {
  return Math.exp(x);
}

/** Square root. */
export function sqrt(x: number): number {
  return Math.sqrt(x);
}

/** The standard normal deviate that 99 % of draws stay below. */
export const NORMAL_P99 = 2.3263478740408408;

/** Below this probability (and above its complement) the tail approximation takes over. */
const TAIL = 0.02425;

/**
 * Quantile of the standard normal distribution for `p` strictly between 0 and 1, by Acklam's rational approximation
 * (relative error below 1.2e-9, far finer than the microsecond it ends up in).
 */
export function normalQuantile(p: number): number {
  if (p < TAIL) return tailQuantile(sqrt(-2 * log(p)));
  if (p > 1 - TAIL) return -tailQuantile(sqrt(-2 * log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const numerator =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const denominator =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (q * numerator) / denominator;
}

function tailQuantile(q: number): number {
  const numerator =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1;
  return numerator / denominator;
}
