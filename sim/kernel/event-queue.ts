/**
 * The event queue: a hierarchical timing wheel, exact to the microsecond.
 *
 * Level 0 has a list for each of the 1,024 microseconds of the current window; a list of level 1 spans 1,024 µs, one of
 * level 2 a second, and so on up to 35 years. An event goes to the lowest level whose current window reaches it. When
 * time comes to a list of a higher level, its events are spread over the levels below. All events of one microsecond are
 * therefore always in one list, in the order in which they were inserted: ties need no sequence number and no sorting,
 * and a burst costs no more an event than a trickle. The first event is always in the first list that is not empty, and
 * when that holds only a few it is found by looking: a nearly idle simulation jumps from event to event, spreading nothing.
 *
 * The events of the current microsecond stand in one FIFO for each priority. Events that are scheduled for "now" join
 * the end of theirs directly.
 *
 * Lists are circular and doubly linked, so an event is cancelled by unlinking it, whichever list it is in. Everything
 * lives in one ArrayBuffer, and a node is named by the index of its first word there. A node is 32 bytes, half a cache
 * line; those of cancelled and executed events are used again.
 *
 * The total order: time, then priority (smaller first), then insertion; always over what is in the queue at the moment.
 */
import { invariant } from './invariant.ts';

/** Priorities are 0 to 3. */
export const PRIORITIES = 4;
/** The wheel reaches to 2^50 µs, 35 years; no event may lie there or beyond. */
export const END_OF_TIME_US = 1_125_899_906_842_624;

const LEVELS = 5;
const SLOT_BITS = 10;
const SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SLOTS - 1;
/** The levels that cover the low 30 bits of a time, where 32-bit arithmetic does. */
const NEAR_LEVELS = 3;
const NEAR_MASK = 0x3fffffff;

/** Up to so many events of a list are looked through for the earliest; a longer list is spread. */
const FEW = 4;

// A node is eight words; the first two hold its time as a double.
const NODE_BITS = 3;
const NODE = 1 << NODE_BITS;
const NEXT = 2;
const PREVIOUS = 3;
/** The operation, shifted left by two, and the priority. */
const KIND = 4;
const A = 5;
const B = 6;
/** Counts the events that have used this node: tells a live handle from a stale one. */
const GENERATION = 7;

/** The buffer begins with the nodes that head the lists of the wheel, 1,024 a level, of which only the links count. */
const LEVEL_BITS = SLOT_BITS + NODE_BITS;
/** Then come the heads of the ready lists, one for each priority; */
const READY = LEVELS << LEVEL_BITS;
/** then a bit for each list of the wheel that is not empty, 32 words a level; */
const OCCUPIED = READY + PRIORITIES * NODE;
const OCCUPIED_BITS = SLOT_BITS - 5;
/** then a word for each level with a bit for each of these words that is not 0; */
const OCCUPIED_WORDS = OCCUPIED + (LEVELS << OCCUPIED_BITS);
/** then the events. */
const FIRST_EVENT = OCCUPIED_WORDS + NODE;

/** A handle is generation × 2^25 + node: four million nodes, each used 2^28 times before a handle comes again. */
const HANDLE_NODES = 33_554_432;
const GENERATION_MASK = 0x0fffffff;
const FIRST_CAPACITY = 1 << 16;

export class EventQueue {
  private words: Int32Array;
  /** The same memory as doubles: the time of a node is at half its index. */
  private times: Float64Array;
  /** First of the chain of nodes given back, 0 if there is none. */
  private free = 0;
  private firstUnused = FIRST_EVENT;

  /** The time of the event taken last, at index 0: the ready events are those of this microsecond. */
  private readonly current = new Float64Array(1);
  /** The low bits of a time that lies in the current window of every level. */
  private position = 0;
  /** For each level the end of its current window. */
  private readonly windowEnds = new Float64Array(LEVELS);
  /** For each level the time that one of its lists spans, and the reciprocal, exact because it is a power of two. */
  private readonly spans = new Float64Array(LEVELS);
  private readonly perSpan = new Float64Array(LEVELS);

  /** A bit for each level that has events. */
  private occupiedLevels = 0;
  /** A bit for each priority that has ready events. */
  private ready = 0;

  constructor() {
    const buffer = new ArrayBuffer(FIRST_CAPACITY * 4);
    this.words = new Int32Array(buffer);
    this.times = new Float64Array(buffer);
    for (let head = 0; head < OCCUPIED; head += NODE) this.makeEmpty(head);
    for (let level = 0, span = 1; level < LEVELS; level += 1, span *= SLOTS) {
      this.spans[level] = span;
      this.perSpan[level] = 1 / span;
      this.windowEnds[level] = span * SLOTS;
    }
  }

  /**
   * Adds an event. `timeUs` is an integer below `END_OF_TIME_US`, not before the event taken last nor before the limit
   * of a `take` that found nothing; `operation`, `a` and `b` are 32-bit integers, `operation` from 0 to 2^29 - 1.
   * Returns its handle, never 0.
   */
  insert(timeUs: number, priority: number, operation: number, a: number, b: number): number {
    let node = this.free;
    if (node !== 0) this.free = this.words[node + NEXT]!;
    else node = this.newNode();

    const words = this.words;
    this.times[node >> 1] = timeUs;
    words[node + KIND] = (operation << 2) | priority;
    words[node + A] = a;
    words[node + B] = b;
    if (timeUs === this.current[0]) this.appendReady(node, priority);
    else this.appendToWheel(node, timeUs);
    return words[node + GENERATION]! * HANDLE_NODES + node;
  }

  /** The node of a pending event, or 0 if the handle is stale or was never given out. */
  find(handle: number): number {
    const node = handle & (HANDLE_NODES - NODE);
    if (node < FIRST_EVENT || node >= this.firstUnused) return 0;
    return this.words[node + GENERATION]! * HANDLE_NODES + node === handle ? node : 0;
  }

  /** Takes a pending event out, wherever it is; `release` it afterwards. */
  unlink(node: number): void {
    const words = this.words;
    const next = words[node + NEXT]!;
    const previous = words[node + PREVIOUS]!;
    words[previous + NEXT] = next;
    words[next + PREVIOUS] = previous;
    // Only the last event of a list has the same neighbour on both sides: the head of that list.
    if (next === previous) this.markEmpty(next);
  }

  /**
   * Takes out the first event in the total order, if its time is at most `limitUs`, and returns its node, which stays
   * readable until `release`; 0 if there is none.
   */
  take(limitUs: number): number {
    for (;;) {
      if (this.ready !== 0) {
        const node = this.words[READY + lowestBit(this.ready) * NODE + NEXT]!;
        this.unlink(node);
        return node;
      }
      if (this.occupiedLevels === 0) return 0;
      const level = lowestBit(this.occupiedLevels);
      const word = lowestBit(this.words[OCCUPIED_WORDS + level]!);
      const slot = (word << 5) + lowestBit(this.words[OCCUPIED + (level << OCCUPIED_BITS) + word]!);
      const head = (level << LEVEL_BITS) + (slot << NODE_BITS);
      const first = this.earliestOfFew(head);
      if (first !== 0) {
        const timeUs = this.times[first >> 1]!;
        if (timeUs > limitUs) return 0;
        this.unlink(first);
        if (this.words[head + NEXT] === head) this.enter(level, timeUs);
        this.current[0] = timeUs;
        return first;
      }
      const startUs = this.windowEnds[level]! - (SLOTS - slot) * this.spans[level]!;
      if (startUs > limitUs) return 0;
      this.enter(level, startUs);
      if (level === 0) this.current[0] = startUs;
      this.spread(head, level);
    }
  }

  /** Whether nothing is pending. */
  isEmpty(): boolean {
    return this.ready === 0 && this.occupiedLevels === 0;
  }

  /** The time of the event in this node, µs. */
  timeUs(node: number): number {
    return this.times[node >> 1]!;
  }

  /** The operation of the event in this node. */
  operation(node: number): number {
    return this.words[node + KIND]! >> 2;
  }

  /** The first operand of the event in this node. */
  a(node: number): number {
    return this.words[node + A]!;
  }

  /** The second operand of the event in this node. */
  b(node: number): number {
    return this.words[node + B]!;
  }

  /** Gives back the node of an event that has been taken or unlinked; its handle is stale from here on. */
  release(node: number): void {
    const words = this.words;
    words[node + GENERATION] = (words[node + GENERATION]! + 1) & GENERATION_MASK;
    words[node + NEXT] = this.free;
    this.free = node;
  }

  /**
   * The earliest event of a list that is not empty, found by looking at all of them; 0 if there are more than a few, or
   * if the earliest has equals, which only the ready lists can put in order.
   */
  private earliestOfFew(head: number): number {
    const { words, times } = this;
    let earliest = words[head + NEXT]!;
    let earliestUs = times[earliest >> 1]!;
    let isUnique = true;
    let node = words[earliest + NEXT]!;
    for (let seen = 1; node !== head; seen += 1) {
      if (seen === FEW) return 0;
      const timeUs = times[node >> 1]!;
      if (timeUs < earliestUs) {
        earliest = node;
        earliestUs = timeUs;
        isUnique = true;
      } else if (timeUs === earliestUs) isUnique = false;
      node = words[node + NEXT]!;
    }
    return isUnique ? earliest : 0;
  }

  /** Moves the windows of the levels below `level`, which are all empty, to where `timeUs` lies. */
  private enter(level: number, timeUs: number): void {
    this.position = timeUs | 0;
    for (let below = 0; below < level; below += 1) {
      const windowUs = this.spans[below + 1]!;
      this.windowEnds[below] = (Math.floor(timeUs * this.perSpan[below + 1]!) + 1) * windowUs;
    }
  }

  /** Empties a list of the wheel, in order, into the levels below, or from level 0 into the ready lists. */
  private spread(head: number, level: number): void {
    const words = this.words;
    let node = words[head + NEXT]!;
    this.makeEmpty(head);
    this.markEmpty(head);
    while (node !== head) {
      const next = words[node + NEXT]!;
      if (level === 0) this.appendReady(node, words[node + KIND]! & (PRIORITIES - 1));
      else this.appendToWheel(node, this.times[node >> 1]!);
      node = next;
    }
  }

  private appendReady(node: number, priority: number): void {
    this.append(node, READY + priority * NODE);
    this.ready |= 1 << priority;
  }

  private appendToWheel(node: number, timeUs: number): void {
    const words = this.words;
    let level: number;
    let slot: number;
    if (timeUs < this.windowEnds[NEAR_LEVELS - 1]!) {
      // The highest bit in which the time differs from the position decides the level; × 205 >> 11 divides by 10.
      const highest = 31 - Math.clz32(((timeUs ^ this.position) & NEAR_MASK) | 1);
      level = (highest * 205) >> 11;
      slot = ((timeUs | 0) >> (level * SLOT_BITS)) & SLOT_MASK;
    } else {
      level = NEAR_LEVELS;
      while (timeUs >= this.windowEnds[level]!) level += 1;
      slot = (timeUs * this.perSpan[level]!) & SLOT_MASK;
    }
    this.append(node, (level << LEVEL_BITS) + (slot << NODE_BITS));
    words[OCCUPIED + (level << OCCUPIED_BITS) + (slot >> 5)]! |= 1 << (slot & 31);
    words[OCCUPIED_WORDS + level]! |= 1 << (slot >> 5);
    this.occupiedLevels |= 1 << level;
  }

  private append(node: number, head: number): void {
    const words = this.words;
    const last = words[head + PREVIOUS]!;
    words[node + NEXT] = head;
    words[node + PREVIOUS] = last;
    words[last + NEXT] = node;
    words[head + PREVIOUS] = node;
  }

  private makeEmpty(head: number): void {
    this.words[head + NEXT] = head;
    this.words[head + PREVIOUS] = head;
  }

  /** Clears the bit of a list that has become empty, and the bits above it that summed it up. */
  private markEmpty(head: number): void {
    if (head >= READY) {
      this.ready &= ~(1 << ((head - READY) >> NODE_BITS));
      return;
    }
    const words = this.words;
    const list = head >> NODE_BITS;
    const word = list >> 5;
    const left = words[OCCUPIED + word]! & ~(1 << (list & 31));
    words[OCCUPIED + word] = left;
    if (left !== 0) return;
    const level = list >> SLOT_BITS;
    const wordsLeft = words[OCCUPIED_WORDS + level]! & ~(1 << (word & 31));
    words[OCCUPIED_WORDS + level] = wordsLeft;
    if (wordsLeft === 0) this.occupiedLevels &= ~(1 << level);
  }

  private newNode(): number {
    if (this.firstUnused === this.words.length) this.grow();
    const node = this.firstUnused;
    this.firstUnused += NODE;
    return node;
  }

  private grow(): void {
    const length = this.words.length * 2;
    invariant(length <= HANDLE_NODES, 'more than four million events are pending');
    const buffer = new ArrayBuffer(length * 4);
    const words = new Int32Array(buffer);
    words.set(this.words);
    this.words = words;
    this.times = new Float64Array(buffer);
  }
}

/** The number of the lowest bit set in a word that is not 0. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
