/** `watership seeds FILE...`: how much of what happens is luck: one scenario over many seeds. */
import type { Command } from '../command.ts';
import { runRequestOf } from '../run-request.ts';
import { sweepOptions } from '../sweep/sweep-options.ts';

export const seeds: Command = {
  name: 'seeds',
  usage: 'seeds FILE...',
  summary: 'Run a scenario with many seeds, and say how its figures are spread',
  epilogue:
    'The page of --report: in how many seeds each outcome came, each figure over the seeds with intervals, loss against unavailability, the worst seeds with their commands. ' +
    'Exit codes are those of run.',
  options: sweepOptions({
    seeds: 'Run so many seeds, counted up (100, or more where the file says so)',
    report: 'Write a page about all of them',
  }),
  operands: { least: 1, most: Infinity, name: 'FILE' },
  async perform(given, surroundings) {
    const request = runRequestOf(given, 'seeds');
    const { runAll } = await import('../run-all.ts');
    return runAll(request, surroundings);
  },
};
