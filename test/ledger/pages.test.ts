/** Promise: a book of pages holds any words that are put into it, and what is alike in it costs nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageBook, PagePool, walkTogether } from '../../sim/ledger/pages.ts';

describe('a book of pages', () => {
  test('returns what was put in, in whatever order pages are put away and taken out again', () => {
    const step = fc.record({ number: fc.nat(20_000), word: fc.integer(), away: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const pool = new PagePool();
        const book = new PageBook(pool);
        const model = new Map<number, number>();
        for (const { number, word, away } of steps) {
          book.set(number, word);
          model.set(number, word);
          if (away) pool.putAllAway();
        }
        for (const [number, word] of model) expect(book.get(number)).toBe(word);
        const walked = new Map<number, number>();
        walkTogether([book], (from, to, words) => {
          for (let n = from; n < to; n += 1) walked.set(n, words[0]!);
        });
        expect(walked).toEqual(new Map([...model].filter(([, word]) => word !== 0)));
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a million equal words in one page, and a regular alternation in one page', () => {
    const pool = new PagePool();
    const equal = new PageBook(pool);
    const alternating = new PageBook(pool);
    for (let n = 0; n < 1_048_576; n += 1) {
      equal.set(n, 7);
      if (n % 2 === 0) alternating.set(n, 9);
    }
    pool.putAllAway();
    // The empty page, the equal one, the alternating one.
    expect(pool.distinctPages).toBe(3);
    expect(pool.heldWords).toBeLessThan(2 * 1_024);
  });

  test('keeps no more than 1,024 pages open, and forgets the ones that nobody holds any more', () => {
    const pool = new PagePool();
    const book = new PageBook(pool);
    for (let n = 0; n < 3_000; n += 1) book.set(n * 1_024, n + 1);
    expect(pool.openPageCount).toBeLessThanOrEqual(1_024);
    for (let n = 0; n < 3_000; n += 1) book.set(n * 1_024, 0);
    pool.putAllAway();
    expect(pool.distinctPages).toBe(1);
  });

  test('is walked beside others in stretches on which nothing changes', () => {
    const pool = new PagePool();
    const [a, b] = [new PageBook(pool), new PageBook(pool)];
    for (let n = 1; n <= 2_000; n += 1) a.set(n, 1);
    for (let n = 500; n < 600; n += 1) b.set(n, 2);
    const stretches: number[][] = [];
    walkTogether([a, b], (from, to, words) => stretches.push([from, to, ...words]));
    expect(stretches).toEqual([
      [1, 500, 1, 0],
      [500, 600, 1, 2],
      [600, 1_024, 1, 0],
      [1_024, 2_001, 1, 0],
    ]);
  });
});
