/**
 * Coverage marks: which of a set of densely numbered things (rules, mostly) a run exercised. Counting is a single
 * increment, so a mark may stand on a hot path. What the numbers mean is the business of whoever hands them out.
 */

/** Counters by dense id. A counter wraps after 2^32 marks, which only `exercised` of exactly that many would notice. */
export class Coverage {
  private counts = new Uint32Array(256);

  /** Notes that the thing numbered `id` (an integer of at least 0) was exercised once more. */
  mark(id: number): void {
    if (id >= this.counts.length) this.grow(id);
    this.counts[id]!++;
  }

  /** The ids marked at least once, ascending. */
  exercised(): number[] {
    const ids: number[] = [];
    for (let id = 0; id < this.counts.length; id += 1) if (this.counts[id] !== 0) ids.push(id);
    return ids;
  }

  private grow(id: number): void {
    const counts = new Uint32Array(Math.max(id + 1, this.counts.length * 2));
    counts.set(this.counts);
    this.counts = counts;
  }
}
