/** `watership compare A B`: what differs between two runs, and the first moment at which they part. */
import type { Command } from '../command.ts';
import type { Given } from '../command.ts';
import { loadOptionsOf, scenarioOptions } from '../scenario-options.ts';
import { wholeNumber } from '../whole-number.ts';

const seedsMax = 10_000;

export const compare: Command = {
  name: 'compare',
  usage: 'compare A B',
  summary: 'Say what differs between two scenarios or two saved results, and where their runs part',
  epilogue:
    'A and B are scenarios, or files with what "run --json" printed. Two scenarios run with the same seed, and the first record at which their journals part is shown. ' +
    'One file compared with itself under another setting: compare x.yaml x.yaml --set-b net_ticktime=60s. Ends with 0 when all is the same, 1 when something differs, 2 on wrong use.',
  options: {
    seed: { type: 'string', requiresArg: true, describe: 'Run this seed (with --seeds: begin with it)' },
    seeds: { type: 'string', requiresArg: true, describe: 'Compare so many seeds, pair by pair (1)' },
    json: { type: 'boolean', describe: 'Print one comparison a line as JSON on stdout, and nothing else' },
    ...scenarioOptions,
    'set-a': { ...scenarioOptions.set, describe: 'As --set, for A alone' },
    'set-b': { ...scenarioOptions.set, describe: 'As --set, for B alone' },
  },
  operands: { least: 2, most: 2, name: 'A or B' },
  async perform(given, surroundings) {
    const { options } = given;
    const [a = '', b = ''] = given.operands;
    const { compare: perform } = await import('../compare/compare.ts');
    return perform(
      {
        files: [a, b],
        load: [loadOptions(given, 'set-a'), loadOptions(given, 'set-b')],
        seed: wholeNumber(options, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - seedsMax),
        seeds: wholeNumber(options, 'seeds', 1, seedsMax),
        json: options.json === true,
      },
      surroundings,
    );
  },
};

/** What holds for both sides, then what holds for one. */
function loadOptions(given: Given, own: 'set-a' | 'set-b') {
  const { operands, options } = given;
  const both = loadOptionsOf(given);
  const alone = loadOptionsOf({ operands, options: { set: options[own] } });
  return { set: [...both.overrides, ...alone.overrides], allowUnmodelled: both.allowUnmodelled };
}
