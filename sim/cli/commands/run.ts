/** `watership run FILE...`: runs scenarios to their verdicts. */
import type { Command } from '../command.ts';
import { runOptions, runRequestOf } from '../run-request.ts';

export const run: Command = {
  name: 'run',
  usage: 'run FILE...',
  summary: 'Run scenarios and say what became of their messages',
  epilogue:
    'Ends with 0 when all expectations held, 1 when one did not, 2 when a scenario or the command line is wrong, 3 on an internal error.',
  options: runOptions,
  operands: { least: 1, most: Infinity, name: 'FILE' },
  async perform(given, surroundings) {
    const request = runRequestOf(given, 'run');
    const { runAll } = await import('../run-all.ts');
    return runAll(request, surroundings);
  },
};
