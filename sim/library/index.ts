/**
 * Watership as a library: `import { load, simulate } from 'watership'`. What the command line does with files, seeds and terminals is its own;
 * what it knows of scenarios and runs comes from here. Described in docs/library.md.
 */
export { load, type LoadOptions, parse } from './load.ts';
export { htmlReport } from './html-report.ts';
export type { ScenarioRun, SimulateOptions } from './run.ts';
export { simulate } from './simulate.ts';
export { InvariantError } from '../kernel/invariant.ts';
export type { CheckedExpectation, StoryLine, StoryStep } from '../ledger/run-report.ts';
export type * from '../ledger/result.ts';
export type { Judgement } from '../ledger/expectations.ts';
export { judgeSeeds, type SeedsExpectation } from '../ledger/judge-seeds.ts';
export type { Scenario } from '../scenario/model.ts';
export { type Place, type Problem, ScenarioError } from '../scenario/problem.ts';
