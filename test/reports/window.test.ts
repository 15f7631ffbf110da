/** Promise: whatever the window, every event that passes the filters is counted once, in at most two thousand marks. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { unpackFlow } from '../../reports/data/flow.ts';
import { CLASSES, EventIndex } from '../../reports/script/event-index.ts';
import { MARKS_MAX, windowOf } from '../../reports/script/window.ts';
import { generatedReport } from './generated.ts';

describe('a window', () => {
  let index: EventIndex;
  let events: { timeUs: number; kind: number }[];

  beforeAll(() => {
    const report = generatedReport(30_000);
    const { bytes, ...head } = report.flow;
    index = new EventIndex(report.events, unpackFlow(head, bytes), report.endUs);
    events = [];
    index.scan(0, index.endUs, new Uint8Array(index.kinds.length).fill(1), (timeUs, kind) =>
      events.push({ timeUs, kind }),
    );
  });

  test('lists what happened at one moment in the order in which it was written', () => {
    const kinds = [{ record: 'phase', fields: [{ name: 'phase', type: 'name' as const }] }];
    const rows = ['workload', 'settle', 'drain'].map((_, name) => [0, 0, name]);
    const names = ['workload', 'settle', 'drain'];
    const report = generatedReport(10);
    const { bytes, ...head } = report.flow;
    const flow = unpackFlow(head, bytes);
    const own = new EventIndex({ kinds, names, rows, total: 3 }, flow, 1_000);
    const passes = new Uint8Array(own.kinds.length).fill(1);
    const listed = own.first(0, 1, passes, 99).filter(({ source }) => source < 0);
    expect(listed.map(({ source }) => names[-1 - source])).toEqual(names);
  });

  test('of the whole run holds every event', () => {
    expect(events.length).toBe(index.total);
    expect(index.total).toBeGreaterThan(30_000);
  });

  test('counts every event that passes, once', () => {
    fc.assert(
      fc.property(
        fc.nat(3_000_000),
        fc.nat(3_000_000),
        fc.nat(1023),
        fc.integer({ min: 1, max: 40 }),
        (one, other, bits, lanes) => {
          const [fromUs, toUs] = [Math.min(one, other), Math.max(one, other) + 1];
          const passes = Uint8Array.from(index.kinds, (_, kind) => (bits >> (kind % 10)) & 1);
          const laneOf = Int32Array.from(index.kinds, (_, kind) => kind % lanes);
          const window = windowOf(index, fromUs, toUs, passes, laneOf, lanes);
          const expected = events.filter(
            ({ timeUs, kind }) => timeUs >= fromUs && timeUs < toUs && passes[kind] === 1,
          );
          expect(window.total).toBe(expected.length);
          expect(window.marks.length).toBeLessThanOrEqual(MARKS_MAX);
          expect(window.marks.reduce((sum, { count }) => sum + count, 0)).toBe(expected.length);
          for (const { fromUs: from, toUs: to, lane, eventClass } of window.marks) {
            expect(from >= fromUs && to <= toUs + 1 && lane < lanes && eventClass < CLASSES.length).toBe(
              true,
            );
          }
          const first = index.first(fromUs, toUs, passes, 50).map(({ timeUs }) => timeUs);
          expect(first).toEqual(
            expected
              .map(({ timeUs }) => timeUs)
              .toSorted((a, b) => a - b)
              .slice(0, 50),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
