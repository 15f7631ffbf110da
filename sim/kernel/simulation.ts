/**
 * The simulation kernel: a virtual clock, the events that move it, the random streams and the journal of one run.
 *
 * Events run in a total order: time, then priority (smaller first), then the order in which they were scheduled, over
 * what is pending at the moment. So an event scheduled for the current microsecond runs within it: after the waiting
 * events of its own priority, before those of a larger one, even if they were there first. Nothing else decides the
 * order, and time never stands between two microseconds.
 *
 * An event is an operation (a handler registered beforehand) and two 32-bit integers: that is three times cheaper than a
 * closure, and says what a run does in numbers. Closures (`after`) are for what happens rarely.
 */
import { EventQueue, PRIORITIES } from './event-queue.ts';
import { fail, invariant } from './invariant.ts';
import { Journal } from './journal.ts';
import { RandomStreams } from './random.ts';

/** Names a pending event; 0 names none. Once the event has run or was cancelled the handle is stale and does nothing. */
export type EventHandle = number;

/** What happens first within a microsecond: the world's faults, then the network, then timers, then processes. */
export const Priority = { world: 0, network: 1, timer: 2, process: 3 } as const;

/** A constant of this module, because V8 folds those into the code, but not imported ones. */
const PRIORITY_MASK = PRIORITIES - 1;

type Handler = (a: number, b: number) => void;

/** Why `run` returned: nothing pending, time limit reached, event limit reached, or `stop` called. */
export type RunOutcome = 'drained' | 'time' | 'events' | 'stopped';

export class Simulation {
  /**
   * Virtual time in integer microseconds since the start. Only `run` writes it. It starts as a fraction for a moment so
   * that V8 stores it as a double from the first and never changes the shape of this object when it outgrows 31 bits.
   */
  nowUs = 0.5;
  readonly random: RandomStreams;
  readonly journal: Journal;

  private readonly queue = new EventQueue();
  private readonly handlers: Handler[] = [];
  private readonly callbacks: ((() => void) | undefined)[] = [];
  private readonly freeCallbacks: number[] = [];
  private readonly callbackOperation: number;
  private executed = 0;
  private stopping = false;
  private running = false;

  constructor(options: { seed: string }) {
    this.nowUs = 0;
    this.random = new RandomStreams(options.seed);
    this.journal = new Journal(this);
    this.callbackOperation = this.operation((index) => this.takeCallback(index)());
  }

  /** How many events have run. */
  get eventsExecuted(): number {
    return this.executed;
  }

  /** Registers the handler of a kind of event and returns the number to schedule it by. */
  operation(handler: Handler): number {
    this.handlers.push(handler);
    return this.handlers.length - 1;
  }

  /**
   * Schedules an operation `delayUs` from now (an integer of at least 0) with two 32-bit integers for its handler.
   * Throws `InvariantError` on anything else.
   */
  schedule(delayUs: number, priority: number, operation: number, a: number, b: number): EventHandle {
    if (!(delayUs >= 0) || Math.floor(delayUs) !== delayUs) this.refuseTime(this.nowUs + delayUs);
    if ((priority & PRIORITY_MASK) !== priority || operation >>> 0 >= this.handlers.length) {
      this.refuseKind(priority, operation);
    }
    if ((a | 0) !== a || (b | 0) !== b) this.refuseOperands(a, b);
    return this.queue.insert(this.nowUs + delayUs, priority, operation, a, b);
  }

  /** As `schedule`, at an absolute time that has not passed. */
  scheduleAt(timeUs: number, priority: number, operation: number, a: number, b: number): EventHandle {
    return this.schedule(timeUs - this.nowUs, priority, operation, a, b);
  }

  /** Calls back once, `delayUs` from now; for what happens rarely. */
  after(delayUs: number, priority: number, callback: () => void): EventHandle {
    const index = this.freeCallbacks.pop() ?? this.callbacks.length;
    this.callbacks[index] = callback;
    return this.schedule(delayUs, priority, this.callbackOperation, index, 0);
  }

  /** Takes back a pending event, in constant time. False, and nothing happens, if it has run or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const queue = this.queue;
    const event = queue.find(handle);
    if (event === 0) return false;
    queue.unlink(event);
    if (queue.operation(event) === this.callbackOperation) this.takeCallback(queue.a(event));
    queue.release(event);
    return true;
  }

  /**
   * Runs events until none is due by `untilUs`, `maxEvents` have run in this call, or a handler calls `stop`. In the first
   * case the clock then stands at `untilUs` (unless that is infinite), in the others at the event that ran last. What a
   * handler throws passes through; the event counts as run.
   */
  run(limits: { untilUs: number; maxEvents: number }): RunOutcome {
    const { untilUs, maxEvents } = limits;
    invariant(
      untilUs >= this.nowUs && Math.floor(untilUs) === untilUs,
      'a run ends at an integer time, not before now',
    );
    invariant(!this.running, 'run was called from within an event');
    this.running = true;
    this.stopping = false;
    try {
      return this.loop(untilUs, this.executed + maxEvents);
    } finally {
      this.running = false;
    }
  }

  /** Makes `run` return once the current handler has. */
  stop(): void {
    this.stopping = true;
  }

  private loop(untilUs: number, lastEvent: number): RunOutcome {
    const { queue, handlers } = this;
    queue.setLimit(untilUs);
    while (!this.stopping) {
      if (this.executed >= lastEvent) return 'events';
      const event = queue.take();
      if (event === 0) {
        if (untilUs < Infinity) this.nowUs = untilUs;
        return queue.isEmpty() ? 'drained' : 'time';
      }
      this.nowUs = queue.timeUs(event);
      this.executed += 1;
      const handler = handlers[queue.operation(event)]!;
      const a = queue.a(event);
      const b = queue.b(event);
      queue.release(event);
      handler(a, b);
    }
    return 'stopped';
  }

  // The refusals stand apart from the checks: V8 moves the making of a message's text ahead of the test that calls for it.

  private refuseTime(timeUs: number): never {
    return fail(`no event can be at ${timeUs} µs: it is ${this.nowUs} µs now, and times are integers`);
  }

  private refuseKind(priority: number, operation: number): never {
    return fail(`there is no operation ${operation} or no event priority ${priority}`);
  }

  private refuseOperands(a: number, b: number): never {
    return fail(`operands of an event are 32-bit integers, not ${a} and ${b}`);
  }

  private takeCallback(index: number): () => void {
    const callback = this.callbacks[index] as () => void;
    this.callbacks[index] = undefined;
    this.freeCallbacks.push(index);
    return callback;
  }
}
