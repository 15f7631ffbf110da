/**
 * Jepsen's `total-queue` as its documentation has it: every value that was enqueued for certain has to be dequeued, or come out of a
 * drain, and nothing comes out that nobody put in. Values are counted (multisets). Knows the history and nothing else of ours.
 */

export interface HistoryOperation {
  readonly index: number;
  readonly time: number;
  readonly process: number | 'nemesis';
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: string;
  readonly value: string | readonly string[] | null;
  readonly queue?: string;
}

export interface TotalQueue {
  readonly valid: boolean;
  readonly attempts: number;
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly unexpected: readonly string[];
  readonly duplicated: readonly string[];
  /** Nobody knew whether they had been enqueued; they came out. */
  readonly recovered: readonly string[];
}

export function totalQueue(history: readonly HistoryOperation[]): TotalQueue {
  const attempts = new Multiset();
  const enqueued = new Multiset();
  const dequeued = new Multiset();
  for (const { f, type, value } of history) {
    if (f === 'enqueue' && type === 'invoke') attempts.add(value as string);
    if (f === 'enqueue' && type === 'ok') enqueued.add(value as string);
    if (f === 'dequeue' && type === 'ok') dequeued.add(value as string);
    if (f === 'drain' && type === 'ok') for (const each of value as readonly string[]) dequeued.add(each);
  }
  const unexpected = dequeued.values().filter((value) => attempts.count(value) === 0);
  const lost = enqueued.values().filter((value) => enqueued.count(value) > dequeued.count(value));
  return {
    valid: lost.length === 0 && unexpected.length === 0,
    attempts: attempts.size,
    acknowledged: enqueued.size,
    lost,
    unexpected,
    duplicated: dequeued
      .values()
      .filter((value) => dequeued.count(value) > Math.max(1, attempts.count(value))),
    recovered: dequeued.values().filter((value) => attempts.count(value) > 0 && enqueued.count(value) === 0),
  };
}

class Multiset {
  private readonly counts = new Map<string, number>();
  size = 0;

  add(value: string): void {
    this.counts.set(value, this.count(value) + 1);
    this.size += 1;
  }

  count(value: string): number {
    return this.counts.get(value) ?? 0;
  }

  values(): string[] {
    return [...this.counts.keys()];
  }
}
