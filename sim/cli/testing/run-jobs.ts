/** Runs a list of jobs, one after another in this process, and hands their outcomes on in the order of the list. */
import { ScenarioError } from '../../scenario/problem.ts';
import type { Scenario } from '../../scenario/model.ts';
import type { Surroundings } from '../command.ts';
import type { RunOptions, ScenarioRun } from '../scenario-run.ts';

export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** How a job ended: with a result, with a cluster that cannot be, or with a defect of ours. */
export type Outcome =
  | { readonly kind: 'ended'; readonly run: ScenarioRun }
  | { readonly kind: 'refused'; readonly error: ScenarioError }
  | { readonly kind: 'broken'; readonly error: unknown };

export interface JobsOptions<J extends Job> {
  readonly count: number;
  readonly processes: number | null;
  readonly surroundings: Pick<Surroundings, 'terminal' | 'loadEngine'>;
  readonly here?: (job: J) => Omit<RunOptions, 'seed'>;
}

/** Resolves when `onOutcome` has had the outcome of every job. */
export async function runJobs<J extends Job>(
  jobs: Iterable<J>,
  onOutcome: (outcome: Outcome, job: J) => void,
  { surroundings, here }: JobsOptions<J>,
): Promise<void> {
  const { terminal, loadEngine } = surroundings;
  const runScenario = await loadEngine();
  for (const job of jobs) {
    let outcome: Outcome;
    try {
      outcome = { kind: 'ended', run: runScenario(job.scenario, { ...here?.(job), seed: job.seed }) };
    } catch (error) {
      outcome = error instanceof ScenarioError ? { kind: 'refused', error } : { kind: 'broken', error };
    }
    onOutcome(outcome, job);
    await terminal.breathe();
  }
}
