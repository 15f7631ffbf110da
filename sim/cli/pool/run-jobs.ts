/**
 * Runs a list of jobs, on several processes where that is worth their start, and hands their outcomes on in the order of the list: whoever
 * listens cannot tell where or in which order they ran.
 */
import { ScenarioError } from '../../scenario/problem.ts';
import type { Surroundings } from '../command.ts';
import type { RunOptions, RunScenario } from '../scenario-run.ts';
import type { Terminal } from '../terminal.ts';
import { Interrupted } from './interrupted.ts';
import type { Job, Outcome } from './job.ts';
import { runOnWorkers } from './pool.ts';

export interface JobsOptions<J extends Job> {
  /** How many jobs there are. */
  readonly count: number;
  /** At most so many processes; null: as many as the machine runs at once. */
  readonly processes: number | null;
  readonly surroundings: Pick<Surroundings, 'terminal' | 'loadEngine' | 'workers'>;
  /** What a run is asked besides its seed where it is run in this process: always when there is only one. */
  readonly here?: (job: J) => Omit<RunOptions, 'seed'>;
}

/** A worker is worth its start with so many jobs. */
const jobsWorthWorker = 2;

/**
 * Resolves when `onOutcome` has had the outcome of every job. Rejects with what `onOutcome` throws, and with Interrupted; then nothing runs
 * any more.
 */
export async function runJobs<J extends Job>(
  jobs: Iterable<J>,
  onOutcome: (outcome: Outcome, job: J) => void,
  { count, processes, surroundings, here }: JobsOptions<J>,
): Promise<void> {
  const { terminal, loadEngine, workers } = surroundings;
  const size = Math.min(processes ?? workers?.atOnce ?? 1, Math.floor(count / jobsWorthWorker));
  if (workers === null || size < 2) {
    const runScenario = await loadEngine();
    for (const job of jobs) {
      onOutcome(runHere(runScenario, job, terminal, here?.(job)), job);
      await terminal.breathe();
    }
    return;
  }
  const controller = new AbortController();
  const release = terminal.onInterrupt((signal) => controller.abort(new Interrupted(signal)));
  try {
    await runOnWorkers(jobs, onOutcome, { size, startWorker: workers.start, signal: controller.signal });
  } finally {
    release();
  }
}

function runHere(
  runScenario: RunScenario,
  { scenario, seed }: Job,
  { nowMs }: Pick<Terminal, 'nowMs'>,
  options?: Omit<RunOptions, 'seed'>,
): Outcome {
  const beganMs = nowMs();
  try {
    const run = runScenario(scenario, { ...options, seed });
    return { kind: 'ended', run, elapsedMs: nowMs() - beganMs };
  } catch (error) {
    if (error instanceof ScenarioError) return { kind: 'refused', error };
    return { kind: 'broken', error };
  }
}
