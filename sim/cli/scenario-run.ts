/** The seam between the command line and the engine. Types only, so that commands load no engine by naming them. */
import type { ScenarioRun, SimulateOptions } from '../library/run.ts';
import type { Scenario } from '../scenario/model.ts';

export type { ScenarioRun };

/** The command line says which seed, always. */
export type RunOptions = SimulateOptions & { readonly seed: number };

/** Runs a scenario to its verdict. Throws ScenarioError, and InvariantError or anything else only on our own defects. */
export type RunScenario = (scenario: Scenario, options: RunOptions) => ScenarioRun;
