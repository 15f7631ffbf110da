/**
 * Promise: events run in the total order (time, priority, insertion), and cancelled ones never do, whatever the mix.
 * The model is a plain array that is searched from the start each time.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Simulation } from '../../sim/kernel/simulation.ts';

interface ModelEvent {
  label: number;
  timeUs: number;
  priority: number;
  sequence: number;
}

/** The specification of a simulation: slow, and right by inspection. */
class Model {
  nowUs = 0;
  pending: ModelEvent[] = [];
  private sequence = 0;

  schedule(label: number, delayUs: number, priority: number): void {
    this.pending.push({ label, timeUs: this.nowUs + delayUs, priority, sequence: this.sequence++ });
  }

  cancel(label: number): boolean {
    const before = this.pending.length;
    this.pending = this.pending.filter((event) => event.label !== label);
    return this.pending.length < before;
  }

  take(untilUs: number): ModelEvent | undefined {
    let first: ModelEvent | undefined;
    for (const event of this.pending) {
      if (first === undefined || isBefore(event, first)) first = event;
    }
    if (first === undefined || first.timeUs > untilUs) return undefined;
    this.pending = this.pending.filter((event) => event !== first);
    this.nowUs = first.timeUs;
    return first;
  }
}

function isBefore(x: ModelEvent, y: ModelEvent): boolean {
  if (x.timeUs !== y.timeUs) return x.timeUs < y.timeUs;
  if (x.priority !== y.priority) return x.priority < y.priority;
  return x.sequence < y.sequence;
}

type Action =
  | { kind: 'schedule'; delayUs: number; priority: number; copies: number }
  | { kind: 'cancel'; which: number };

type Step = Action | { kind: 'run'; forUs: number; maxEvents: number };

const HOUR_US = 3_600_000_000;

const delayUs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 5_000_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 48 * HOUR_US }) },
  { weight: 1, arbitrary: fc.constantFrom(1023, 1024, 1025, 1_048_575, 1_048_576, 1_073_741_824) },
);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('schedule' as const),
      delayUs,
      priority: fc.integer({ min: 0, max: 3 }),
      copies: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 40 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(1000) }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: action },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      forUs: delayUs,
      maxEvents: fc.constantFrom(1, 3, 20, 1_000_000),
    }),
  },
);

/** Plays steps on the simulation and the model; each event that runs plays the next few of `reactions` on both. */
function play(steps: readonly Step[], reactions: readonly Action[]): { real: string[]; expected: string[] } {
  const simulation = new Simulation({ seed: 'order' });
  const model = new Model();
  const real: string[] = [];
  const expected: string[] = [];
  const handles: number[] = [];
  let nextReaction = 0;

  const act = (taken: Action): void => {
    if (taken.kind === 'schedule') {
      for (let copy = 0; copy < taken.copies; copy += 1) {
        const label = handles.length;
        model.schedule(label, taken.delayUs, taken.priority);
        if (label % 7 === 0) {
          handles.push(simulation.after(taken.delayUs, taken.priority, () => arrive(label, -label)));
        } else handles.push(simulation.schedule(taken.delayUs, taken.priority, operation, label, -label));
      }
    } else if (handles.length > 0) {
      const label = taken.which % handles.length;
      real.push(`cancel ${label}: ${simulation.cancel(handles[label] as number)}`);
      expected.push(`cancel ${label}: ${model.cancel(label)}`);
    }
  };
  const arrive = (label: number, negative: number): void => {
    real.push(`${simulation.nowUs}: ${label} ${negative}`);
    const event = model.take(Infinity) as ModelEvent;
    expected.push(`${event.timeUs}: ${event.label} ${-event.label}`);
    for (let i = 0; i < 2 && nextReaction < reactions.length; i += 1)
      act(reactions[nextReaction++] as Action);
  };
  const operation = simulation.operation(arrive);

  for (const taken of steps) {
    if (taken.kind !== 'run') {
      act(taken);
      continue;
    }
    const untilUs = simulation.nowUs + taken.forUs;
    const before = simulation.eventsExecuted;
    const outcome = simulation.run({ untilUs, maxEvents: taken.maxEvents });
    if (outcome === 'events') {
      expect(simulation.eventsExecuted - before).toBe(taken.maxEvents);
    } else {
      expect(outcome).toBe(model.pending.length === 0 ? 'drained' : 'time');
      model.nowUs = untilUs;
      real.push(`${simulation.nowUs}: nothing due`);
      expected.push(`${untilUs}: ${model.take(untilUs) === undefined ? 'nothing due' : 'something left'}`);
    }
  }
  simulation.run({ untilUs: Infinity, maxEvents: Infinity });
  real.push(`left: 0`);
  expected.push(`left: ${model.pending.length}`);
  return { real, expected };
}

describe('events run in the order of time, priority and insertion', () => {
  test('as in a sorted array, for any mix of scheduling, cancelling and running', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(action, { maxLength: 120 }),
        (steps, reactions) => {
          const { real, expected } = play(steps, reactions);
          expect(real).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a smaller priority scheduled for now overtakes larger ones that already wait', () => {
    const simulation = new Simulation({ seed: 's' });
    const order: string[] = [];
    simulation.after(5, 3, () => {
      order.push('process 1');
      simulation.after(0, 3, () => order.push('process 3'));
      simulation.after(0, 1, () => order.push('network'));
    });
    simulation.after(5, 3, () => order.push('process 2'));
    simulation.run({ untilUs: 5, maxEvents: Infinity });
    expect(order).toEqual(['process 1', 'network', 'process 2', 'process 3']);
  });
});
