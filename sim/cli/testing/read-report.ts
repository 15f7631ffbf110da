/** Reads back what the reporter `json` wrote, as strictly as if somebody else had: a shard's result comes from another machine. */
import * as z from 'zod';
import { parseJsonFile } from './baseline-file.ts';
import type { TestReport } from './report.ts';

const line = z.int().min(1);
const seeds = z.strictObject({ first: z.int(), count: z.int().min(1) });

const problem = z.strictObject({
  kind: z.enum(['syntax', 'invalid', 'unmodelled']),
  file: z.string(),
  line,
  column: line,
  excerpt: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

const run = z.strictObject({
  seed: z.int(),
  verdict: z.enum(['passed', 'failed', 'unknown']),
  trace_hash: z.string(),
  figures: z.record(z.string(), z.number().nullable()),
});

const finding = z.strictObject({
  kind: z.enum(['expectation', 'moved', 'error', 'defect']),
  line,
  column: line,
  excerpt: z.string(),
  message: z.string(),
  seed: z.int().nullable(),
  seeds: z.int().min(1),
  replay: z.string().nullable(),
});

const value = z.union([z.number(), z.string()]).nullable();

const moved = z.strictObject({
  seed: z.int(),
  figure: z.string(),
  was: value,
  is: value,
  allowed: z.tuple([z.number(), z.number()]).nullable(),
});

const story = z.strictObject({
  seed: z.int(),
  sentence: z.string(),
  causes: z.array(z.string()),
  lines: z.array(
    z.strictObject({
      time: z.number(),
      sentence: z.string(),
      follows: z.int().min(0).nullable(),
      rule: z.string().nullable(),
    }),
  ),
});

const caseReport = z.strictObject({
  scenario: z.string(),
  nth: z.int().min(0),
  matrix: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()),
  status: z.enum(['passed', 'failed', 'unknown', 'refused', 'defect', 'skipped']),
  expects: z.boolean(),
  seeds,
  runs: z.array(run),
  findings: z.array(finding),
  moved: z.array(moved).nullable(),
  notes: z.array(z.string()),
  story: story.nullable(),
});

const report = z.strictObject({
  watership_test: z.literal(1),
  version: z.string(),
  shard: z.strictObject({ index: z.int().min(1), of: z.int().min(1) }).nullable(),
  files: z.array(
    z.strictObject({
      file: z.string(),
      nth: z.int().min(0),
      problems: z.array(problem),
      cases: z.array(caseReport),
    }),
  ),
  notes: z.array(z.string()),
});

/** Throws UsageError for a file that is none. */
export function readReport(file: string): TestReport {
  return parseJsonFile<TestReport>(file, 'test result', report);
}
