/**
 * The file that keeps the figures and trace hashes of one day, made by `--update` and meant to be committed: a line a run, so that a review shows what moved.
 * Files of scenarios are named from where the baseline lies, so that it does not matter where Watership is started.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { UsageError } from '../usage-error.ts';
import { isTolerance, type Tolerances } from './tolerance.ts';

/** What was, for one case. */
export interface BaselineEntry {
  /** From the folder of the baseline, with `/` between folders. */
  readonly file: string;
  /** `key=value key=value`, empty without a matrix. */
  readonly cell: string;
  readonly runs: readonly BaselineRun[];
}

export interface BaselineRun {
  readonly seed: number;
  readonly trace_hash: string;
  /** Counts that were zero are absent. */
  readonly figures: Readonly<Record<string, number | null>>;
}

export interface BaselineContent {
  /** Of the Watership that made it. */
  readonly version: string;
  /** All names that it knew, zero or not. */
  readonly figures: readonly string[];
  readonly tolerances: Tolerances;
  readonly entries: readonly BaselineEntry[];
}

const content = z.strictObject({
  watership_baseline: z.literal(1),
  version: z.string(),
  figures: z.array(z.string()),
  tolerances: z.record(z.string(), z.string().refine(isTolerance, 'an amount is 5% or 3')),
  entries: z.array(
    z.strictObject({
      file: z.string(),
      cell: z.string(),
      runs: z.array(
        z.strictObject({
          seed: z.int(),
          trace_hash: z.string(),
          figures: z.record(z.string(), z.number().nullable()),
        }),
      ),
    }),
  ),
});

/** Null where there is no such file. Throws UsageError for one that is no baseline. */
export function readBaseline(file: string): BaselineContent | null {
  if (!existsSync(file)) return null;
  return parseJsonFile(file, 'baseline', content);
}

/** Reads a file that Watership wrote. Throws UsageError that says what is wrong where. */
export function parseJsonFile<T>(file: string, kind: string, schema: z.ZodType<T>): T {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  throw new UsageError(`${file} is no ${kind} of Watership: ${issue?.message ?? 'something else'}${at}`);
}

export function baselineText({ version, figures, tolerances, entries }: BaselineContent): string {
  const lines = [
    '{',
    ` "watership_baseline": 1,`,
    ` "version": ${JSON.stringify(version)},`,
    ` "figures": ${JSON.stringify(figures)},`,
    ` "tolerances": ${JSON.stringify(tolerances)},`,
    ` "entries": [`,
  ];
  entries.forEach(({ file, cell, runs }, nth) => {
    lines.push(`  { "file": ${JSON.stringify(file)}, "cell": ${JSON.stringify(cell)}, "runs": [`);
    runs.forEach((run, index) =>
      lines.push(`   ${JSON.stringify(run)}${index + 1 < runs.length ? ',' : ''}`),
    );
    lines.push(`  ]}${nth + 1 < entries.length ? ',' : ''}`);
  });
  return `${[...lines, ' ]', '}'].join('\n')}\n`;
}

/** How a baseline calls a file that is named from the current folder. */
export function nameInBaseline(baseline: string, file: string): string {
  return path.relative(path.dirname(path.resolve(baseline)), path.resolve(file)).replaceAll(path.sep, '/');
}

/** Whether the scenario that an entry is about still exists. */
export function entryFileExists(baseline: string, { file }: BaselineEntry): boolean {
  return existsSync(path.resolve(path.dirname(path.resolve(baseline)), file));
}
