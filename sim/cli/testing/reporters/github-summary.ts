/** The summary of a job on GitHub: sums, a table of what did not pass, and for the first few of those what happened, drawn by Mermaid. */
import { counted } from '../../../ledger/words.ts';
import { storyAsMermaid } from '../../../../reports/sections/story-mermaid.ts';
import { excerpt } from '../../printable.ts';
import type { CaseReport, Status, Story, TestReport } from '../report.ts';
import {
  caseRemark,
  caseTitle,
  codeOf,
  countsText,
  findingText,
  isWrong,
  problemText,
  sumsOf,
} from '../words.ts';

/** GitHub takes no more than 1 MiB a step, which hostile names could fill sooner than rows do. */
const charactersInTable = 400_000;
const rowsShown = 200;
const storiesShown = 5;
const charactersACell = 500;
const charactersALabel = 160;

const words: { readonly [status in Status]: string } = {
  passed: '✅ passed',
  failed: '❌ failed',
  unknown: '❔ a limit came first',
  refused: '🚫 could not run',
  defect: '💥 internal error',
  skipped: '⏭️ skipped',
};

export function summaryText(report: TestReport): string {
  const { cases, casesTotal, wrongFiles, runs } = sumsOf(report);
  const held = codeOf(report) === 0;
  const shard = report.shard === null ? '' : `, shard ${report.shard.index} of ${report.shard.of}`;
  const lines = [`## ${held ? '✅' : '❌'} Watership${shard}`, ''];
  if (wrongFiles > 0) lines.push(`${counted(wrongFiles, 'file')} cannot run.`);
  lines.push(
    `${casesTotal === 0 ? 'No scenarios' : `Scenarios: ${countsText(cases)}`}; runs: ${runs.passed} of ${runs.total} passed.`,
    '',
    ...tableOf(report),
  );
  for (const note of report.notes) lines.push(`> ${inline(note)}`, '');
  const stories = report.files
    .flatMap((file) => file.cases)
    .flatMap((own) => (own.story === null ? [] : [storyLines(own, own.story)]));
  lines.push(...stories.slice(0, storiesShown).flat());
  return `${lines.join('\n')}\n`;
}

function tableOf({ files }: TestReport): readonly string[] {
  const rows = files.flatMap((file) =>
    isWrong(file)
      ? file.problems.map((each) => [
          place(each.file, each.line),
          '',
          '🚫 cannot run',
          inline(problemText(each)),
        ])
      : file.cases.flatMap((each) => rowsOf(file.file, each)),
  );
  if (rows.length === 0) return [];
  let characters = 0;
  const shown = rows
    .slice(0, rowsShown)
    .map((row) => `| ${row.join(' | ')} |`)
    .filter((row) => (characters += row.length) <= charactersInTable);
  const more = rows.length - shown.length;
  return [
    '| Where | Scenario | | What |',
    '|---|---|---|---|',
    ...shown,
    '',
    ...(more > 0 ? [`and ${more} more`, ''] : []),
  ];
}

function rowsOf(file: string, report: CaseReport): readonly (readonly string[])[] {
  const { status, findings, notes } = report;
  const title = inline(caseTitle(report));
  const remarks = notes.map((note) => [place(file, 1), title, 'ℹ️ note', inline(note)]);
  if (status === 'passed' || status === 'skipped') return remarks;
  if (findings.length === 0)
    return [[place(file, 1), title, words[status], inline(caseRemark(report))], ...remarks];
  return [
    ...findings.map((each) => [
      place(file, each.line),
      title,
      words[status],
      inline(findingText(each, report)),
    ]),
    ...remarks,
  ];
}

function place(file: string, line: number): string {
  return `${inline(file)}:${line}`;
}

function storyLines(report: CaseReport, { seed, sentence, causes, lines }: Story): readonly string[] {
  const replay = report.findings[0]?.replay ?? null;
  const told = [
    `### ${inline(caseTitle(report))}, seed ${seed}`,
    '',
    [sentence, ...causes.slice(0, 1)].map(inline).join(' '),
    '',
  ];
  if (lines.length > 0)
    told.push(
      '```mermaid',
      storyAsMermaid(
        lines.map(({ time, sentence: said, follows, rule }) => ({
          timeUs: time * 1_000_000,
          sentence: excerpt(said, charactersALabel),
          follows,
          ...(rule !== null && { because: { rule } }),
        })),
      ),
      '```',
      '',
    );
  if (replay !== null) told.push(`Again: ${inline(replay)}`, '');
  return told;
}

/** Text of a scenario as text of Markdown: each sign that could mean something more is written by its number. */
function inline(text: string): string {
  return excerpt(text, charactersACell).replaceAll(
    /[\\`*_{}[\]()<>#+!|~@&:$]/g,
    (sign) => `&#${sign.charCodeAt(0)};`,
  );
}
