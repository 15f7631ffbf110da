/** For the promises of the language: one scenario, written as a user would, run to its result. */
import { runScenario } from '../../sim/cli/run-scenario.ts';
import type { ScenarioRun } from '../../sim/cli/scenario-run.ts';
import type { RunResult } from '../../sim/ledger/result.ts';
import { loadText } from '../../sim/scenario/load.ts';
import { ScenarioError } from '../../sim/scenario/problem.ts';

/** The run of the only scenario of a text. */
export function runOf(text: string): ScenarioRun {
  const [scenario] = loadText('language.yaml', `name: language\n${text}`);
  if (scenario === undefined) throw new Error('a text without a scenario');
  return runScenario(scenario, { seed: scenario.seed });
}

export function resultOf(text: string): RunResult {
  return runOf(text).result;
}

/** What loading says is wrong with a text: line and message. */
export function complaintsAbout(text: string): readonly string[] {
  try {
    loadText('language.yaml', `name: language\n${text}`);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(({ line, message }) => `${line}: ${message}`);
  }
}

type Event = RunResult['timeline'][number];

/** The timeline's events of one name, only those with these fields. */
export function eventsOf(
  result: RunResult,
  event: string,
  fields: { readonly [field: string]: unknown } = {},
): readonly Event[] {
  return result.timeline.filter(
    (each) => each.event === event && Object.entries(fields).every(([field, value]) => each[field] === value),
  );
}

/** When they happened, in seconds. */
export function timesOf(...[result, event, fields]: Parameters<typeof eventsOf>): readonly number[] {
  return eventsOf(result, event, fields).map(({ time }) => time);
}

export const threeNodes = 'nodes: [rabbit1, rabbit2, rabbit3]\nnet_ticktime: 8s\nqueues: [{ name: q }]\n';
