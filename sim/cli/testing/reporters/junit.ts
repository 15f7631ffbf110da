/**
 * JUnit XML as Jenkins, GitLab and their kin read it: a suite for each file, a case for each cell with all its seeds. Written for the schema of Jenkins' xUnit plugin;
 * host name and time stamp, which are optional there, are left out, so that the same runs yield the same file but for `time`.
 */
import { printable } from '../../printable.ts';
import type { CaseReport, Durations, FileReport, Finding, Status, TestReport } from '../report.ts';
import type { MakeReporter } from '../reporter.ts';
import { caseTitle, findingText, isWrong, problemText } from '../words.ts';

export const makeJunit: MakeReporter = ({ write }) => ({
  ended: (report, durations) => write(junitText(report, durations)),
});

function junitText({ files, notes }: TestReport, durations: Durations): string {
  const suites = files.map((file) => suiteOf(file, durations));
  const sum = (of: (suite: Suite) => number): number => suites.reduce((total, suite) => total + of(suite), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    tag('testsuites', {
      name: 'watership',
      tests: sum(({ tests }) => tests),
      failures: sum(({ failures }) => failures),
      errors: sum(({ errors }) => errors),
      ...timeOf(suites.flatMap(({ times }) => times)),
    }),
    ...notes.map(
      (note) =>
        `<!-- ${printable(note)
          .replaceAll(/-(?=-)/g, '- ')
          .replaceAll('>', ')')} -->`,
    ),
    ...suites.flatMap(({ lines }) => lines),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly lines: readonly string[];
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  /** In milliseconds; null: nobody measured. */
  readonly times: readonly (number | null)[];
}

function suiteOf(file: FileReport, durations: Durations): Suite {
  const count = (...statuses: Status[]): number =>
    file.cases.filter(({ status }) => statuses.includes(status)).length;
  const wrong = isWrong(file);
  const tests = wrong ? 1 : file.cases.length;
  const failures = count('failed', 'unknown');
  const errors = wrong ? 1 : count('refused', 'defect');
  const times = file.cases.map((each) => durations.of(file.file, each));
  const attributes = {
    name: file.file,
    tests,
    failures,
    errors,
    skipped: count('skipped'),
    ...timeOf(times),
  };
  const cases = wrong ? wrongCase(file) : file.cases.flatMap((each) => caseLines(file.file, each, durations));
  return { lines: [tag('testsuite', attributes), ...cases, '</testsuite>'], tests, failures, errors, times };
}

function wrongCase({ file, problems }: FileReport): readonly string[] {
  const lines = problems.map((each) => `${each.file}:${each.line}:${each.column}: ${problemText(each)}`);
  const message = problems[0] === undefined ? '' : problemText(problems[0]);
  return [
    tag('testcase', { name: file, classname: file }),
    `${tag('error', { message, type: 'scenario' })}${text(lines)}</error>`,
    '</testcase>',
  ];
}

function caseLines(file: string, report: CaseReport, durations: Durations): readonly string[] {
  const { status, findings, notes } = report;
  const attributes = {
    name: caseTitle(report),
    classname: file,
    ...timeOf([durations.of(file, report)]),
  };
  const inner: string[] = [];
  if (status === 'skipped') inner.push('<skipped/>');
  else if (status !== 'passed') inner.push(troubleText(file, report));
  const replays = [...new Set(findings.flatMap(({ replay }) => replay ?? []))];
  const said = [...notes.map((note) => `note: ${note}`), ...replays.map((replay) => `Again: ${replay}`)];
  if (said.length > 0) inner.push(`<system-out>${text(said)}</system-out>`);
  return inner.length === 0
    ? [tag('testcase', attributes).replace(/>$/, '/>')]
    : [tag('testcase', attributes), ...inner, '</testcase>'];
}

/** One element a case, however much is wrong: readers that show one would choose the last. */
function troubleText(file: string, report: CaseReport): string {
  const { status, findings, story } = report;
  const element = status === 'failed' || status === 'unknown' ? 'failure' : 'error';
  const [first] = findings;
  const message = first === undefined ? (story?.sentence ?? status) : findingText(first, report);
  const rest = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  const lines = [
    ...findings.map((each) => `${placeOf(file, each)}: ${findingText(each, report)}`),
    ...(story === null ? [] : [story.sentence, ...story.causes]),
  ];
  return `${tag(element, { message: message + rest, type: first?.kind ?? status })}${text(lines)}</${element}>`;
}

function placeOf(file: string, { line, column }: Finding): string {
  return `${file}:${line}:${column}`;
}

function tag(name: string, attributes: { readonly [name: string]: string | number }): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(String(value))}"`);
  return `<${name}${written.join('')}>`;
}

function text(lines: readonly string[]): string {
  return lines.map(escape).join('\n');
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML cannot hold at all (control characters, two signs that Unicode gives no meaning) is shown, not kept. */
function escape(written: string): string {
  return printable(written)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** The sum, or nothing where nobody measured: in a merged report. */
function timeOf(times: readonly (number | null)[]): { readonly time?: string } {
  const known = times.filter((ms) => ms !== null);
  if (known.length === 0 && times.length > 0) return {};
  return { time: (known.reduce((sum, ms) => sum + ms, 0) / 1_000).toFixed(3) };
}
