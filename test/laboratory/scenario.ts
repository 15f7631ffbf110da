/** Scenarios for the laboratory's tests, from a few lines of the language. */
import { loadText } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';

/** Three nodes, and what a test adds. */
export function scenarioWith(more = '', nodes = '[rabbit1, rabbit2, rabbit3]'): Scenario {
  return loadText('test.yaml', `name: any\nnodes: ${nodes}\n${more}`)[0]!;
}
