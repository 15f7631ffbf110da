/**
 * For GitHub Actions: an annotation for each thing that failed, on the expectation's own line, and a summary of the job in Markdown, added to the
 * file that `GITHUB_STEP_SUMMARY` names. Where a scenario failed the summary draws what happened.
 */
import path from 'node:path';
import { printable } from '../../printable.ts';
import type { CaseReport, FileReport, Finding } from '../report.ts';
import type { MakeReporter, ReporterContext } from '../reporter.ts';
import { caseTitle, findingText, problemText } from '../words.ts';
import { summaryText } from './github-summary.ts';

export interface SummaryFile {
  /** Adds to what other steps wrote. */
  readonly append: (text: string) => void;
}

/** `summary`: null where there is none. */
export function makeGithub(summary: SummaryFile | null): MakeReporter {
  return (context) => ({
    fileWrong: (file) => context.write(wrongLines(file, context)),
    caseEnded: (file, report) => context.write(caseLines(file, report, context)),
    ended: (report) => {
      for (const note of report.notes) context.write(`::notice title=watership::${data(printable(note))}\n`);
      summary?.append(summaryText(report));
    },
  });
}

function wrongLines({ problems }: FileReport, context: ReporterContext): string {
  return problems
    .map((each) => annotation('error', each.file, each, 'scenario', problemText(each), context))
    .join('');
}

function caseLines(file: string, report: CaseReport, context: ReporterContext): string {
  const title = caseTitle(report);
  const errors = report.findings.map((finding) => {
    const again = finding.replay === null ? '' : `\nAgain: ${finding.replay}`;
    return annotation('error', file, finding, title, findingText(finding, report) + again, context);
  });
  const notes = report.notes.map((note) =>
    annotation('notice', file, { line: 1, column: 1 }, title, printable(note), context),
  );
  return [...errors, ...notes].join('');
}

function annotation(
  level: 'error' | 'notice',
  file: string,
  { line, column }: Pick<Finding, 'line' | 'column'>,
  title: string,
  message: string,
  { environment }: ReporterContext,
): string {
  const at = `file=${property(inRepository(file, environment))},line=${line},col=${column}`;
  return `::${level} ${at},title=${property(title)}::${data(message)}\n`;
}

/** GitHub finds a file by its path from the root of the repository, wherever the step was run. */
function inRepository(file: string, environment: ReporterContext['environment']): string {
  const root = environment.GITHUB_WORKSPACE;
  if (root === undefined || root === '') return file;
  const relative = path.relative(root, path.resolve(file));
  return relative.startsWith('..') ? file : relative.replaceAll(path.sep, '/');
}

/** As the runner reads a message back. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As the runner reads a property back. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
