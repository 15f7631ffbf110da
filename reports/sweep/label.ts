/** What a configuration is called: a number, and the values in which it differs. */
import type { Scalar } from '../../sim/ledger/result.ts';
import type { SweepCell } from '../../sim/ledger/sweep.ts';

/** More rows than this nobody reads off a chart; the tables have them all. */
export const ROWS_MAX = 40;

/** `3. autoheal, 8s`; the file where there is no matrix. `index` counts from 0. */
export function cellLabel(cell: SweepCell, index: number): string {
  return `${index + 1}. ${cellName(cell)}`;
}

/** The values of a configuration; what is no text says nothing without the last word of its path. Of a file its name: where it lies stands in its commands. */
export function cellName({ values, file }: SweepCell): string {
  const entries = Object.entries(values);
  if (entries.length === 0) return file.slice(file.lastIndexOf('/') + 1);
  return entries
    .map(([path, value]) => (isTelling(value) ? value : `${lastWord(path)} ${String(value)}`))
    .join(', ');
}

/** What the values of the rows are values of: the paths of the first one's. */
export function axesOf(cells: readonly SweepCell[]): string {
  return Object.keys(cells[0]?.values ?? {})
    .map(lastWord)
    .join(', ');
}

function isTelling(value: Scalar): value is string {
  return typeof value === 'string' && !value.startsWith('{') && !value.startsWith('[');
}

function lastWord(path: string): string {
  const words = path.split('.');
  const last = words.at(-1) ?? path;
  return /^\d+$/.test(last) ? words.slice(-2).join('.') : last;
}

/** `12.5 %`; what is neither none nor all is never written as if it were. */
export function percent(share: number): string {
  if (share === 0) return '0 %';
  if (share < 0.001) return '< 0.1 %';
  if (share > 0.999 && share < 1) return '> 99.9 %';
  return `${Number((share * 100).toFixed(1))} %`;
}

/** Seconds as a person compares them: `850 ms`, `12.3 s`, `4.2 min`. */
export function seconds(value: number | null): string {
  if (value === null) return '–';
  if (value === 0) return '0 s';
  if (value < 1) return `${Number((value * 1000).toPrecision(3))} ms`;
  if (value < 600) return `${Number(value.toPrecision(3))} s`;
  return `${Number((value / 60).toPrecision(3))} min`;
}
