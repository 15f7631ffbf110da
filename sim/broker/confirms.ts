/**
 * Publisher confirms of one channel (`rabbit_confirms`): for each publish the queues that have not settled it yet, and
 * what can be told to the client. What is told is gathered and sent when the channel has nothing else to do, as one
 * `multiple` for everything below the first publish that is still open, and singles for the rest (BRK-42).
 */

import { NumberMap } from '../kernel/number-map.ts';

/** Queues that a publish waits for: one name as itself, because one queue is the rule. */
type Outstanding = string | string[];

export class Confirms {
  /** Numbers are only ever added in ascending order, so the first is the smallest. */
  private readonly outstanding = new NumberMap<Outstanding>();
  private acked: number[] = [];
  private nacked: number[] = [];

  /** How many publishes wait for a queue. */
  get unconfirmed(): number {
    return this.outstanding.size;
  }

  /** Whether there is something to tell the client. */
  get hasNews(): boolean {
    return this.acked.length > 0 || this.nacked.length > 0;
  }

  /** A publish went to these queues. Numbers ascend. */
  add(number: number, queues: readonly string[]): void {
    this.outstanding.set(number, queues.length === 1 ? queues[0]! : queues.slice());
  }

  /** A publish went nowhere and is confirmed at once (BRK-10). */
  addSettled(number: number): void {
    this.acked.push(number);
  }

  /** A queue has settled these publishes (MIR-30). Those that are not open, or not open there, are passed over. */
  settle(queue: string, numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length; i += 1) this.settleOne(queue, numbers[i]!);
  }

  private settleOne(queue: string, number: number): void {
    const waiting = this.outstanding.get(number);
    if (waiting === undefined) return;
    if (typeof waiting === 'string') {
      if (waiting !== queue) return;
    } else {
      const index = waiting.indexOf(queue);
      if (index < 0) return;
      waiting.splice(index, 1);
      if (waiting.length > 0) return;
    }
    this.outstanding.delete(number);
    this.acked.push(number);
  }

  /** A queue refused these publishes: that alone makes each a nack, whatever others say. */
  reject(numbers: readonly number[]): void {
    for (const number of numbers) if (this.outstanding.delete(number)) this.nacked.push(number);
  }

  /**
   * Hands over what is known: `tell` gets a number, whether it stands for all up to it, and whether they are refused.
   */
  flush(tell: (number: number, multiple: boolean, refused: boolean) => void): void {
    const { acked, nacked } = this;
    this.acked = [];
    this.nacked = [];
    ascending(acked);
    ascending(nacked);
    if (acked.length === 1) tell(acked[0]!, false, false);
    else this.coalesce(acked, nacked, false, tell);
    this.coalesce(nacked, acked, true, tell);
  }

  private coalesce(
    numbers: readonly number[],
    opposite: readonly number[],
    refused: boolean,
    tell: (number: number, multiple: boolean, refused: boolean) => void,
  ): void {
    if (numbers.length === 0) return;
    const firstOpen = this.outstanding.firstNumber() ?? Infinity;
    const cutoff = Math.min(firstOpen, opposite[0] ?? Infinity);
    let together = 0;
    while (together < numbers.length && numbers[together]! < cutoff) together++;
    if (together > 0) tell(numbers[together - 1]!, true, refused);
    for (let i = together; i < numbers.length; i += 1) tell(numbers[i]!, false, refused);
  }

  /** Forgets what is to be told: nothing is, once the channel is closing. */
  discard(): void {
    this.acked = [];
    this.nacked = [];
  }
}

/** Sorts in place; almost always there is nothing to do. */
function ascending(numbers: number[]): void {
  for (let i = 1; i < numbers.length; i += 1) {
    if (numbers[i]! < numbers[i - 1]!) {
      numbers.sort((a, b) => a - b);
      return;
    }
  }
}
