/** What `watership test` and `watership merge` were asked for, read from their options. */
import type { Options } from 'yargs';
import type { LoadOptions } from '../../scenario/load.ts';
import type { Given } from '../command.ts';
import { htmlReportOption, jobsOf, jobsOption, reportOption, textOption } from '../run-request.ts';
import { loadOptionsOf, scenarioOptions } from '../scenario-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { wholeNumber } from '../whole-number.ts';
import type { BaselineRequest } from './baseline.ts';
import type { Shard } from './report.ts';
import type { ShownRunRequest } from './shown-run.ts';
import { tolerancesOf } from './tolerance.ts';
import { wantedReporters, type WantedReporter } from './wanted-reporters.ts';

export interface ReportRequest {
  readonly reporters: readonly WantedReporter[];
  /** Null: none. */
  readonly baseline: BaselineRequest | null;
}

export interface TestRequest extends ReportRequest, ShownRunRequest {
  /** Files and folders; empty: the usual folder. */
  readonly operands: readonly string[];
  readonly patterns: readonly string[];
  /** Null: as many as each file asks for. */
  readonly seeds: number | null;
  /** At most so many processes at once; null: as many as the machine has cores for. */
  readonly jobs: number | null;
  /** Null: all. */
  readonly shard: Shard | null;
  /** Null: never. */
  readonly bail: number | null;
  readonly watch: boolean;
  /** What is tested is a part of what was asked for: what changed. */
  readonly isPart: boolean;
  readonly load: Required<LoadOptions>;
}

export const reportOptions: { readonly [option: string]: Options } = {
  reporter: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'default, dot, json, junit, tap or github on stdout, or NAME=FILE into a file; repeatable',
  },
  baseline: {
    type: 'string',
    requiresArg: true,
    describe: 'Compare figures and trace hashes with those that this file keeps',
  },
  update: { type: 'boolean', describe: 'Keep the figures of today in the baseline instead' },
  tolerance: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'How far a figure may move: 5%, or duplicated=3; repeatable, kept by --update',
  },
  exact: { type: 'boolean', describe: 'A trace hash that moved fails, too, not only a figure' },
};

export const testOptions: { readonly [option: string]: Options } = {
  ...reportOptions,
  grep: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Only scenarios whose file, name or cell has this text (* and ? stand for others); repeatable',
  },
  seeds: {
    type: 'string',
    requiresArg: true,
    describe: 'Run so many seeds of each instead of its own number',
  },
  jobs: jobsOption,
  shard: { type: 'string', requiresArg: true, describe: 'Run one part of several: --shard 1/3' },
  bail: {
    type: 'string',
    requiresArg: false,
    describe: 'Skip the rest after so many scenarios that did not pass (one)',
  },
  report: htmlReportOption,
  watch: { type: 'boolean', describe: 'Test again what a change of files concerns, until interrupted' },
  ...scenarioOptions,
};

const seedsMax = 1_000_000;
const shardsMax = 10_000;

/** Throws UsageError. */
export function testRequestOf(given: Given, terminal: Terminal): TestRequest {
  const { options } = given;
  const { bail, operand } = bailOf(options.bail);
  if (options.watch === true && options.update === true)
    throw new UsageError(
      '--watch and --update do not go together',
      'update the baseline when the work is done',
    );
  return {
    ...reportRequestOf(given, terminal),
    operands: [...operand, ...given.operands],
    patterns: textsOf(options.grep),
    seeds: wholeNumber(options, 'seeds', 1, seedsMax),
    jobs: jobsOf(options),
    shard: shardOf(textOption(options, 'shard')),
    bail,
    watch: options.watch === true,
    isPart: false,
    ...reportOption(textOption(options, 'report')),
    load: loadOptionsOf(given),
  };
}

/** Throws UsageError. */
export function reportRequestOf({ options }: Given, { environment }: Terminal): ReportRequest {
  const file = textOption(options, 'baseline');
  for (const option of ['update', 'tolerance', 'exact'])
    if (options[option] !== undefined && file === null)
      throw new UsageError(
        `--${option} says nothing without --baseline`,
        'for example --baseline baseline.json',
      );
  const tolerances = tolerancesOf(textsOf(options.tolerance));
  return {
    reporters: wantedReporters(textsOf(options.reporter), environment),
    baseline:
      file === null
        ? null
        : { file, update: options.update === true, tolerances, exact: options.exact === true },
  };
}

/** `--bail` stands alone or has a number; what else follows it is a file that was meant to be tested. */
function bailOf(written: unknown): { readonly bail: number | null; readonly operand: readonly string[] } {
  if (typeof written !== 'string') return { bail: null, operand: [] };
  if (written === '') return { bail: 1, operand: [] };
  if (!/^-?\d+$/.test(written)) return { bail: 1, operand: [written] };
  return { bail: wholeNumber({ bail: written }, 'bail', 1, Number.MAX_SAFE_INTEGER), operand: [] };
}

function shardOf(written: string | null): Shard | null {
  if (written === null) return null;
  const [, index = '', of = ''] = /^(\d{1,5})\/(\d{1,5})$/.exec(written) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (of === '' || shard.index < 1 || shard.of > shardsMax || shard.index > shard.of)
    throw new UsageError(`--shard ${written} is no part of a whole`, 'the second of three is 2/3');
  return shard;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
