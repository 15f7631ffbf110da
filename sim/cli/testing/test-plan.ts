/** Which cases a command line stands for: the cells of every file, the names filtered, and of those one shard's part. */
import type { ScenarioError } from '../../scenario/problem.ts';
import { cellText, planRuns, type PlannedSet } from '../plan.ts';
import type { LoadedFile } from '../scenario-options.ts';
import { UsageError } from '../usage-error.ts';
import { matchesName } from './name-filter.ts';
import type { Shard } from './report.ts';

export interface PlannedFile {
  readonly file: string;
  readonly nth: number;
  /** Why it has no cases; null where it loaded. */
  readonly error: ScenarioError | null;
  readonly cases: readonly PlannedCase[];
}

export interface PlannedCase {
  /** Among the cells of the file. */
  readonly nth: number;
  readonly plan: PlannedSet;
}

export interface PlanOptions {
  /** Null: as many as each file asks for. */
  readonly seeds: number | null;
  /** A case is meant when it matches any of these; empty: all are. */
  readonly patterns: readonly string[];
  readonly shard: Shard | null;
  /** These files are some of those that were asked for, so that no name needs to be found in them. */
  readonly isPart: boolean;
}

/** Files in order, without those of which nothing is meant. Throws UsageError where the names match nothing at all. */
export function planTests(
  loaded: readonly LoadedFile[],
  { seeds, patterns, shard, isPart }: PlanOptions,
): readonly PlannedFile[] {
  const all = loaded.map((each, nth): PlannedFile => {
    const cases = planRuns([each], { seed: null, seeds }).map((plan, index) => ({ nth: index, plan }));
    return { file: each.file, nth, error: 'error' in each ? each.error : null, cases };
  });
  const meant = all.map((file) => ({ ...file, cases: file.cases.filter((each) => isMeant(each, patterns)) }));
  const wanted = meant.filter(({ error, cases }) => error !== null || cases.length > 0);
  if (wanted.length === 0 && !isPart)
    throw new UsageError(`no scenario is called like ${patterns.map((each) => `"${each}"`).join(' or ')}`);
  return shard === null ? wanted : partOf(wanted, shard);
}

/** A name is what a person sees of a case: file, scenario, values of the cell. */
function isMeant({ plan }: PlannedCase, patterns: readonly string[]): boolean {
  const name = `${plan.file} ${plan.scenario.name} ${cellText(plan.scenario.matrix)}`;
  return patterns.length === 0 || patterns.some((pattern) => matchesName(pattern, name));
}

/**
 * Deals out cells, those with the most seeds first, each to the shard that has the fewest runs so far: every shard comes to the same
 * split by itself. A file that does not load counts as one run, so that one shard says so and not all.
 */
function partOf(files: readonly PlannedFile[], { index, of }: Shard): readonly PlannedFile[] {
  const units = files.flatMap((file): { readonly key: PlannedFile | PlannedCase; readonly runs: number }[] =>
    file.error === null
      ? file.cases.map((each) => ({ key: each, runs: each.plan.seeds }))
      : [{ key: file, runs: 1 }],
  );
  const loads = Array.from({ length: of }, () => 0);
  const mine = new Set<PlannedFile | PlannedCase>();
  for (const { key, runs } of units.toSorted((a, b) => b.runs - a.runs)) {
    const shard = loads.indexOf(Math.min(...loads));
    loads[shard] = (loads[shard] ?? 0) + runs;
    if (shard === index - 1) mine.add(key);
  }
  return files.flatMap((file) => {
    const cases = file.cases.filter((each) => mine.has(each));
    return mine.has(file) || cases.length > 0 ? [{ ...file, cases }] : [];
  });
}
