/** `timeline`: how often an event with certain fields happened, in a window. */
import type { FieldValue, TimelineExpectation } from '../scenario/model.ts';
import { satisfies } from './expect-figures.ts';
import type { Scalar } from './result.ts';
import type { CheckedExpectation } from './run-report.ts';
import type { KeptEvent } from './timeline.ts';

/** Checks one row against the events of the run. */
export function checkTimeline(row: TimelineExpectation, events: readonly KeptEvent[]): CheckedExpectation {
  const fields = Object.entries(row.fields);
  let count = 0;
  for (const event of events) {
    if (event.event !== row.event) continue;
    if (row.afterUs !== null && event.timeUs <= row.afterUs) continue;
    if (row.beforeUs !== null && event.timeUs >= row.beforeUs) continue;
    if (fields.every(([name, anyOf]) => anyOf.some((value) => sameField(value, event.fields[name]))))
      count += 1;
  }
  const held = row.count === null ? count > 0 : row.count.every((bound) => satisfies(count, bound));
  return { line: row.line, expected: row.text, observed: count, held };
}

/** Lists are sets of nodes. */
function sameField(expected: FieldValue, observed: Scalar | readonly string[] | undefined): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(observed) || observed.length !== expected.length) return false;
    return expected.every((name) => observed.includes(String(name)));
  }
  if (Array.isArray(observed)) return observed.length === 1 && observed[0] === expected;
  return expected === observed;
}
