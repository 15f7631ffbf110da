/**
 * Publishes of one channel to one queue that wait for the confirms of replicas (MIR-30). Confirm numbers ascend, so they are a
 * ring of numbers beside a ring of bit masks: one bit for each replica that is asked, one for "some replica has confirmed".
 */

/** Bits 0 to 29 are replicas. */
export const REPLICAS_MAX = 30;
const SOMEBODY_CONFIRMED = 1 << REPLICAS_MAX;
const REPLICA_BITS = SOMEBODY_CONFIRMED - 1;
const SMALLEST = 16;

export class Unconfirmed {
  private numbers = new Float64Array(SMALLEST);
  private masks = new Int32Array(SMALLEST);
  private head = 0;
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** A publish that waits for these replicas (at least one bit). */
  add(confirmNumber: number, replicas: number): void {
    if (this.count === this.numbers.length) this.grow();
    const at = (this.head + this.count) & (this.numbers.length - 1);
    this.numbers[at] = confirmNumber;
    this.masks[at] = replicas;
    this.count += 1;
  }

  /** A replica has confirmed these; returns those that nobody else is waited for. */
  confirm(confirmNumbers: readonly number[], replica: number): number[] {
    const settled: number[] = [];
    for (const confirmNumber of confirmNumbers) {
      const at = this.find(confirmNumber);
      if (at < 0) continue;
      const mask = (this.masks[at]! & ~replica) | SOMEBODY_CONFIRMED;
      if ((mask & REPLICA_BITS) !== 0) this.masks[at] = mask;
      else {
        this.masks[at] = 0;
        settled.push(confirmNumber);
      }
    }
    this.trim();
    return settled;
  }

  /** A replica ended without harm: nobody waits for it any more. A publish that nobody at all has confirmed is rejected. */
  withdraw(replica: number): { settled: number[]; rejected: number[] } {
    const settled: number[] = [];
    const rejected: number[] = [];
    this.forEachOf(replica, (at) => {
      const mask = this.masks[at]! & ~replica;
      this.masks[at] = mask;
      if ((mask & REPLICA_BITS) !== 0) return;
      this.masks[at] = 0;
      (mask === 0 ? rejected : settled).push(this.numbers[at]!);
    });
    this.trim();
    return { settled, rejected };
  }

  /** Takes one out, whoever is waited for; false if it is not there. */
  take(confirmNumber: number): boolean {
    const at = this.find(confirmNumber);
    if (at < 0) return false;
    this.masks[at] = 0;
    this.trim();
    return true;
  }

  /** Takes out all that wait for a replica. */
  takeAllOf(replica: number): number[] {
    const taken: number[] = [];
    this.forEachOf(replica, (at) => {
      this.masks[at] = 0;
      taken.push(this.numbers[at]!);
    });
    this.trim();
    return taken;
  }

  /** Takes out everything. */
  takeAll(): number[] {
    return this.takeAllOf(REPLICA_BITS);
  }

  private forEachOf(replicas: number, visit: (at: number) => void): void {
    const wrap = this.numbers.length - 1;
    for (let i = 0; i < this.count; i += 1) {
      const at = (this.head + i) & wrap;
      if ((this.masks[at]! & replicas) !== 0) visit(at);
    }
  }

  /** Where a number is in the ring, or -1. It is found at once if this queue gets every publish of the channel. */
  private find(confirmNumber: number): number {
    const wrap = this.numbers.length - 1;
    if (this.count === 0) return -1;
    let low = 0;
    let high = this.count - 1;
    let guess = confirmNumber - this.numbers[this.head]!;
    while (low <= high) {
      if (guess < low || guess > high) guess = (low + high) >> 1;
      const at = (this.head + guess) & wrap;
      const number = this.numbers[at]!;
      if (number === confirmNumber) return this.masks[at] === 0 ? -1 : at;
      if (number < confirmNumber) low = guess + 1;
      else high = guess - 1;
      guess = (low + high) >> 1;
    }
    return -1;
  }

  /** Gives up the settled part at the front. */
  private trim(): void {
    const wrap = this.numbers.length - 1;
    while (this.count > 0 && this.masks[this.head] === 0) {
      this.head = (this.head + 1) & wrap;
      this.count -= 1;
    }
  }

  private grow(): void {
    const size = this.numbers.length;
    const numbers = new Float64Array(size * 2);
    const masks = new Int32Array(size * 2);
    for (let i = 0; i < this.count; i += 1) {
      numbers[i] = this.numbers[(this.head + i) & (size - 1)]!;
      masks[i] = this.masks[(this.head + i) & (size - 1)]!;
    }
    this.numbers = numbers;
    this.masks = masks;
    this.head = 0;
  }
}
