/**
 * The experiments of the conformance suite as they lie in the repository: a scenario, one or two recordings of what a real cluster did, and the
 * notes on the differences. Read by `npm run conformance` and by the suite's test.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { asNotes, asRecording, noteOf, type Note, type Recording } from '../sim/conformance/recording.ts';
import { loadFile } from '../sim/scenario/load.ts';
import type { Scenario } from '../sim/scenario/model.ts';
import { ScenarioError } from '../sim/scenario/problem.ts';

/** Relative to the repository, from which npm runs everything. */
export const suiteFolder = 'test/promises/conformance';

export interface Experiment {
  readonly name: string;
  readonly note: Note;
  /** The recording that counts, then one made on a busier machine, if there is one. */
  readonly recordings: readonly Recording[];
  /** Null while the engine does not model what it needs. */
  readonly scenario: Scenario | null;
  /** What is not modelled yet; empty where there is a scenario. */
  readonly waitsFor: string;
}

/** All experiments, by name. */
export function experimentNames(): readonly string[] {
  return readdirSync(`${suiteFolder}/experiments`)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => path.basename(file, '.yaml'))
    .toSorted();
}

/** Reads one experiment. Throws ScenarioError where its scenario is wrong, ZodError where a recording or the notes are. */
export function readExperiment(name: string): Experiment {
  const note = noteOf(asNotes(parse(readFileSync(`${suiteFolder}/notes.yaml`, 'utf8'))), name);
  return { name, note, recordings: recordingsOf(name), ...load(name, note) };
}

/** The scenario as it ran: with what the laboratory's machine cost. */
function load(name: string, { machine }: Note): Pick<Experiment, 'scenario' | 'waitsFor'> {
  try {
    const overrides = Object.entries(machine);
    return { scenario: loadFile(`${suiteFolder}/experiments/${name}.yaml`, { overrides })[0]!, waitsFor: '' };
  } catch (error) {
    if (!(error instanceof ScenarioError) || error.problems.some(({ kind }) => kind !== 'unmodelled'))
      throw error;
    const missing = error.problems.map(({ message }) => message.replace(/ (?:is|are) not modelled yet$/, ''));
    return { scenario: null, waitsFor: [...new Set(missing)].join(', ') };
  }
}

function recordingsOf(name: string): readonly Recording[] {
  return ['experiments', 'experiments/loaded']
    .map((folder) => `${suiteFolder}/${folder}/${name}.observed.json`)
    .filter((file) => existsSync(file))
    .map((file) => asRecording(JSON.parse(readFileSync(file, 'utf8'))));
}
