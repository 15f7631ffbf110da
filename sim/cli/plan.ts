/** Which runs a command stands for: for each file, each cell of its matrix, each seed. */
import type { Scalar } from '../ledger/result.ts';
import type { FieldValue, Scenario } from '../scenario/model.ts';
import { printable } from './printable.ts';
import type { RunRequest } from './run-request.ts';
import type { LoadedFile } from './scenario-options.ts';

/** One scenario (a cell of a matrix is one) and the seeds it runs with; expectations on a set speak of these. */
export interface PlannedSet {
  readonly file: string;
  readonly scenario: Scenario;
  readonly firstSeed: number;
  readonly seeds: number;
}

/** The sets of the files that loaded, in order. */
export function planRuns(
  files: readonly LoadedFile[],
  {
    seed,
    seeds,
    seedsLeast = 1,
  }: Pick<RunRequest, 'seed' | 'seeds'> & Partial<Pick<RunRequest, 'seedsLeast'>>,
): readonly PlannedSet[] {
  return files.flatMap((loaded) =>
    'error' in loaded
      ? []
      : loaded.scenarios.map((scenario) => ({
          file: loaded.file,
          scenario,
          firstSeed: seed ?? scenario.seed,
          seeds: seeds ?? Math.max(seedsLeast, seed === null ? scenario.seeds : 1),
        })),
  );
}

/** The values of a matrix cell as results have them: what is no scalar as JSON. */
export function cellValues(matrix: Scenario['matrix']): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(
    Object.entries(matrix).map(([path, value]) => [
      path,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

/** `key=value key=value` of a matrix cell, as a person reads it; empty without a matrix. */
export function cellText(matrix: { readonly [path: string]: FieldValue }): string {
  return Object.entries(matrix)
    .map(([path, value]) => printable(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`))
    .join(' ');
}
