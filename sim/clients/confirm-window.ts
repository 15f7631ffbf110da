/**
 * What a channel in confirm mode has published and not been answered for, by delivery tag. Tags count from 1 on each channel
 * (BRK-42), so the map is in the order of the tags, which is also the order in time.
 */

import { NumberMap } from '../kernel/number-map.ts';

interface Publish {
  readonly sequence: number;
  readonly sentUs: number;
}

export class ConfirmWindow {
  private readonly waiting = new NumberMap<Publish>();
  /** What the application no longer waits for. The answer may still come. */
  private readonly abandoned = new NumberMap<Publish>();
  private lastTag = 0;

  /** How many publishes the application waits for. */
  get size(): number {
    return this.waiting.size;
  }

  /** Notes the next publish on the channel. */
  add(sequence: number, nowUs: number): void {
    this.lastTag += 1;
    this.waiting.set(this.lastTag, { sequence, sentUs: nowUs });
  }

  /**
   * Calls `answered` with the sequence number of each publish that a basic.ack or basic.nack answers, and `late` with those that the
   * application no longer waits for.
   */
  settle(
    tag: number,
    multiple: boolean,
    answered: (sequence: number) => void,
    late: (sequence: number) => void = answered,
  ): void {
    if (this.abandoned.size > 0) settleIn(this.abandoned, tag, multiple, late);
    settleIn(this.waiting, tag, multiple, answered);
  }

  /** When the oldest publish that is waited for was sent; null when there is none. */
  oldestUs(): number | null {
    const first = this.waiting.firstNumber();
    return first === undefined ? null : this.waiting.get(first)!.sentUs;
  }

  /** Waits no longer for what was sent at `untilUs` or before; returns their sequence numbers. */
  abandon(untilUs: number): number[] {
    const late: number[] = [];
    for (const [tag, publish] of this.waiting) {
      if (publish.sentUs > untilUs) break;
      this.waiting.delete(tag);
      this.abandoned.set(tag, publish);
      late.push(publish.sequence);
    }
    return late;
  }

  /** The channel is gone: returns the sequence numbers that were waited for. Call `restart` for the next channel. */
  close(): number[] {
    const open = Array.from(this.waiting, ([, publish]) => publish.sequence);
    this.waiting.clear();
    this.abandoned.clear();
    return open;
  }

  /** A new channel counts from 1. */
  restart(): void {
    this.lastTag = 0;
  }
}

function settleIn(
  publishes: NumberMap<Publish>,
  tag: number,
  multiple: boolean,
  answered: (sequence: number) => void,
): void {
  if (!multiple) {
    const publish = publishes.get(tag);
    if (publish === undefined) return;
    publishes.delete(tag);
    answered(publish.sequence);
    return;
  }
  for (let first = publishes.firstNumber(); first !== undefined; first = publishes.firstNumber()) {
    if (tag !== 0 && first > tag) return;
    const { sequence } = publishes.get(first)!;
    publishes.delete(first);
    answered(sequence);
  }
}
