/** Promise: a run ends where it was told to, says why, and can go on from there; what makes no sense is refused. */
import { expect, test } from 'vitest';
import { InvariantError } from '../../sim/kernel/invariant.ts';
import { Priority, Simulation } from '../../sim/kernel/simulation.ts';

function ticking(): { simulation: Simulation; ticksUs: number[] } {
  const simulation = new Simulation({ seed: 's' });
  const ticksUs: number[] = [];
  const tick = simulation.operation((left) => {
    ticksUs.push(simulation.nowUs);
    if (left > 0) simulation.schedule(10, Priority.timer, tick, left - 1, 0);
  });
  simulation.schedule(10, Priority.timer, tick, 4, 0);
  return { simulation, ticksUs };
}

test('events at the time limit run, later ones wait, and the clock stands at the limit', () => {
  const { simulation, ticksUs } = ticking();
  expect(simulation.run({ untilUs: 20, maxEvents: Infinity })).toBe('time');
  expect(ticksUs).toEqual([10, 20]);
  expect(simulation.run({ untilUs: 29, maxEvents: Infinity })).toBe('time');
  expect(simulation.nowUs).toBe(29);
  expect(simulation.run({ untilUs: 1000, maxEvents: Infinity })).toBe('drained');
  expect(ticksUs).toEqual([10, 20, 30, 40, 50]);
  expect(simulation.nowUs).toBe(1000);
});

test('without a time limit the clock stays at the last event', () => {
  const { simulation } = ticking();
  expect(simulation.run({ untilUs: Infinity, maxEvents: Infinity })).toBe('drained');
  expect(simulation.nowUs).toBe(50);
});

test('the event limit counts the events of this run', () => {
  const { simulation, ticksUs } = ticking();
  expect(simulation.run({ untilUs: Infinity, maxEvents: 2 })).toBe('events');
  expect(simulation.nowUs).toBe(20);
  expect(simulation.run({ untilUs: Infinity, maxEvents: 2 })).toBe('events');
  expect(ticksUs).toEqual([10, 20, 30, 40]);
  expect(simulation.eventsExecuted).toBe(4);
});

test('stop ends the run after the current event, and the next run goes on', () => {
  const { simulation, ticksUs } = ticking();
  simulation.after(20, Priority.world, () => simulation.stop());
  expect(simulation.run({ untilUs: Infinity, maxEvents: Infinity })).toBe('stopped');
  expect(ticksUs).toEqual([10]);
  expect(simulation.nowUs).toBe(20);
  expect(simulation.run({ untilUs: Infinity, maxEvents: Infinity })).toBe('drained');
  expect(ticksUs).toEqual([10, 20, 30, 40, 50]);
});

test('time scheduled between a time limit and the next event is not skipped', () => {
  const simulation = new Simulation({ seed: 's' });
  const ran: string[] = [];
  simulation.after(5_000_000, Priority.timer, () => ran.push('late 1'));
  simulation.after(5_000_001, Priority.timer, () => ran.push('late 2'));
  simulation.run({ untilUs: 4_999_000, maxEvents: Infinity });
  simulation.after(10, Priority.timer, () => ran.push('early'));
  simulation.after(0, Priority.timer, () => ran.push('now'));
  simulation.run({ untilUs: Infinity, maxEvents: Infinity });
  expect(ran).toEqual(['now', 'early', 'late 1', 'late 2']);
});

test('what a handler throws comes out of run, and the simulation can go on', () => {
  const { simulation, ticksUs } = ticking();
  simulation.after(15, Priority.world, () => {
    throw new Error('from a handler');
  });
  expect(() => simulation.run({ untilUs: Infinity, maxEvents: Infinity })).toThrow('from a handler');
  simulation.run({ untilUs: Infinity, maxEvents: Infinity });
  expect(ticksUs).toEqual([10, 20, 30, 40, 50]);
});

test('a hundred thousand events of one microsecond run in the order they were scheduled', () => {
  const simulation = new Simulation({ seed: 's' });
  let next = 0;
  const operation = simulation.operation((a) => {
    if (a === next) next += 1;
  });
  for (let i = 0; i < 100_000; i += 1) simulation.scheduleAt(7_000_000, Priority.process, operation, i, 0);
  simulation.run({ untilUs: 7_000_000, maxEvents: Infinity });
  expect(next).toBe(100_000);
});

test('times that passed or are no integers, strange priorities, operations and operands are defects', () => {
  const simulation = new Simulation({ seed: 's' });
  const operation = simulation.operation(() => undefined);
  simulation.run({ untilUs: 100, maxEvents: Infinity });
  for (const delayUs of [-1, 0.5, NaN, Infinity, 2 ** 50]) {
    expect(() => simulation.schedule(delayUs, 0, operation, 0, 0)).toThrow(InvariantError);
  }
  expect(() => simulation.scheduleAt(99, 0, operation, 0, 0)).toThrow(InvariantError);
  for (const priority of [-1, 4, 1.5]) {
    expect(() => simulation.schedule(0, priority, operation, 0, 0)).toThrow(InvariantError);
  }
  for (const stranger of [-1, operation + 1]) {
    expect(() => simulation.schedule(0, 0, stranger, 0, 0)).toThrow(InvariantError);
  }
  for (const operand of [2 ** 31, 0.5, NaN]) {
    expect(() => simulation.schedule(0, 0, operation, operand, 0)).toThrow(InvariantError);
    expect(() => simulation.schedule(0, 0, operation, 0, operand)).toThrow(InvariantError);
  }
  for (const untilUs of [99, 100.5, NaN]) {
    expect(() => simulation.run({ untilUs, maxEvents: 1 })).toThrow(InvariantError);
  }
  simulation.after(0, 0, () => simulation.run({ untilUs: 200, maxEvents: 1 }));
  expect(() => simulation.run({ untilUs: 200, maxEvents: Infinity })).toThrow(InvariantError);
});
