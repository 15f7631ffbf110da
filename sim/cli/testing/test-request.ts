/** What `watership test` was asked for, read from its options. */
import type { Options } from 'yargs';
import type { LoadOptions } from '../../scenario/load.ts';
import type { Given } from '../command.ts';
import { loadOptionsOf, scenarioOptions } from '../scenario-options.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';
import { wantedReporters, type WantedReporter } from './wanted-reporters.ts';

export interface TestRequest {
  /** Files and folders; empty: the usual folder. */
  readonly operands: readonly string[];
  readonly patterns: readonly string[];
  /** Null: as many as each file asks for. */
  readonly seeds: number | null;
  readonly reporters: readonly WantedReporter[];
  readonly load: Required<LoadOptions>;
}

export const testOptions: { readonly [option: string]: Options } = {
  reporter: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'default, dot, json, junit, tap or github on stdout, or NAME=FILE into a file; repeatable',
  },
  grep: {
    type: 'string',
    array: true,
    nargs: 1,
    describe:
      'Only scenarios whose file, name or cell contains this text (* and ? stand for others); repeatable',
  },
  seeds: {
    type: 'string',
    requiresArg: true,
    describe: 'Run so many seeds of each instead of its own number',
  },
  ...scenarioOptions,
};

const seedsMax = 1_000_000;

/** Throws UsageError. */
export function testRequestOf(given: Given, { environment }: Terminal): TestRequest {
  const { options } = given;
  return {
    operands: given.operands,
    patterns: textsOf(options.grep),
    seeds: wholeNumber(options, 'seeds', 1, seedsMax),
    reporters: wantedReporters(textsOf(options.reporter), environment),
    load: loadOptionsOf(given),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
