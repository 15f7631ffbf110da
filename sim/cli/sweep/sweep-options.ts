/** The options of `matrix` and `seeds`: those of `run` but for what only one run has, in their own words. */
import type { Options } from 'yargs';
import { runOptions } from '../run-request.ts';

export function sweepOptions(words: { readonly seeds: string; readonly report: string }): {
  readonly [option: string]: Options;
} {
  const { trace: _, ...options } = runOptions;
  return {
    ...options,
    seed: { ...options.seed, describe: 'Begin with this seed' },
    seeds: { ...options.seeds, describe: words.seeds },
    report: { ...options.report, describe: words.report },
  };
}
