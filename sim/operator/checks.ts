/** Checks: commands that a script runs for their exit code. What fails one leaves with 69 and says why; `--silent` leaves words out. */
import { EXIT_UNAVAILABLE, type CommandResult } from './refusals.ts';
import type { Words } from './words.ts';

/** The check passed; `text` says so, `message` is what JSON says beside that. */
export function passed(words: Words, text: string, message?: string): CommandResult {
  const value = { result: 'ok', ...(message !== undefined && { message }) };
  return { exit: 0, output: words.flags.has('silent') ? '' : text, value };
}

/** The check failed, for what these lines say. */
export function failed(
  words: Words,
  lines: readonly string[],
  value: { readonly [key: string]: unknown },
): CommandResult {
  const output = words.flags.has('silent') ? '' : lines.join('\n');
  return { exit: EXIT_UNAVAILABLE, output, value: { result: 'error', ...value } };
}
