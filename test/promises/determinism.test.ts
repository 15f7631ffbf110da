// One file and one seed are one run, whoever runs it: twice in a process, in two processes, on every Node that Watership supports.
// Hashes are compared with each other and never with a list of known ones: behaviour may change, from a version to the next.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { loadFile } from '../../sim/scenario/load.ts';
import type { Printed } from './hashes-of-runs.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Links whose every packet draws from lognormal and uniform streams, which is where arithmetic could differ between machines. */
const cluster = `
nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 4s
config: { queue_master_locator: random }
links:
  - { between: all, latency: { median: 800us, p99: 9ms }, jitter: 90us, loss: 1% }
  - { between: all, clients: { latency: { median: 300us, p99: 2ms } } }
policies:
  - { name: two, pattern: "^two\\\\.", definition: { ha-mode: exactly, ha-params: 2, ha-sync-mode: automatic } }
  - { name: all, pattern: "^all\\\\.", definition: { ha-mode: all, ha-sync-mode: automatic } }
queues:
  - { name: two.q, durable: true }
  - { name: all.q, durable: true }
workloads:
  - { name: shop, count: 2, publish: { routing_key: [two.q, all.q], via: [rabbit1, rabbit2, rabbit3], rate: 30/s, stop: 25s,
      confirms: true, republish_unconfirmed: true, confirm_timeout: 2s } }
  - { name: house, consume: { queue: all.q, via: [rabbit2, rabbit3], prefetch: 5, fail: 10%, requeue: true,
      processing_time: { median: 5ms, p99: 60ms } } }
  - { name: poll, get: { queue: two.q, via: rabbit3, every: 40ms } }
settle: 10s
chaos:
`;

const chaos: Readonly<Record<string, string>> = {
  partition:
    '  - { at: 5s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 9s }\ncluster_partition_handling: autoheal\n',
  failover: `  - { at: 4s, kill: rabbit1 }
  - { at: 9s, start: rabbit1 }
  - { at: 15s, power_off: rabbit2 }
  - { at: 21s, start: rabbit2 }
`,
  nemesis: `  - { at: 2s, nemesis: { kinds: [partition, cut_one_way, kill, freeze, stop_app, delay, drop, reset, slow_disk],
      every: 3s, lasting: [1s, 6s], until: 22s } }
cluster_partition_handling: pause_minority
`,
};

const cache = path.join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(path.join(cache, 'determinism-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = Object.entries(chaos).map(([name, rows]) => {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, `name: ${name}${cluster}${rows}`);
  return file;
});
files.push(path.join(root, 'scenarios/tour/tour.yaml'));

const seeds = [1, 2] as const;

/** Every file with every seed, as the program of its own takes them. */
const runs = files.flatMap((file) => seeds.map((seed) => ({ file, seed })));

const program = path.join(folder, 'hashes-of-runs.mjs');

function hashHere(file: string, seed: number): string {
  return runScenario(loadFile(file)[0]!, { seed }).result.trace_hash;
}

function runUnder(node: string): Printed {
  const words = runs.flatMap(({ file, seed }) => [file, String(seed)]);
  return JSON.parse(execFileSync(node, [program, ...words], { cwd: folder, encoding: 'utf8' })) as Printed;
}

/** What `.ci/run` sets, or where it puts them; the Node that runs this is one of them itself. */
function nodeOf(major: number): string | null {
  const named = process.env[`WATERSHIP_NODE_${major}`];
  if (named !== undefined) return named;
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const fetched = path.join(tmpdir(), `watership-node-${major}/bin/node`);
  return existsSync(fetched) ? fetched : null;
}

const firstTime = new Map(runs.map(({ file, seed }) => [`${file} ${seed}`, hashHere(file, seed)]));
const inThisProcess = [...firstTime.values()];

describe.each(files.map((file) => ({ name: path.basename(file, '.yaml'), file })))('$name', ({ file }) => {
  test('has the same hash when it runs again in this process, after all the others', () => {
    for (const seed of seeds) expect(hashHere(file, seed)).toBe(firstTime.get(`${file} ${seed}`));
  });

  test('has another hash with another seed (OVR-6)', () => {
    expect(new Set(seeds.map((seed) => firstTime.get(`${file} ${seed}`))).size).toBe(seeds.length);
  });
});

test('scenarios have hashes of their own', () => {
  expect(new Set(inThisProcess).size).toBe(runs.length);
});

describe('in processes of their own', () => {
  let first: Printed | undefined;

  beforeAll(async () => {
    // From the sources, so that what is compared is never an older build.
    await build({
      entryPoints: [path.join(import.meta.dirname, 'hashes-of-runs.ts')],
      outfile: program,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
    });
  });

  test('runs have the same hashes, and their report the same bytes, twice', () => {
    first = runUnder(process.execPath);
    expect(first.hashes).toEqual(inThisProcess);
    expect(runUnder(process.execPath)).toEqual(first);
  }, 300_000);

  test.for([20, 22, 24])(
    'runs have the same hashes, and their report the same bytes, on Node %i',
    { timeout: 300_000 },
    (major, { skip }) => {
      const node = nodeOf(major);
      if (node === null) {
        const missing = `Node ${major} is not here; name one with WATERSHIP_NODE_${major}=/path/to/node`;
        if (process.env['CI'] !== undefined) throw new Error(missing);
        skip(missing);
        return;
      }
      const printed = runUnder(node);
      expect(printed.node).toMatch(new RegExp(`^${major}\\.`));
      expect(printed.hashes).toEqual(inThisProcess);
      expect(printed.report).toBe((first ?? runUnder(process.execPath)).report);
    },
  );
});
