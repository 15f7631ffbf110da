// What a real cluster did, the simulator does: each experiment that was recorded on RabbitMQ 3.10.8, over a few seeds. `npm run conformance`
// does the same over two hundred and prints the table; here a disagreement for which notes.yaml has no reason fails.

import { describe, expect, test } from 'vitest';
import { experimentNames, readExperiment } from '../../../bench/experiments.ts';
import { runScenario } from '../../../sim/cli/run-scenario.ts';
import { evidenceOf } from '../../../sim/conformance/evidence.ts';
import { judge } from '../../../sim/conformance/judge.ts';
import { publishingRate } from '../../../sim/conformance/tolerance.ts';
import { claimsNotHeld } from '../../rules/claims.ts';

/** Enough to notice a rule that broke, few enough for every commit. */
const seeds = 8;

const names = experimentNames();

test('every experiment that was recorded is here', () => {
  expect(names.length).toBeGreaterThanOrEqual(78);
});

test('what waits does so for something that is not modelled, and it is the smaller part', () => {
  const waiting = names.map(readExperiment).filter(({ scenario }) => scenario === null);
  expect(waiting.every(({ waitsFor }) => waitsFor.length > 0)).toBe(true);
  expect(waiting.length).toBeLessThanOrEqual(15);
});

describe('agrees with the real cluster, or the notes say why not', () => {
  test.each(names)('%s', (name) => {
    const { scenario, recordings, note } = readExperiment(name);
    if (scenario === null) return;
    const results = Array.from(
      { length: seeds },
      (_, index) => runScenario(scenario, { seed: index + 1 }).result,
    );
    const evidence = results.map(evidenceOf);
    const ratePerSecond = publishingRate(scenario.workloads);
    const rows = recordings.flatMap((recording, index) =>
      judge({ recording, isSuperseded: index > 0, note, evidence, ratePerSecond }),
    );
    const unexplained = rows.filter(({ verdict }) => verdict === 'unexplained');
    expect(unexplained.map((row) => `${row.name}: real ${row.real}, simulated ${row.simulated}`)).toEqual([]);
    expect(rows.length).toBeGreaterThan(20);
    expect(claimsNotHeld(name, results)).toEqual([]);
  });
});
