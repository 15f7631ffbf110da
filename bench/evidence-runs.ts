/**
 * What runs exercise: a scenario of the repository, over all cells of its matrix, or an experiment of the conformance suite. The
 * tests of scenarios and experiments run fewer of the same seeds, and hold what is written here against them.
 */
import { readdirSync } from 'node:fs';
import { runScenario } from '../sim/cli/run-scenario.ts';
import type { RunResult } from '../sim/ledger/result.ts';
import { loadFile } from '../sim/scenario/load.ts';
import type { Scenario } from '../sim/scenario/model.ts';
import { experimentNames, readExperiment } from './experiments.ts';

const scenarioFolder = 'scenarios';
/** Enough to tell what every seed exercises from what nearly every one does. */
const seedsOfExperiment = 40;
const seedsOfScenario = 20;
/** A file whose runs take a second and more of CPU, and whose seeds do not differ in what they exercise. */
const oneSeed = new Set(['scenarios/seeds/sync-over-slow-link.yaml']);

/** Every scenario file of the repository, as a reader would type its path. */
export function scenarioSubjects(): readonly string[] {
  return readdirSync(scenarioFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${scenarioFolder}/${file.replaceAll('\\', '/')}`)
    .toSorted();
}

/** The experiments that the engine can run. */
export function experimentSubjects(): readonly string[] {
  return experimentNames().filter((name) => readExperiment(name).scenario !== null);
}

/** The rules and hazards that a subject exercised, as the tables hold them: `MIR-16 PAR-6?`. */
export function exercisedBy(subject: string): string {
  const isScenario = subject.startsWith(`${scenarioFolder}/`);
  const scenarios = isScenario ? loadFile(subject) : [readExperiment(subject).scenario!];
  const asked = isScenario ? Math.max(seedsOfScenario, scenarios[0]!.seeds) : seedsOfExperiment;
  const count = oneSeed.has(subject) ? 1 : asked;
  return asWords(Array.from({ length: count }, (_, nth) => exercisedInSeed(scenarios, isScenario, nth)));
}

/** Over all cells of a matrix, for one seed of each. */
function exercisedInSeed(
  scenarios: readonly Scenario[],
  isScenario: boolean,
  nth: number,
): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const scenario of scenarios) {
    // Experiments are numbered from 1, as `npm run conformance` does; scenarios have their own first seed.
    const seed = isScenario ? scenario.seed + nth : nth + 1;
    const { result, judgement } = runScenario(scenario, { seed });
    for (const id of idsOf(result)) ids.add(id);
    // A hazard that harms no message is seen as its scenario in the gallery says.
    const { hazard } = scenario.expect ?? {};
    if (hazard !== undefined && judgement.hazard === true) ids.add(hazard.id);
  }
  return ids;
}

/** Rules that a run exercised, and hazards to which its ledger attributed what became of messages. */
export function idsOf({ rules, causes }: RunResult): readonly string[] {
  return [...rules, ...causes.map(({ hazard }) => hazard).filter((id) => id.startsWith('HAZ-'))];
}

function asWords(runs: readonly ReadonlySet<string>[]): string {
  const all = new Set(runs.flatMap((ids) => [...ids]));
  return [...all]
    .toSorted(byChapterAndNumber)
    .map((id) => (runs.every((ids) => ids.has(id)) ? id : `${id}?`))
    .join(' ');
}

function byChapterAndNumber(a: string, b: string): number {
  const [[chapterA = '', numberA = ''], [chapterB = '', numberB = '']] = [a.split('-'), b.split('-')];
  if (chapterA !== chapterB) return chapterA < chapterB ? -1 : 1;
  return Number(numberA) - Number(numberB);
}
