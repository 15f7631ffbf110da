/** Promise: a stream depends on the run's seed and its own name, on nothing else; and draws what it says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalQuantile } from '../../sim/kernel/arithmetic.ts';
import { RandomStream, RandomStreams } from '../../sim/kernel/random.ts';

function draws(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.next());
}

test('other streams, and when they are asked for, change nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 }), (seed, names) => {
      const name = names[0]!;
      const alone = draws(new RandomStreams(seed).stream(name), 5);
      const crowded = new RandomStreams(seed);
      for (const other of names.slice(1)) crowded.stream(other).next();
      const stream = crowded.stream(name);
      const interleaved = Array.from({ length: 5 }, () => {
        for (const other of names.slice(1)) crowded.stream(other).next();
        return stream.next();
      });
      expect(interleaved).toEqual(alone);
    }),
    { numRuns: 50 },
  );
});

test('another seed or another name is another sequence', () => {
  const sequences = [
    new RandomStreams('1').stream('x'),
    new RandomStreams('1').stream('y'),
    new RandomStreams('2').stream('x'),
  ].map((stream) => draws(stream, 4).join());
  expect(new Set(sequences).size).toBe(3);
});

test('a stream goes on where it was when it is asked for again', () => {
  const streams = new RandomStreams('s');
  expect(streams.stream('x')).toBe(streams.stream('x'));
});

test('the sequences are those of every other machine', () => {
  const stream = new RandomStreams('golden').stream('raft/election/rabbit2');
  const drawn = [
    stream.next(),
    stream.integer(1000),
    stream.uniformUs(200, 700),
    stream.exponentialUs(1_000_000),
    stream.lognormalUs(500, 5000),
    stream.shuffle([1, 2, 3, 4, 5]).join(''),
    stream.pick(['a', 'b', 'c']),
    stream.chance(0.5),
  ];
  expect(drawn).toMatchInlineSnapshot(`
    [
      0.5691400559153408,
      248,
      429,
      771795,
      388,
      "21354",
      "a",
      false,
    ]
  `);
});

test('integers, durations, picks and shuffles stay within their limits', () => {
  const stream = new RandomStream('limits');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 1_000_000 }), (limit, lowUs) => {
      const integer = stream.integer(limit);
      expect(Number.isInteger(integer) && integer >= 0 && integer < limit).toBe(true);
      const uniformUs = stream.uniformUs(lowUs, lowUs + limit);
      expect(Number.isInteger(uniformUs) && uniformUs >= lowUs && uniformUs <= lowUs + limit).toBe(true);
      for (const durationUs of [stream.exponentialUs(limit), stream.lognormalUs(limit, limit * 3)]) {
        expect(Number.isSafeInteger(durationUs) && durationUs >= 0).toBe(true);
      }
      const array = Array.from({ length: limit % 10 }, (_, i) => i);
      expect(stream.shuffle([...array]).toSorted((x, y) => x - y)).toEqual(array);
      expect(stream.chance(0)).toBe(false);
      expect(stream.chance(1)).toBe(true);
    }),
  );
});

test('both ends of a uniform duration are reached', () => {
  const stream = new RandomStream('ends');
  const seen = new Set(Array.from({ length: 200 }, () => stream.uniformUs(3, 5)));
  expect([...seen].toSorted((x, y) => x - y)).toEqual([3, 4, 5]);
});

test('the exponential has its mean, the log-normal its median and 99th percentile', () => {
  const stream = new RandomStream('moments');
  const count = 100_000;
  const exponential = Array.from({ length: count }, () => stream.exponentialUs(10_000));
  const mean = exponential.reduce((sum, us) => sum + us, 0) / count;
  expect(Math.abs(mean - 10_000)).toBeLessThan(150);
  const lognormal = Array.from({ length: count }, () => stream.lognormalUs(1000, 8000)).toSorted(
    (x, y) => x - y,
  );
  expect(Math.abs(lognormal[count / 2]! - 1000)).toBeLessThan(30);
  expect(Math.abs(lognormal[count * 0.99]! - 8000)).toBeLessThan(500);
});

test('the normal quantile agrees with the tables', () => {
  const table: [number, number][] = [
    [0.5, 0],
    [0.841344746068543, 1],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.999, 3.090232306167813],
    [0.01, -2.3263478740408408],
    [1e-9, -5.997807015007773],
  ];
  for (const [p, quantile] of table) expect(normalQuantile(p)).toBeCloseTo(quantile, 7);
});
