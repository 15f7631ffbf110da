/** Promise: a handle cancels its own event while that is pending, and nothing else, ever. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Priority, Simulation } from '../../sim/kernel/simulation.ts';

function drain(simulation: Simulation): void {
  expect(simulation.run({ untilUs: Infinity, maxEvents: Infinity })).toBe('drained');
}

test('a cancelled event does not run, and cancelling it again does nothing', () => {
  const simulation = new Simulation({ seed: 's' });
  const ran: number[] = [];
  const operation = simulation.operation((a) => ran.push(a));
  const handles = [0, 5, 5, 2000, 9_000_000].map((delayUs, i) =>
    simulation.schedule(delayUs, Priority.timer, operation, i, 0),
  );
  expect(simulation.cancel(handles[1]!)).toBe(true);
  expect(simulation.cancel(handles[4]!)).toBe(true);
  expect(simulation.cancel(handles[1]!)).toBe(false);
  drain(simulation);
  expect(ran).toEqual([0, 2, 3]);
});

test('the handle of an event that has run or is running does nothing, though its place is used again', () => {
  const simulation = new Simulation({ seed: 's' });
  const ran: string[] = [];
  const first = simulation.after(1, Priority.timer, () => {
    expect(simulation.cancel(first)).toBe(false);
    ran.push('first');
    simulation.after(1, Priority.timer, () => ran.push('second'));
    expect(simulation.cancel(first)).toBe(false);
  });
  drain(simulation);
  expect(ran).toEqual(['first', 'second']);
});

test('numbers that never were handles do nothing', () => {
  const simulation = new Simulation({ seed: 's' });
  const handle = simulation.after(1, Priority.timer, () => undefined);
  for (const stranger of [0, 1, -1, -handle, handle + 1, handle + 8, handle + 0.5, 1e300, NaN, Infinity]) {
    expect(simulation.cancel(stranger)).toBe(false);
  }
  expect(simulation.cancel(handle)).toBe(true);
});

test('a million timers set and cancelled one after another need the memory of one', () => {
  const simulation = new Simulation({ seed: 's' });
  const operation = simulation.operation(() => undefined);
  const places = new Set<number>();
  const handles = new Set<number>();
  for (let i = 0; i < 1_000_000; i += 1) {
    const handle = simulation.schedule(60_000_000 + i, Priority.timer, operation, 0, 0);
    places.add(handle % 2 ** 25);
    if (i % 1000 === 0) handles.add(handle);
    simulation.cancel(handle);
  }
  expect(places.size).toBe(1);
  expect(handles.size).toBe(1000);
});

test('callbacks that remain are not mixed up with cancelled ones', () => {
  const simulation = new Simulation({ seed: 's' });
  const ran: number[] = [];
  const handles = Array.from({ length: 100 }, (_, i) =>
    simulation.after(i, Priority.world, () => ran.push(i)),
  );
  for (const [i, handle] of handles.entries()) if (i % 2 === 0) simulation.cancel(handle);
  for (let i = 100; i < 150; i += 1) simulation.after(i, Priority.world, () => ran.push(i));
  drain(simulation);
  expect(ran).toEqual([
    ...Array.from({ length: 50 }, (_, i) => 2 * i + 1),
    ...Array.from({ length: 50 }, (_, i) => 100 + i),
  ]);
});

test('what a cancelled callback held is let go', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const simulation = new Simulation({ seed: 's' });
  const held: WeakRef<object>[] = [];
  for (let i = 0; i < 100; i += 1) {
    const thing = { i };
    held.push(new WeakRef(thing));
    simulation.cancel(simulation.after(60_000_000, Priority.timer, () => void thing));
  }
  // A WeakRef holds its target until the end of the turn in which it was made.
  await new Promise(setImmediate);
  collectGarbage();
  expect(held.filter((reference) => reference.deref() !== undefined).length).toBeLessThanOrEqual(1);
  // The simulation must still be there, or its end would have let them go.
  drain(simulation);
});
