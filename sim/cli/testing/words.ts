/** Names and sentences that all reporters share, so that one thing is called the same everywhere. */
import { ExitCode, worse } from '../exit-code.ts';
import { cellText } from '../plan.ts';
import { printable } from '../printable.ts';
import type { CaseReport, FileReport, Finding, Status, TestReport } from './report.ts';

/** `leader-dies [ha-sync-mode=manual]`. */
export function caseTitle({ scenario, matrix }: CaseReport): string {
  const cell = cellText(matrix);
  return printable(scenario) + (cell === '' ? '' : ` [${cell}]`);
}

/** The message, with the seeds that show it where a case has several. */
export function findingText({ message, seed, seeds }: Finding, { seeds: of }: CaseReport): string {
  const text = printable(message);
  if (of.count === 1 || seed === null) return text;
  return seeds === 1
    ? `${text} (seed ${seed} of ${of.count} seeds)`
    : `${text} (seed ${seed}, and ${seeds - 1} more of ${of.count} seeds)`;
}

/** How many seeds of the case did not pass. */
function seedsNotPassed({ runs, seeds, status }: CaseReport): number {
  return status === 'skipped' ? 0 : seeds.count - runs.filter(({ verdict }) => verdict === 'passed').length;
}

/** What is said of a case besides its name: how many seeds failed, that nothing is expected. Empty for nothing. */
export function caseRemark(report: CaseReport): string {
  const { status, seeds, expects } = report;
  if (status === 'skipped') return 'skipped';
  const bad = seedsNotPassed(report);
  const verb =
    status === 'unknown' ? 'reached a limit first' : status === 'refused' ? 'could not run' : 'failed';
  if (bad === 0 && status === 'failed' && (report.moved ?? []).length > 0) return 'moved';
  if (bad > 0) return seeds.count === 1 ? '' : `${bad} of ${seeds.count} seeds ${verb}`;
  const parts = seeds.count > 1 ? [`${seeds.count} seeds`] : [];
  if (!expects) parts.push('expects nothing');
  return parts.join(', ');
}

export type Counts = { readonly [status in Status]: number };

export interface Sums {
  readonly cases: Counts;
  readonly casesTotal: number;
  /** Files that cannot run. */
  readonly wrongFiles: number;
  readonly runs: { readonly passed: number; readonly total: number };
  readonly moved: number;
}

export function sumsOf({ files }: TestReport): Sums {
  const cases = { passed: 0, failed: 0, unknown: 0, refused: 0, defect: 0, skipped: 0 };
  const runs = { passed: 0, total: 0 };
  let moved = 0;
  for (const report of files.flatMap((file) => file.cases)) {
    cases[report.status] += 1;
    if (report.status === 'skipped') continue;
    runs.total += report.seeds.count;
    runs.passed += report.seeds.count - seedsNotPassed(report);
    moved += report.moved?.length ?? 0;
  }
  const casesTotal = files.reduce((sum, file) => sum + file.cases.length, 0);
  return { cases, casesTotal, wrongFiles: files.filter(isWrong).length, runs, moved };
}

export function isWrong({ problems }: FileReport): boolean {
  return problems.length > 0;
}

/** `1 failed, 2 passed`: what there is, worst first. */
export function countsText(counts: Counts): string {
  const words: readonly (readonly [Status, string])[] = [
    ['defect', 'with an internal error'],
    ['refused', 'could not run'],
    ['failed', 'failed'],
    ['unknown', 'reached a limit first'],
    ['skipped', 'skipped'],
    ['passed', 'passed'],
  ];
  return words
    .filter(([status]) => counts[status] > 0)
    .map(([status, word]) => `${counts[status]} ${word}`)
    .join(', ');
}

const codes: { readonly [status in Status]: ExitCode } = {
  passed: ExitCode.held,
  skipped: ExitCode.held,
  failed: ExitCode.failed,
  unknown: ExitCode.failed,
  refused: ExitCode.wrongUse,
  defect: ExitCode.defect,
};

/** The code that a report ends with: the worst of its parts. */
export function codeOf({ files }: TestReport): ExitCode {
  let code: ExitCode = files.some(isWrong) ? ExitCode.wrongUse : ExitCode.held;
  for (const { status } of files.flatMap((file) => file.cases)) code = worse(code, codes[status]);
  return code;
}

/** The texts of an error's hint below its message. */
export function problemText({ message, hint }: FileReport['problems'][number]): string {
  return printable(hint === undefined ? message : `${message}: ${hint}`);
}
