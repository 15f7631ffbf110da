// Intervals over seeds: the values of the textbooks, and that they hold what they claim to hold.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile, quantileInterval, shareInterval } from '../../sim/ledger/intervals.ts';

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('the interval of a share', () => {
  test.each([
    { hits: 0, trials: 20, from: 0, to: 0.1611 },
    { hits: 10, trials: 20, from: 0.2993, to: 0.7007 },
    { hits: 20, trials: 20, from: 0.8389, to: 1 },
    { hits: 0, trials: 0, from: 0, to: 1 },
  ])("is Wilson's: $hits of $trials", ({ hits, trials, from, to }) => {
    const interval = shareInterval(hits, trials);
    expect(interval.from).toBeCloseTo(from, 4);
    expect(interval.to).toBeCloseTo(to, 4);
  });

  test('holds the share and lies within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, part) => {
          const hits = Math.floor(part * trials);
          const { from, to } = shareInterval(hits, trials);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(1);
          expect(from).toBeLessThanOrEqual(hits / trials);
          expect(to).toBeGreaterThanOrEqual(hits / trials);
        },
      ),
    );
  });
});

describe('the interval of a median', () => {
  // The ranks of the usual tables.
  test.each([
    { n: 6, from: 1, to: 6 },
    { n: 10, from: 2, to: 9 },
    { n: 20, from: 6, to: 15 },
    { n: 100, from: 40, to: 61 },
  ])('lies between ranks $from and $to of $n', ({ n, from, to }) => {
    expect(quantileInterval(upTo(n), 0.5)).toEqual({ from, to });
  });

  test.each([0, 1, 5])('is unknown from %i values', (n) => {
    expect(quantileInterval(upTo(n), 0.5)).toBeNull();
  });

  test('of ten thousand values is narrow, and not lost to rounding', () => {
    const { from, to } = quantileInterval(upTo(10_000), 0.5)!;
    expect(from).toBe(4_902);
    expect(to).toBe(5_099);
  });
});

test('the interval of a high quantile needs many values', () => {
  expect(quantileInterval(upTo(50), 0.95)).toBeNull();
  expect(quantileInterval(upTo(100), 0.95)).toEqual({ from: 90, to: 100 });
});

test('an interval of a quantile holds the true one in at least 95 of 100 samples', () => {
  // A sample of the numbers below 1000, drawn by a fixed generator; their true quantile is known.
  let state = 1;
  const draw = (): number => (state = (state * 48_271) % 2_147_483_647) % 1_000;
  for (const q of [0.5, 0.9]) {
    let held = 0;
    for (let sample = 0; sample < 400; sample += 1) {
      const sorted = Array.from({ length: 60 }, draw).toSorted((a, b) => a - b);
      const { from, to } = quantileInterval(sorted, q)!;
      if (from <= 1_000 * q && to >= 1_000 * q - 1) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(380);
  }
});

test('a quantile is a value that occurred', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantile([7], 0.95)).toBe(7);
  expect(quantile([], 0.5)).toBe(0);
  expect(quantile(upTo(100), 0.95)).toBe(95);
});
