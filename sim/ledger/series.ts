/**
 * Rates, depths and confirm latencies over time, in at most 600 buckets: one second each, twice as wide whenever a run
 * outgrows them. A widened latency bucket keeps the larger maximum and 99th percentile of its halves and the median of
 * the half with more confirms.
 */
import type { Journal } from '../kernel/journal.ts';
import { queueDeleted, queueDepth, queueDown } from '../records/cluster.ts';
import { confirmed, delivered, published } from '../records/messages.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { PublishTimes } from './publish-times.ts';
import { type DepthSeries, type LatencySeries, type RateSeries, SERIES_POINTS_MAX } from './run-report.ts';

const SECOND_US = 1_000_000;

interface Bucket {
  published: number;
  confirmed: number;
  delivered: number;
}

interface Latency {
  count: number;
  p50Us: number;
  p99Us: number;
  maxUs: number;
}

interface Depth {
  ready: number | null;
  unacknowledged: number | null;
}

export class Series {
  private bucketUs = SECOND_US;
  private rates: Bucket[] = [];
  private latencies: (Latency | null)[] = [];
  private readonly depths = new Map<string, (Depth | null)[]>();
  /** By queue, what each of its leaders has. */
  private readonly leaders = new Map<string, Map<string, Depth>>();
  private readonly times: (PublishTimes | undefined)[] = [];
  private readonly latency = new LatencyHistogram();
  private latencyBucket = 0;

  /** Subscribes to the journal. */
  constructor(journal: Journal) {
    journal.on(published, (timeUs, _, publisher, sequence) => {
      this.bucketAt(timeUs).published += 1;
      this.timesOf(publisher).written(sequence, timeUs);
    });
    journal.on(confirmed, (timeUs, _, publisher, sequence) => {
      this.bucketAt(timeUs).confirmed += 1;
      const sentUs = this.timesOf(publisher).take(sequence);
      if (sentUs < 0) return;
      const place = this.place(timeUs);
      if (place !== this.latencyBucket) this.closeLatency(place);
      this.latency.add(timeUs - sentUs);
    });
    journal.on(delivered, (timeUs) => {
      this.bucketAt(timeUs).delivered += 1;
    });
    journal.on(queueDepth, (timeUs, queue, node, ready, unacknowledged) => {
      const leaders = this.leadersOf(journal.text(queue));
      leaders.set(journal.text(node), { ready, unacknowledged });
      this.deepen(journal.text(queue), timeUs, deepest(leaders));
    });
    journal.on(queueDown, (timeUs, queue, node) => {
      const leaders = this.leadersOf(journal.text(queue));
      leaders.delete(journal.text(node));
      this.deepen(journal.text(queue), timeUs, deepest(leaders));
    });
    journal.on(queueDeleted, (_timeUs, queue, node) => {
      this.leadersOf(journal.text(queue)).delete(journal.text(node));
    });
  }

  perSecond(endUs: number): RateSeries {
    this.bucketAt(Math.max(0, endUs - 1));
    const scale = this.bucketUs / SECOND_US;
    return {
      bucketUs: this.bucketUs,
      points: this.rates.map((bucket, place) => ({
        timeUs: place * this.bucketUs,
        published: bucket.published / scale,
        confirmed: bucket.confirmed / scale,
        delivered: bucket.delivered / scale,
      })),
    };
  }

  confirmLatency(): LatencySeries {
    this.closeLatency(this.latencyBucket);
    const points = this.latencies.flatMap((latency, place) =>
      latency === null
        ? []
        : [
            {
              timeUs: place * this.bucketUs,
              p50Us: latency.p50Us,
              p99Us: latency.p99Us,
              maxUs: latency.maxUs,
            },
          ],
    );
    return { bucketUs: this.bucketUs, points };
  }

  depth(): DepthSeries[] {
    return [...this.depths].map(([queue, buckets]) => ({
      queue,
      points: buckets.flatMap((depth, place) =>
        depth === null ? [] : [{ timeUs: (place + 1) * this.bucketUs, ...depth }],
      ),
    }));
  }

  private place(timeUs: number): number {
    let place = Math.floor(timeUs / this.bucketUs);
    while (place >= SERIES_POINTS_MAX) {
      this.widen();
      place = Math.floor(timeUs / this.bucketUs);
    }
    return place;
  }

  private bucketAt(timeUs: number): Bucket {
    const place = this.place(timeUs);
    while (this.rates.length <= place) this.rates.push({ published: 0, confirmed: 0, delivered: 0 });
    return this.rates[place]!;
  }

  private timesOf(publisher: number): PublishTimes {
    while (this.times.length <= publisher) this.times.push(undefined);
    return (this.times[publisher] ??= new PublishTimes());
  }

  /** The last depth of a bucket of one second counts; of a wider one, the deepest. */
  private deepen(queue: string, timeUs: number, depth: Depth): void {
    const place = this.place(timeUs);
    let buckets = this.depths.get(queue);
    if (buckets === undefined) this.depths.set(queue, (buckets = []));
    while (buckets.length <= place) buckets.push(null);
    const known = buckets[place] ?? null;
    buckets[place] = this.bucketUs === SECOND_US ? depth : deeper(known, depth);
  }

  private leadersOf(queue: string): Map<string, Depth> {
    let leaders = this.leaders.get(queue);
    if (leaders === undefined) this.leaders.set(queue, (leaders = new Map()));
    return leaders;
  }

  private closeLatency(next: number): void {
    while (this.latencies.length <= this.latencyBucket) this.latencies.push(null);
    if (this.latency.count > 0) {
      this.latencies[this.latencyBucket] = combined(this.latencies[this.latencyBucket] ?? null, {
        count: this.latency.count,
        p50Us: this.latency.percentileUs(0.5)!,
        p99Us: this.latency.percentileUs(0.99)!,
        maxUs: this.latency.maxUs,
      });
      this.latency.clear();
    }
    this.latencyBucket = next;
  }

  private widen(): void {
    this.closeLatency(this.latencyBucket);
    this.latencyBucket = this.latencyBucket >> 1;
    this.bucketUs *= 2;
    this.rates = pairs(this.rates, (a, b) => ({
      published: a.published + (b?.published ?? 0),
      confirmed: a.confirmed + (b?.confirmed ?? 0),
      delivered: a.delivered + (b?.delivered ?? 0),
    }));
    this.latencies = pairs(this.latencies, (a, b) => combined(a, b ?? null));
    for (const [queue, buckets] of this.depths) {
      this.depths.set(
        queue,
        pairs(buckets, (a, b) => deeper(a, b ?? null)),
      );
    }
  }
}

function pairs<T>(list: readonly T[], join: (a: T, b: T | undefined) => T): T[] {
  const joined: T[] = [];
  for (let i = 0; i < list.length; i += 2) joined.push(join(list[i]!, list[i + 1]));
  return joined;
}

function combined(a: Latency | null, b: Latency | null): Latency | null {
  if (a === null || b === null) return a ?? b;
  return {
    count: a.count + b.count,
    p50Us: a.count >= b.count ? a.p50Us : b.p50Us,
    p99Us: Math.max(a.p99Us, b.p99Us),
    maxUs: Math.max(a.maxUs, b.maxUs),
  };
}

/** In a split brain there are two depths, and the common backlog is in both: the deeper one is shown. */
function deepest(leaders: ReadonlyMap<string, Depth>): Depth {
  let most: Depth | null = null;
  for (const depth of leaders.values()) most = deeper(most, depth);
  return most ?? { ready: null, unacknowledged: null };
}

function deeper(a: Depth | null, b: Depth | null): Depth | null {
  if (a === null || b === null) return a ?? b;
  return (b.ready ?? -1) + (b.unacknowledged ?? 0) >= (a.ready ?? -1) + (a.unacknowledged ?? 0) ? b : a;
}
