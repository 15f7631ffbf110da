/**
 * Named random streams. Each purpose draws from a stream of its own (`raft/election/rabbit2`), seeded by the run's seed
 * and its name alone: a choice added in one place changes no choice elsewhere, and the order in which streams are first
 * asked for does not matter.
 *
 * The generator is seedrandom's `alea`: 32 random bits a draw, fast and the same on every platform. Durations come out
 * as integers; nothing here is fit for secrets.
 */
import seedrandom from 'seedrandom';
import { exp, log, NORMAL_P99, normalQuantile } from './arithmetic.ts';
import { invariant } from './invariant.ts';

/** Half of the distance between two neighbouring draws: keeps a quantile away from 0, where it is infinite. */
const HALF_STEP = 1 / 8_589_934_592;

/** One reproducible sequence of random numbers. */
export class RandomStream {
  private readonly draw: () => number;

  constructor(seed: string) {
    this.draw = seedrandom.alea(seed);
  }

  /** A real number in [0, 1), a multiple of 2^-32. */
  next(): number {
    return this.draw();
  }

  /** An integer from 0 to `limitExclusive` - 1; `limitExclusive` is an integer of at least 1. */
  integer(limitExclusive: number): number {
    invariant(limitExclusive >= 1, 'a random integer needs a limit of at least 1');
    return Math.floor(this.draw() * limitExclusive);
  }

  /** A duration from `lowUs` to `highUs`, both included, every microsecond equally likely. */
  uniformUs(lowUs: number, highUs: number): number {
    return lowUs + this.integer(highUs - lowUs + 1);
  }

  /** An exponentially distributed duration, rounded to the microsecond; 0 is possible. */
  exponentialUs(meanUs: number): number {
    return Math.round((0 - log(1 - this.draw())) * meanUs);
  }

  /** A log-normally distributed duration given by its median and its 99th percentile (at least the median, both above 0). */
  lognormalUs(medianUs: number, p99Us: number): number {
    invariant(medianUs > 0 && p99Us >= medianUs, 'a log-normal duration needs 0 < median <= p99');
    const sigma = log(p99Us / medianUs) / NORMAL_P99;
    return Math.round(medianUs * exp(sigma * normalQuantile(this.draw() + HALF_STEP)));
  }

  /** True with the given probability; 0 is never, 1 is always. */
  chance(probability: number): boolean {
    return this.draw() < probability;
  }

  /** An element of a non-empty array. */
  pick<T>(array: readonly T[]): T {
    invariant(array.length > 0, 'cannot pick from an empty array');
    return array[this.integer(array.length)] as T;
  }

  /** Brings the array into a random order, in place (Fisher-Yates), and returns it. */
  shuffle<T>(array: T[]): T[] {
    for (let last = array.length - 1; last > 0; last -= 1) {
      const other = this.integer(last + 1);
      const moved = array[last] as T;
      array[last] = array[other] as T;
      array[other] = moved;
    }
    return array;
  }
}

/** The streams of one run, made when first asked for. */
export class RandomStreams {
  private readonly seed: string;
  private readonly streams = new Map<string, RandomStream>();

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The stream of that name; the same object each time. Keep it: the look-up is not meant for hot paths. */
  stream(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (stream === undefined) {
      stream = new RandomStream(`${this.seed}/${name}`);
      this.streams.set(name, stream);
    }
    return stream;
  }
}
