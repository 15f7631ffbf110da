/**
 * Runs what a command line asks for, run after run, and shows it: results as JSON lines, one run as a screen, several seeds as a
 * table, several sets as a line each. A run that shows a defect of ours ends alone; the others go on.
 */
import { invariant } from '../kernel/invariant.ts';
import type { RunResult } from '../ledger/result.ts';
import { printScenarioError } from '../scenario/problem.ts';
import type { Surroundings } from './command.ts';
import { defectText } from './defect.ts';
import { ExitCode, worse } from './exit-code.ts';
import { OutputError, type OutputFile } from './output-file.ts';
import { Outputs } from './outputs.ts';
import { planRuns, type PlannedSet } from './plan.ts';
import type { Job, Outcome } from './pool/job.ts';
import { runJobs } from './pool/run-jobs.ts';
import { printable } from './printable.ts';
import { Progress } from './progress.ts';
import { replayCommand } from './replay.ts';
import type { RunRequest } from './run-request.ts';
import { loadFiles } from './scenario-options.ts';
import type { RunOptions, ScenarioRun } from './scenario-run.ts';
import { SeedSet } from './seed-set.ts';
import { WorstRuns } from './sweep/worst-runs.ts';
import { wantsColour } from './terminal.ts';
import { resultText } from './text/result-text.ts';
import { seedsText, setLabel, setLine, sumText } from './text/set-text.ts';
import { UsageError } from './usage-error.ts';

/** What the parts of one command share. */
interface Session {
  readonly request: RunRequest;
  readonly surroundings: Surroundings;
  readonly progress: Progress;
  readonly outputs: Outputs;
  readonly worst: WorstRuns;
}

/** So many of the worst runs a sweep tells of. */
const worstTold = 10;

/** A run and the set that it is one of. */
interface PlannedJob extends Job {
  readonly set: SeedSet;
}

/** Throws UsageError and OutputError before anything runs, and OutputError when a disk fills up. */
export async function runAll(request: RunRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const files = await loadFiles(request.files, request.load);
  const plans = planRuns(files, request);
  const total = plans.reduce((sum, { seeds }) => sum + seeds, 0);
  if (request.trace !== null && total > 1)
    throw new UsageError(`--trace takes one run, and these are ${total}`, 'pick one with --seed and --set');
  let code: ExitCode = ExitCode.held;
  for (const loaded of files) {
    if (!('error' in loaded)) continue;
    terminal.err(printScenarioError(loaded.error, { colour: wantsColour(terminal.paintErr) }));
    code = ExitCode.wrongUse;
  }
  if (plans.length === 0) return code;
  if (request.kind === 'matrix' && plans.every(({ scenario }) => Object.keys(scenario.matrix).length === 0))
    throw new UsageError(
      `${request.files.join(', ')}: no matrix`,
      "give it one in the file or with --set, for example --set 'matrix.net_ticktime=[8s, 60s]'",
    );
  const outputs = new Outputs(request);
  const progress = new Progress(terminal, total, request.quiet);
  try {
    const session = { request, surroundings, progress, outputs, worst: new WorstRuns(worstTold) };
    const sets = plans.map((plan) => new SeedSet(plan));
    const shown = await runSets(sets, total, session);
    for (const set of sets) code = worse(code, setCode(set));
    return worse(code, await finish(sets, shown, session));
  } finally {
    progress.end();
    outputs.discard();
  }
}

/** Runs and shows the sets in order. Returns the one that a report is about: the first that did not pass, else the first. */
async function runSets(sets: readonly SeedSet[], total: number, session: Session): Promise<SeedSet | null> {
  const { outputs, progress, request, surroundings } = session;
  const { trace, report } = outputs;
  const labelWidth = Math.max(...sets.map((set) => setLabel(set).length));
  let shown: SeedSet | null = null;
  const here = ({ scenario, seed }: PlannedJob): Omit<RunOptions, 'seed'> => {
    const onProgress = progress.begin(`${scenario.name}, seed ${seed}`);
    return {
      // Of several runs the one that a report is about is known when all are over, and is run again for it.
      forReport: report !== null && total === 1 && request.kind === 'run',
      ...(onProgress && { onProgress }),
      ...(trace && { onTraceLine: (line: string) => trace.write(line) }),
    };
  };
  const onOutcome = (outcome: Outcome, { set, seed }: PlannedJob): void => {
    take(outcome, set, seed, session);
    if (set.ended < set.plan.seeds) return;
    progress.clear();
    show(set, sets.length === 1, labelWidth, session);
    const better = shown === null || (shown.verdict() === 'passed' && set.verdict() !== 'passed');
    if (set.shownRun !== null && better) {
      shown?.release();
      shown = set;
    } else set.release();
  };
  await runJobs(jobsOf(sets), onOutcome, { count: total, processes: request.jobs, surroundings, here });
  return shown;
}

function* jobsOf(sets: readonly SeedSet[]): Iterable<PlannedJob> {
  for (const set of sets) {
    const { scenario, firstSeed, seeds } = set.plan;
    for (let nth = 0; nth < seeds; nth++) yield { set, scenario, seed: firstSeed + nth };
  }
}

function take(outcome: Outcome, set: SeedSet, seed: number, session: Session): void {
  const { terminal } = session.surroundings;
  switch (outcome.kind) {
    case 'ended':
      set.add(outcome.run);
      if (session.request.kind !== 'run') session.worst.add(set, outcome.run);
      if (session.request.json) {
        session.progress.clear();
        terminal.out(`${JSON.stringify(outcome.run.result)}\n`);
      }
      break;
    case 'refused':
      set.refused += 1;
      session.progress.clear();
      terminal.err(printScenarioError(outcome.error, { colour: wantsColour(terminal.paintErr) }));
      break;
    case 'broken':
      if (outcome.error instanceof OutputError) throw outcome.error;
      set.defects += 1;
      sayDefect(outcome.error, set.plan, seed, session);
      break;
  }
  session.progress.ended(outcome.kind !== 'ended' || outcome.run.result.verdict !== 'passed');
}

function sayDefect(error: unknown, plan: PlannedSet, seed: number, session: Session): void {
  const { terminal, debug } = session.surroundings;
  session.progress.clear();
  terminal.err(defectText(error, replayOf(plan, seed, session.request), debug, terminal.paintErr));
}

function show(set: SeedSet, alone: boolean, labelWidth: number, { request, surroundings }: Session): void {
  const { terminal } = surroundings;
  const { plan } = set;
  const verdict = set.verdict();
  const setFailures = set.setFailures();
  const run = set.shownRun;
  if (request.json) {
    for (const { line, expected, observed } of setFailures)
      terminal.err(`${printable(plan.file)}:${line}  ${printable(`${expected}, observed ${observed}`)}\n`);
    return;
  }
  if (run === null || (request.quiet && verdict === 'passed')) return;
  const replay = (seed: number): string => replayOf(plan, seed, request);
  const paint = terminal.paintOut;
  if (!alone || request.quiet) terminal.out(setLine(set, labelWidth, { replay, paint }));
  else if (plan.seeds > 1) terminal.out(seedsText(set, { replay, paint }));
  else {
    const notJudged = set.notJudged();
    const { file } = plan;
    terminal.out(
      resultText(run, { file, replay: replay(run.result.seed), setFailures, notJudged, verdict, paint }),
    );
  }
}

/** What comes after the last run: the sum of several sets, the trace, the report about `shown`. */
async function finish(sets: readonly SeedSet[], shown: SeedSet | null, session: Session): Promise<ExitCode> {
  const { request, surroundings, outputs } = session;
  const { report, trace } = outputs;
  const say = (text: string): void => {
    if (!request.json && !request.quiet) surroundings.terminal.out(text);
  };
  if (sets.length > 1) say(`\n${sumText(sets)}\n`);
  // A trace that ends in the middle is not left lying about as if it were one.
  if (trace !== null && shown !== null) {
    trace.commit();
    say(`Trace   ${printable(trace.path)}\n`);
  }
  if (report === null) return ExitCode.held;
  if (request.kind !== 'run') return writeSweep(report, sets, session);
  if (shown === null || shown.shownRun === null) return ExitCode.held;
  const { result } = shown.shownRun;
  const replay = replayOf(shown.plan, result.seed, request);
  try {
    const run =
      shown.shownRun.report === null ? await again(shown.plan, result, surroundings) : shown.shownRun;
    const { htmlReport } = await import('../library/html-report.ts');
    report.write(await htmlReport(run, replay, request.reportForm));
  } catch (error) {
    if (error instanceof OutputError) throw error;
    sayDefect(error, shown.plan, result.seed, session);
    return ExitCode.defect;
  }
  report.commit();
  say(`Report  ${printable(report.path)}\n`);
  return ExitCode.held;
}

/** The page about all sets together. */
async function writeSweep(
  output: OutputFile,
  sets: readonly SeedSet[],
  { request, surroundings, worst }: Session,
): Promise<ExitCode> {
  const { terminal, debug } = surroundings;
  try {
    const { sweepReport } = await import('./sweep/sweep-report.ts');
    const { renderSweep } = await import('../../reports/write-sweep.ts');
    const replay = ({ plan }: SeedSet, seed: number): string => replayOf(plan, seed, request);
    output.write(await renderSweep(sweepReport(sets, worst, replay)));
  } catch (error) {
    if (error instanceof OutputError) throw error;
    terminal.err(defectText(error, null, debug, terminal.paintErr));
    return ExitCode.defect;
  }
  output.commit();
  if (!request.json && !request.quiet) terminal.out(`Report  ${printable(output.path)}\n`);
  return ExitCode.held;
}

/** One run of many, with what only a report needs. */
async function again(
  { scenario }: PlannedSet,
  { seed, trace_hash: hash }: RunResult,
  { loadEngine }: Surroundings,
): Promise<ScenarioRun> {
  const runScenario = await loadEngine();
  const run = runScenario(scenario, { seed, forReport: true });
  invariant(run.result.trace_hash === hash, 'a second run of the same seed went another way');
  return run;
}

function replayOf({ file, scenario }: PlannedSet, seed: number, { load }: RunRequest): string {
  const { overrides, allowUnmodelled } = load;
  return replayCommand({ file, seed, matrix: scenario.matrix, overrides, allowUnmodelled });
}

function setCode(set: SeedSet): ExitCode {
  if (set.defects > 0) return ExitCode.defect;
  if (set.refused > 0) return ExitCode.wrongUse;
  return set.verdict() === 'passed' ? ExitCode.held : ExitCode.failed;
}
