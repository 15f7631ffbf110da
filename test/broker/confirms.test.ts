/** Promise: each publish is told of exactly once, when its last queue settles it or the first refuses it (BRK-42, MIR-30). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Confirms } from '../../sim/broker/confirms.ts';

type Told = [number, boolean, boolean];

function flush(confirms: Confirms): Told[] {
  const told: Told[] = [];
  confirms.flush((number, multiple, refused) => told.push([number, multiple, refused]));
  return told;
}

describe('confirms', () => {
  test('one multiple stands for all below the first open publish, singles for the rest', () => {
    const confirms = new Confirms();
    for (let n = 1; n <= 6; n += 1) confirms.add(n, ['q']);
    confirms.settle('q', [6, 2, 1, 3, 5]);
    expect(flush(confirms)).toEqual([
      [3, true, false],
      [5, false, false],
      [6, false, false],
    ]);
  });

  test('a lone confirm is a single', () => {
    const confirms = new Confirms();
    confirms.add(1, ['q']);
    confirms.settle('q', [1]);
    expect(flush(confirms)).toEqual([[1, false, false]]);
  });

  test('a multiple never covers a refused publish', () => {
    const confirms = new Confirms();
    for (let n = 1; n <= 4; n += 1) confirms.add(n, ['q']);
    confirms.reject([2]);
    confirms.settle('q', [1, 3, 4]);
    expect(flush(confirms)).toEqual([
      [1, true, false],
      [3, false, false],
      [4, false, false],
      [2, false, true],
    ]);
  });

  test('waits for every queue, and a refusal by one is a nack', () => {
    const confirms = new Confirms();
    confirms.add(1, ['a', 'b']);
    confirms.add(2, ['a', 'b']);
    confirms.settle('a', [1, 2]);
    confirms.settle('a', [1, 2]);
    expect(confirms.hasNews).toBe(false);
    confirms.reject([2]);
    confirms.settle('b', [1, 2]);
    expect(flush(confirms)).toEqual([
      [1, false, false],
      [2, false, true],
    ]);
  });

  test('what a client works out from any interleaving is what happened', () => {
    const step = fc.record({
      queue: fc.constantFrom('a', 'b'),
      number: fc.integer({ min: 1, max: 12 }),
      refuse: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      flush: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const confirms = new Confirms();
        const open = new Map<number, Set<string>>();
        const expected = new Map<number, boolean>();
        for (let n = 1; n <= 12; n += 1) {
          const queues = n % 3 === 0 ? ['a', 'b'] : ['a'];
          confirms.add(n, queues);
          open.set(n, new Set(queues));
        }
        const unknown = new Set(open.keys());
        const heard = new Map<number, boolean>();
        const hear = (number: number, multiple: boolean, refused: boolean): void => {
          for (const n of multiple ? [...unknown].filter((each) => each <= number) : [number]) {
            expect(unknown.delete(n)).toBe(true);
            heard.set(n, refused);
          }
        };
        for (const { queue, number, refuse, flush: tellNow } of steps) {
          const queues = open.get(number);
          if (refuse) {
            confirms.reject([number]);
            if (queues !== undefined) expected.set(number, true);
            open.delete(number);
          } else {
            confirms.settle(queue, [number]);
            queues?.delete(queue);
            if (queues?.size === 0) {
              expected.set(number, false);
              open.delete(number);
            }
          }
          if (tellNow) confirms.flush(hear);
        }
        confirms.flush(hear);
        expect(heard.size).toBe(expected.size);
        for (const [number, refused] of expected) expect(heard.get(number)).toBe(refused);
      }),
    );
  });
});
