/**
 * The program of its own that `determinism.test.ts` starts under several versions of Node: runs scenario files and prints, as one
 * line of JSON, the Node that ran them, a hash a run, and a hash of the last run's report. Arguments are pairs of a file and a seed.
 */
import { createHash } from 'node:crypto';
import { argv, stdout, versions } from 'node:process';
import { renderReport } from '../../reports/write-report.ts';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { loadFile } from '../../sim/scenario/load.ts';

/** What the program prints. */
export interface Printed {
  /** `22.1.0`. */
  readonly node: string;
  /** In the order of the arguments. */
  readonly hashes: readonly string[];
  /** SHA-256 of the HTML. */
  readonly report: string;
}

const words = argv.slice(2);
const hashes: string[] = [];
let html = '';
for (let i = 0; i + 1 < words.length; i += 2) {
  const [scenario] = loadFile(words[i]!);
  const forReport = i + 3 >= words.length;
  const run = runScenario(scenario!, { seed: Number(words[i + 1]), forReport });
  hashes.push(run.result.trace_hash);
  if (run.report !== null) html = await renderReport(run.report('npx watership run'));
}
const report = createHash('sha256').update(html).digest('hex');
const printed: Printed = { node: versions.node, hashes, report };
stdout.write(`${JSON.stringify(printed)}\n`);
