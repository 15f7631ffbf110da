/** A comparison as a person reads it: what was changed, what came of it in figures, and where the two runs part. */
import type { Scalar, TimelineEvent } from '../../ledger/result.ts';
import { counted } from '../../ledger/words.ts';
import { excerpt, printable } from '../printable.ts';
import type { Paint } from '../terminal.ts';
import { columnLines } from '../text/columns.ts';
import type { Comparison } from './compare.ts';
import type { Difference } from './differences.ts';
import type { TraceRecord } from './parting.ts';

export interface CompareTextOptions {
  readonly files: readonly [string, string];
  readonly paint: Paint;
}

const rowsMax = 40;
const valueCharacters = 40;
const pathCharacters = 60;
const recordCharacters = 160;
const rulesMax = 20;

export function comparisonText(comparison: Comparison, { files, paint }: CompareTextOptions): string {
  const { same, only, seed, name, cell, scenario, figures, hashes } = comparison;
  const word = same ? paint('green', 'SAME') : paint('red', 'DIFFERENT');
  const where = [name, `seed ${seed}`, cell]
    .filter((part) => part !== '')
    .map(printable)
    .join(', ');
  const parts = [`${word}  ${paint('bold', where)}`];
  if (only !== null) {
    const [has, lacks] = only === 'a' ? files : [files[1], files[0]];
    return `${[...parts, `  in ${printable(has)}, and not in ${printable(lacks)}`].join('\n')}\n`;
  }
  parts.push(`  A  ${printable(files[0])}`, `  B  ${printable(files[1])}`);
  parts.push(...section('What was changed', scenario, paint), ...section('Figures', figures, paint));
  parts.push(
    ...ruleLines(comparison),
    ...timelineLines(comparison, paint),
    ...partingLines(comparison, paint),
  );
  if (!same && figures.length === 0 && !comparison.journals && hashes.a !== hashes.b)
    parts.push(
      '',
      'All figures and the timeline are the same; the trace hashes are not: another version of Watership, another text of the scenario, or records that results do not show.',
    );
  return `${parts.join('\n')}\n`;
}

export function summaryText(pairs: number, different: number): string {
  return `\n${counted(pairs, 'pair')} compared, ${different === 0 ? 'all the same' : `${different} different`}\n`;
}

function section(title: string, rows: readonly Difference[], paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows
    .slice(0, rowsMax)
    .map(({ path, a, b }) => [excerpt(path, pathCharacters), valueText(a), valueText(b), change(a, b)]);
  const [head = '', ...lines] = columnLines([[title, 'A', 'B', ''], ...cells]);
  const more = rows.length - cells.length;
  return ['', paint('bold', head), ...lines, ...(more > 0 ? [`and ${more} more`] : [])];
}

function valueText(value: Scalar): string {
  return value === null ? '-' : excerpt(String(value), valueCharacters);
}

function change(a: Scalar, b: Scalar): string {
  if (typeof a !== 'number' || typeof b !== 'number') return '';
  const difference = Number((b - a).toPrecision(6));
  return difference > 0 ? `+${difference}` : String(difference);
}

function ruleLines({ rules: { onlyA, onlyB } }: Comparison): readonly string[] {
  const line = (side: string, rules: readonly string[]): readonly string[] =>
    rules.length === 0
      ? []
      : [
          `Rules at work only in ${side}: ${printable(rules.slice(0, rulesMax).join(', '))}${rules.length > rulesMax ? ` and ${rules.length - rulesMax} more` : ''}`,
        ];
  const lines = [...line('A', onlyA), ...line('B', onlyB)];
  return lines.length === 0 ? [] : ['', ...lines];
}

function timelineLines({ timeline }: Comparison, paint: Paint): readonly string[] {
  if (timeline === null) return [];
  return [
    '',
    paint('bold', `The timelines part at event ${timeline.event}`),
    `A ${eventText(timeline.a)}`,
    `B ${eventText(timeline.b)}`,
  ];
}

function eventText(event: TimelineEvent | null): string {
  if (event === null) return '(ends)';
  const { time, event: name, ...fields } = event;
  return fieldsText(`${time.toFixed(3)} s`, name, fields);
}

function partingLines({ parting }: Comparison, paint: Paint): readonly string[] {
  if (parting === null) return [];
  return [
    '',
    paint('bold', `The runs part at record ${parting.record}`),
    ...parting.before.map((record) => `  ${recordText(record)}`),
    `A ${recordText(parting.a)}`,
    `B ${recordText(parting.b)}`,
  ];
}

function recordText(record: TraceRecord | null): string {
  if (record === null) return '(ends)';
  const { time, record: name, ...fields } = record;
  return fieldsText(`${String(time)} s`, String(name), fields);
}

function fieldsText(time: string, name: string, fields: Readonly<Record<string, unknown>>): string {
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return excerpt(`${time.padStart(14)}  ${name}  ${rest.join(' ')}`, recordCharacters);
}
