/**
 * What the kernel is measured against: the event loop most simulators have. A binary heap of event objects ordered by a
 * comparator; an event is cancelled by a mark, and skipped when it surfaces. It does what the kernel's public interface
 * does, in the same total order, without its checks.
 */

type Handler = (a: number, b: number) => void;

interface Event {
  timeUs: number;
  priority: number;
  sequence: number;
  handler: Handler;
  a: number;
  b: number;
  cancelled: boolean;
}

function compareEvents(x: Event, y: Event): number {
  return x.timeUs - y.timeUs || x.priority - y.priority || x.sequence - y.sequence;
}

class BinaryHeap<T> {
  private readonly items: T[] = [];
  private readonly compare: (x: T, y: T) => number;

  constructor(compare: (x: T, y: T) => number) {
    this.compare = compare;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items, compare } = this;
    let hole = items.length;
    items.push(item);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = items[parent] as T;
      if (compare(above, item) <= 0) break;
      items[hole] = above;
      hole = parent;
    }
    items[hole] = item;
  }

  pop(): T | undefined {
    const { items, compare } = this;
    const top = items[0];
    const item = items.pop();
    if (item === undefined || items.length === 0) return top;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && compare(items[child + 1] as T, items[child] as T) < 0) child += 1;
      const below = items[child] as T;
      if (compare(item, below) <= 0) break;
      items[hole] = below;
      hole = child;
    }
    items[hole] = item;
    return top;
  }
}

/** The part of `Simulation` that the benchmarks use, on such a heap. */
export class ReferenceSimulation {
  nowUs = 0;
  private readonly heap = new BinaryHeap<Event>(compareEvents);
  private readonly handlers: Handler[] = [];
  private sequence = 0;

  operation(handler: Handler): number {
    this.handlers.push(handler);
    return this.handlers.length - 1;
  }

  schedule(delayUs: number, priority: number, operation: number, a: number, b: number): Event {
    const event: Event = {
      timeUs: this.nowUs + delayUs,
      priority,
      sequence: this.sequence++,
      handler: this.handlers[operation] as Handler,
      a,
      b,
      cancelled: false,
    };
    this.heap.push(event);
    return event;
  }

  cancel(event: Event): boolean {
    if (event.cancelled) return false;
    event.cancelled = true;
    return true;
  }

  run(limits: { untilUs: number; maxEvents: number }): void {
    let executed = 0;
    while (executed < limits.maxEvents) {
      const event = this.heap.peek();
      if (event === undefined || event.timeUs > limits.untilUs) return;
      this.heap.pop();
      if (event.cancelled) continue;
      event.cancelled = true;
      this.nowUs = event.timeUs;
      executed += 1;
      event.handler(event.a, event.b);
    }
  }
}
