/** One pass over the scenarios that `watership test` was asked for: found, loaded, run, held against the baseline, reported. */
import type { Surroundings } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { packageVersion } from '../package.ts';
import { loadFiles } from '../scenario-options.ts';
import { Baseline } from './baseline.ts';
import { conclude } from './conclude.ts';
import { findFiles } from './find-files.ts';
import type { TestReport } from './report.ts';
import { ReporterOutputs } from './reporter-outputs.ts';
import { runJobs } from './run-jobs.ts';
import { runTests, type RunTestJobs } from './run-tests.ts';
import { sayErrors, type Sayer } from './say-errors.ts';
import { planTests } from './test-plan.ts';
import type { TestRequest } from './test-request.ts';

/** Throws UsageError and OutputError before anything runs, and OutputError when a disk fills up. */
export async function testFiles(request: TestRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const { load, bail, shard, patterns } = request;
  const beganMs = terminal.nowMs();
  const files = findFiles(request.operands);
  const planned = planTests(await loadFiles(files, load), request);
  const version = packageVersion();
  const outputs = new ReporterOutputs(request.reporters, files, terminal);
  let baseline: Baseline | null = null;
  try {
    if (request.baseline !== null) baseline = new Baseline(request.baseline, files, version);
    const errors = sayErrors(outputs.stdoutIsDocument, surroundings);
    const { files: reports, durations } = await runTests(planned, {
      runJobs: jobRunner(errors, surroundings),
      reporters: [...outputs.reporters, errors.reporter],
      load,
      bail,
      judge: (file, report, replay) => baseline?.judge(file, report, replay) ?? report,
      nowMs: () => terminal.nowMs(),
    });
    const report: TestReport = { watership_test: 1, version, shard, files: reports, notes: [] };
    durations.totalMs = terminal.nowMs() - beganMs;
    const complete = shard === null && patterns.length === 0;
    return conclude(report, durations, { baseline, complete, outputs });
  } finally {
    outputs.discard();
    baseline?.discard();
  }
}

function jobRunner(errors: Sayer, surroundings: Surroundings): RunTestJobs {
  return (jobs, count, onOutcome) =>
    runJobs(
      jobs,
      (outcome, job) => {
        errors.onOutcome(outcome, () => job.tally.replay(job.seed));
        onOutcome(outcome, job);
      },
      { count, processes: null, surroundings },
    );
}
