/**
 * What happened to the messages of a run, kept in case it is to be told: a report picks its messages when the run is over. A step is its
 * kind, its time and its message, 16 bytes. The log is bounded: when it is full it forgets every other message, by a hash of what names it,
 * and from then on keeps no steps of such messages, so what is left is a fair sample of the whole run, each message with all of its steps.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';
import { refersToAnother, type StepKinds } from './step-kinds.ts';

/** Receives records in the order in which they were written. */
type StepVisitor = (type: RecordType, timeUs: number, slots: readonly number[]) => void;

/** Receives steps as they are kept; the last two name the message that the step refers to, 0 and 0 mostly. */
export type RawVisitor = (
  kind: number,
  timeUs: number,
  publisher: number,
  sequence: number,
  otherPublisher: number,
  otherSequence: number,
) => void;

/** Whether the steps of a message are wanted. */
export type Wanted = (publisher: number, sequence: number) => boolean;

const CHUNK_WORDS = 262_144;
/** 64 MiB: the messages of some 250,000 publishes on a mirrored queue of three. */
const CHUNKS_MAX = 64;
/** Kind plus one, time since the base, publisher, sequence; a step that refers to another message is followed by that. */
const STEP_WORDS = 4;
const REFERRING_WORDS = 6;
/** A base for the times behind it: this in place of a kind, then microseconds in two halves. */
const BASE = -1;
const BASE_WORDS = 3;
/** So much time after its base a step has a new one: its time is to fit a word. */
const BASE_SPAN_US = 2_000_000_000;
const WORD = 4_294_967_296;

export class StepLog {
  readonly kinds: StepKinds;
  private readonly refers: readonly boolean[];
  private chunks: Int32Array[] = [];
  private chunk = new Int32Array(0);
  private used = 0;
  private baseUs = 0;
  /** Messages whose hash has none of these bits are kept. */
  private mask = 0;
  private gaveUp = false;
  private held = 0;

  /** Subscribes to records of the types of `kinds`, which logs of one run may share; to those of some messages only, if asked. */
  constructor(journal: Journal, kinds: StepKinds, wanted: Wanted | null = null) {
    this.kinds = kinds;
    this.refers = kinds.types.map(refersToAnother);
    kinds.types.forEach((type, index) => {
      const first = kinds.messageSlots[index] === 0;
      const refers = this.refers[index]!;
      journal.on(type, (timeUs, f0, f1, f2, f3, f4, f5, f6, f7) => {
        const publisher = first ? f0 : f1;
        const sequence = first ? f1 : f2;
        if (wanted !== null && !wanted(publisher, sequence)) return;
        if (this.forgets(publisher, sequence)) return;
        const kind = refers
          ? kinds.number(index, f0, 0, 0, f5, f6, f7)
          : kinds.number(index, first ? f2 : f0, f3, f4, f5, f6, f7);
        if (kind === -1) this.gaveUp = true;
        else this.write(kind, timeUs, publisher, sequence, refers, f3, f4);
      });
    });
  }

  /** How many steps it holds. */
  get steps(): number {
    return this.held;
  }

  /** Whether the log holds everything that was wanted. */
  get isComplete(): boolean {
    return this.mask === 0 && !this.gaveUp;
  }

  /** One of how many messages is kept: 1, 2, 4... */
  get oneOf(): number {
    return this.mask + 1;
  }

  /** Visits the records of messages for which `wanted` is true. */
  replay(wanted: Wanted, visit: StepVisitor): void {
    const { kinds } = this;
    this.visit((kind, timeUs, publisher, sequence, otherPublisher, otherSequence) => {
      if (!wanted(publisher, sequence)) return;
      const slots = kinds.slots(kind, publisher, sequence, otherPublisher, otherSequence);
      visit(kinds.type(kind), timeUs, slots);
    });
  }

  /** Visits every step. */
  visit(visit: RawVisitor): void {
    this.chunk.fill(0, this.used);
    for (const words of this.chunks) this.visitChunk(words, visit);
  }

  private visitChunk(words: Int32Array, visit: RawVisitor): void {
    const refers = this.referringKinds();
    let baseUs = 0;
    for (let at = 0; at < words.length && words[at] !== 0;) {
      if (words[at] === BASE) {
        baseUs = words[at + 1]! * WORD + (words[at + 2]! >>> 0);
        at += BASE_WORDS;
        continue;
      }
      const kind = words[at]! - 1;
      const more = refers[kind] === 1;
      const other = more ? words[at + 4]! : 0;
      visit(kind, baseUs + words[at + 1]!, words[at + 2]!, words[at + 3]!, other, more ? words[at + 5]! : 0);
      at += more ? REFERRING_WORDS : STEP_WORDS;
    }
  }

  /** 1 for the kinds whose steps refer to another message. */
  private referringKinds(): Uint8Array {
    const { kinds } = this;
    return Uint8Array.from({ length: kinds.count }, (_, kind) => Number(refersToAnother(kinds.type(kind))));
  }

  private forgets(publisher: number, sequence: number): boolean {
    return this.mask !== 0 && (messageHash(publisher, sequence) & this.mask) !== 0;
  }

  private write(
    kind: number,
    timeUs: number,
    publisher: number,
    sequence: number,
    more: boolean,
    otherPublisher: number,
    otherSequence: number,
  ): void {
    if (this.used + BASE_WORDS + REFERRING_WORDS > this.chunk.length) {
      this.extend(timeUs);
      if (this.forgets(publisher, sequence)) return;
    } else if (timeUs - this.baseUs > BASE_SPAN_US) this.writeBase(timeUs);
    this.held += 1;
    const { chunk, used } = this;
    chunk[used] = kind + 1;
    chunk[used + 1] = timeUs - this.baseUs;
    chunk[used + 2] = publisher;
    chunk[used + 3] = sequence;
    this.used = used + STEP_WORDS;
    if (!more) return;
    chunk[used + 4] = otherPublisher;
    chunk[used + 5] = otherSequence;
    this.used = used + REFERRING_WORDS;
  }

  private extend(timeUs: number): void {
    this.chunk.fill(0, this.used);
    while (this.chunks.length >= CHUNKS_MAX) this.thin();
    this.chunk = new Int32Array(CHUNK_WORDS);
    this.chunks.push(this.chunk);
    this.used = 0;
    this.writeBase(timeUs);
  }

  private writeBase(timeUs: number): void {
    const { chunk, used } = this;
    chunk[used] = BASE;
    chunk[used + 1] = (timeUs / WORD) | 0;
    chunk[used + 2] = timeUs | 0;
    this.baseUs = timeUs;
    this.used = used + BASE_WORDS;
  }

  /** Forgets every other message: what stays is written anew, chunk after chunk. */
  private thin(): void {
    this.mask = this.mask * 2 + 1;
    const refers = this.referringKinds();
    const old = this.chunks;
    this.held = 0;
    this.chunks = [];
    this.chunk = new Int32Array(0);
    this.used = 0;
    for (let words = old.shift(); words !== undefined; words = old.shift()) {
      this.visitChunk(words, (kind, timeUs, publisher, sequence, otherPublisher, otherSequence) => {
        if (this.forgets(publisher, sequence)) return;
        this.write(kind, timeUs, publisher, sequence, refers[kind] === 1, otherPublisher, otherSequence);
      });
    }
  }
}

/** By which messages are kept or forgotten: the same on every machine, its low bits as good as its high ones. */
export function messageHash(publisher: number, sequence: number): number {
  let hash = Math.imul(sequence, 0x9e3779b1) ^ Math.imul(publisher + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
