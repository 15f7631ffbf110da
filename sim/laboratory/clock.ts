/**
 * The real clock of one run: time 0 is when the scenario begins, and every timer of the run is known, so that all of them end with it.
 * Times are milliseconds; logs are stamped by the same machine's clock, so both can be told on one axis.
 */
export class Clock {
  /** Time 0, in milliseconds since 1970. */
  readonly originMs: number;
  private readonly beganAt: number;
  private readonly timers = new Set<NodeJS.Timeout>();
  private isStopped = false;

  constructor() {
    this.originMs = Date.now();
    this.beganAt = performance.now();
  }

  /** Since time 0. */
  get nowMs(): number {
    return performance.now() - this.beganAt;
  }

  /** Calls at a time from time 0; at once, but not before this returns, where it has passed. */
  at(timeMs: number, action: () => void): void {
    this.after(timeMs - this.nowMs, action);
  }

  after(delayMs: number, action: () => void): void {
    if (this.isStopped) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        action();
      },
      Math.max(0, delayMs),
    );
    this.timers.add(timer);
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  until(timeMs: number): Promise<void> {
    return this.pause(timeMs - this.nowMs);
  }

  /** Nothing that was planned happens any more; what waits for it waits for ever. */
  stop(): void {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

/** Fails with `words` when a promise takes too long; the promise is not stopped. */
export async function within<T>(promise: Promise<T>, limitMs: number, words: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(words)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}
