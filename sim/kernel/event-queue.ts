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
 * lives in the one buffer of `EventNodes`.
 *
 * The total order: time, then priority (smaller first), then insertion; always over what is in the queue at the moment.
 */
import { EventNodes, nodeLayout } from './event-nodes.ts';
import { fail } from './invariant.ts';

const clz32 = Math.clz32;
const { NODE_BITS, NODE, NEXT, PREVIOUS, KIND } = nodeLayout;

/** Priorities are 0 to 3. */
export const PRIORITIES = 4;
const PRIORITY_MASK = PRIORITIES - 1;
/** The wheel reaches to 2^50 µs, 35 years. */
const END_OF_TIME_US = 1_125_899_906_842_624;

const LEVELS = 5;
const SLOT_BITS = 10;
const SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SLOTS - 1;
/** The levels that cover the low 30 bits of a time, where 32-bit arithmetic does. */
const NEAR_LEVELS = 3;
const NEAR_MASK = 0x3fffffff;

// The changing times of a queue.
/** The time of the event taken last: the ready events are those of this microsecond. */
const CURRENT = 0;
/** No event after this time is taken. */
const LIMIT = 1;
/** A time that lies in the current window of every level. */
const POSITION = 2;

/** Up to so many events of a list are looked through for the earliest; a longer list is spread. */
const FEW = 8;

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

export class EventQueue extends EventNodes {
  /**
   * The changing times. They stand in an array because a double that is passed to a function which V8 does not inline,
   * or returned from it, costs an allocation.
   */
  private readonly clock = new Float64Array(3);
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
    super(FIRST_EVENT);
    for (let head = 0; head < OCCUPIED; head += NODE) this.makeEmpty(head);
    for (let level = 0, span = 1; level < LEVELS; level += 1, span *= SLOTS) {
      this.spans[level] = span;
      this.perSpan[level] = 1 / span;
      this.windowEnds[level] = span * SLOTS;
    }
  }

  /**
   * Adds an event. `timeUs` is an integer, not before the event taken last nor before the limit
   * when `take` found nothing; `operation`, `a` and `b` are 32-bit integers, `operation` from 0 to 2^29 - 1.
   * Returns its handle, never 0.
   */
  insert(timeUs: number, priority: number, operation: number, a: number, b: number): number {
    const node = this.create(timeUs, (operation << 2) | priority, a, b);
    if (timeUs === this.clock[CURRENT]) this.appendReady(node, priority);
    else this.appendToWheel(node);
    return this.handle(node);
  }

  /** Takes a pending event out, wherever it is; `release` it afterwards. */
  unlink(node: number): void {
    const words = this.words;
    const next = words[node + NEXT]!;
    const previous = words[node + PREVIOUS]!;
    words[previous + NEXT] = next;
    words[next + PREVIOUS] = previous;
    // Only the last event of a list has the same neighbour on both sides: the head of that list.
    if (next !== previous) return;
    if (next < READY) this.markEmpty(next);
    else this.ready &= ~(1 << ((next - READY) >> NODE_BITS));
  }

  /**
   * Takes out the first event in the total order, if its time is within the limit, and returns its node, which stays
   * readable until `release`; 0 if there is none.
   */
  take(): number {
    while (this.ready === 0) {
      if (this.occupiedLevels === 0) return 0;
      const head = this.firstOccupied();
      const first = this.earliestOfFew(head);
      if (first !== 0) return this.takeFromWheel(first, head);
      if (!this.spread(head)) return 0;
    }
    const { words, ready } = this;
    const head = READY + lowestBit(ready) * NODE;
    const first = words[head + NEXT]!;
    const next = words[first + NEXT]!;
    words[head + NEXT] = next;
    words[next + PREVIOUS] = head;
    if (next === head) this.ready = ready & (ready - 1);
    return first;
  }

  /** Sets the time after which `take` takes nothing; infinite is possible. */
  setLimit(limitUs: number): void {
    this.clock[LIMIT] = limitUs;
  }

  /** Whether nothing is pending. */
  isEmpty(): boolean {
    return this.ready === 0 && this.occupiedLevels === 0;
  }

  /** The operation of the event in this node. */
  operation(node: number): number {
    return this.words[node + KIND]! >> 2;
  }

  /** The head of the first list of the wheel that is not empty; there must be one. */
  private firstOccupied(): number {
    const words = this.words;
    const level = lowestBit(this.occupiedLevels);
    const word = (level << OCCUPIED_BITS) + lowestBit(words[OCCUPIED_WORDS + level]!);
    return ((word << 5) + lowestBit(words[OCCUPIED + word]!)) << NODE_BITS;
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

  private takeFromWheel(first: number, head: number): number {
    const timeUs = this.times[first >> 1]!;
    if (timeUs > this.clock[LIMIT]!) return 0;
    this.unlink(first);
    this.clock[CURRENT] = timeUs;
    if (this.words[head + NEXT] === head) {
      this.clock[POSITION] = timeUs;
      this.enter(head >> LEVEL_BITS);
    }
    return first;
  }

  /** Moves the windows of the levels below `level`, which are all empty, to where the position lies now. */
  private enter(level: number): void {
    const positionUs = this.clock[POSITION]!;
    for (let below = 0; below < level; below += 1) {
      const windowUs = this.spans[below + 1]!;
      this.windowEnds[below] = (Math.floor(positionUs * this.perSpan[below + 1]!) + 1) * windowUs;
    }
  }

  /**
   * Empties a list of the wheel, in order, into the levels below, or from level 0 into the ready lists. Does nothing and
   * returns false if its span begins after the limit: time must not get ahead of what may still be scheduled.
   */
  private spread(head: number): boolean {
    const level = head >> LEVEL_BITS;
    const slot = (head >> NODE_BITS) & SLOT_MASK;
    const startUs = this.windowEnds[level]! - (SLOTS - slot) * this.spans[level]!;
    if (startUs > this.clock[LIMIT]!) return false;

    const words = this.words;
    let node = words[head + NEXT]!;
    this.makeEmpty(head);
    this.markEmpty(head);
    this.clock[POSITION] = startUs;
    this.enter(level);
    if (level === 0) this.clock[CURRENT] = startUs;
    while (node !== head) {
      const next = words[node + NEXT]!;
      if (level === 0) this.appendReady(node, words[node + KIND]! & PRIORITY_MASK);
      else this.appendToWheel(node);
      node = next;
    }
    return true;
  }

  private appendReady(node: number, priority: number): void {
    this.append(node, READY + priority * NODE);
    this.ready |= 1 << priority;
  }

  private appendToWheel(node: number): void {
    const words = this.words;
    const timeUs = this.times[node >> 1]!;
    let head: number;
    if (timeUs < this.windowEnds[NEAR_LEVELS - 1]!) {
      // The highest bit in which the time differs from the position decides the level; × 205 >> 11 divides by 10.
      const highest = 31 - clz32(((timeUs ^ this.clock[POSITION]!) & NEAR_MASK) | 1);
      const level = (highest * 205) >> 11;
      head = (level << LEVEL_BITS) + (((timeUs >> (level * SLOT_BITS)) & SLOT_MASK) << NODE_BITS);
    } else head = this.farHead(timeUs);
    if (words[head + NEXT] === head) this.markOccupied(head);
    this.append(node, head);
  }

  /** The head of the list for a time past the windows of the near levels. */
  private farHead(timeUs: number): number {
    if (timeUs >= END_OF_TIME_US) fail(`an event at ${timeUs} µs lies past the end of time`);
    let level = NEAR_LEVELS;
    while (timeUs >= this.windowEnds[level]!) level += 1;
    const slot = (timeUs * this.perSpan[level]!) & SLOT_MASK;
    return (level << LEVEL_BITS) + (slot << NODE_BITS);
  }

  private markOccupied(head: number): void {
    const words = this.words;
    const list = head >> NODE_BITS;
    const word = list >> 5;
    const level = list >> SLOT_BITS;
    words[OCCUPIED + word]! |= 1 << (list & 31);
    words[OCCUPIED_WORDS + level]! |= 1 << (word & 31);
    this.occupiedLevels |= 1 << level;
  }

  /** Clears the bit of a list that has become empty, and the bits above it that summed it up. */
  private markEmpty(head: number): void {
    const words = this.words;
    const list = head >> NODE_BITS;
    const word = list >> 5;
    const level = list >> SLOT_BITS;
    if ((words[OCCUPIED + word]! &= ~(1 << (list & 31))) !== 0) return;
    if ((words[OCCUPIED_WORDS + level]! &= ~(1 << (word & 31))) === 0) this.occupiedLevels &= ~(1 << level);
  }
}

/** The number of the lowest bit set in a word that is not 0. */
function lowestBit(word: number): number {
  return 31 - clz32(word & -word);
}
