/** `watership matrix FILE...`: every configuration of a scenario over many seeds, side by side on one page. */
import path from 'node:path';
import type { Command } from '../command.ts';
import { runRequestOf } from '../run-request.ts';
import { sweepOptions } from '../sweep/sweep-options.ts';

export const matrix: Command = {
  name: 'matrix',
  usage: 'matrix FILE...',
  summary: 'Compare the configurations of a matrix over many seeds, on one page',
  epilogue:
    "The matrix stands in the file, or comes with --set 'matrix.net_ticktime=[8s, 60s]'. The page: outcomes by configuration, each figure over the seeds with intervals, " +
    'unavailability beside loss, the front between safety and availability, the worst seeds with their commands. Exit codes are those of run.',
  options: sweepOptions({
    seeds: 'Run so many seeds of each configuration (20, or more where the file says so)',
    report: 'Write the page to this file (FILE-matrix.html in this folder), or none',
  }),
  operands: { least: 1, most: Infinity, name: 'FILE' },
  async perform(given, surroundings) {
    const { report, ...request } = runRequestOf(given, 'matrix');
    const usual = `${path.parse(given.operands[0] ?? '').name}-matrix.html`;
    const { runAll } = await import('../run-all.ts');
    return runAll({ ...request, report: given.options.report === undefined ? usual : report }, surroundings);
  },
};
