/**
 * `npm run causes [-- --runs N] [--seed N] [--keep FOLDER]`: whether everything that befell a message has a cause. Runs every scenario of the
 * repository and N random experiments (10,000 unless told otherwise; those of the conservation test, `test/promises/random-scenario.ts`),
 * counts the messages that were lost, doubled or reordered, and prints the share without a cause, which is to be zero. Shared out among
 * processes, one a processor.
 *
 * Exits with 1 if a message has no cause or a run contradicts itself; such random experiments are written to FOLDER, ready to be run again.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import process, { argv, execPath, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import fc from 'fast-check';
import { runScenario } from '../sim/cli/run-scenario.ts';
import type { RunResult } from '../sim/ledger/result.ts';
import { loadFile, loadText } from '../sim/scenario/load.ts';
import type { Scenario } from '../sim/scenario/model.ts';
import { randomScenario } from '../test/promises/random-scenario.ts';

const CHUNK = 100;
const SEEDS_OF_SCENARIO = 8;
const outcomes = ['lost', 'stuck', 'duplicated', 'reordered'] as const;

/** What some runs came to. */
interface Tally {
  runs: number;
  readonly messages: Record<string, number>;
  readonly unexplained: Record<string, number>;
  /** How to see again what has no cause, or is a contradiction. */
  readonly failures: string[];
}

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string', default: path.join(tmpdir(), 'watership-causes') },
    worker: { type: 'string' },
  },
});

if (values.worker === undefined) await main();
else stdout.write(JSON.stringify(work(values.worker)));

async function main(): Promise<void> {
  const chunks = Math.ceil(Number(values.runs) / CHUNK);
  const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .toSorted();
  const tasks = [
    ...files.map((file) => path.join('scenarios', file)),
    ...Array.from({ length: chunks }, (_, index) => `random:${Number(values.seed) + index}`),
  ];
  const shipped = await gather(tasks.slice(0, files.length));
  const random = await gather(tasks.slice(files.length));
  stdout.write(`${table(`${files.length} scenarios of the repository`, shipped)}\n`);
  stdout.write(`${table('random experiments', random)}\n`);
  const failures = [...shipped.failures, ...random.failures];
  for (const failure of failures) stdout.write(`${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

function table(title: string, { runs, messages, unexplained }: Tally): string {
  const lines = outcomes.map((outcome) => {
    const all = messages[outcome] ?? 0;
    const without = unexplained[outcome] ?? 0;
    const share = all === 0 ? 0 : (100 * without) / all;
    return `  ${outcome.padEnd(12)}${`${all}`.padStart(9)}   without a cause ${`${without}`.padStart(6)}   ${share.toFixed(3)} %`;
  });
  return [`${title}, ${runs} runs`, ...lines].join('\n');
}

/** Does the tasks in processes of their own, as many at a time as there are processors. */
async function gather(tasks: readonly string[]): Promise<Tally> {
  const sum = emptyTally();
  const waiting = [...tasks];
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const worker = [fileURLToPath(import.meta.url), '--worker', task, '--keep', values.keep];
      const { stdout: line } = await promisify(execFile)(execPath, worker, { maxBuffer: 100_000_000 });
      add(sum, JSON.parse(line) as Tally);
      if (stderr.isTTY) stderr.write(`${waiting.length} to do\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return sum;
}

function add(sum: Tally, { runs, messages, unexplained, failures }: Tally): void {
  sum.runs += runs;
  for (const outcome of outcomes) {
    sum.messages[outcome] = (sum.messages[outcome] ?? 0) + (messages[outcome] ?? 0);
    sum.unexplained[outcome] = (sum.unexplained[outcome] ?? 0) + (unexplained[outcome] ?? 0);
  }
  sum.failures.push(...failures);
}

function emptyTally(): Tally {
  return { runs: 0, messages: {}, unexplained: {}, failures: [] };
}

/** One task: a file with each of its cells over some seeds, or a hundred random experiments. */
function work(task: string): Tally {
  const tally = emptyTally();
  if (!task.startsWith('random:')) {
    for (const scenario of loadFile(task)) {
      for (let seed = 1; seed <= SEEDS_OF_SCENARIO; seed += 1) {
        tryOne(tally, scenario, seed, () => `npx watership run ${task} --seed ${seed}`);
      }
    }
    return tally;
  }
  const seed = Number(task.slice('random:'.length));
  fc.sample(randomScenario, { numRuns: CHUNK, seed }).forEach((drawn, index) => {
    const text = JSON.stringify(drawn, null, 1);
    tryOne(tally, loadText('random.yaml', text)[0]!, 1, () => kept(`${seed}-${index}.yaml`, text));
  });
  return tally;
}

function kept(name: string, text: string): string {
  mkdirSync(values.keep, { recursive: true });
  const file = path.join(values.keep, name);
  writeFileSync(file, text);
  return `npx watership run ${file} --seed 1 --debug`;
}

/** Runs it and adds what befell its messages; `replay` yields the command that shows it again. */
function tryOne(tally: Tally, scenario: Scenario, seed: number, replay: () => string): void {
  tally.runs += 1;
  let result: RunResult;
  try {
    ({ result } = runScenario(scenario, { seed }));
  } catch (error) {
    tally.failures.push(`${error instanceof Error ? error.message : String(error)}\n  ${replay()}`);
    return;
  }
  for (const { outcome, hazard, messages } of result.causes) {
    tally.messages[outcome] = (tally.messages[outcome] ?? 0) + messages;
    if (hazard !== 'unexplained') continue;
    tally.unexplained[outcome] = (tally.unexplained[outcome] ?? 0) + messages;
    tally.failures.push(`${messages} ${outcome} without a cause\n  ${replay()}`);
  }
}
