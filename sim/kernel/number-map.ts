/**
 * A map from whole numbers, in the order of insertion, for what waits for an answer: confirms by their number, acknowledgements by
 * their tag. It does what `Map` does and keeps its arrays while entries come and go. A `Map` in which as many go as come
 * makes itself anew again and again, and V8 chains its old tables so that a single one that has grown old keeps all later ones: with a million
 * messages waiting that garbage cost a quarter of the run.
 *
 * Entries stand in the order of insertion; `slots` finds an entry by its number (open addressing, at most half full). What is
 * deleted leaves a gap until the arrays are full; then the living move together. An iteration may delete, and must not add.
 */

const clz32 = Math.clz32;

const NONE = -1;
const CAPACITY_MIN = 8;
/** Arrays larger than this are dropped once empty: a burst must not keep its memory for the rest of a run. */
const LARGEST_KEPT = 4096;
/** Fibonacci hashing: numbers with any stride are spread over the slots. */
const GOLDEN = 0x9e3779b1;

export class NumberMap<V> {
  /** Numbers of the entries, at least 0; `NONE` for a gap. */
  private numbers: number[] = [];
  private values: (V | undefined)[] = [];
  /** Where a number's entry stands; `NONE` for nowhere. Twice as many as entries have room. */
  private slots = new Int32Array(0);
  private shift = 32;
  private capacity = 0;
  /** The first entry that may be no gap, and the end of the entries. */
  private first = 0;
  private end = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(number: number): V | undefined {
    const entry = this.find(number);
    return entry === NONE ? undefined : this.values[entry];
  }

  /** Adds an entry at the end, or replaces the value of one that exists, which keeps its place. */
  set(number: number, value: V): void {
    const entry = this.find(number);
    if (entry !== NONE) {
      this.values[entry] = value;
      return;
    }
    if (this.end === this.capacity) this.makeRoom();
    this.place(number, this.end);
    this.numbers[this.end] = number;
    this.values[this.end] = value;
    this.end += 1;
    this.count += 1;
  }

  /** Returns whether there was one. */
  delete(number: number): boolean {
    const entry = this.find(number);
    if (entry === NONE) return false;
    this.numbers[entry] = NONE;
    this.values[entry] = undefined;
    this.count -= 1;
    if (this.count === 0 && this.capacity > LARGEST_KEPT) this.clear();
    else if (entry === this.first) this.skipGaps();
    return true;
  }

  clear(): void {
    this.numbers = [];
    this.values = [];
    this.slots = new Int32Array(0);
    this.shift = 32;
    this.capacity = 0;
    this.first = 0;
    this.end = 0;
    this.count = 0;
  }

  /** The number that was added before all others that are still here; undefined in an empty map. */
  firstNumber(): number | undefined {
    return this.count === 0 ? undefined : this.numbers[this.first];
  }

  *[Symbol.iterator](): IterableIterator<[number, V]> {
    for (let entry = this.first; entry < this.end; entry += 1) {
      const number = this.numbers[entry]!;
      if (number !== NONE) yield [number, this.values[entry]!];
    }
  }

  private find(number: number): number {
    if (this.count === 0) return NONE;
    const { slots, numbers } = this;
    const mask = slots.length - 1;
    for (let slot = Math.imul(number, GOLDEN) >>> this.shift; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry === NONE || numbers[entry] === number) return entry;
    }
  }

  private place(number: number, entry: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = Math.imul(number, GOLDEN) >>> this.shift;
    while (slots[slot] !== NONE) slot = (slot + 1) & mask;
    slots[slot] = entry;
  }

  private skipGaps(): void {
    while (this.first < this.end && this.numbers[this.first] === NONE) this.first += 1;
  }

  /** Moves the living together; takes more room if they fill more than half of it, and gives room back if they need but an eighth. */
  private makeRoom(): void {
    const { numbers, values } = this;
    let end = 0;
    for (let entry = this.first; entry < this.end; entry += 1) {
      if (numbers[entry] === NONE) continue;
      numbers[end] = numbers[entry]!;
      values[end] = values[entry];
      end += 1;
    }
    this.first = 0;
    this.end = end;
    this.fit(end);
    for (let entry = end; entry < this.capacity; entry += 1) {
      numbers[entry] = NONE;
      values[entry] = undefined;
    }
    numbers.length = this.capacity;
    values.length = this.capacity;
    for (let entry = 0; entry < end; entry += 1) this.place(numbers[entry]!, entry);
  }

  private fit(living: number): void {
    let capacity = Math.max(this.capacity, CAPACITY_MIN);
    while (living * 2 > capacity) capacity *= 2;
    while (capacity > CAPACITY_MIN && living * 8 < capacity) capacity /= 2;
    if (capacity === this.capacity) {
      this.slots.fill(NONE);
      return;
    }
    this.capacity = capacity;
    this.slots = new Int32Array(capacity * 2).fill(NONE);
    this.shift = clz32(capacity * 2) + 1;
  }
}
