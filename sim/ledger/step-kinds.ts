/**
 * What can happen to a message, numbered: a record without its time and its message. A run has few of these however many messages it has
 * (`copy_stored` of ha.orders at rabbit2, a mirror, by gm, is one), so a log holds a number in place of up to six slots.
 */
import type { RecordType } from '../kernel/journal.ts';

/** Beyond this many a run is of another sort than the report is made for: thousands of clients on dozens of queues. */
const KINDS_MAX = 65_536;
/** Slots of a record that are not its message. */
const WORDS = 6;

export class StepKinds {
  readonly types: readonly RecordType[];
  /** Where in its slots each type has the first of the two that name its message: 0 or 1. */
  readonly messageSlots: readonly number[];
  private typeOf = new Int32Array(256);
  private words = new Int32Array(256 * WORDS);
  /** Kinds by hash, plus one; 0 is free. Its length is a power of two. */
  private table = new Int32Array(1_024);
  private used = 0;

  constructor(types: readonly RecordType[]) {
    this.types = types;
    this.messageSlots = types.map(slotOfMessage);
  }

  /** How many kinds there are; they are numbered from 0. */
  get count(): number {
    return this.used;
  }

  /** The number of a kind, new if it is the first of it; -1 where there are too many. Slots are the record's without its message. */
  number(type: number, a: number, b: number, c: number, d: number, e: number, f: number): number {
    const mask = this.table.length - 1;
    let hash = Math.imul(type + 1, 0x9e3779b1) ^ Math.imul(a + 7, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ Math.imul(b + 3, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 13), 0x165667b1) ^ Math.imul(c + 5, 0x9e3779b1);
    hash =
      Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) ^
      Math.imul(d + 11, 0xc2b2ae35) ^
      Math.imul(e * 31 + f, 0x27d4eb2f);
    hash ^= hash >>> 15;
    const { words } = this;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const kind = this.table[at]! - 1;
      if (kind === -1) return this.add(at, type, [a, b, c, d, e, f]);
      const first = kind * WORDS;
      if (
        words[first] === a &&
        words[first + 1] === b &&
        words[first + 2] === c &&
        words[first + 3] === d &&
        words[first + 4] === e &&
        words[first + 5] === f &&
        this.typeOf[kind] === type
      )
        return kind;
    }
  }

  /** The type of a kind. */
  type(kind: number): RecordType {
    return this.types[this.typeOf[kind]!]!;
  }

  /** The slots of a record of this kind, with the given ones for its message, and for the message that it refers to, if it does. */
  slots(
    kind: number,
    publisher: number,
    sequence: number,
    otherPublisher: number,
    otherSequence: number,
  ): number[] {
    const type = this.type(kind);
    const at = this.messageSlots[this.typeOf[kind]!]!;
    const [a = 0, ...rest] = this.words.subarray(kind * WORDS, kind * WORDS + WORDS);
    const slots = at === 0 ? [publisher, sequence, a, ...rest] : [a, publisher, sequence, ...rest];
    if (refersToAnother(type)) {
      slots[at + 2] = otherPublisher;
      slots[at + 3] = otherSequence;
    }
    return slots.slice(0, type.slots);
  }

  private add(at: number, type: number, slots: readonly number[]): number {
    if (this.used === KINDS_MAX) return -1;
    const kind = this.used;
    this.used += 1;
    if (kind === this.typeOf.length) {
      this.typeOf = grown(this.typeOf);
      this.words = grown(this.words);
    }
    this.typeOf[kind] = type;
    this.words.set(slots, kind * WORDS);
    this.table[at] = kind + 1;
    if (this.used * 2 > this.table.length) this.rehash();
    return kind;
  }

  private rehash(): void {
    const { used } = this;
    this.table = new Int32Array(this.table.length * 2);
    this.used = 0;
    for (let kind = 0; kind < used; kind += 1) {
      const [a, b, c, d, e, f] = this.words.slice(kind * WORDS, kind * WORDS + WORDS);
      this.number(this.typeOf[kind]!, a!, b!, c!, d!, e!, f!);
    }
  }
}

function grown(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}

/** The first of the two slots that name the message; every type that is logged has them. */
export function slotOfMessage(type: RecordType): number {
  let slot = 0;
  for (const field of type.fields) {
    if (field.type === 'message') return slot;
    slot += 1;
  }
  return slot;
}

/** Whether records of this type name a second message, behind the first. */
export function refersToAnother(type: RecordType): boolean {
  return type.fields.filter((field) => field.type === 'message').length > 1;
}
