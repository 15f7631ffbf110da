/**
 * What happened to every message of a run, kept in case some of it is to be told: a report picks its messages when the run
 * is over. A record is its type, its time and its slots as 32-bit integers, some 30 bytes. The log is bounded: a run with
 * more to say gives it up, and whoever wants lives runs the same seed again with a `LifeCollector` on the journal.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';

/** Receives records in the order in which they were written. */
export type StepVisitor = (type: RecordType, timeUs: number, slots: readonly number[]) => void;

const CHUNK_WORDS = 262_144;
/** 64 MiB: the messages of some 150,000 publishes on a mirrored queue of three. */
const CHUNKS_MAX = 64;
/** Type, and time in two halves. */
const HEAD_WORDS = 3;
const WORD = 4_294_967_296;

export class StepLog {
  private readonly types: readonly RecordType[];
  private chunks: Int32Array[] = [];
  private chunk = new Int32Array(0);
  private used = 0;
  private gaveUp = false;

  /** Subscribes to records of these types. */
  constructor(journal: Journal, types: readonly RecordType[]) {
    this.types = types;
    types.forEach((type, index) => {
      const words = HEAD_WORDS + type.slots;
      journal.on(type, (timeUs, f0, f1, f2, f3, f4, f5, f6, f7) => {
        if (this.used + words > this.chunk.length && !this.extend()) return;
        const { chunk, used } = this;
        chunk[used] = index + 1;
        chunk[used + 1] = timeUs | 0;
        chunk[used + 2] = (timeUs / WORD) | 0;
        // Slots past the type's own are written over by the next record.
        chunk[used + 3] = f0;
        chunk[used + 4] = f1;
        chunk[used + 5] = f2;
        chunk[used + 6] = f3;
        chunk[used + 7] = f4;
        chunk[used + 8] = f5;
        chunk[used + 9] = f6;
        chunk[used + 10] = f7;
        this.used = used + words;
      });
    });
  }

  /** Whether the log holds everything; false once it would have grown past its bound. */
  get isComplete(): boolean {
    return !this.gaveUp;
  }

  /** Visits the records of messages for which `wanted` (publisher, sequence) is true. */
  replay(wanted: (publisher: number, sequence: number) => boolean, visit: StepVisitor): void {
    const messageSlots = this.types.map(slotOfMessage);
    for (const chunk of this.chunks) {
      for (let at = 0; chunk[at] !== undefined && chunk[at] !== 0;) {
        const index = chunk[at]! - 1;
        const type = this.types[index]!;
        const slotsAt = at + HEAD_WORDS;
        const message = slotsAt + messageSlots[index]!;
        at = slotsAt + type.slots;
        if (!wanted(chunk[message]!, chunk[message + 1]!)) continue;
        const timeUs = chunk[slotsAt - 1]! * WORD + (chunk[slotsAt - 2]! >>> 0);
        visit(type, timeUs, [...chunk.subarray(slotsAt, at)]);
      }
    }
  }

  private extend(): boolean {
    if (this.gaveUp) return false;
    this.chunk.fill(0, this.used);
    if (this.chunks.length === CHUNKS_MAX) {
      this.gaveUp = true;
      this.chunks = [];
      this.chunk = new Int32Array(0);
      this.used = 0;
      return false;
    }
    this.chunk = new Int32Array(CHUNK_WORDS);
    this.chunks.push(this.chunk);
    this.used = 0;
    return true;
  }
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
