// The scenarios that ship with Watership: each loads, explains itself, promises something, and keeps its promises
// whatever the seed.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { judgeSeeds } from '../../sim/ledger/judge-seeds.ts';
import type { RunResult } from '../../sim/ledger/result.ts';
import { loadFile } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { claimsNotHeld } from '../rules/claims.ts';

const root = 'scenarios';

/** Every scenario file, as a reader would type its path. */
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `${root}/${file.replaceAll('\\', '/')}`)
  .toSorted();

/** Promises are tried with so many seeds at least. */
const seedsAtLeast = 5;

/** Files whose runs take a second and more of CPU, and whose seeds differ in nothing that they promise. */
const oneSeed = new Set(['scenarios/seeds/sync-over-slow-link.yaml']);

test('each chapter has scenarios', () => {
  const chapters = new Set(files.map((file) => file.split('/')[1]));
  expect([...chapters]).toEqual(
    expect.arrayContaining(['broker', 'failover', 'hazards', 'partitions', 'seeds', 'tour']),
  );
});

test('no two scenarios have the same name', () => {
  const names = files.map((file) => basename(file));
  expect(names).toHaveLength(new Set(names).size);
});

describe.each(files)('%s', (file) => {
  test('is called like its file, says what it teaches, and promises something', () => {
    for (const scenario of loadFile(file)) {
      expect(scenario.name).toBe(basename(file, '.yaml'));
      expect(scenario.description.length).toBeGreaterThan(100);
      expect(promises(scenario)).toBeGreaterThan(0);
    }
  });
});

// Those of the gallery are tried by gallery.test.ts, with more seeds.
const outsideTheGallery = files.filter((file) => !file.startsWith(`${root}/hazards/`));

test.each(outsideTheGallery)('%s keeps its promises', (file) => {
  const seeds = oneSeed.has(file) ? 1 : seedsAtLeast;
  const results: RunResult[] = [];
  const lines = loadFile(file).flatMap((scenario) =>
    broken(scenario, Math.max(seeds, scenario.seeds), results),
  );
  expect(lines).toEqual([]);
  expect(claimsNotHeld(file, results)).toEqual([]);
});

function promises({ expect: promised }: Scenario): number {
  if (promised === null) return 0;
  const { messages, at, timeline, anyOf, hazard } = promised;
  return messages.length + at.length + timeline.length + anyOf.length + (hazard === undefined ? 0 : 1);
}

/** What did not hold, a line each, with the seed that shows it. Adds the results to `results`. */
function broken(scenario: Scenario, seeds: number, results: RunResult[]): readonly string[] {
  const cell = Object.entries(scenario.matrix).map(([path, value]) => `${path}=${JSON.stringify(value)} `);
  const runs = Array.from({ length: seeds }, (_, index) => ({
    seed: scenario.seed + index,
    run: runScenario(scenario, { seed: scenario.seed + index }),
  }));
  results.push(...runs.map(({ run }) => run.result));
  const lines = runs.flatMap(({ seed, run }) =>
    run.result.failures.map(
      ({ line, expected, observed }) =>
        `${cell.join('')}seed ${seed}, line ${line}: ${expected}, observed ${String(observed)}`,
    ),
  );
  const ofTheSet = judgeSeeds(
    scenario.expect,
    runs.map(({ run }) => run.judgement),
  );
  for (const { line, expected, observed, held, judged } of ofTheSet)
    if (judged && !held)
      lines.push(`${cell.join('')}line ${line}: ${expected}, observed ${String(observed)}`);
  return lines;
}
