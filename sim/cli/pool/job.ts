/**
 * What a pool of processes is asked and answers: one run of one scenario with one seed, and what came of it. The messages between
 * processes are plain data, copied as `structuredClone` copies; scenarios and results are such data already.
 */
import type { Scenario } from '../../scenario/model.ts';
import { type Problem, ScenarioError } from '../../scenario/problem.ts';
import type { ScenarioRun } from '../scenario-run.ts';

/** One run. Cells of a matrix are scenarios of their own. */
export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** How a job ended, and how long it took on this machine: with a result, with a cluster that cannot be, or with a defect of ours. */
export type Outcome =
  | { readonly kind: 'ended'; readonly run: ScenarioRun; readonly elapsedMs?: number }
  | { readonly kind: 'refused'; readonly error: ScenarioError }
  | { readonly kind: 'broken'; readonly error: unknown };

/** To a worker. A scenario goes ahead of the first job that is about it, and holds until the next one comes. */
export type Order =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'run'; readonly seed: number };

/** From a worker: that its engine is loaded, then one answer for each run, in the order in which they were asked for. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended'; readonly run: Omit<ScenarioRun, 'report'>; readonly elapsedMs?: number }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'broken'; readonly name: string; readonly message: string; readonly stack: string };

/** An error that happened in another process, with the name and the stack that it had there. */
class RemoteError extends Error {
  constructor(name: string, message: string, stack: string) {
    super(message);
    this.name = name;
    this.stack = stack;
  }
}

/** What a worker says of a run that threw. */
export function answerOf(error: unknown): Answer {
  if (error instanceof ScenarioError) return { kind: 'refused', problems: error.problems };
  if (!(error instanceof Error)) return { kind: 'broken', name: 'Error', message: String(error), stack: '' };
  return { kind: 'broken', name: error.name, message: error.message, stack: error.stack ?? '' };
}

/** An answer as whoever asked for the run reads it. A run from elsewhere has no report to give: it would have to be run again here. */
export function outcomeOf(answer: Exclude<Answer, { readonly kind: 'ready' }>): Outcome {
  switch (answer.kind) {
    case 'ended':
      return { ...answer, run: { ...answer.run, report: null } };
    case 'refused':
      return { kind: 'refused', error: new ScenarioError(answer.problems) };
    case 'broken':
      return { kind: 'broken', error: new RemoteError(answer.name, answer.message, answer.stack) };
  }
}
