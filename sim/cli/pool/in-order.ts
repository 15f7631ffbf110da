/** Puts back into order what comes in any order: a value is handed on when all before it have been. */
export class InOrder<T> {
  private readonly waiting = new Map<number, T>();
  private readonly onNext: (value: T) => void;
  private handed = 0;

  constructor(onNext: (value: T) => void) {
    this.onNext = onNext;
  }

  /** The index of the next value to hand on: how many were. */
  get next(): number {
    return this.handed;
  }

  /** `index` counts from 0 without gaps; each comes once. */
  put(index: number, value: T): void {
    this.waiting.set(index, value);
    for (;;) {
      const next = this.waiting.get(this.handed);
      if (next === undefined) return;
      this.waiting.delete(this.handed);
      this.handed += 1;
      this.onNext(next);
    }
  }
}
