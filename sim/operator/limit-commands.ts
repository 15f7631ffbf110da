/** The commands that move the limits of alarms (BRK-44), until the application starts again. */
import { badArgument, settle, type Command } from './command.ts';
import { fullName, type CommandResult } from './refusals.ts';
import { EXIT_USAGE } from './words.ts';

/** The units of RabbitMQ's tools: powers of two without a B at the end, or with iB. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1_024,
  kiB: 1_024,
  kB: 1_000,
  KB: 1_000,
  M: 1_048_576,
  MiB: 1_048_576,
  MB: 1_000_000,
  G: 1_073_741_824,
  GiB: 1_073_741_824,
  GB: 1_000_000_000,
};

const FRACTION = /^\d{1,9}(\.\d{1,9})?$/;
const BAD_ARGUMENT: CommandResult = {
  exit: EXIT_USAGE,
  output: 'Error (argument validation): Bad argument',
};

/** Null for what is no size. */
function bytesOf(text: string): number | null {
  const match = /^(\d{1,15})([A-Za-z]*)$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

function tooMany(limit: number, given: readonly string[]): CommandResult | null {
  if (given.length === limit) return null;
  const what = given.length < limit ? 'not enough' : 'too many';
  return { exit: EXIT_USAGE, output: `Error (argument validation): ${what} arguments.` };
}

export const setMemoryHighWatermark: Command = {
  words: { arguments: { atLeast: 1, atMost: 2 } },
  usage: 'set_vm_memory_high_watermark <fraction> | absolute <value>',
  needs: () => 'app-running',
  banner: ({ arguments: [first = '', value] }, node) =>
    `Setting memory threshold on ${fullName(node)} to ${value === undefined ? first : `${value} bytes`} ...`,
  check: ({ arguments: given }) => {
    const [first = '', value = ''] = given;
    if (first === 'absolute') {
      const wrong = tooMany(2, given);
      if (wrong !== null || bytesOf(value) !== null) return wrong;
      return badArgument(
        /^\d+[A-Za-z]/.test(value) ? 'Invalid units.' : 'The threshold should be an integer.',
      );
    }
    const wrong = tooMany(1, given);
    if (wrong !== null) return wrong;
    if (!FRACTION.test(first)) return BAD_ARGUMENT;
    return Number(first) > 1 ? badArgument('The threshold should be a fraction between 0.0 and 1.0') : null;
  },
  run: (control, { arguments: [first = '', value = ''] }, finish) => {
    const limit =
      first === 'absolute'
        ? ({ kind: 'absolute', bytes: bytesOf(value)! } as const)
        : ({ kind: 'relative', share: Number(first) } as const);
    control.setResourceLimit('memory', limit, settle(control, finish));
  },
};

export const setDiskFreeLimit: Command = {
  words: { arguments: { atLeast: 1, atMost: 2 } },
  usage: 'set_disk_free_limit <disk_limit> | mem_relative <fraction>',
  needs: () => 'app-running',
  banner: ({ arguments: [first = '', value] }, node) =>
    `Setting disk free limit on ${fullName(node)} to ` +
    (value === undefined ? `${first} bytes ...` : `${value} times the total RAM ...`),
  check: ({ arguments: given }) => {
    const [first = '', value = ''] = given;
    const isRelative = first === 'mem_relative';
    const wrong = tooMany(isRelative ? 2 : 1, given);
    if (wrong !== null) return wrong;
    return (isRelative ? FRACTION.test(value) : bytesOf(first) !== null) ? null : BAD_ARGUMENT;
  },
  run: (control, { arguments: [first = '', value = ''] }, finish) => {
    const limit =
      first === 'mem_relative'
        ? ({ kind: 'relative', share: Number(value) } as const)
        : ({ kind: 'absolute', bytes: bytesOf(first)! } as const);
    control.setResourceLimit('disk', limit, settle(control, finish));
  },
};
