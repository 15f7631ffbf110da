/** One pass over the scenarios that `watership test` was asked for: found, loaded, run, reported. */
import type { Surroundings } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { packageVersion } from '../package.ts';
import { loadFiles } from '../scenario-options.ts';
import { findFiles } from './find-files.ts';
import type { TestReport } from './report.ts';
import { ReporterOutputs } from './reporter-outputs.ts';
import { runJobs } from './run-jobs.ts';
import { runTests } from './run-tests.ts';
import { sayErrors } from './say-errors.ts';
import { planTests } from './test-plan.ts';
import type { TestRequest } from './test-request.ts';
import { codeOf } from './words.ts';

/** Throws UsageError and OutputError before anything runs, and OutputError when a disk fills up. */
export async function testFiles(request: TestRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const beganMs = terminal.nowMs();
  const files = findFiles(request.operands);
  const loaded = await loadFiles(files, request.load);
  const planned = planTests(loaded, { seeds: request.seeds, patterns: request.patterns, shard: null });
  const outputs = new ReporterOutputs(request.reporters, files, terminal);
  const errors = sayErrors(outputs.stdoutIsDocument, surroundings);
  try {
    const { files: reports, durations } = await runTests(planned, {
      runJobs: (jobs, count, onOutcome) =>
        runJobs(
          jobs,
          (outcome, job) => {
            errors.onOutcome(outcome, () => job.tally.replay(job.seed));
            onOutcome(outcome, job);
          },
          { count, processes: null, surroundings },
        ),
      reporters: [...outputs.reporters, errors.reporter],
      load: request.load,
      bail: null,
      judge: (_, report) => report,
      nowMs: () => terminal.nowMs(),
    });
    const report: TestReport = {
      watership_test: 1,
      version: packageVersion(),
      shard: null,
      files: reports,
      notes: [],
    };
    durations.totalMs = terminal.nowMs() - beganMs;
    for (const reporter of outputs.reporters) reporter.ended(report, durations);
    outputs.commit();
    return codeOf(report);
  } finally {
    outputs.discard();
  }
}
