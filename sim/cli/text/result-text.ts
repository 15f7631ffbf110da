/** One run as a screen of text: verdict, cause, figures, failed expectations, the story of the cluster, how to see it again. */
import type { Failure, RunResult, Verdict } from '../../ledger/result.ts';
import { isAboutLimit } from '../../ledger/verdict-sentence.ts';
import { availabilityFigures, messageFigures } from '../../scenario/results.ts';
import { cellText } from '../plan.ts';
import { excerpt, printable } from '../printable.ts';
import type { ScenarioRun } from '../scenario-run.ts';
import { harmFigures } from '../seed-set.ts';
import type { Paint, Style } from '../terminal.ts';

const harms: ReadonlySet<string> = new Set(harmFigures);
const storyLines = 15;
const sentenceCharacters = 240;
const failuresShown = 12;

const verdictStyles: { readonly [verdict in Verdict]: Style } = {
  passed: 'green',
  failed: 'red',
  unknown: 'yellow',
};

/** The verdict's word in its colour: `FAILED`. */
export function verdictWord(verdict: Verdict, paint: Paint): string {
  return paint(verdictStyles[verdict], verdict.toUpperCase());
}

export interface ResultTextOptions {
  readonly file: string;
  readonly replay: string;
  /** Failed expectations on the set that this run alone is. */
  readonly setFailures: readonly Failure[];
  readonly notJudged: readonly Failure[];
  /** The verdict, `setFailures` included. */
  readonly verdict: Verdict;
  readonly paint: Paint;
}

export function resultText(run: ScenarioRun, options: ResultTextOptions): string {
  const { result } = run;
  const { file, replay, setFailures, notJudged, verdict, paint } = options;
  const cell = cellText(result.matrix);
  const title = `${printable(result.scenario)}, seed ${result.seed}${cell === '' ? '' : `, ${cell}`}`;
  const sentences = [run.verdictSentence, ...run.causeSentences.slice(0, 1)];
  const parts = [
    `${verdictWord(verdict, paint)}  ${paint('bold', title)}`,
    ...sentences.map((sentence) => excerpt(sentence, sentenceCharacters)),
    '',
    ...figureLines(result, paint),
  ];
  // A run that was broken off did not live to see what it was expected to do.
  const own = verdict === 'unknown' ? result.failures.filter(isAboutLimit) : result.failures;
  const failures = [...own, ...setFailures];
  if (failures.length > 0) parts.push('', ...failureLines(failures, file, paint));
  if (notJudged.length > 0) parts.push('', ...notJudgedLines(notJudged, file));
  if (run.story.length > 0) {
    parts.push('', paint('bold', 'What happened'));
    for (const { timeUs, sentence } of run.story.slice(0, storyLines))
      parts.push(
        `${(timeUs / 1_000_000).toFixed(3).padStart(10)} s  ${excerpt(sentence, sentenceCharacters)}`,
      );
  }
  parts.push('', `${paint('bold', 'Again')}  ${replay}`);
  return `${parts.join('\n')}\n`;
}

/** Failed expectations, a line each, with the place in the file. Long lists are cut, and say so. */
export function failureLines(failures: readonly Failure[], file: string, paint: Paint): readonly string[] {
  const places = failures.map(({ line }) => `${printable(file)}:${line}`);
  const width = Math.max(...places.map((place) => place.length));
  const lines = failures.slice(0, failuresShown).map(({ expected, observed }, index) => {
    const saw = observed === null ? 'nothing' : String(observed);
    const text = `${excerpt(expected, sentenceCharacters)}, observed ${excerpt(saw, sentenceCharacters)}`;
    return `${(places[index] ?? '').padEnd(width)}  ${paint('red', text)}`;
  });
  const rest = failures.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more`] : lines;
}

/** What only several seeds can answer. */
export function notJudgedLines(expectations: readonly Failure[], file: string): readonly string[] {
  return expectations.map(
    ({ line, expected }) =>
      `${printable(file)}:${line}  ${excerpt(expected, sentenceCharacters)}: not judged, it takes several seeds`,
  );
}

interface Cell {
  readonly name: string;
  readonly value: string;
  readonly style: Style | null;
}

/** Figures that are not zero, by the contract's names, in two columns to be read downwards. */
function figureLines({ messages, availability, duration }: RunResult, paint: Paint): readonly string[] {
  const cells: Cell[] = [];
  for (const name of messageFigures) {
    const value = messages[name];
    if (value === 0 && name !== 'published') continue;
    cells.push({ name, value: String(value), style: harms.has(name) ? 'red' : null });
  }
  for (const name of availabilityFigures) {
    const value = availability[name];
    if (value !== null && value > 0) cells.push({ name, value: secondsText(value), style: null });
  }
  cells.push({ name: 'duration', value: secondsText(duration), style: null });
  const rows = Math.ceil(cells.length / 2);
  const columns = [cells.slice(0, rows), cells.slice(rows)].map((column) => ({ column, ...widths(column) }));
  return Array.from({ length: rows }, (_, row) =>
    columns
      .map(({ column, name, value }) => {
        const cell = column[row];
        if (cell === undefined) return '';
        const text = `${cell.name.padEnd(name)}  ${cell.value.padStart(value)}`;
        return cell.style === null ? text : paint(cell.style, text);
      })
      .filter((text) => text !== '')
      .join('     '),
  );
}

function widths(cells: readonly Cell[]): { readonly name: number; readonly value: number } {
  return {
    name: Math.max(0, ...cells.map(({ name }) => name.length)),
    value: Math.max(0, ...cells.map(({ value }) => value.length)),
  };
}

function secondsText(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}
