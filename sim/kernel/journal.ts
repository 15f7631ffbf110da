/**
 * The journal: the only witness of a run. Processes write typed records; the ledger, the timeline, the report and the
 * trace file listen. Nothing is kept: a record lives as arguments of a call, and what remains of it is its part in the
 * running hash, so ten hours of traffic cost no memory.
 *
 * The hash covers, in order, each record (type by name, time, slots) and each text when it is first interned. Whether
 * anybody listens does not change it.
 */
import { Digest } from './digest.ts';
import { fail } from './invariant.ts';
import type { RecordType } from './record-type.ts';

export { recordType, RecordType } from './record-type.ts';

/** Receives the slots of a record of one type; slots that the type does not have are 0. */
export type RecordListener = (
  timeUs: number,
  f0: number,
  f1: number,
  f2: number,
  f3: number,
  f4: number,
  f5: number,
  f6: number,
  f7: number,
) => void;

/** As `RecordListener`, for records of every type. */
export type AnyRecordListener = (
  type: RecordType,
  timeUs: number,
  f0: number,
  f1: number,
  f2: number,
  f3: number,
  f4: number,
  f5: number,
  f6: number,
  f7: number,
) => void;

const WORD = 4_294_967_296;
/** Opens the block that holds the upper half of a slot too large for 32 bits. */
const WIDE = 0x57494445;

export class Journal {
  private readonly clock: { readonly nowUs: number };
  private readonly digest = new Digest();
  private readonly ids = new Map<string, number>();
  private readonly texts: string[] = [];
  private readonly listeners: RecordListener[][] = [];
  private readonly anyListeners: AnyRecordListener[] = [];
  private written = 0;
  /** Simulation time of the journal's time 0; null while its clock is held there. */
  private originUs: number | null = 0;

  constructor(clock: { readonly nowUs: number }) {
    this.clock = clock;
  }

  /** Until `startClock`, records carry time 0: what is done before the experiment begins is there when it begins. */
  holdClock(): void {
    this.originUs = null;
  }

  /** Time 0 of the journal is now. */
  startClock(): void {
    this.originUs = this.clock.nowUs;
  }

  /** How many records have been written. */
  get recordsWritten(): number {
    return this.written;
  }

  /** The dense number (from 0) of a text in this journal; the same text, the same number. */
  intern(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.ids.set(text, id);
      this.texts.push(text);
      this.digest.text(text);
    }
    return id;
  }

  /** The text that `intern` gave this number. */
  text(id: number): string {
    return this.texts[id] ?? fail(`no text was interned as ${id}`);
  }

  /** Calls `listener` for each later record of that type, after those that were there before. */
  on(type: RecordType, listener: RecordListener): void {
    while (this.listeners.length <= type.id) this.listeners.push([]);
    this.listeners[type.id]!.push(listener);
  }

  /** Calls `listener` for each later record, after the listeners of its type. */
  onAny(listener: AnyRecordListener): void {
    this.anyListeners.push(listener);
  }

  /**
   * Writes a record at the current time: into the hash, then to whoever listens. Slots are integers in the order of the
   * type's fields; a listener that writes in turn writes after this record.
   */
  write(type: RecordType, f0 = 0, f1 = 0, f2 = 0, f3 = 0, f4 = 0, f5 = 0, f6 = 0, f7 = 0): void {
    const timeUs = this.originUs === null ? 0 : this.clock.nowUs - this.originUs;
    const slots = type.slots;
    const digest = this.digest;
    digest.block(type.nameHash, timeUs | 0, (timeUs / WORD) | 0, f0 | 0);
    if (slots > 1) digest.block(f1 | 0, f2 | 0, f3 | 0, f4 | 0);
    if (slots > 5) digest.block(f5 | 0, f6 | 0, f7 | 0, 0);
    // Almost every slot fits 32 bits; one test finds the record in which one does not.
    if (
      (f0 | 0) !== f0 ||
      (f1 | 0) !== f1 ||
      (f2 | 0) !== f2 ||
      (f3 | 0) !== f3 ||
      (f4 | 0) !== f4 ||
      (f5 | 0) !== f5 ||
      (f6 | 0) !== f6 ||
      (f7 | 0) !== f7
    ) {
      this.digestUpperHalves(type, [f0, f1, f2, f3, f4, f5, f6, f7]);
    }
    this.written += 1;

    const listeners = this.listeners[type.id];
    if (listeners !== undefined) {
      for (let i = 0; i < listeners.length; i += 1) listeners[i]!(timeUs, f0, f1, f2, f3, f4, f5, f6, f7);
    }
    const anyListeners = this.anyListeners;
    for (let i = 0; i < anyListeners.length; i += 1) {
      anyListeners[i]!(type, timeUs, f0, f1, f2, f3, f4, f5, f6, f7);
    }
  }

  /** 32 hex digits over everything written and interned so far; the same on every platform. */
  hash(): string {
    return this.digest.hex();
  }

  private digestUpperHalves(type: RecordType, slots: readonly number[]): void {
    slots.forEach((value, slot) => {
      if ((value | 0) === value) return;
      if (!Number.isSafeInteger(value)) fail(`record ${type.name}: slot ${slot} is ${value}, not an integer`);
      this.digest.block(WIDE, slot, Math.floor(value / WORD), 0);
    });
  }
}
