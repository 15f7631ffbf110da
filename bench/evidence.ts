/**
 * The first step of `npm run rules`: gathers what speaks for each rule and hazard, and writes it as the tables under sim/rules/evidence/. Every scenario
 * and every experiment of the repository runs over a few seeds, in processes, one a processor; sources say which files cite a rule and which tests
 * name one; the table of agreement says which experiments differ from the real cluster; the mutants say what was broken, and who noticed.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { argv, execPath, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { exercisedBy, experimentSubjects, scenarioSubjects } from './evidence-runs.ts';
import { citesByRule, testsByFile } from './evidence-sources.ts';
import { brokenText, readMutants } from './mutant-table.ts';

const folder = 'sim/rules/evidence';
const agreementPage = 'docs/conformance.md';
const workerFlag = '--worker';
const texts = 'Readonly<Record<string, string>>';

if (argv[2] === workerFlag) stdout.write(JSON.stringify(argv.slice(3).map(exercisedBy)));
else await main();

async function main(): Promise<void> {
  if (!argv.includes('--sources')) await writeRuns();
  writeSources();
  await promisify(execFile)(execPath, ['node_modules/oxfmt/bin/oxfmt', folder]);
}

/** What runs exercise. */
async function writeRuns(): Promise<void> {
  const experiments = experimentSubjects();
  const scenarios = scenarioSubjects();
  const exercised = await runAll([...experiments, ...scenarios]);
  const differences = differencesByExperiment();
  const evidence = experiments.map((name) => [
    name,
    { differences: differences.get(name) ?? null, exercised: exercised.get(name) ?? '' },
  ]);
  write(
    'experiments',
    'Readonly<Record<string, { readonly differences: number | null; readonly exercised: string }>>',
    Object.fromEntries(evidence),
  );
  write('scenarios', texts, Object.fromEntries(scenarios.map((name) => [name, exercised.get(name) ?? ''])));
}

/** What sources say. */
function writeSources(): void {
  write('tests', texts, testsByFile());
  write('cites', texts, citesByRule());
  const noticed = new Map<string, string[]>();
  for (const { rule, breaks, noticedBy } of readMutants()) {
    if (noticedBy === null) continue;
    noticed.set(rule, [...(noticed.get(rule) ?? []), brokenText(breaks, noticedBy)]);
  }
  write('mutants', texts, Object.fromEntries([...noticed].map(([rule, lines]) => [rule, lines.join('\n')])));
}

/** Runs all subjects in as many processes as there are processors; what each exercised, by its name. */
async function runAll(subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const lanes = availableParallelism();
  const shares = Array.from({ length: lanes }, (_, lane) =>
    subjects.filter((_subject, index) => index % lanes === lane),
  );
  const exercised = new Map<string, string>();
  await Promise.all(
    shares.map(async (share) => {
      const worker = [fileURLToPath(import.meta.url), workerFlag, ...share];
      const { stdout: text } = await promisify(execFile)(execPath, worker, { maxBuffer: 100_000_000 });
      const answers = JSON.parse(text) as readonly string[];
      for (const [index, name] of share.entries()) exercised.set(name, answers[index]!);
    }),
  );
  return exercised;
}

/** Rows of the table of agreement that differ, by experiment, as its summary counts them over all recordings of the experiment. */
function differencesByExperiment(): ReadonlyMap<string, number> {
  const differences = new Map<string, number>();
  for (const [, name = '', counts = ''] of readFileSync(agreementPage, 'utf8').matchAll(
    /^\| \[([\w-]+)\]\([^)]*\) (\|.*)$/gm,
  )) {
    const differing = [...counts.matchAll(/(\d+) (?:differs|unexplained)/g)];
    const sum = differing.reduce((total, [, count]) => total + Number(count), 0);
    differences.set(name, (differences.get(name) ?? 0) + sum);
  }
  return differences;
}

/** Writes one table, to be formatted afterwards like any other source. */
function write(name: string, type: string, value: object): void {
  const head = '// Written by `npm run rules`; what it means is said in ../evidence.ts.\n\n';
  writeFileSync(`${folder}/${name}.ts`, `${head}export const ${name}: ${type} = ${JSON.stringify(value)};\n`);
}
