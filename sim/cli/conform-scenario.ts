/**
 * Holds one scenario against a real cluster: runs it there, runs it here over many seeds, judges the two and prints the table. The real runs come
 * first: they are what can fail for reasons of this machine.
 */
import { evidenceOf } from '../conformance/evidence.ts';
import { judge } from '../conformance/judge.ts';
import type { Note, Recording } from '../conformance/recording.ts';
import { experimentTable } from '../conformance/table.ts';
import { publishingRate } from '../conformance/tolerance.ts';
import { LaboratoryError } from '../laboratory/laboratory-error.ts';
import { recordOnRealCluster, type Progress } from '../laboratory/laboratory.ts';
import { recordingText } from '../laboratory/recording.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Given, Surroundings } from './command.ts';
import { ExitCode } from './exit-code.ts';
import { inputFiles } from './input-files.ts';
import { theOnlyScenario } from './only-scenario.ts';
import { OutputFile } from './output-file.ts';
import { printable } from './printable.ts';
import { loadOptionsOf } from './scenario-options.ts';
import { UsageError } from './usage-error.ts';

export interface ConformRequest {
  readonly file: string;
  readonly repeats: number;
  readonly seeds: number;
  /** Null: the recording is not kept. */
  readonly out: string | null;
}

/**
 * A scenario of a person's own has no notes: what differs is for that person to explain. But a few repeats show few of the outcomes that there
 * are, and where the seeds have theirs among others the two do not contradict each other.
 */
const fewRepeats: Note = {
  chance: [{ on: ['.*'], rules: [], reason: 'some seeds do the same, others something else' }],
  laboratory: [],
  differs: [],
  machine: {},
};

/** Throws UsageError, OutputError and ScenarioError; where this machine cannot, a UsageError says why. */
export async function conformScenario(
  request: ConformRequest,
  given: Given,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const load = loadOptionsOf(given);
  const scenario = await theOnlyScenario(
    request.file,
    load,
    'conform takes one: set the values of the matrix in a file of their own',
  );
  const output =
    request.out === null ? null : new OutputFile(request.out, inputFiles([request.file], load.overrides));
  try {
    const recording = await record(scenario, request, surroundings);
    output?.write(recordingText(recording));
    output?.commit();
    return await compare(scenario, recording, request, surroundings);
  } finally {
    output?.discard();
  }
}

async function record(
  scenario: Scenario,
  { repeats }: ConformRequest,
  { terminal }: Surroundings,
): Promise<Recording> {
  const onProgress = ({ repeat, of, phase }: Progress): void => {
    if (phase !== 'over') terminal.err(`${printable(scenario.name)}: repeat ${repeat} of ${of} ${phase}\n`);
  };
  try {
    return await recordOnRealCluster(scenario, { repeats, onProgress });
  } catch (error) {
    if (error instanceof LaboratoryError) throw new UsageError(error.message, error.hint);
    throw error;
  }
}

async function compare(
  scenario: Scenario,
  recording: Recording,
  { seeds }: ConformRequest,
  { terminal, loadEngine }: Surroundings,
): Promise<ExitCode> {
  const runScenario = await loadEngine();
  const evidence = [];
  for (let nth = 0; nth < seeds; nth += 1) {
    evidence.push(evidenceOf(runScenario(scenario, { seed: scenario.seed + nth }).result));
    await terminal.breathe();
  }
  const ratePerSecond = publishingRate(scenario.workloads);
  const rows = judge({ recording, note: fewRepeats, evidence, ratePerSecond });
  const table = experimentTable(recording, seeds, rows);
  terminal.out(table.split('\n').map(printable).join('\n'));
  const agrees = rows.every(({ verdict }) => verdict !== 'unexplained');
  return agrees ? ExitCode.held : ExitCode.failed;
}
