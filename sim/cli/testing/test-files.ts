/** One pass over files that `watership test` was asked for: loaded, run, held against the baseline, reported. */
import type { Surroundings } from '../command.ts';
import { ExitCode, worse } from '../exit-code.ts';
import { inputFiles } from '../input-files.ts';
import { packageVersion } from '../../library/package.ts';
import { runJobs } from '../pool/run-jobs.ts';
import { Progress } from '../progress.ts';
import { loadFiles } from '../scenario-options.ts';
import { Baseline, withBaseline } from './baseline.ts';
import { conclude } from './conclude.ts';
import type { TestReport } from './report.ts';
import { ReporterOutputs } from './reporter-outputs.ts';
import type { Reporter } from './reporter.ts';
import { runTests, type RunTestJobs } from './run-tests.ts';
import { sayErrors, type Sayer } from './say-errors.ts';
import { ShownRun } from './shown-run.ts';
import { planTests } from './test-plan.ts';
import type { TestRequest } from './test-request.ts';

/** Throws UsageError and OutputError before anything runs, and OutputError when a disk fills up. */
export async function testFiles(
  files: readonly string[],
  request: TestRequest,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal } = surroundings;
  const { load, bail, shard, patterns, isPart } = request;
  const beganMs = terminal.nowMs();
  const planned = planTests(await loadFiles(files, load), request);
  const version = packageVersion();
  const inputs = inputFiles(files, load.overrides);
  const outputs = new ReporterOutputs(request.reporters, withBaseline(inputs, request.baseline), terminal);
  const runs = planned.reduce(
    (sum, { cases }) => cases.reduce((runs, { plan }) => runs + plan.seeds, sum),
    0,
  );
  const progress = new Progress(terminal, runs, false);
  let baseline: Baseline | null = null;
  let shown: ShownRun | null = null;
  try {
    if (request.baseline !== null) baseline = new Baseline(request.baseline, inputs, version);
    if (request.report !== null)
      shown = new ShownRun(request.report, request.reportForm, withBaseline(inputs, request.baseline));
    const errors = sayErrors(outputs.stdoutIsDocument, surroundings);
    const { files: reports, durations } = await runTests(planned, {
      runJobs: jobRunner(request.jobs, progress, errors, surroundings),
      reporters: [clearing(progress), ...outputs.reporters, errors.reporter],
      load,
      bail,
      judge: (file, report, replay) => baseline?.judge(file, report, replay) ?? report,
    });
    const report: TestReport = { watership_test: 1, version, shard, files: reports, notes: [] };
    progress.end();
    durations.totalMs = terminal.nowMs() - beganMs;
    const complete = shard === null && patterns.length === 0 && !isPart;
    const code = conclude(report, durations, { baseline, complete, outputs });
    const say = (text: string): void => {
      if (!outputs.stdoutIsDocument) terminal.out(text);
    };
    return worse(code, (await shown?.write(reports, planned, load, surroundings, say)) ?? ExitCode.held);
  } finally {
    progress.end();
    outputs.discard();
    baseline?.discard();
    shown?.discard();
  }
}

function jobRunner(
  processes: number | null,
  progress: Progress,
  errors: Sayer,
  surroundings: Surroundings,
): RunTestJobs {
  return (jobs, count, onOutcome) =>
    runJobs(
      jobs,
      (outcome, job) => {
        progress.ended(outcome.kind !== 'ended' || outcome.run.result.verdict !== 'passed');
        errors.onOutcome(outcome, () => job.tally.replay(job.seed));
        onOutcome(outcome, job);
      },
      {
        count,
        processes,
        surroundings,
        here: ({ scenario, seed }) => {
          const onProgress = progress.begin(`${scenario.name}, seed ${seed}`);
          return onProgress === undefined ? {} : { onProgress };
        },
      },
    );
}

/** Takes the progress line away before anybody else writes. */
function clearing(progress: Progress): Reporter {
  const clear = (): void => progress.clear();
  return { fileWrong: clear, caseEnded: clear, ended: clear };
}
