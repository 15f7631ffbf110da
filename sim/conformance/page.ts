/**
 * The conformance table as text for a terminal and as a page. The page shows every figure of every experiment; facts and times, of which there
 * are thousands, are counted, and each that does not simply agree has a row of its own. Left out: running anything.
 */
import type { Recording } from './recording.ts';
import type { Row, Verdict } from './judge.ts';

/** An experiment that was run, or one that waits. */
export type Judged =
  | {
      readonly recording: Recording;
      /** Which recording of the experiment this is, where there are several. */
      readonly which: 'recording' | 'second recording';
      readonly seeds: number;
      readonly rows: readonly Row[];
    }
  | { readonly recording: Recording; readonly waitsFor: string };

const verdicts: readonly Verdict[] = [
  'agrees',
  'tolerance',
  'laboratory',
  'chance',
  'differs',
  'unexplained',
];

const verdictWords: Readonly<Record<Verdict, string>> = {
  agrees: 'agrees',
  tolerance: 'agrees within the stated tolerance',
  laboratory: 'agrees but for the laboratory',
  chance: 'agrees: chance by the rules',
  differs: '**differs**, explained',
  unexplained: '**differs**',
};

/** How many rows of a kind have which verdict. */
function counts(rows: readonly Row[], kind?: Row['kind']): ReadonlyMap<Verdict, number> {
  const found = new Map<Verdict, number>();
  for (const row of rows) {
    if (kind !== undefined && row.kind !== kind) continue;
    found.set(row.verdict, (found.get(row.verdict) ?? 0) + 1);
  }
  return found;
}

function countsText(rows: readonly Row[], kind: Row['kind']): string {
  const found = counts(rows, kind);
  return verdicts
    .flatMap((verdict) => (found.has(verdict) ? [`${found.get(verdict)} ${verdict}`] : []))
    .join(', ');
}

/** For a terminal: a line an experiment, and under it what does not agree. */
export function tableText(judged: readonly Judged[]): string {
  const lines: string[] = [];
  for (const one of judged) {
    const { name, machine } = one.recording;
    if ('waitsFor' in one) {
      lines.push(`${name}: waits for ${one.waitsFor}`);
      continue;
    }
    lines.push(
      `${name} (${one.which}, ${machine} machine, ${one.recording.repeats} repeats, ${one.seeds} seeds)`,
    );
    for (const kind of ['figure', 'fact', 'time'] as const)
      lines.push(`  ${kind}s: ${countsText(one.rows, kind)}`);
    for (const row of one.rows) {
      if (row.verdict === 'differs' || row.verdict === 'unexplained')
        lines.push(
          `  ${row.verdict.toUpperCase()} ${row.name}: real ${row.real}, simulated ${row.simulated}${because(row)}`,
        );
      else if (row.isWide && row.kind === 'figure')
        lines.push(`  wide ${row.name}: real ${row.real}, simulated ${row.simulated}`);
    }
  }
  lines.push('', summary(judged));
  return `${lines.join('\n')}\n`;
}

function because({ reason }: Row): string {
  return reason === '' ? '' : `. ${reason}`;
}

/** One paragraph: how much agrees. */
function summary(judged: readonly Judged[]): string {
  const run = judged.flatMap((one) => ('rows' in one ? [one] : []));
  const rows = run.flatMap((one) => one.rows);
  const parts = (['figure', 'fact', 'time'] as const).map((kind) => `${kind}s: ${countsText(rows, kind)}`);
  const wide = rows.filter(({ isWide, kind }) => isWide && kind === 'figure').length;
  return `${run.length} recordings judged, ${judged.length - run.length} wait. ${parts.join('; ')}; ${wide} figures are wide.`;
}

/** The page, Markdown. `introduction` comes first. */
export function pageText(judged: readonly Judged[], introduction: string): string {
  const parts = [introduction.trimEnd(), '', '## Summary', '', summary(judged), '', ...overview(judged)];
  for (const one of judged) {
    if (!('waitsFor' in one)) parts.push('', ...section(one));
  }
  return `${parts.join('\n')}\n`;
}

function overview(judged: readonly Judged[]): string[] {
  const lines = [
    '| Experiment | Recording | Repeats | Figures | Facts | Times |',
    '|---|---|---|---|---|---|',
  ];
  for (const one of judged) {
    const { name, machine, repeats } = one.recording;
    if ('waitsFor' in one) {
      lines.push(`| ${name} | ${machine} | ${repeats} | waits for ${one.waitsFor} | | |`);
      continue;
    }
    const cells = (['figure', 'fact', 'time'] as const).map((kind) => countsText(one.rows, kind));
    lines.push(`| [${name}](#${anchor(one)}) | ${machine} | ${repeats} | ${cells.join(' | ')} |`);
  }
  return lines;
}

function anchor({ recording, which }: Extract<Judged, { readonly rows: unknown }>): string {
  return which === 'recording' ? recording.name : `${recording.name}-second-recording`;
}

function section(one: Extract<Judged, { readonly rows: unknown }>): string[] {
  const { recording, seeds, rows, which } = one;
  const listed = rows.filter(
    ({ kind, verdict }) => kind === 'figure' || (verdict !== 'agrees' && verdict !== 'tolerance'),
  );
  const title = which === 'recording' ? recording.name : `${recording.name} second recording`;
  return [
    `## ${title}`,
    '',
    `${recording.description}. ${recording.repeats} repeats on a ${recording.machine} machine, ${seeds} seeds.`,
    '',
    '| | Real | Simulated | Verdict | Why |',
    '|---|---|---|---|---|',
    ...listed.map(
      (row) =>
        `| ${cell(row.kind === 'time' ? `time of ${row.name}` : row.name)} | ${cell(row.real)} | ${cell(row.simulated)} | ${verdictWords[row.verdict]}${row.isWide ? ', wide' : ''} | ${cell(row.verdict === 'tolerance' ? '' : row.reason)} |`,
    ),
    '',
    `Facts: ${countsText(rows, 'fact') || 'none'}. Times: ${countsText(rows, 'time') || 'none'}.`,
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
