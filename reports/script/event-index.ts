/**
 * All events of a run in columns, laid into buckets of time, so that any window of a million of them is counted in a few milliseconds: what
 * happened to the cluster, and the steps of its messages. Knows no page.
 */
import type { EventRows } from '../../sim/ledger/run-report.ts';
import type { Flow } from '../data/flow.ts';
import { eventAt } from './events.ts';

/** What a mark stands for; each has a shape of its own. */
export const CLASSES = ['fault', 'cluster', 'queue', 'client', 'harm', 'message'] as const;
export type EventClass = (typeof CLASSES)[number];

/** Events alike but for their time and message. */
export interface IndexedKind {
  readonly record: string;
  readonly place: string;
  readonly queue: string;
  readonly eventClass: EventClass;
}

const FAULTS: readonly string[] = ['fault_began', 'fault_ended', 'operator', 'phase'];
const HARM: readonly string[] = [
  'copy_destroyed',
  'copy_ended',
  'delivery_lost',
  'publish_dropped',
  'publish_refused',
  'unroutable',
  'nacked',
  'returned',
];
const BUCKETS = 8_192;

export class EventIndex {
  readonly kinds: readonly IndexedKind[];
  readonly total: number;
  readonly endUs: number;
  /** By bucket; in no order within one. */
  private readonly timesUs: Float64Array;
  private readonly kindOf: Int32Array;
  /** Message of a step, or -1 less the row of an event. */
  private readonly sources: Int32Array;
  private readonly bucketStart = new Int32Array(BUCKETS + 1);
  private readonly bucketUs: number;

  constructor(events: EventRows, flow: Flow, endUs: number) {
    const steps = flow.timesUs.length;
    this.total = steps + events.rows.length;
    // Windows end before their end; what happens in the last microsecond is in.
    this.endUs = endUs + 1;
    this.bucketUs = this.endUs / BUCKETS;
    this.timesUs = new Float64Array(this.total);
    this.kindOf = new Int32Array(this.total);
    this.sources = new Int32Array(this.total);
    const kinds: IndexedKind[] = flow.kinds.map(({ record, node, queue }) => ({
      record,
      place: node,
      queue,
      eventClass: HARM.includes(record) ? 'harm' : 'message',
    }));
    const rowKinds = kindsOfRows(events, kinds);
    this.kinds = kinds;
    this.lay(events, flow, rowKinds);
  }

  /** Calls for each event in [fromUs, toUs) whose kind passes. */
  scan(
    fromUs: number,
    toUs: number,
    passes: Uint8Array,
    visit: (timeUs: number, kind: number, source: number) => void,
  ): void {
    const { timesUs, kindOf, sources, bucketStart } = this;
    const end = bucketStart[this.bucketOf(toUs) + 1]!;
    for (let at = bucketStart[this.bucketOf(fromUs)]!; at < end; at += 1) {
      const timeUs = timesUs[at]!;
      if (timeUs >= fromUs && timeUs < toUs && passes[kindOf[at]!] === 1)
        visit(timeUs, kindOf[at]!, sources[at]!);
    }
  }

  /** The first `max` events of the window in order of time. */
  first(fromUs: number, toUs: number, passes: Uint8Array, max: number): IndexedEvent[] {
    const found: IndexedEvent[] = [];
    const last = this.bucketOf(toUs);
    for (let bucket = this.bucketOf(fromUs); bucket <= last && found.length < max; bucket += 1) {
      const from = Math.max(fromUs, bucket * this.bucketUs);
      const to = bucket === last ? toUs : Math.min(toUs, (bucket + 1) * this.bucketUs);
      const own: IndexedEvent[] = [];
      this.scan(from, to, passes, (timeUs, kind, source) => own.push({ timeUs, kind, source }));
      found.push(...own.toSorted((a, b) => a.timeUs - b.timeUs || inOrderWritten(a, b)));
    }
    return found.slice(0, max);
  }

  private bucketOf(us: number): number {
    return Math.max(0, Math.min(BUCKETS - 1, Math.floor(us / this.bucketUs)));
  }

  private lay(events: EventRows, flow: Flow, rowKinds: readonly number[]): void {
    const { bucketStart, timesUs, kindOf, sources } = this;
    const counts = new Int32Array(BUCKETS);
    for (let at = 0; at < flow.timesUs.length; at += 1) counts[this.bucketOf(flow.timesUs[at]!)]! += 1;
    for (const [timeUs = 0] of events.rows) counts[this.bucketOf(timeUs)]! += 1;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1)
      bucketStart[bucket + 1] = bucketStart[bucket]! + counts[bucket]!;
    const next = bucketStart.slice();
    const put = (timeUs: number, kind: number, source: number): void => {
      const bucket = this.bucketOf(timeUs);
      const at = next[bucket]!;
      next[bucket] = at + 1;
      timesUs[at] = timeUs;
      kindOf[at] = kind;
      sources[at] = source;
    };
    events.rows.forEach(([timeUs = 0], row) => put(timeUs, rowKinds[row]!, -1 - row));
    for (let message = 0; message < flow.messages; message += 1) {
      const kinds = flow.coursesOf[flow.course[message]!] ?? new Int32Array(0);
      const start = flow.start[message]!;
      for (let nth = 0; nth < kinds.length; nth += 1) put(flow.timesUs[start + nth]!, kinds[nth]!, message);
    }
  }
}

export interface IndexedEvent {
  readonly timeUs: number;
  readonly kind: number;
  readonly source: number;
}

/** Of one moment: what happened to the cluster, row by row, then the steps of messages. */
function inOrderWritten(a: IndexedEvent, b: IndexedEvent): number {
  return a.source < 0 && b.source < 0 ? b.source - a.source : a.source - b.source;
}

/** Adds the kinds of the cluster's events to `kinds`, and says which one each row is of. */
function kindsOfRows(events: EventRows, kinds: IndexedKind[]): number[] {
  const known = new Map<string, number>();
  return events.rows.map((_, row) => {
    const { record, place, queue } = eventAt(events, row);
    const key = JSON.stringify([record, place, queue]);
    let kind = known.get(key);
    if (kind === undefined) {
      kind = kinds.push({ record, place, queue, eventClass: classOf(record, queue) }) - 1;
      known.set(key, kind);
    }
    return kind;
  });
}

function classOf(record: string, queue: string): EventClass {
  if (FAULTS.includes(record)) return 'fault';
  if (queue !== '' && !record.startsWith('consumer_')) return 'queue';
  return /^(connection|channel|consumer|client|publish|proxy|amqp)_/.test(record) ? 'client' : 'cluster';
}
