/**
 * `npm run conformance [-- --seeds N EXPERIMENT...]`: runs every experiment that a real cluster has run over many seeds, holds the two
 * against each other, prints the table and writes it as docs/conformance.md (only when all experiments ran). It takes minutes: the runs are
 * shared out among processes, one a processor.
 *
 * Exits with 1 if a row disagrees for which the notes have no reason.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process, { argv, execPath, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { runScenario } from '../sim/cli/run-scenario.ts';
import { evidenceOf, type Evidence } from '../sim/conformance/evidence.ts';
import { judge } from '../sim/conformance/judge.ts';
import { pageText, tableText, type Judged } from '../sim/conformance/page.ts';
import { publishingRate } from '../sim/conformance/tolerance.ts';
import { experimentNames, readExperiment, suiteFolder, type Experiment } from './experiments.ts';

const page = 'docs/conformance.md';

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  options: { seeds: { type: 'string', default: '200' }, worker: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const seeds = Number(values.seeds);

if (values.worker) work(positionals[0]!);
else await main();

async function main(): Promise<void> {
  const names = experimentNames();
  const asked = names.filter(
    (name) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  const experiments = asked.map(readExperiment);
  const evidence = await gather(
    experiments.filter(({ scenario }) => scenario !== null).map(({ name }) => name),
  );
  const judged = experiments.flatMap((experiment) =>
    judgeExperiment(experiment, evidence.get(experiment.name) ?? []),
  );
  stdout.write(tableText(judged));
  if (asked.length === names.length) {
    mkdirSync('docs', { recursive: true });
    writeFileSync(page, pageText(judged, readFileSync(`${suiteFolder}/introduction.md`, 'utf8')));
    stdout.write(`Written to ${page}\n`);
  }
  const rows = judged.flatMap((one) => ('rows' in one ? one.rows : []));
  if (rows.some(({ verdict }) => verdict === 'unexplained')) process.exitCode = 1;
}

/** The recordings of one experiment, all judged by the same runs. */
function judgeExperiment(experiment: Experiment, evidence: readonly Evidence[]): readonly Judged[] {
  const { recordings, scenario, waitsFor, note } = experiment;
  if (scenario === null) return recordings.map((recording) => ({ recording, waitsFor }));
  const ratePerSecond = publishingRate(scenario.workloads);
  return recordings.map((recording, index) => ({
    recording,
    which: index === 0 ? 'recording' : 'second recording',
    seeds: evidence.length,
    rows: judge({ recording, isSuperseded: index > 0, note, evidence, ratePerSecond }),
  }));
}

/** Runs experiments in processes of their own, as many at a time as there are processors. */
async function gather(names: readonly string[]): Promise<ReadonlyMap<string, readonly Evidence[]>> {
  const evidence = new Map<string, readonly Evidence[]>();
  const waiting = [...names];
  const lane = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const worker = [fileURLToPath(import.meta.url), '--worker', '--seeds', `${seeds}`, name];
      const { stdout: lines } = await promisify(execFile)(execPath, worker, { maxBuffer: 1_000_000_000 });
      evidence.set(name, JSON.parse(lines) as readonly Evidence[]);
      if (stderr.isTTY) stderr.write(`${evidence.size} of ${names.length}: ${name}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return evidence;
}

/** Runs one experiment over all seeds and prints its evidence as JSON. */
function work(name: string): void {
  const { scenario } = readExperiment(name);
  const evidence = Array.from({ length: seeds }, (_, index) =>
    evidenceOf(runScenario(scenario!, { seed: index + 1 }).result),
  );
  stdout.write(JSON.stringify(evidence));
}
