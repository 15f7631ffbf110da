/**
 * Messages by sequence number: a sparse, ever-growing log in segments. A segment is dropped when nothing in it is left, so memory
 * follows what is in the queue. An entry is a reference to the shared message and a byte of flags: 9 bytes and its part of
 * the segment, whether ten messages wait or a million.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';

const SEGMENT_BITS = 8;
const SEGMENT_ENTRIES = 1 << SEGMENT_BITS;
const SEGMENT_MASK = SEGMENT_ENTRIES - 1;

class Segment {
  readonly messages: (BasicMessage | undefined)[] = Array.from<undefined>({ length: SEGMENT_ENTRIES }).fill(
    undefined,
  );
  readonly flags = new Uint8Array(SEGMENT_ENTRIES);
  live = 0;
}

export class MessageLog {
  private readonly segments = new Map<number, Segment>();
  private recentNumber = -1;
  private recent: Segment | undefined;
  /** A segment that is empty again, for the next one: a short queue passes through one after the other. */
  private spare: Segment | undefined;
  /** All entries have a smaller sequence number than this. */
  private end = 0;
  private entries = 0;

  get size(): number {
    return this.entries;
  }

  /** Adds an entry; sequence numbers only ever grow. */
  append(sequence: number, message: BasicMessage, flags: number): void {
    const number = sequence >>> SEGMENT_BITS;
    const last = (this.end - 1) >>> SEGMENT_BITS;
    if (this.end > 0 && last !== number) this.dropIfEmpty(last);
    this.end = sequence + 1;
    let segment = this.segment(number);
    if (segment === undefined) {
      segment = this.spare ?? new Segment();
      this.spare = undefined;
      this.segments.set(number, segment);
      this.recentNumber = number;
      this.recent = segment;
    }
    segment.messages[sequence & SEGMENT_MASK] = message;
    segment.flags[sequence & SEGMENT_MASK] = flags;
    segment.live += 1;
    this.entries += 1;
  }

  message(sequence: number): BasicMessage | undefined {
    return this.segment(sequence >>> SEGMENT_BITS)?.messages[sequence & SEGMENT_MASK];
  }

  /** The entry's flags, 0 when there is none. */
  flags(sequence: number): number {
    return this.segment(sequence >>> SEGMENT_BITS)?.flags[sequence & SEGMENT_MASK] ?? 0;
  }

  /** Changes the flags of an entry that exists. */
  setFlags(sequence: number, flags: number): void {
    this.segment(sequence >>> SEGMENT_BITS)!.flags[sequence & SEGMENT_MASK] = flags;
  }

  /** Removes an entry; nothing happens if there is none. */
  remove(sequence: number): void {
    const number = sequence >>> SEGMENT_BITS;
    const segment = this.segment(number);
    if (segment === undefined || segment.messages[sequence & SEGMENT_MASK] === undefined) return;
    segment.messages[sequence & SEGMENT_MASK] = undefined;
    segment.flags[sequence & SEGMENT_MASK] = 0;
    segment.live -= 1;
    this.entries -= 1;
    if (number !== (this.end - 1) >>> SEGMENT_BITS) this.dropIfEmpty(number);
  }

  clear(): void {
    this.segments.clear();
    this.recentNumber = -1;
    this.recent = undefined;
    this.entries = 0;
  }

  /** The first entry at or after `from` that has one of the flags, or `end` of the log when there is none. */
  find(from: number, flags: number): number {
    let sequence = from;
    while (sequence < this.end) {
      const segment = this.segment(sequence >>> SEGMENT_BITS);
      if (segment === undefined) sequence = ((sequence >>> SEGMENT_BITS) + 1) << SEGMENT_BITS;
      else if ((segment.flags[sequence & SEGMENT_MASK]! & flags) !== 0) return sequence;
      else sequence += 1;
    }
    return this.end;
  }

  /** Sequence numbers of all entries, ascending. The entry just seen may be removed meanwhile. */
  *sequences(): IterableIterator<number> {
    for (const [number, segment] of this.segments) {
      for (let offset = 0; offset < SEGMENT_ENTRIES; offset += 1) {
        if (segment.messages[offset] !== undefined) yield (number << SEGMENT_BITS) + offset;
      }
    }
  }

  private segment(number: number): Segment | undefined {
    if (number === this.recentNumber) return this.recent;
    const segment = this.segments.get(number);
    if (segment !== undefined) {
      this.recentNumber = number;
      this.recent = segment;
    }
    return segment;
  }

  private dropIfEmpty(number: number): void {
    const segment = this.segment(number);
    if (segment?.live !== 0) return;
    this.spare = segment;
    this.segments.delete(number);
    this.recentNumber = -1;
    this.recent = undefined;
  }
}
