/**
 * Reads the words after a command's name: options that take a value (`-p /`, `--priority=1`), flags and arguments, in any
 * order, as `rabbitmqctl` accepts them.
 */

/** What a command understands. Names are long options without their dashes. */
export interface WordsSpec {
  readonly values?: readonly string[];
  readonly flags?: readonly string[];
  readonly arguments: { readonly atLeast: number; readonly atMost: number };
}

export interface Words {
  readonly arguments: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
}

/** Why the words were not understood: the tool's sentence and its exit code. */
export interface WordsProblem {
  readonly problem: string;
  readonly exit: number;
}

export const EXIT_USAGE = 64;
export const EXIT_DATA = 65;

/** Understood by every command. */
const COMMON_VALUES = ['node', 'timeout', 'vhost', 'formatter', 'printer', 'erlang-cookie'];
const COMMON_FLAGS = ['quiet', 'silent', 'longnames', 'dry-run', 'no-table-headers', 'print-stacktrace'];
const SHORT = new Map([
  ['n', 'node'],
  ['t', 'timeout'],
  ['p', 'vhost'],
  ['q', 'quiet'],
  ['s', 'silent'],
  ['l', 'longnames'],
]);

/** Splits words into arguments, values and flags. */
export function readWords(words: readonly string[], spec: WordsSpec): Words | WordsProblem {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const positional: string[] = [];
  const valueNames = [...COMMON_VALUES, ...(spec.values ?? [])];
  const flagNames = [...COMMON_FLAGS, ...(spec.flags ?? [])];
  let rest = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (rest || !word.startsWith('-') || word === '-' || /^-\d/.test(word)) {
      positional.push(word);
      continue;
    }
    if (word === '--') {
      rest = true;
      continue;
    }
    const equals = word.indexOf('=');
    const given = (equals < 0 ? word : word.slice(0, equals)).replace(/^--?/, '').replaceAll('_', '-');
    const name = word.startsWith('--') ? given : (SHORT.get(given) ?? given);
    if (flagNames.includes(name) && equals < 0) flags.add(name);
    else if (valueNames.includes(name)) {
      const value = equals < 0 ? words[(at += 1)] : word.slice(equals + 1);
      if (value === undefined) return invalidOption(word);
      values.set(name, value);
    } else return invalidOption(word);
  }
  if (positional.length < spec.arguments.atLeast) {
    return { problem: 'Error (argument validation): not enough arguments.', exit: EXIT_USAGE };
  }
  if (positional.length > spec.arguments.atMost) {
    return { problem: 'Error (argument validation): too many arguments.', exit: EXIT_USAGE };
  }
  return { arguments: positional, values, flags };
}

function invalidOption(word: string): WordsProblem {
  return { problem: `Error: Invalid options for this command:\n${word}`, exit: EXIT_USAGE };
}
