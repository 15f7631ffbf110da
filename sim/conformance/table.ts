/**
 * The table of one experiment for a terminal: every figure, and each fact and time that does not simply agree, with what the real cluster did, what the
 * seeds did, and the verdict. What the page shows of an experiment, for somebody who looks at one.
 */
import type { Row, Verdict } from './judge.ts';
import type { Recording } from './recording.ts';

const verdictWords: Readonly<Record<Verdict, string>> = {
  agrees: 'agrees',
  tolerance: 'within tolerance',
  laboratory: 'laboratory',
  chance: 'one of several outcomes',
  differs: 'DIFFERS, explained',
  unexplained: 'DIFFERS',
};

/** No cell is wider; a long answer is cut. */
const cellCharactersMax = 60;

/** Ends with a line feed. */
export function experimentTable(recording: Recording, seeds: number, rows: readonly Row[]): string {
  const { name, broker, machine, repeats } = recording;
  const isListed = ({ kind, verdict }: Row): boolean =>
    kind === 'figure' || (verdict !== 'agrees' && verdict !== 'tolerance');
  const cells = rows
    .filter(isListed)
    .map((row) => [
      cut(row.kind === 'time' ? `time of ${row.name}` : row.name),
      cut(row.real),
      cut(row.simulated),
      `${verdictWords[row.verdict]}${row.isWide && row.kind === 'figure' ? ', wide' : ''}`,
    ]);
  const times = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
  return [
    `${name}: ${broker}, ${times(repeats, 'repeat')} on a ${machine} machine; ${times(seeds, 'seed')} of the simulator`,
    '',
    ...aligned([['', 'real', 'simulated', 'verdict'], ...cells]),
    '',
    ...(['figure', 'fact', 'time'] as const).map((kind) => counted(rows, kind)),
    '',
  ].join('\n');
}

function cut(text: string): string {
  return text.length <= cellCharactersMax ? text : `${text.slice(0, cellCharactersMax - 1)}…`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function counted(rows: readonly Row[], kind: Row['kind']): string {
  const found = new Map<Verdict, number>();
  for (const row of rows) if (row.kind === kind) found.set(row.verdict, (found.get(row.verdict) ?? 0) + 1);
  const parts = [...found].map(([verdict, count]) => `${count} ${verdictWords[verdict]}`);
  return `${kind}s: ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}
