/**
 * What speaks for the model of a rule or hazard: the places that decide by it, the experiments of the conformance suite whose runs
 * exercised it (a real cluster ran them, too), the scenarios whose runs did, the tests that name it, and what was noticed when it was broken
 * on purpose. Nothing of it is written by hand: `npm run rules` makes the tables under evidence/ from runs and sources, and
 * the tests of scenarios, experiments and this room fail where a table says what is not so. Left out: which rules a
 * single test happened to pass by; a test speaks for the rules in its title.
 */
import { cites } from './evidence/cites.ts';
import { experiments } from './evidence/experiments.ts';
import { mutants } from './evidence/mutants.ts';
import { scenarios } from './evidence/scenarios.ts';
import { tests } from './evidence/tests.ts';

/** A run, or several with different seeds, that exercised a rule, or to which the ledger attributed a hazard. */
export interface Exercise {
  /** The experiment's name, or the scenario's path. */
  readonly name: string;
  /** In every seed that was tried, not only in some. */
  readonly inEverySeed: boolean;
}

export interface ExperimentExercise extends Exercise {
  /** Rows of the table of agreement that differ from the real cluster, with their reasons; null: not in the table yet. */
  readonly differences: number | null;
}

export interface NamingTest {
  readonly file: string;
  readonly title: string;
}

export interface Evidence {
  /** Files with the code that decides by it. */
  readonly decidedIn: readonly string[];
  readonly experiments: readonly ExperimentExercise[];
  readonly scenarios: readonly Exercise[];
  readonly tests: readonly NamingTest[];
  /** Lines of the engine changed on purpose: what it does then, and the test that notices. */
  readonly broken: readonly string[];
}

/** How many experiments and scenarios there are evidence from. */
export const experimentCount: number = Object.keys(experiments).length;
export const scenarioCount: number = Object.keys(scenarios).length;

/** The evidence for a rule or hazard, by its exact id. */
export function evidenceFor(id: string): Evidence {
  return {
    decidedIn: cites[id]?.split(' ') ?? [],
    experiments: Object.entries(experiments).flatMap(([name, { exercised, differences }]) =>
      exercisesOf(id, name, exercised).map((exercise) => ({ ...exercise, differences })),
    ),
    scenarios: Object.entries(scenarios).flatMap(([name, exercised]) => exercisesOf(id, name, exercised)),
    tests: Object.entries(tests).flatMap(([file, titles]) =>
      titles
        .split('\n')
        .filter((title) => idsIn(title).includes(id))
        .map((title) => ({ file, title })),
    ),
    broken: mutants[id]?.split('\n') ?? [],
  };
}

/** Whether anything speaks for it: it was exercised, a test names it, or breaking it was noticed. */
export function hasEvidence({ experiments, scenarios, tests, broken }: Evidence): boolean {
  return experiments.length + scenarios.length + tests.length + broken.length > 0;
}

/** Ids in a table are words; one that only some seeds exercised ends in a question mark. */
function exercisesOf(id: string, name: string, exercised: string): Exercise[] {
  const words = exercised.split(' ');
  if (words.includes(id)) return [{ name, inEverySeed: true }];
  return words.includes(`${id}?`) ? [{ name, inEverySeed: false }] : [];
}

/** The ids of rules and hazards in a text, `BRK-27 to BRK-36` counting as both ends. */
export function idsIn(text: string): string[] {
  return [...text.matchAll(/\b[A-Z]{2,3}-\d+\b/g)].map(([id]) => id);
}
