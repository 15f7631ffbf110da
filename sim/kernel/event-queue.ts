/**
 * The event queue: a hierarchical timing wheel, exact to the microsecond.
 *
 * Level 0 has a list for each of the 1,024 microseconds of the current window; a list of level 1 spans 1,024 µs, one of
 * level 2 a second, and so on up to 35 years. An event goes to the lowest level whose current window reaches it. When
 * time comes to a list of a higher level, its events are spread over the levels below. All events of one microsecond are
 * therefore always in one list, in the order in which they were inserted: ties need no sequence number and no sorting,
 * and a burst costs no more an event than a trickle. A list that holds a single event is never spread: whatever is in
 * the lowest list that is not empty comes first, so a nearly idle simulation jumps from event to event.
 *
 * The events of the current microsecond stand in one FIFO for each priority. Events that are scheduled for "now" join
 * the end of theirs directly.
 *
 * Lists are circular and doubly linked, so an event is cancelled by unlinking it, whichever list it is in. Everything
 * lives in one ArrayBuffer; a node is 32 bytes, half a cache line. Nodes of cancelled and executed events are used again.
 *
 * The total order: time, then priority (smaller first), then insertion; always over what is in the queue at the moment.
 */
import { invariant } from './invariant.ts';

/** Priorities are 0 to 3. */
export const PRIORITIES = 4;

const LEVELS = 5;
const SLOT_BITS = 10;
const SLOTS = 1024;
const SLOT_MASK = SLOTS - 1;
/** The wheel reaches to 2^50 µs, 35 years; no event may lie there or beyond. */
export const END_OF_TIME_US = 1_125_899_906_842_624;

/** Nodes below this number head the lists of the wheel: 1,024 a level. */
const READY = LEVELS * SLOTS;
/** The node that heads the list of ready events of priority p is `READY + p`; events come after those. */
const FIRST_EVENT = READY + PRIORITIES;

/** A handle is generation × 2^22 + node: at most 4 million events wait at a time. */
const NODE_LIMIT = 4_194_304;
const NODE_MASK = NODE_LIMIT - 1;
const GENERATION_MASK = 0x7fffffff;
const FIRST_CAPACITY = 8192;

// A node is eight 32-bit words; the first two hold its time as a double.
const NODE_BITS = 3;
const NEXT = 2;
const PREVIOUS = 3;
/** The operation, shifted left by two, and the priority. */
const KIND = 4;
const A = 5;
const B = 6;
/** Counts the events that have used this node: tells a live handle from a stale one. */
const GENERATION = 7;
const WORDS_BITS = 5;

export class EventQueue {
  private words: Int32Array;
  private times: Float64Array;
  private capacity = FIRST_CAPACITY;
  /** First of the chain of unused nodes, 0 if there is none. */
  private free = 0;
  private firstUnused = FIRST_EVENT;

  /** The time of the event taken last: its microsecond's events are the ready ones. */
  private readonly current = new Float64Array(1);
  /** For each level the end of the window that its lists cover. */
  private readonly windowEnds = new Float64Array(LEVELS);
  /** The reciprocal of the span of a list, and the span, for each level. */
  private readonly perSpan = new Float64Array(LEVELS);
  private readonly spans = new Float64Array(LEVELS);

  /** A bit for each list of the wheel that is not empty, 32 words a level; a bit for each such word that is not 0. */
  private readonly occupied = new Int32Array(LEVELS << WORDS_BITS);
  private readonly occupiedWords = new Int32Array(LEVELS);
  /** A bit for each priority that has ready events. */
  private ready = 0;

  constructor() {
    const buffer = new ArrayBuffer(FIRST_CAPACITY << (NODE_BITS + 2));
    this.words = new Int32Array(buffer);
    this.times = new Float64Array(buffer);
    for (let head = 0; head < FIRST_EVENT; head += 1) this.makeEmpty(head);
    for (let level = 0, span = 1; level < LEVELS; level += 1, span *= SLOTS) {
      this.spans[level] = span;
      this.perSpan[level] = 1 / span;
      this.windowEnds[level] = span * SLOTS;
    }
  }

  /**
   * Adds an event. `timeUs` is an integer below `END_OF_TIME_US`, not before the event taken last nor before the limit
   * of a `take` that found nothing; `operation`, `a` and `b` are 32-bit integers, `operation` from 0 to 2^29 - 1. Returns its handle, never 0.
   */
  insert(timeUs: number, priority: number, operation: number, a: number, b: number): number {
    let node = this.free;
    if (node !== 0) this.free = this.words[(node << NODE_BITS) + NEXT]!;
    else node = this.newNode();

    const words = this.words;
    const base = node << NODE_BITS;
    this.times[base >> 1] = timeUs;
    words[base + KIND] = (operation << 2) | priority;
    words[base + A] = a;
    words[base + B] = b;
    if (timeUs === this.current[0]) this.appendReady(node, priority);
    else this.appendToWheel(node, timeUs);
    return words[base + GENERATION]! * NODE_LIMIT + node;
  }

  /** The node of a pending event, or 0 if the handle is stale or was never given out. */
  find(handle: number): number {
    const node = handle & NODE_MASK;
    if (node < FIRST_EVENT || node >= this.firstUnused) return 0;
    const base = node << NODE_BITS;
    if (this.words[base + GENERATION]! * NODE_LIMIT + node !== handle) return 0;
    return node;
  }

  /** Takes a pending event out, wherever it is; `release` it afterwards. */
  unlink(node: number): void {
    const words = this.words;
    const base = node << NODE_BITS;
    const next = words[base + NEXT]!;
    const previous = words[base + PREVIOUS]!;
    words[(previous << NODE_BITS) + NEXT] = next;
    words[(next << NODE_BITS) + PREVIOUS] = previous;
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
        const priority = lowestBit(this.ready);
        const node = this.words[((READY + priority) << NODE_BITS) + NEXT]!;
        this.unlink(node);
        return node;
      }
      let level = 0;
      while (this.occupiedWords[level] === 0) {
        level += 1;
        if (level === LEVELS) return 0;
      }
      const word = lowestBit(this.occupiedWords[level]!);
      const slot = (word << 5) + lowestBit(this.occupied[(level << WORDS_BITS) + word]!);
      const head = (level << SLOT_BITS) + slot;
      const first = this.words[(head << NODE_BITS) + NEXT]!;
      if (this.words[(head << NODE_BITS) + PREVIOUS] === first) {
        const timeUs = this.times[first << (NODE_BITS - 1)]!;
        if (timeUs > limitUs) return 0;
        this.unlink(first);
        this.enter(level, timeUs);
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
    return this.ready === 0 && this.occupiedWords.every((words) => words === 0);
  }

  /** The time of the event in this node, µs. */
  timeUs(node: number): number {
    return this.times[node << (NODE_BITS - 1)]!;
  }

  /** The operation of the event in this node. */
  operation(node: number): number {
    return this.words[(node << NODE_BITS) + KIND]! >> 2;
  }

  /** The first operand of the event in this node. */
  a(node: number): number {
    return this.words[(node << NODE_BITS) + A]!;
  }

  /** The second operand of the event in this node. */
  b(node: number): number {
    return this.words[(node << NODE_BITS) + B]!;
  }

  /** Gives back the node of an event that has been taken or unlinked; its handle is stale from here on. */
  release(node: number): void {
    const words = this.words;
    const base = node << NODE_BITS;
    words[base + GENERATION] = (words[base + GENERATION]! + 1) & GENERATION_MASK;
    words[base + NEXT] = this.free;
    this.free = node;
  }

  /** Moves the windows of the levels below `level` to where `timeUs` lies. */
  private enter(level: number, timeUs: number): void {
    for (let below = 0; below < level; below += 1) {
      const span = this.spans[below + 1]!;
      this.windowEnds[below] = (Math.floor(timeUs * this.perSpan[below + 1]!) + 1) * span;
    }
  }

  /** Empties a list of the wheel, in order, into the levels below, or from level 0 into the ready lists. */
  private spread(head: number, level: number): void {
    const words = this.words;
    let node = words[(head << NODE_BITS) + NEXT]!;
    this.makeEmpty(head);
    this.markEmpty(head);
    while (node !== head) {
      const base = node << NODE_BITS;
      const next = words[base + NEXT]!;
      const timeUs = this.times[base >> 1]!;
      if (level === 0) this.appendReady(node, words[base + KIND]! & (PRIORITIES - 1));
      else this.appendToWheel(node, timeUs);
      node = next;
    }
  }

  private appendReady(node: number, priority: number): void {
    this.append(node, READY + priority);
    this.ready |= 1 << priority;
  }

  private appendToWheel(node: number, timeUs: number): void {
    let level = 0;
    while (timeUs >= this.windowEnds[level]!) level += 1;
    const slot = (timeUs * this.perSpan[level]!) & SLOT_MASK;
    this.append(node, (level << SLOT_BITS) + slot);
    this.occupied[(level << WORDS_BITS) + (slot >> 5)]! |= 1 << (slot & 31);
    this.occupiedWords[level]! |= 1 << (slot >> 5);
  }

  private append(node: number, head: number): void {
    const words = this.words;
    const last = words[(head << NODE_BITS) + PREVIOUS]!;
    words[(node << NODE_BITS) + NEXT] = head;
    words[(node << NODE_BITS) + PREVIOUS] = last;
    words[(last << NODE_BITS) + NEXT] = node;
    words[(head << NODE_BITS) + PREVIOUS] = node;
  }

  private makeEmpty(head: number): void {
    this.words[(head << NODE_BITS) + NEXT] = head;
    this.words[(head << NODE_BITS) + PREVIOUS] = head;
  }

  private markEmpty(head: number): void {
    if (head >= READY) {
      this.ready &= ~(1 << (head - READY));
      return;
    }
    const word = head >> 5;
    const left = this.occupied[word]! & ~(1 << (head & 31));
    this.occupied[word] = left;
    if (left === 0) this.occupiedWords[head >> SLOT_BITS]! &= ~(1 << (word & 31));
  }

  private newNode(): number {
    if (this.firstUnused === this.capacity) this.grow();
    const node = this.firstUnused;
    this.firstUnused += 1;
    return node;
  }

  private grow(): void {
    invariant(this.capacity < NODE_LIMIT, 'more than four million events are pending');
    this.capacity *= 2;
    const buffer = new ArrayBuffer(this.capacity << (NODE_BITS + 2));
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
