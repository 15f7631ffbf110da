/**
 * The program of its own that `determinism.test.ts` starts under several versions of Node: runs scenario files and prints, as one
 * line of JSON, the Node that ran them and a hash a run. Arguments are pairs of a file and a seed.
 */
import { argv, stdout, versions } from 'node:process';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { loadFile } from '../../sim/scenario/load.ts';

/** What the program prints. */
export interface Printed {
  /** `22.1.0`. */
  readonly node: string;
  /** In the order of the arguments. */
  readonly hashes: readonly string[];
}

const words = argv.slice(2);
const hashes: string[] = [];
for (let i = 0; i + 1 < words.length; i += 2) {
  const [scenario] = loadFile(words[i]!);
  hashes.push(runScenario(scenario!, { seed: Number(words[i + 1]) }).result.trace_hash);
}
const printed: Printed = { node: versions.node, hashes };
stdout.write(`${JSON.stringify(printed)}\n`);
