/** Files for the tests of this room: a small valid one to add to, and what loading a text comes to. */
import { loadText, type LoadOptions } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { ScenarioError, type Problem } from '../../sim/scenario/problem.ts';

/** Three nodes and a queue `q`; a test adds lines of its own below. */
export const base = `name: test
nodes: [rabbit1, rabbit2, rabbit3]
queues:
  - { name: q, durable: true, declare_on: rabbit2 }
`;

/** The one scenario of a text that has to be right. */
export function loaded(text: string, options: LoadOptions = {}): Scenario {
  const [scenario] = loadText('test.yaml', text, options);
  if (!scenario) throw new Error('a text without a scenario');
  return scenario;
}

/** What is wrong with a text that has to be wrong. */
export function problems(text: string, options: LoadOptions = {}): readonly Problem[] {
  try {
    loadText('test.yaml', text, options);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  throw new Error('this text loads');
}

/** Each problem as `line:column message | hint`. */
export function told(text: string, options: LoadOptions = {}): readonly string[] {
  return problems(text, options).map(
    ({ line, column, message, hint }) =>
      `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}
