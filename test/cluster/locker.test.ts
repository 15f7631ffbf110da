// Locks that exclude each other are never held together, are granted in the order of asking, and go with their node.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVERYTHING, Locker } from '../../sim/cluster/locker.ts';

function asking(locker: Locker) {
  const granted: string[] = [];
  const ask = (name: string, keys: readonly string[], node = 'a'): object => {
    const transaction = { name };
    locker.request({ transaction, node, keys, granted: () => granted.push(name) });
    return transaction;
  };
  return { ask, granted };
}

test.each([
  ['the same record', ['t/1'], ['t/1'], true],
  ['two records', ['t/1'], ['t/2'], false],
  ['a record and its table', ['t/1'], ['t'], true],
  ['a table and one of its records', ['t'], ['t/1'], true],
  ['tables of which one name begins with the other', ['t'], ['ta/1'], false],
  ['everything and a record', [EVERYTHING], ['t/1'], true],
  ['a record and everything', ['t/1'], [EVERYTHING], true],
  ['sets that meet in one record', ['t/1', 't/2'], ['t/2', 't/3'], true],
  ['sets that do not meet', ['t/1', 't/2'], ['t/3', 's'], false],
])('%s: excluded or not', (_what, first, second, excluded) => {
  const locker = new Locker();
  const { ask, granted } = asking(locker);
  const one = ask('one', first);
  ask('two', second);
  expect(granted).toEqual(excluded ? ['one'] : ['one', 'two']);
  locker.release(one);
  expect(granted).toEqual(['one', 'two']);
});

test('nobody overtakes somebody who waits for what both want', () => {
  const locker = new Locker();
  const { ask, granted } = asking(locker);
  const holder = ask('holder', ['t/1']);
  const loader = ask('loader', [EVERYTHING]);
  ask('small', ['s/1']);
  expect(granted).toEqual(['holder']);
  locker.release(holder);
  expect(granted).toEqual(['holder', 'loader']);
  locker.release(loader);
  expect(granted).toEqual(['holder', 'loader', 'small']);
});

test('a node that is down holds nothing and waits for nothing', () => {
  const locker = new Locker();
  const { ask, granted } = asking(locker);
  ask('dead holder', ['t'], 'b');
  ask('dead waiter', ['t'], 'b');
  ask('living', ['t'], 'a');
  locker.releaseNode('b');
  expect(granted).toEqual(['dead holder', 'living']);
});

test('for any sequence of requests and releases: no two that conflict are held, and in the end all have been', () => {
  const keys = fc.uniqueArray(fc.constantFrom('t', 't/1', 't/2', 's/1', EVERYTHING), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(fc.oneof(keys, fc.nat(20))), (steps) => {
      const locker = new Locker();
      const held = new Map<object, readonly string[]>();
      let asked = 0;
      let grantedOnes = 0;
      const covers = (a: string, b: string): boolean => a === EVERYTHING || a === b || a === b.split('/')[0];
      for (const step of steps) {
        if (typeof step === 'number') {
          const chosen = [...held.keys()][step % Math.max(1, held.size)];
          if (chosen === undefined) continue;
          held.delete(chosen);
          locker.release(chosen);
          continue;
        }
        const transaction = { asked: asked++ };
        const granted = (): void => {
          grantedOnes++;
          for (const others of held.values())
            for (const other of others)
              for (const key of step) expect(covers(key, other) || covers(other, key)).toBe(false);
          held.set(transaction, step);
        };
        locker.request({ transaction, node: 'a', keys: step, granted });
      }
      while (held.size > 0) {
        const [first] = held.keys();
        held.delete(first!);
        locker.release(first!);
      }
      expect(grantedOnes).toBe(asked);
    }),
  );
});
