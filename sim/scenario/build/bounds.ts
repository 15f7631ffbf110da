/** Numbers as expectations write them: `0`, `"<= 3"`, `">= redelivered"`, `{ min: 1, max: 5 }`. */
import type { Bound } from '../expect-model.ts';
import type { Path } from '../document.ts';
import { shown } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import type { WrittenBound } from '../schema/expect.ts';
import type { Checker } from './checker.ts';

/** The bounds, or none after reporting why not. `figures` are the names that may stand for a number. */
export function buildBounds(
  checker: Checker,
  path: Path,
  written: WrittenBound,
  figures: readonly string[],
): readonly Bound[] {
  if (typeof written === 'number') return [{ comparison: '=', than: written }];
  if (typeof written === 'string') {
    const match = /^(=|==|!=|<|<=|>|>=)?\s*(\S{1,60})$/.exec(written.slice(0, 100).trim());
    const than = match?.[2] === undefined ? undefined : operand(checker, path, match[2], figures);
    if (!match)
      checker.problem(path, `a number or a comparison such as "<= 3" is needed, not ${shown(written)}`);
    const comparison = (match?.[1] === '==' ? '=' : (match?.[1] ?? '=')) as Bound['comparison'];
    return than === undefined ? [] : [{ comparison, than }];
  }
  const bounds: Bound[] = [];
  for (const [key, comparison] of [
    ['min', '>='],
    ['max', '<='],
  ] as const) {
    const value = written[key];
    if (value === undefined) continue;
    const than = typeof value === 'number' ? value : operand(checker, [...path, key], value.trim(), figures);
    if (than !== undefined) bounds.push({ comparison, than });
  }
  if (typeof written.min === 'number' && typeof written.max === 'number' && written.min > written.max)
    checker.problem([...path, 'max'], 'max lies below min');
  return bounds;
}

function operand(
  checker: Checker,
  path: Path,
  text: string,
  figures: readonly string[],
): Bound['than'] | undefined {
  if (/^-?\d{1,15}(\.\d{1,9})?$/.test(text)) return Number(text);
  if (figures.includes(text)) return { figure: text };
  const what = figures.length > 0 ? 'a number or the name of a figure' : 'a number';
  const hint = /^\d+(\.\d+)?[a-z]+$/.test(text)
    ? 'results are in seconds, bytes and messages: write the number alone'
    : undefined;
  checker.problem(path, `${what} is needed, not ${shown(text)}`, didYouMean(text, figures) ?? hint);
  return undefined;
}

/** Bounds as a failure shows them: `= 0`, `>= 1 and <= 5`. */
export function boundsText(bounds: readonly Bound[]): string {
  return bounds
    .map(({ comparison, than }) => `${comparison} ${typeof than === 'number' ? than : than.figure}`)
    .join(' and ');
}
