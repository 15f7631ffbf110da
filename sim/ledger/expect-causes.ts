/** Causes against what was expected of them: `HAZ-3 by MIR-18: 500 messages`, and whether a hazard shows at all. */
import type { CauseExpectation, HazardExpectation } from '../scenario/model.ts';
import { satisfies } from './expect-figures.ts';
import type { CauseFigures } from './result.ts';
import type { CheckedExpectation } from './run-report.ts';

interface Counted {
  readonly messages: number;
  readonly confirmed: number;
}

/** Checks one row of `causes`. */
export function checkCause(row: CauseExpectation, causes: readonly CauseFigures[]): CheckedExpectation {
  const { messages, confirmed } = counted(row, causes);
  return {
    line: row.line,
    expected: row.text,
    observed: messages,
    held: holds(row, { messages, confirmed }),
  };
}

/**
 * Whether the hazard shows in this run: its cause took as many messages as the file says, and what it `shows` by holds.
 * `blockHolds` is the latter, true where nothing is asked; `exercised` are the rules of the run.
 */
export function hazardShows(
  hazard: HazardExpectation,
  causes: readonly CauseFigures[],
  blockHolds: boolean,
  exercised: readonly string[],
): boolean {
  const { cause, rules } = hazard;
  if (cause !== null) return holds(cause, counted(cause, causes)) && blockHolds;
  return blockHolds && (rules.length === 0 || rules.some((rule) => exercised.includes(rule)));
}

/**
 * The hazard as an expectation on one run: that it shows, or, in the other cells, that it does not and that no message
 * at all is put down to it. Null where only a set of seeds can tell.
 */
export function checkHazard(
  hazard: HazardExpectation,
  causes: readonly CauseFigures[],
  shown: boolean,
): CheckedExpectation | null {
  const { id, here, sometimes, cause, line } = hazard;
  if (here && sometimes) return null;
  const own = causes.filter((each) => each.hazard === id);
  const words = own.map((each) => `${each.messages} ${each.outcome} by ${each.rule}`).join(', ');
  if (here) {
    const expected = `${cause?.text ?? id} shows`;
    return { line, expected, observed: shown ? words || 'shown' : words || 'not shown', held: shown };
  }
  const held = !shown && own.length === 0;
  return { line, expected: `${id} does not show`, observed: held ? 'not shown' : words || 'shown', held };
}

function counted(row: CauseExpectation, causes: readonly CauseFigures[]): Counted {
  let messages = 0;
  let confirmed = 0;
  for (const cause of causes) {
    if (cause.hazard !== row.hazard) continue;
    if (row.rules !== null && !row.rules.includes(cause.rule)) continue;
    if (row.outcome !== null && cause.outcome !== row.outcome) continue;
    messages += cause.messages;
    confirmed += cause.confirmed;
  }
  return { messages, confirmed };
}

function holds(row: CauseExpectation, { messages, confirmed }: Counted): boolean {
  const enough =
    row.messages === null ? messages > 0 : row.messages.every((bound) => satisfies(messages, bound));
  return enough && (row.confirmed ?? []).every((bound) => satisfies(confirmed, bound));
}
