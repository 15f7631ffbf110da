// Whatever happens around a small cluster, to proxies, services, callers and by an operator's hand: every message is accounted for, and
// everything that befell one has a cause. `WATERSHIP_RUNS=2000` tries more experiments, `WATERSHIP_SEED=7` others.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import type { MessageOutcome } from '../../sim/ledger/result.ts';
import { loadText } from '../../sim/scenario/load.ts';
import { randomSurroundings } from './random-surroundings.ts';

const numRuns = Number(process.env['WATERSHIP_RUNS'] ?? 30);
const seed = Number(process.env['WATERSHIP_SEED'] ?? 1);

test('no sum stays open and no loss without a cause', () => {
  fc.assert(
    fc.property(randomSurroundings, (random) => {
      const { result } = runScenario(loadText('random.yaml', JSON.stringify(random))[0]!, { seed: 1 });
      const { causes, messages, by_workload: byWorkload } = result;
      expect(causes.filter(({ hazard }) => hazard === 'unexplained')).toEqual([]);
      const sum = (...outcomes: MessageOutcome[]): number =>
        causes.reduce((all, cause) => (outcomes.includes(cause.outcome) ? all + cause.messages : all), 0);
      expect(sum('duplicated')).toBe(messages.duplicated);
      expect(sum('lost', 'stuck')).toBeGreaterThanOrEqual(
        messages.confirmed_lost + messages.unconfirmed_lost,
      );
      for (const {
        calls = 0,
        calls_answered: answered = 0,
        calls_timed_out: late = 0,
        calls_failed: failed = 0,
      } of Object.values(byWorkload))
        expect(answered + late + failed).toBeLessThanOrEqual(calls);
    }),
    { numRuns, seed },
  );
});
