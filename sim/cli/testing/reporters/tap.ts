/** TAP version 14: a test point a case, in order; what failed stands in its YAML block, whose texts are JSON strings, which YAML reads as they are. */
import { printable } from '../../printable.ts';
import type { CaseReport, FileReport, TestReport } from '../report.ts';
import type { MakeReporter } from '../reporter.ts';
import { caseTitle, findingText, isWrong, problemText } from '../words.ts';

export const makeTap: MakeReporter = ({ write }) => ({
  ended: (report) => write(tapText(report)),
});

function tapText({ files, notes }: TestReport): string {
  const points = files.flatMap((file) =>
    isWrong(file) ? [wrongPoint(file)] : file.cases.map((report) => casePoint(file.file, report)),
  );
  const lines = points.map((point, index) => point(index + 1));
  const plan = points.length === 0 ? '1..0 # SKIP nothing to test' : `1..${points.length}`;
  return `${['TAP version 14', plan, ...lines, ...notes.map((note) => `# ${printable(note)}`)].join('\n')}\n`;
}

type Point = (nth: number) => string;

function wrongPoint({ file, problems }: FileReport): Point {
  const [first] = problems;
  return (nth) =>
    [
      `not ok ${nth} - ${description(file)}`,
      ...block([
        ['message', problems.map((each) => `${each.line}:${each.column}: ${problemText(each)}`).join('\n')],
        ['severity', 'error'],
        ...(first === undefined ? [] : place(first.file, first)),
      ]),
    ].join('\n');
}

function casePoint(file: string, report: CaseReport): Point {
  const { status, findings, notes, story } = report;
  const name = description(`${file} > ${caseTitle(report)}`);
  const comments = notes.map((note) => `# ${printable(note)}`);
  if (status === 'skipped') return (nth) => `ok ${nth} - ${name} # SKIP after --bail`;
  if (status === 'passed') return (nth) => [`ok ${nth} - ${name}`, ...comments].join('\n');
  const [first] = findings;
  const replay = first?.replay ?? null;
  const said = findings.map((each) => `${each.line}:${each.column}: ${findingText(each, report)}`);
  return (nth) =>
    [
      `not ok ${nth} - ${name}`,
      ...block([
        ['message', said.join('\n')],
        ['severity', status === 'failed' || status === 'unknown' ? 'fail' : 'error'],
        ...(first === undefined ? [] : place(file, first)),
        ...(story === null ? [] : [['story', story.sentence] as const]),
        ...(replay === null ? [] : [['replay', replay] as const]),
      ]),
      ...comments,
    ].join('\n');
}

function place(
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
): readonly (readonly [string, string | number])[] {
  return [
    ['file', file],
    ['line', line],
    ['column', column],
  ];
}

function block(fields: readonly (readonly [string, string | number])[]): readonly string[] {
  return ['  ---', ...fields.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`), '  ...'];
}

/** A description ends at ` #`, so that sign and the backslash before it are escaped. */
function description(text: string): string {
  return printable(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
