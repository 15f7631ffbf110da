/**
 * Percentiles of durations without keeping them: buckets that grow with the value, 128 to each doubling. A percentile
 * is the middle of its bucket, so it is off by at most 0.4 % (values below 256 µs are exact), and equal runs give equal
 * figures on every machine.
 */

const SUB_BUCKETS = 128;
/** Values below this have a bucket each. */
const EXACT_BELOW = 2 * SUB_BUCKETS;
/** Doublings above that, which reach beyond a hundred days of microseconds. */
const DOUBLINGS = 36;

export class LatencyHistogram {
  private counts: Float64Array | null = null;
  private total = 0;
  private largestUs = 0;

  get count(): number {
    return this.total;
  }

  get maxUs(): number {
    return this.largestUs;
  }

  add(us: number): void {
    this.counts ??= new Float64Array(EXACT_BELOW + DOUBLINGS * SUB_BUCKETS);
    this.counts[bucketOf(us)]! += 1;
    this.total += 1;
    if (us > this.largestUs) this.largestUs = us;
  }

  /** The value that `share` (0 to 1) of the durations do not exceed, in µs; null without any. */
  percentileUs(share: number): number | null {
    if (this.counts === null || this.total === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.total));
    let seen = 0;
    for (let bucket = 0; bucket < this.counts.length; bucket += 1) {
      seen += this.counts[bucket]!;
      if (seen >= rank) return Math.min(middleOf(bucket), this.largestUs);
    }
    return this.largestUs;
  }

  clear(): void {
    if (this.total === 0) return;
    this.counts?.fill(0);
    this.total = 0;
    this.largestUs = 0;
  }
}

function bucketOf(us: number): number {
  let doublings = 0;
  let value = us;
  while (value >= 0x4000_0000) {
    value = Math.floor(value / 2);
    doublings += 1;
  }
  if (value < EXACT_BELOW) return value;
  const shift = 24 - Math.clz32(value);
  const bucket = EXACT_BELOW + (shift - 1 + doublings) * SUB_BUCKETS + ((value >> shift) - SUB_BUCKETS);
  return Math.min(bucket, EXACT_BELOW + DOUBLINGS * SUB_BUCKETS - 1);
}

function middleOf(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket;
  const doubling = Math.floor((bucket - EXACT_BELOW) / SUB_BUCKETS);
  let width = 1;
  for (let i = 0; i <= doubling; i += 1) width *= 2;
  return (SUB_BUCKETS + ((bucket - EXACT_BELOW) % SUB_BUCKETS)) * width + width / 2;
}
