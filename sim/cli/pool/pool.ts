/**
 * Several workers on one list of jobs. Each worker has at most two jobs, so that it never waits for the next one; what they answer is handed
 * on in the order of the jobs, whoever was faster. A worker that dies costs the job it was at, nothing else: another takes its place.
 */
import { InOrder } from './in-order.ts';
import { type Answer, type Job, type Outcome, outcomeOf } from './job.ts';
import type { StartWorker, Worker } from './worker.ts';

const jobsPerWorker = 2;

/** So many answers for each worker wait at most for one that takes long, since a result may be large. */
const aheadPerWorker = 64;

interface Numbered {
  readonly job: Job;
  readonly index: number;
}

/** Runs `jobs` on `size` workers. Resolves when all have been handed on; rejects with the first error that `onOutcome` or `jobs` throws. */
export function runOnWorkers<J extends Job>(
  jobs: Iterable<J>,
  onOutcome: (outcome: Outcome, job: J) => void,
  { size, startWorker, signal }: { size: number; startWorker: StartWorker; signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const pool = new Pool(jobs, onOutcome, size, startWorker, (error) => {
      if (error === undefined) resolve();
      else reject(error.reason);
    });
    signal?.addEventListener('abort', () => pool.fail(signal.reason), { once: true });
    pool.begin();
  });
}

class Pool<J extends Job> {
  private readonly jobs: Iterator<J>;
  private readonly size: number;
  private readonly startWorker: StartWorker;
  private readonly over: (error?: { readonly reason: unknown }) => void;
  private readonly inOrder: InOrder<{ readonly outcome: Outcome; readonly job: J }>;
  private readonly seats = new Set<Seat>();
  /** Jobs whose worker died before it came to them. */
  private readonly again: Numbered[] = [];
  private taken = 0;
  private isExhausted = false;
  private isOver = false;

  constructor(
    jobs: Iterable<J>,
    onOutcome: (outcome: Outcome, job: J) => void,
    size: number,
    startWorker: StartWorker,
    over: (error?: { readonly reason: unknown }) => void,
  ) {
    this.jobs = jobs[Symbol.iterator]();
    this.size = size;
    this.startWorker = startWorker;
    this.over = over;
    this.inOrder = new InOrder(({ outcome, job }) => onOutcome(outcome, job));
  }

  begin(): void {
    this.attempt(() => {
      for (let nth = 0; nth < this.size; nth += 1) this.seat();
      this.fill();
    });
  }

  /** Ends everything at once. */
  fail(reason: unknown): void {
    this.end({ reason });
  }

  private seat(): void {
    const seat = new Seat(this.startWorker, {
      onAnswer: (outcome, numbered) =>
        this.attempt(() => {
          this.inOrder.put(numbered.index, { outcome, job: numbered.job as J });
          this.fill();
        }),
      onExit: (how) => this.attempt(() => this.lose(seat, how)),
    });
    this.seats.add(seat);
  }

  private lose(seat: Seat, how: string): void {
    this.seats.delete(seat);
    const message = `the process that ran it ${how}`;
    if (!seat.wasReady) throw new Error(`a worker did not start: ${message}`);
    const [lost, ...others] = seat.jobs;
    this.again.push(...others);
    this.seat();
    const error = new Error(`${message}; it may have run out of memory`);
    if (lost !== undefined)
      this.inOrder.put(lost.index, { outcome: { kind: 'broken', error }, job: lost.job as J });
    this.fill();
  }

  /** Gives work to whoever has room for it, one job each in turn. */
  private fill(): void {
    for (let nth = 0; nth < jobsPerWorker; nth += 1)
      for (const seat of this.seats) {
        if (seat.jobs.length > nth) continue;
        const numbered = this.nextJob();
        if (numbered !== null) seat.take(numbered);
      }
    if (this.isExhausted && this.inOrder.next === this.taken) this.end();
  }

  private nextJob(): Numbered | null {
    const again = this.again.shift();
    if (again !== undefined) return again;
    if (this.isExhausted || this.taken - this.inOrder.next >= this.size * aheadPerWorker) return null;
    const { done, value } = this.jobs.next();
    if (done === true) {
      this.isExhausted = true;
      return null;
    }
    this.taken += 1;
    return { job: value, index: this.taken - 1 };
  }

  private attempt(action: () => void): void {
    if (this.isOver) return;
    try {
      action();
    } catch (error) {
      this.fail(error);
    }
  }

  private end(error?: { readonly reason: unknown }): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const seat of this.seats) seat.kill();
    this.over(error);
  }
}

/** A worker and what it has been asked and has not answered, oldest first. */
class Seat {
  readonly jobs: Numbered[] = [];
  wasReady = false;
  private readonly worker: Worker;
  private told: Job['scenario'] | null = null;

  constructor(
    startWorker: StartWorker,
    on: { onAnswer(outcome: Outcome, job: Numbered): void; onExit(how: string): void },
  ) {
    this.worker = startWorker({
      onAnswer: (answer: Answer) => {
        if (answer.kind === 'ready') {
          this.wasReady = true;
          return;
        }
        const numbered = this.jobs.shift();
        if (numbered !== undefined) on.onAnswer(outcomeOf(answer), numbered);
      },
      onExit: (how) => on.onExit(how),
    });
  }

  take(numbered: Numbered): void {
    const { scenario, seed } = numbered.job;
    this.jobs.push(numbered);
    if (this.told !== scenario) this.worker.send({ kind: 'scenario', scenario });
    this.told = scenario;
    this.worker.send({ kind: 'run', seed });
  }

  kill(): void {
    this.worker.kill();
  }
}
