/** The smallest sequence number first: a binary heap. Numbers that come in ascending order cost constant time to add. */
export class SequenceHeap {
  private items: number[] = [];

  get length(): number {
    return this.items.length;
  }

  /** The smallest number; the heap is not empty. */
  get first(): number {
    return this.items[0]!;
  }

  add(sequence: number): void {
    const items = this.items;
    let child = items.length;
    items.push(sequence);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (items[parent]! <= sequence) break;
      items[child] = items[parent]!;
      child = parent;
    }
    items[child] = sequence;
  }

  /** Takes the smallest number out; the heap is not empty. */
  take(): number {
    const items = this.items;
    const first = items[0]!;
    const last = items.pop()!;
    const size = items.length;
    if (size === 0) {
      this.items = [];
      return first;
    }
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && items[child + 1]! < items[child]!) child += 1;
      if (items[child]! >= last) break;
      items[parent] = items[child]!;
      parent = child;
    }
    items[parent] = last;
    return first;
  }

  clear(): void {
    this.items = [];
  }
}
