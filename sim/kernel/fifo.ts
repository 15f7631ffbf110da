/**
 * A first-in-first-out queue in a ring buffer that doubles when full. `Array.shift` moves every element once arrays are
 * long; this does not. It holds no reference to what has been taken out, and gives memory back when it runs empty
 * after having been large.
 */

const SMALLEST = 8;
/** A ring larger than this is dropped once empty: a burst must not keep its memory for the rest of a run. */
const LARGEST_KEPT = 4096;

export class Fifo<T> {
  private ring: (T | undefined)[] = emptyRing(SMALLEST);
  private head = 0;
  private count = 0;

  /** How many elements wait. */
  get length(): number {
    return this.count;
  }

  /** Adds an element at the end. */
  push(element: T): void {
    if (this.count === this.ring.length) this.grow();
    this.ring[(this.head + this.count) & (this.ring.length - 1)] = element;
    this.count += 1;
  }

  /** Removes and returns the oldest element, or returns undefined when there is none. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const element = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.count -= 1;
    if (this.count === 0 && this.ring.length > LARGEST_KEPT) this.clear();
    return element;
  }

  /** The oldest element, left in place, or undefined when there is none. */
  peek(): T | undefined {
    return this.ring[this.head];
  }

  /** Removes everything. */
  clear(): void {
    this.ring = emptyRing(SMALLEST);
    this.head = 0;
    this.count = 0;
  }

  /** The elements, oldest first; the queue must not change meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.count; i += 1) yield this.ring[(this.head + i) & (this.ring.length - 1)] as T;
  }

  private grow(): void {
    const ring = emptyRing<T>(this.ring.length * 2);
    for (let i = 0; i < this.count; i += 1) ring[i] = this.ring[(this.head + i) & (this.ring.length - 1)];
    this.ring = ring;
    this.head = 0;
  }
}

function emptyRing<T>(capacity: number): (T | undefined)[] {
  return Array.from<T | undefined>({ length: capacity }).fill(undefined);
}
