/** Promise: a NumberMap does what a Map with whole numbers does, in the same order, also while entries go during an iteration. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberMap } from '../../sim/kernel/number-map.ts';

interface Pair {
  readonly model: Map<number, string>;
  readonly real: NumberMap<string>;
}

const number = fc.oneof(
  fc.nat(40),
  fc.nat(40).map((n) => n * 4_096),
  fc.nat(2 ** 31),
);

const commands = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('set' as const), number) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('delete' as const), number) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('deleteFirst' as const), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('deleteEvenWhileIterating' as const), fc.constant(0)) },
  ),
  { maxLength: 400 },
);

function apply({ model, real }: Pair, what: string, key: number, turn: number): void {
  if (what === 'set') {
    model.set(key, `${turn}`);
    real.set(key, `${turn}`);
  } else if (what === 'delete') {
    expect(real.delete(key)).toBe(model.delete(key));
  } else if (what === 'deleteFirst') {
    const first = real.firstNumber();
    expect(first).toBe(model.keys().next().value);
    if (first !== undefined) {
      model.delete(first);
      real.delete(first);
    }
  } else {
    for (const [each] of real) if (each % 2 === 0) real.delete(each);
    for (const each of model.keys()) if (each % 2 === 0) model.delete(each);
  }
}

test('whatever is done to it, it holds what a Map holds, in the order of a Map', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const pair = { model: new Map<number, string>(), real: new NumberMap<string>() };
      steps.forEach(([what, key], turn) => {
        apply(pair, what, key, turn);
        expect(pair.real.size).toBe(pair.model.size);
        expect(pair.real.get(key)).toBe(pair.model.get(key));
      });
      expect([...pair.real]).toEqual([...pair.model]);
    }),
  );
});

test('a window that moves over a million numbers finds each of them once', () => {
  const map = new NumberMap<number>();
  const width = 5_000;
  let found = 0;
  for (let n = 0; n < 1_000_000; n += 1) {
    map.set(n, -n);
    if (n >= width && map.get(n - width) === width - n && map.delete(n - width)) found += 1;
  }
  expect(found).toBe(1_000_000 - width);
  expect(map.size).toBe(width);
  expect(map.firstNumber()).toBe(1_000_000 - width);
});

test('cleared, or emptied after a burst, it starts anew', () => {
  const map = new NumberMap<string>();
  for (let n = 0; n < 10_000; n += 1) map.set(n, 'burst');
  for (let n = 9_999; n >= 0; n -= 1) map.delete(n);
  expect([...map]).toEqual([]);
  map.set(7, 'again');
  expect([...map]).toEqual([[7, 'again']]);
  map.clear();
  expect(map.firstNumber()).toBeUndefined();
  expect(map.get(7)).toBeUndefined();
});
