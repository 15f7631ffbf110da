/**
 * What is wrong with a scenario file, each problem with its place. Loading collects them (up to a limit) and throws
 * them together, because a person mends a file in one go.
 */

/** A place in a source text: both 1-based, the column in UTF-16 units. `excerpt` is the whole line. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
}

export interface Problem extends Place {
  /**
   * `syntax`: not YAML, or YAML that no scenario needs; `invalid`: not the language of scenarios;
   * `unmodelled`: right, and RabbitMQ knows it, but the engine does not model it yet.
   */
  readonly kind: 'syntax' | 'invalid' | 'unmodelled';
  readonly message: string;
  /** The word that was probably meant, or what to write instead: a sentence without a full stop. */
  readonly hint?: string;
}

/** More than this many are not read by anybody. */
export const problemLimit = 20;

/** A scenario that cannot run. `problems` is never empty and is in file order. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((each) => `${each.file}:${each.line}:${each.column}: ${each.message}`).join('\n'));
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** Sorts by place, those of an imported file last; drops repeats (a matrix reads one file many times). */
export function inFileOrder(problems: readonly Problem[], imported?: string): readonly Problem[] {
  const seen = new Set<string>();
  const distinct = problems.filter((each) => {
    const key = `${each.file}:${each.line}:${each.column}:${each.message}`;
    return seen.has(key) ? false : seen.add(key);
  });
  const rank = (each: Problem): number => (each.file === imported ? 1 : 0);
  return distinct.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

const reset = '\u001b[0m';
const bold = '\u001b[1m';
const red = '\u001b[31m';
const dim = '\u001b[2m';

/** Wider lines are cut around the caret. */
const excerptWidth = 100;

/**
 * The text a person reads: for each problem its place and message, the offending line, a caret, and the hint.
 * Ends with a newline. Control characters of the file never reach the terminal.
 */
export function printScenarioError(error: ScenarioError, options: { readonly colour: boolean }): string {
  const paint = (code: string, text: string): string => (options.colour ? `${code}${text}${reset}` : text);
  let out = '';
  for (const each of error.problems) {
    const { text, caret } = window(each);
    const margin = ' '.repeat(String(each.line).length);
    out += `${paint(bold, `${printable(each.file)}:${each.line}:${each.column}`)}: ${paint(red, printable(each.message))}\n`;
    out += `${paint(dim, `${each.line} |`)} ${text}\n`;
    out += `${paint(dim, `${margin} |`)} ${' '.repeat(caret)}${paint(red, '^')}\n`;
    if (each.hint !== undefined) out += `${margin}   ${printable(each.hint)}\n`;
  }
  return out;
}

function window(place: Place): { readonly text: string; readonly caret: number } {
  const line = printable(place.excerpt);
  const at = place.column - 1;
  if (line.length <= excerptWidth) return { text: line, caret: at };
  const from = Math.max(0, Math.min(at - excerptWidth / 2, line.length - excerptWidth));
  const head = from > 0 ? '…' : '';
  const tail = from + excerptWidth < line.length ? '…' : '';
  return { text: head + line.slice(from, from + excerptWidth) + tail, caret: head.length + at - from };
}

/** One character for each control character, so that columns still fit. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ');
}
