/** Many runs as text: a table of outcomes over the seeds of one set, or a line a set where there are several. */
import type { Verdict } from '../../ledger/result.ts';
import { messageFigures } from '../../scenario/results.ts';
import { cellText } from '../plan.ts';
import { excerpt, printable } from '../printable.ts';
import { failingSeedsListed, harm, type SeedSet } from '../seed-set.ts';
import type { Paint } from '../terminal.ts';
import { columnLines } from './columns.ts';
import { failureLines, notJudgedLines, verdictWord } from './result-text.ts';

export interface SetTextOptions {
  /** The command that runs one seed of the set again. */
  readonly replay: (seed: number) => string;
  readonly paint: Paint;
}

const sentenceCharacters = 240;

/** A set of several seeds on one screen. */
export function seedsText(set: SeedSet, { replay, paint }: SetTextOptions): string {
  const { scenario, firstSeed, seeds } = set.plan;
  const cell = cellText(scenario.matrix);
  const title = `${printable(scenario.name)}, seeds ${firstSeed} to ${firstSeed + seeds - 1}${cell === '' ? '' : `, ${cell}`}`;
  const parts = [`${verdictWord(set.verdict(), paint)}  ${paint('bold', title)}`, countsSentence(set)];
  const cause = set.shownRun?.causeSentences[0];
  if (cause !== undefined) parts.push(excerpt(cause, sentenceCharacters));
  parts.push('', ...spreadLines(set, paint));
  parts.push(...troubleLines(set, { replay, paint }));
  return `${parts.join('\n')}\n`;
}

/** One set among several: a line, and below it what failed. `labelWidth` aligns the lines of a command. */
export function setLine(set: SeedSet, labelWidth: number, options: SetTextOptions): string {
  const { paint } = options;
  const word = verdictWord(set.verdict(), paint) + ' '.repeat('UNKNOWN'.length - set.verdict().length);
  const run = set.shownRun;
  const figures = run === null ? '' : figuresText(set);
  const line = `${word}  ${setLabel(set).padEnd(labelWidth)}  ${figures}`.trimEnd();
  return `${[
    line,
    ...troubleLines(set, options)
      .filter((text) => text !== '')
      .map((text) => `  ${text}`),
  ].join('\n')}\n`;
}

/** File and matrix cell. */
export function setLabel({ plan }: SeedSet): string {
  return [printable(plan.file), cellText(plan.scenario.matrix)].filter((part) => part !== '').join('  ');
}

function figuresText(set: SeedSet): string {
  const run = set.shownRun;
  if (set.plan.seeds > 1) return countsSentence(set);
  if (run === null) return '';
  const { published, confirmed } = run.result.messages;
  const harmed = harm(run.result).map(([figure, value]) => `${figure} ${value}`);
  return [`published ${published}`, `confirmed ${confirmed}`, ...harmed].join(', ');
}

function countsSentence({ plan, counts, defects }: SeedSet): string {
  const parts = [`${counts.passed} of ${plan.seeds} seeds passed`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.unknown > 0) parts.push(`${counts.unknown} reached a limit first`);
  if (defects > 0) parts.push(`${defects} ended with an internal error`);
  return parts.join(', ');
}

function spreadLines(set: SeedSet, paint: Paint): readonly string[] {
  const rows = messageFigures
    .map((figure) => ({ figure, ...set.spread(figure) }))
    .filter(({ figure, max }) => max > 0 || figure === 'published')
    .map(({ figure, min, median, max }) => [figure, String(min), String(median), String(max)]);
  const [head = '', ...lines] = columnLines([['', 'min', 'median', 'max'], ...rows]);
  return [paint('bold', head), ...lines];
}

/** What failed and the commands that show it; begins with an empty line unless there is nothing. */
function troubleLines(set: SeedSet, { replay, paint }: SetTextOptions): readonly string[] {
  const { plan, failing, counts } = set;
  const lines: string[] = [];
  const ofSet = set.setFailures();
  if (ofSet.length > 0) lines.push('', ...failureLines(ofSet, plan.file, paint));
  for (const { seed, failures, verdict, sentence } of failing) {
    lines.push('');
    if (plan.seeds > 1)
      lines.push(`seed ${seed} ${verdict === 'unknown' ? 'reached a limit first' : 'failed'}`);
    if (failures.length > 0) lines.push(...failureLines(failures, plan.file, paint));
    else lines.push(excerpt(sentence, sentenceCharacters));
    lines.push(`Again  ${replay(seed)}`);
  }
  const more = counts.failed + counts.unknown - failing.length;
  if (more > 0) lines.push('', `and ${more} more than the first ${failingSeedsListed}`);
  const notJudged = set.notJudged();
  if (notJudged.length > 0) lines.push('', ...notJudgedLines(notJudged, plan.file));
  return lines;
}

/** All sets in one sentence. */
export function sumText(sets: readonly SeedSet[]): string {
  const count = (verdict: Verdict): number =>
    sets.filter((set) => set.defects === 0 && set.refused === 0 && set.verdict() === verdict).length;
  const parts = [`${count('passed')} of ${sets.length} passed`];
  if (count('failed') > 0) parts.push(`${count('failed')} failed`);
  if (count('unknown') > 0) parts.push(`${count('unknown')} reached a limit first`);
  const refused = sets.filter((set) => set.refused > 0).length;
  if (refused > 0) parts.push(`${refused} could not run`);
  const defects = sets.filter((set) => set.defects > 0).length;
  if (defects > 0) parts.push(`${defects} with an internal error`);
  return parts.join(', ');
}
