/** `watership merge FILE...`: the results of shards as one. */
import type { Command } from '../command.ts';
import { reportOptions, reportRequestOf } from '../testing/test-request.ts';

export const merge: Command = {
  name: 'merge',
  usage: 'merge FILE...',
  summary: 'Merge what `test --shard` wrote with --reporter json=FILE, and report it as one',
  epilogue:
    'Ends with the code that one run of everything would have ended with; a shard that is missing is 2.',
  options: reportOptions,
  operands: { least: 1, most: Infinity, name: 'FILE' },
  async perform(given, surroundings) {
    const request = reportRequestOf(given, surroundings.terminal);
    const { mergeFiles } = await import('../testing/merge-files.ts');
    return mergeFiles(given.operands, request, surroundings);
  },
};
