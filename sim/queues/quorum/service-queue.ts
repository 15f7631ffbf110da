/** Consumers of a quorum queue that may get a message, by priority and then in the order in which they became ready (QQ-26). */
import { Fifo } from '../../kernel/fifo.ts';

export class ServiceQueue {
  /** Highest priority first. */
  private readonly rows: { readonly priority: number; readonly ring: Fifo<string> }[] = [];
  private readonly members = new Set<string>();

  /** Puts a consumer at the end of its row, unless it stands there already. */
  add(key: string, priority: number): void {
    if (this.members.has(key)) return;
    this.members.add(key);
    let at = 0;
    while (at < this.rows.length && this.rows[at]!.priority > priority) at += 1;
    let row = this.rows[at];
    if (row === undefined || row.priority !== priority) {
      row = { priority, ring: new Fifo() };
      this.rows.splice(at, 0, row);
    }
    row.ring.push(key);
  }

  /** Whose turn it is, still in place; undefined when nobody waits. */
  peek(): string | undefined {
    for (const { ring } of this.rows) if (ring.length > 0) return ring.peek();
    return undefined;
  }

  /** Takes out the one whose turn it is. */
  shift(): void {
    for (const { ring } of this.rows) {
      const key = ring.shift();
      if (key === undefined) continue;
      this.members.delete(key);
      return;
    }
  }

  copy(): ServiceQueue {
    const copy = new ServiceQueue();
    for (const { priority, ring } of this.rows) for (const key of ring) copy.add(key, priority);
    return copy;
  }
}
