// What a team may keep beside its own tests: its cluster, its workload, and the failures that it means to survive. Each run takes a tenth of a
// second and comes out the same every time. In a project of your own, copy this file and orders.yaml and `npm install watership vitest`.
import path from 'node:path';
import { load, type Scenario, ScenarioError, simulate } from 'watership';
import { describe, expect, test } from 'vitest';

const file = path.join(import.meta.dirname, 'orders.yaml');
const seeds = [1, 2, 3, 4, 5];

/** The scenario with other settings: what `--set` is on the command line. */
function orders(set: { readonly [path: string]: string } = {}): Scenario {
  const [scenario] = load(file, { set });
  return scenario!;
}

describe('orders', () => {
  test.each(seeds)('that the broker confirmed survive a partition (seed %i)', (seed) => {
    const { result, causeSentences } = simulate(orders(), { seed });
    expect(result.messages.published).toBeGreaterThan(1_000);
    expect(causeSentences.filter((sentence) => sentence.includes('lost, confirmed'))).toEqual([]);
    expect(result.messages.confirmed_lost).toBe(0);
  });

  test('can be sent again after at most half a minute', () => {
    const { availability } = simulate(orders()).result;
    expect(availability.longest_without_confirm).toBeLessThan(30);
  });

  test('would not survive it with autoheal, and the run says why', () => {
    const { result, causeSentences } = simulate(orders({ cluster_partition_handling: 'autoheal' }));
    expect(result.messages.confirmed_lost).toBeGreaterThan(0);
    expect(result.causes.every(({ rule }) => rule !== '')).toBe(true);
    expect(causeSentences[0]).toMatch(/messages lost, confirmed \(HAZ-\d+, [A-Z]+-\d+, at \d+\.\d s\)/);
  });
});

describe('every strategy', () => {
  const strategies = load(file, {
    set: { 'matrix.cluster_partition_handling': '[ignore, pause_minority, autoheal]' },
  });

  test.each(strategies)('$partitionHandling.kind leaves all nodes running', (scenario) => {
    const { nodes } = simulate(scenario).result;
    expect(Object.values(nodes).map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  });
});

test('a setting that does not exist is an error with its place, not a run without it', () => {
  try {
    orders({ net_tiktime: '60s' });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    const [problem] = (error as ScenarioError).problems;
    expect(problem).toMatchObject({
      file: '--set',
      line: 1,
      column: 1,
      hint: 'did you mean "net_ticktime"?',
    });
  }
});
