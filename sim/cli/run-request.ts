/** What `watership run` was asked for, read from its options. */
import type { Options } from 'yargs';
import type { ReportForm } from '../../reports/write-report.ts';
import type { LoadOptions } from '../scenario/load.ts';
import type { Given } from './command.ts';
import { loadOptionsOf, scenarioOptions } from './scenario-options.ts';
import { UsageError } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

/** Single runs that are looked at one by one, or a sweep that is looked at as a whole. */
export type RunKind = 'run' | 'matrix' | 'seeds';

export interface RunRequest {
  readonly kind: RunKind;
  readonly files: readonly string[];
  /** Null: the scenario's own. */
  readonly seed: number | null;
  readonly seeds: number | null;
  /** So many seeds at least where nobody said how many. */
  readonly seedsLeast: number;
  /** At most so many processes at once; null: as many as the machine has cores for. */
  readonly jobs: number | null;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Null: no report. */
  readonly report: string | null;
  readonly reportForm: ReportForm;
  /** Null: no trace. */
  readonly trace: string | null;
  readonly load: Required<LoadOptions>;
}

export const htmlReportOption: Options = {
  type: 'string',
  requiresArg: true,
  describe:
    'Write an HTML report (of several runs: the first that failed, else the first), or none; static=FILE for one without script',
};

export const jobsOption: Options = {
  type: 'string',
  requiresArg: true,
  describe: 'Run at most so many at once, each in a process of its own (as many as there are cores)',
};

export const runOptions: { readonly [option: string]: Options } = {
  seed: { type: 'string', requiresArg: true, describe: 'Run this one seed (with --seeds: begin with it)' },
  seeds: { type: 'string', requiresArg: true, describe: 'Run so many seeds, counted up' },
  jobs: jobsOption,
  json: { type: 'boolean', describe: 'Print one result a line on stdout, and nothing else' },
  report: htmlReportOption,
  trace: { type: 'string', requiresArg: true, describe: 'Write the journal of the one run as NDJSON' },
  ...scenarioOptions,
  quiet: { type: 'boolean', describe: 'Print only the runs that did not pass' },
};

const jobsMax = 1_024;
const seedsMax = 1_000_000;

const seedsLeast: Readonly<Record<RunKind, number>> = { run: 1, matrix: 20, seeds: 100 };

/** Throws UsageError. */
export function runRequestOf(given: Given, kind: RunKind): RunRequest {
  const { operands, options } = given;
  const seed = wholeNumber(options, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - seedsMax);
  const seeds = wholeNumber(options, 'seeds', 1, seedsMax);
  const { report, reportForm } = reportOption(textOption(options, 'report'));
  return {
    kind,
    files: operands,
    seedsLeast: seedsLeast[kind],
    seed,
    seeds,
    jobs: jobsOf(options),
    json: options.json === true,
    quiet: options.quiet === true,
    report,
    reportForm,
    trace: textOption(options, 'trace'),
    load: loadOptionsOf(given),
  };
}

/** How many processes `--jobs` allows; null: as many as there are cores. Throws UsageError. */
export function jobsOf(options: Given['options']): number | null {
  return wholeNumber(options, 'jobs', 1, jobsMax);
}

/** `FILE`, `static=FILE`, or `static` alone for `report.html` here; `none` is what it says. Throws UsageError. */
export function reportOption(text: string | null): Pick<RunRequest, 'report' | 'reportForm'> {
  if (text === null || text === 'none') return { report: null, reportForm: 'scripted' };
  const plain = /^static(?:=(.*))?$/s.exec(text);
  if (plain === null) return { report: text, reportForm: 'scripted' };
  const [, file = 'report.html'] = plain;
  if (file === '') throw new UsageError('--report static= names no file');
  return { report: file, reportForm: 'static' };
}

/** An option's text; null where it was not given. */
export function textOption(options: Given['options'], name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}
