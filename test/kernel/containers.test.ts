/** Promise: the kernel's small containers do what an array or a set would do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Coverage } from '../../sim/kernel/coverage.ts';
import { Fifo } from '../../sim/kernel/fifo.ts';

test('a Fifo is an array with push and shift', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('push', 'shift', 'peek') },
    { weight: 2, arbitrary: fc.constantFrom('burst', 'drain') },
    { weight: 1, arbitrary: fc.constant('clear') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      const push = (count: number): void => {
        for (let i = 0; i < count; i += 1) {
          fifo.push(next);
          model.push(next);
          next += 1;
        }
      };
      for (const taken of steps) {
        if (taken === 'push') push(1);
        else if (taken === 'burst') push(50);
        else if (taken === 'shift') expect(fifo.shift()).toBe(model.shift());
        else if (taken === 'drain') for (let i = 0; i < 45; i += 1) expect(fifo.shift()).toBe(model.shift());
        else if (taken === 'clear') {
          fifo.clear();
          model.length = 0;
        }
        expect(fifo.peek()).toBe(model[0]);
        expect(fifo.length).toBe(model.length);
        expect([...fifo]).toEqual(model);
      }
    }),
  );
});

test('a Fifo survives a burst larger than it keeps', () => {
  const fifo = new Fifo<number>();
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < 10_000; i += 1) fifo.push(i);
    for (let i = 0; i < 10_000; i += 1) expect(fifo.shift()).toBe(i);
    expect(fifo.shift()).toBeUndefined();
  }
});

test('Coverage lists what was marked, once, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2000)), (ids) => {
      const coverage = new Coverage();
      for (const id of ids) coverage.mark(id);
      expect(coverage.exercised()).toEqual([...new Set(ids)].toSorted((x, y) => x - y));
    }),
  );
});
