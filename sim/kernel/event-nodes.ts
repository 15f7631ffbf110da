/**
 * The memory of the event queue: nodes of eight 32-bit words in one ArrayBuffer, linked into circular lists.
 *
 * A node is named by the index of its first word. It takes 32 bytes, half a cache line, so that touching an event costs
 * one miss at most. Nodes that are given back are used again, the latest first; each time their generation is counted
 * up, which is how a handle that has outlived its event is told from a live one. The buffer doubles when it is full.
 */
import { invariant } from './invariant.ts';

// A node is eight words; the first two hold its time as a double.
const NODE_BITS = 3;
const NODE = 1 << NODE_BITS;
const NEXT = 2;
const PREVIOUS = 3;
/** What kind of event this is, as the queue encodes it. */
const KIND = 4;
const A = 5;
const B = 6;
/** Counts the events that have used this node: tells a live handle from a stale one. */
const GENERATION = 7;

/**
 * The layout, for the queue to copy into constants of its own: V8 folds those into the code, but not imported ones,
 * which made a difference of 7 % on the whole queue.
 */
export const nodeLayout = { NODE_BITS, NODE, NEXT, PREVIOUS, KIND };

/** A handle is generation × 2^25 + node: four million nodes, each used 2^28 times before a handle comes again. */
const HANDLE_NODES = 33_554_432;
const GENERATION_MASK = 0x0fffffff;
const FIRST_CAPACITY = 1 << 16;

export class EventNodes {
  protected words: Int32Array;
  /** The same memory as doubles: the time of a node is at half its index. */
  protected times: Float64Array;
  /** First of the chain of nodes given back, 0 if there is none. */
  private free = 0;
  /** The nodes from here on have never been used. */
  private firstUnused: number;

  private readonly firstEvent: number;

  /** Nodes below `firstEvent`, a multiple of eight, belong to the queue: heads of lists, and what else it keeps there. */
  constructor(firstEvent: number) {
    const buffer = new ArrayBuffer(FIRST_CAPACITY * 4);
    this.words = new Int32Array(buffer);
    this.times = new Float64Array(buffer);
    this.firstEvent = firstEvent;
    this.firstUnused = firstEvent;
  }

  /** The node of a pending event, or 0 if the handle is stale or was never given out. */
  find(handle: number): number {
    const node = handle & (HANDLE_NODES - NODE);
    if (node < this.firstEvent || node >= this.firstUnused) return 0;
    return this.words[node + GENERATION]! * HANDLE_NODES + node === handle ? node : 0;
  }

  /** The time of the event in this node, µs. */
  timeUs(node: number): number {
    return this.times[node >> 1]!;
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

  /** Writes an event into a free node, which is in no list yet. */
  protected create(timeUs: number, kind: number, a: number, b: number): number {
    let node = this.free;
    if (node !== 0) this.free = this.words[node + NEXT]!;
    else node = this.newNode();
    const words = this.words;
    this.times[node >> 1] = timeUs;
    words[node + KIND] = kind;
    words[node + A] = a;
    words[node + B] = b;
    return node;
  }

  /** The handle of the event that is in this node now. */
  protected handle(node: number): number {
    return this.words[node + GENERATION]! * HANDLE_NODES + node;
  }

  /** Puts a node at the end of a list. */
  protected append(node: number, head: number): void {
    const words = this.words;
    const last = words[head + PREVIOUS]!;
    words[node + NEXT] = head;
    words[node + PREVIOUS] = last;
    words[last + NEXT] = node;
    words[head + PREVIOUS] = node;
  }

  /** Links a head to itself; what was in the list is forgotten. */
  protected makeEmpty(head: number): void {
    this.words[head + NEXT] = head;
    this.words[head + PREVIOUS] = head;
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
