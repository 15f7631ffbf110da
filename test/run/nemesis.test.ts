import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../sim/kernel/random.ts';
import { drawNemesis } from '../../sim/run/nemesis.ts';
import type { ChaosAction, NemesisKind } from '../../sim/scenario/chaos-model.ts';

const kinds: readonly NemesisKind[] = [
  'partition',
  'cut',
  'cut_one_way',
  'delay',
  'drop',
  'reset',
  'kill',
  'power_off',
  'freeze',
  'stop_app',
  'cut_clients',
  'slow_disk',
];

function draw(seed: string, nodes: readonly string[], chosen: readonly NemesisKind[] = kinds) {
  const nemesis: ChaosAction & { verb: 'nemesis' } = {
    verb: 'nemesis',
    kinds: chosen,
    everyUs: 20_000_000,
    lastingUs: [5_000_000, 30_000_000],
    untilUs: 600_000_000,
  };
  return drawNemesis(nemesis, 10_000_000, nodes, new RandomStreams(seed).stream('nemesis'));
}

describe('a nemesis', () => {
  test('draws the same steps from the same seed, others from another', () => {
    const nodes = ['a', 'b', 'c'];
    expect(draw('1', nodes)).toEqual(draw('1', nodes));
    expect(draw('1', nodes)).not.toEqual(draw('2', nodes));
  });

  test('draws one step each interval, before its end, of the length asked for, on nodes that exist', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 5 }), (seed, count) => {
        const nodes = Array.from({ length: count }, (_, index) => `n${index}`);
        const steps = draw(seed, nodes);
        expect(steps.map(({ atUs }) => atUs)).toEqual(
          Array.from({ length: 29 }, (_, index) => 30_000_000 + index * 20_000_000),
        );
        for (const { forUs, action } of steps) {
          expect(forUs).toBeGreaterThanOrEqual(5_000_000);
          expect(forUs).toBeLessThanOrEqual(30_000_000);
          if (action.verb !== 'partition') continue;
          expect(action.groups.flat().toSorted()).toEqual(nodes);
          expect(action.groups.every((group) => group.length > 0)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('ends what does not end by itself', () => {
    for (const kind of ['kill', 'power_off', 'stop_app'] as const) {
      expect(draw('1', ['a', 'b'], [kind]).every(({ ending }) => ending !== null)).toBe(true);
    }
  });

  test('does nothing between nodes where there is one', () => {
    expect(draw('1', ['a'], ['partition', 'cut'])).toEqual([]);
    expect(draw('1', ['a'], ['kill'])).not.toEqual([]);
  });
});
