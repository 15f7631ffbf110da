/**
 * The dead letters that a quorum queue keeps until their targets have them (`rabbit_fifo_dlx`): a part of its replicated state, with a queue of
 * their own and one consumer, the worker beside the leader (QQ-25). Its commands are applied here; `dead-letter-worker` sends them. As in
 * RabbitMQ a worker is known by nothing but that it came last: what an earlier one settles late counts for its successor's numbers.
 */
import type { DeathReason } from '../../broker/dead-letter.ts';
import type { Pid } from '../../erlang/message.ts';
import { Fifo } from '../../kernel/fifo.ts';
import type { QueuedMessage } from './fifo-state.ts';

export interface DeadLetter {
  readonly queued: QueuedMessage;
  readonly reason: DeathReason;
}

/** A dead letter on its way to the worker; `id` is consecutive for each worker. */
export interface DeadLetterItem {
  readonly id: number;
  readonly letter: DeadLetter;
}

interface Worker {
  readonly pid: Pid;
  readonly prefetch: number;
  nextId: number;
  readonly out: Map<number, DeadLetter>;
}

export class DeadLetters {
  private waiting = new Fifo<DeadLetter>();
  private worker: Worker | null = null;
  /** Of all of them, those with the worker included. */
  bytes = 0;

  /** How many there are, those with the worker included. */
  get count(): number {
    return this.waiting.length + (this.worker?.out.size ?? 0);
  }

  /** The worker that came last, dead or alive. */
  get workerPid(): Pid | null {
    return this.worker?.pid ?? null;
  }

  add(letter: DeadLetter): void {
    this.waiting.push(letter);
    this.bytes += letter.queued.message.bodyBytes;
  }

  /** Another worker takes over; what the one before had goes back to the front, in the order in which it died. */
  attach(pid: Pid, prefetch: number): void {
    const held = [...(this.worker?.out ?? [])].toSorted(([a], [b]) => a - b);
    if (held.length > 0) {
      const waiting = new Fifo<DeadLetter>();
      for (const [, letter] of held) waiting.push(letter);
      for (const letter of this.waiting) waiting.push(letter);
      this.waiting = waiting;
    }
    this.worker = { pid, prefetch, nextId: 0, out: new Map() };
  }

  /** Gives the worker as much as it may hold; empty where there is none. */
  handOut(): DeadLetterItem[] {
    const { worker } = this;
    const items: DeadLetterItem[] = [];
    if (worker === null) return items;
    while (worker.out.size < worker.prefetch) {
      const letter = this.waiting.shift();
      if (letter === undefined) break;
      const id = worker.nextId;
      worker.nextId += 1;
      worker.out.set(id, letter);
      items.push({ id, letter });
    }
    return items;
  }

  /** Takes out what the worker says has arrived; numbers that it does not hold are passed over. */
  settle(ids: readonly number[]): DeadLetter[] {
    const settled: DeadLetter[] = [];
    for (const id of ids) {
      const letter = this.worker?.out.get(id);
      if (letter === undefined) continue;
      this.worker!.out.delete(id);
      this.bytes -= letter.queued.message.bodyBytes;
      settled.push(letter);
    }
    return settled;
  }

  /** All of them, those with the worker last. */
  *all(): IterableIterator<DeadLetter> {
    yield* this.waiting;
    if (this.worker !== null) yield* this.worker.out.values();
  }

  /** Dead letters of its own that will not change with these. */
  copy(): DeadLetters {
    const copy = new DeadLetters();
    for (const letter of this.waiting) copy.waiting.push(letter);
    copy.worker = this.worker === null ? null : { ...this.worker, out: new Map(this.worker.out) };
    copy.bytes = this.bytes;
    return copy;
  }
}
