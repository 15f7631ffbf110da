/** Whole numbers on the command line, which yargs leaves as they were written. */
import type { Given } from './command.ts';
import { UsageError } from './usage-error.ts';

/** The option's number, null where it was not given. Throws UsageError. */
export function wholeNumber(
  options: Given['options'],
  name: string,
  least: number,
  most: number,
): number | null {
  const written = options[name];
  if (typeof written !== 'string') return null;
  const value = /^-?\d+$/.test(written) ? Number(written) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = least === 1 ? ` from ${least} to ${most}` : '';
  throw new UsageError(`--${name} is a whole number${range}, not "${written}"`);
}
