/** For a person: a line for each case as it ends, then what failed, each with its place and how to see it again, then the sums. */
import { counted } from '../../../ledger/words.ts';
import { printScenarioError, ScenarioError, type Problem } from '../../../scenario/problem.ts';
import { excerpt, printable } from '../../printable.ts';
import { wantsColour, type Paint, type Style } from '../../terminal.ts';
import { movedText } from '../baseline.ts';
import type { CaseReport, Durations, FileReport, MovedFigure, Status, TestReport } from '../report.ts';
import type { MakeReporter } from '../reporter.ts';
import { caseRemark, caseTitle, countsText, findingText, isWrong, sumsOf } from '../words.ts';

const marks: { readonly [status in Status]: readonly [mark: string, style: Style] } = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  unknown: ['?', 'yellow'],
  refused: ['!', 'red'],
  defect: ['!', 'red'],
  skipped: ['-', 'dim'],
};

/** More findings of one case are counted. */
const findingsShown = 12;
const movedShown = 20;
const sentenceCharacters = 240;

export const makeDefault: MakeReporter = ({ write, paint }) => ({
  fileWrong: ({ file }) => write(` ${paint('red', '!')} ${printable(file)}  ${paint('red', 'cannot run')}\n`),
  caseEnded: (file, report, durations) => write(`${caseLine(file, report, durations, paint)}\n`),
  ended: (report, durations) => write(endText(report, durations, paint)),
});

function caseLine(file: string, report: CaseReport, durations: Durations, paint: Paint): string {
  const [mark, style] = marks[report.status];
  const ms = durations.of(file, report);
  const parts = [`${paint(style, mark)} ${printable(file)}`, cellOf(report), caseRemark(report)];
  if (ms !== null) parts.push(paint('dim', durationText(ms)));
  return ` ${parts.filter((part) => part !== '').join('  ')}`;
}

function cellOf(report: CaseReport): string {
  const title = caseTitle(report);
  return Object.keys(report.matrix).length === 0 ? '' : title.slice(printable(report.scenario).length + 1);
}

/** What failed and the sums: the end of `default` and of `dot`. */
export function endText(report: TestReport, durations: Durations, paint: Paint): string {
  const lines: string[] = [];
  for (const file of report.files) {
    if (isWrong(file)) lines.push('', headOf(file.file, '', 'cannot run', paint), wrongText(file, paint));
    for (const each of file.cases)
      if (each.findings.length > 0 || !isGood(each)) lines.push('', ...caseTrouble(file.file, each, paint));
  }
  for (const { file, cases } of report.files)
    for (const each of cases)
      for (const note of each.notes)
        lines.push('', noteLine(`${printable(file)} ${cellOf(each)}`, note, paint));
  for (const note of report.notes) lines.push('', noteLine('', note, paint));
  lines.push('', ...sumLines(report, durations, paint));
  return `${lines.join('\n')}\n`;
}

function isGood({ status }: CaseReport): boolean {
  return status === 'passed' || status === 'skipped';
}

function headOf(file: string, cell: string, what: string, paint: Paint): string {
  return `${paint('red', ` ${what.toUpperCase()} `)} ${paint('bold', `${printable(file)}${cell === '' ? '' : ` ${cell}`}`)}`;
}

function wrongText({ problems }: FileReport, paint: Paint): string {
  return printScenarioError(new ScenarioError(problems), { colour: wantsColour(paint) }).trimEnd();
}

/** The findings of a case with their lines of the file, as errors of a file are shown, and what happened. */
function caseTrouble(file: string, report: CaseReport, paint: Paint): readonly string[] {
  const { findings, story, status } = report;
  const lines = [headOf(file, cellOf(report), headline(report), paint)];
  if (story !== null)
    lines.push(
      ...[story.sentence, ...story.causes.slice(0, 1)].map((each) => excerpt(each, sentenceCharacters)),
    );
  const own = findings.filter(({ kind }) => kind !== 'moved');
  const problems = own.slice(0, findingsShown).map((finding): Problem => ({
    kind: 'invalid',
    file,
    line: finding.line,
    column: finding.column,
    excerpt: finding.excerpt,
    message: excerpt(findingText(finding, report), 2 * sentenceCharacters),
  }));
  if (problems.length > 0) lines.push(wrongText({ file, nth: 0, problems, cases: [] }, paint));
  if (own.length > findingsShown) lines.push(`and ${own.length - findingsShown} more`);
  lines.push(...movedLines(report.moved ?? []));
  const replays = [...new Set(findings.flatMap(({ replay }) => replay ?? []))];
  lines.push(...replays.slice(0, 3).map((replay) => `${paint('bold', 'Again')}  ${replay}`));
  if (status === 'defect')
    lines.push(
      'This is a defect of Watership, not of your scenario. Please report it with the scenario file.',
    );
  return lines;
}

function headline({ status, findings }: CaseReport): string {
  if (status === 'failed' && findings.every(({ kind }) => kind === 'moved')) return 'moved';
  return status === 'unknown' ? 'limit reached' : status === 'defect' ? 'internal error' : 'failed';
}

/** What moved since the baseline, a line for each seed and figure. */
function movedLines(moved: readonly MovedFigure[]): readonly string[] {
  const lines = moved.slice(0, movedShown).map((each) => `  seed ${each.seed}  ${movedText(each)}`);
  const rest = moved.length - lines.length;
  return rest > 0 ? [...lines, `  and ${rest} more`] : lines;
}

function noteLine(where: string, note: string, paint: Paint): string {
  return `${paint('yellow', 'note')}  ${[where.trim(), excerpt(note, 2 * sentenceCharacters)].filter((part) => part !== '').join('  ')}`;
}

function sumLines(report: TestReport, durations: Durations, paint: Paint): readonly string[] {
  const { cases, casesTotal, wrongFiles, runs, moved } = sumsOf(report);
  const rows: (readonly [string, string])[] = [];
  const { shard } = report;
  if (shard !== null) rows.push(['Shard', `${shard.index} of ${shard.of}`]);
  if (wrongFiles > 0) rows.push(['Files', paint('red', `${wrongFiles} cannot run`)]);
  rows.push(['Scenarios', casesTotal === 0 ? 'none' : `${countsText(cases)} (${casesTotal})`]);
  if (moved > 0) rows.push(['Baseline', paint('red', `${counted(moved, 'figure')} moved`)]);
  const bad = runs.total - runs.passed;
  rows.push(['Runs', `${bad > 0 ? `${bad} did not pass, ` : ''}${runs.passed} passed (${runs.total})`]);
  if (durations.totalMs > 0) rows.push(['Duration', durationText(durations.totalMs)]);
  return rows.map(([name, value]) => `${paint('dim', name.padStart(10))}  ${value}`);
}

function durationText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
