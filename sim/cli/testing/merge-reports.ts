/** Several results as one: the shards of one run, which have to be all of them, or runs of different files. */
import { UsageError } from '../usage-error.ts';
import type { CaseReport, FileReport, TestReport } from './report.ts';

export interface NamedReport {
  /** The file that it was read from. */
  readonly from: string;
  readonly report: TestReport;
}

/** Throws UsageError for results that do not belong together, and for a shard that is missing: half a result is no result. */
export function mergeReports(named: readonly NamedReport[]): TestReport {
  const version = oneVersion(named);
  const areShards = checkShards(named);
  const files = new Map<string, FileReport>();
  let before = 0;
  for (const { from, report } of named) {
    for (const file of report.files) {
      const known = files.get(file.file);
      const nth = before + file.nth;
      files.set(file.file, known === undefined ? { ...file, nth } : joined(known, file, from));
    }
    // Shards count files alike; others come one after another.
    if (!areShards) before += 1 + Math.max(-1, ...report.files.map(({ nth }) => nth));
  }
  return {
    watership_test: 1,
    version,
    shard: null,
    files: [...files.values()].toSorted((a, b) => a.nth - b.nth),
    notes: [...new Set(named.flatMap(({ report }) => report.notes))],
  };
}

function oneVersion(named: readonly NamedReport[]): string {
  const [first, ...others] = named;
  if (first === undefined) throw new UsageError('FILE is missing');
  const other = others.find(({ report }) => report.version !== first.report.version);
  if (other === undefined) return first.report.version;
  throw new UsageError(
    `${first.from} is by Watership ${first.report.version}, ${other.from} by ${other.report.version}`,
    'results of one version can be merged',
  );
}

/** Whether these are the shards of one run. */
function checkShards(named: readonly NamedReport[]): boolean {
  const [first] = named;
  const of = first?.report.shard?.of ?? null;
  const seen = new Map<number, string>();
  for (const { from, report } of named) {
    if ((report.shard?.of ?? null) !== of)
      throw new UsageError(`${from} and ${first?.from ?? from} are not parts of the same whole`);
    if (report.shard === null) continue;
    const { index } = report.shard;
    const twice = seen.get(index);
    if (twice !== undefined)
      throw new UsageError(`${twice} and ${from} are both shard ${index} of ${of ?? index}`);
    seen.set(index, from);
  }
  if (of === null) return false;
  for (let index = 1; index <= of; index++)
    if (!seen.has(index))
      throw new UsageError(
        `shard ${index} of ${of} is missing`,
        'its result may not have been written: look at its job',
      );
  return true;
}

function joined(known: FileReport, more: FileReport, from: string): FileReport {
  const cases: CaseReport[] = [...known.cases];
  for (const each of more.cases) {
    if (cases.some(({ nth }) => nth === each.nth))
      throw new UsageError(`${from} has results of ${more.file} that another file has too`);
    cases.push(each);
  }
  const problems = known.problems.length > 0 ? known.problems : more.problems;
  return { ...known, problems, cases: cases.toSorted((a, b) => a.nth - b.nth) };
}
