/** The command that yields one run again: what every message about a run ends with. */
import type { FieldValue } from '../scenario/model.ts';
import type { Override } from '../scenario/overrides.ts';
import { printable } from './printable.ts';

export interface Replayable {
  readonly file: string;
  readonly seed: number;
  /** The cell of the matrix, `{}` without one. */
  readonly matrix: { readonly [path: string]: FieldValue };
  readonly overrides: readonly Override[];
  readonly allowUnmodelled: boolean;
}

/** A line for a POSIX shell, in the folder where Watership was started. */
export function replayCommand({ file, seed, matrix, overrides, allowUnmodelled }: Replayable): string {
  const words = ['run', file.startsWith('-') ? `./${file}` : file, '--seed', String(seed)];
  // An axis that was given on the command line is narrowed below, whatever it was.
  for (const [path, value] of overrides) if (!isAxis(path, matrix)) words.push('--set', `${path}=${value}`);
  // One cell alone: its axes, narrowed to its values.
  for (const [path, value] of Object.entries(matrix))
    words.push('--set', `matrix.${path}=${JSON.stringify([value])}`);
  if (allowUnmodelled) words.push('--allow-unmodelled');
  return commandLine(words);
}

/** Whether a `--set` of that path says which values an axis of the matrix has. */
function isAxis(path: string, matrix: Replayable['matrix']): boolean {
  return Object.keys(matrix).some((axis) => path === `matrix.${axis}`);
}

/** A command line of Watership's, for a POSIX shell. */
export function commandLine(words: readonly string[]): string {
  return ['npx', 'watership', ...words].map(shellWord).join(' ');
}

/** A word as a shell reads it back; control characters are shown, not kept, because a terminal comes first. */
function shellWord(word: string): string {
  if (/^[\w./:=,@%+-]+$/.test(word)) return word;
  return `'${printable(word).replaceAll("'", `'\\''`)}'`;
}
