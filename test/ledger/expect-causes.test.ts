// Promise: a hazard shows where its scenario says so and in no other cell, by the ledger's own causes.
import { describe, expect, test } from 'vitest';
import { checkCause, checkHazard, hazardShows } from '../../sim/ledger/expect-causes.ts';
import { judgeSeeds } from '../../sim/ledger/judge-seeds.ts';
import type { CauseFigures } from '../../sim/ledger/result.ts';
import type { CauseExpectation, Expectations, HazardExpectation } from '../../sim/scenario/model.ts';

const causes: readonly CauseFigures[] = [
  { hazard: 'HAZ-3', rule: 'MIR-18', outcome: 'lost', messages: 100, confirmed: 90, first: 'shop-1' },
  { hazard: 'HAZ-3', rule: 'MIR-23', outcome: 'lost', messages: 7, confirmed: 7, first: 'shop-200' },
  { hazard: 'HAZ-31', rule: 'MIR-33', outcome: 'duplicated', messages: 4, confirmed: 4, first: 'shop-3' },
];

const row: CauseExpectation = {
  hazard: 'HAZ-3',
  rules: null,
  outcome: null,
  messages: null,
  confirmed: null,
  text: 'HAZ-3',
  line: 9,
};

const hazard: HazardExpectation = {
  id: 'HAZ-3',
  here: true,
  sometimes: false,
  cause: row,
  shows: null,
  rules: [],
  line: 9,
};

const equals = (than: number) => [{ comparison: '=', than }] as const;

describe('a row of causes', () => {
  test.each([
    { what: 'counts all of the hazard', change: { messages: equals(107) }, observed: 107, held: true },
    {
      what: 'counts one rule',
      change: { rules: ['MIR-18'], messages: equals(100) },
      observed: 100,
      held: true,
    },
    {
      what: 'counts any of several rules',
      change: { rules: ['MIR-18', 'MIR-23'] },
      observed: 107,
      held: true,
    },
    { what: 'counts one outcome', change: { outcome: 'duplicated' as const }, observed: 0, held: false },
    { what: 'asks for the confirmed ones', change: { confirmed: equals(97) }, observed: 107, held: true },
    {
      what: 'fails for another number of those',
      change: { confirmed: equals(96) },
      observed: 107,
      held: false,
    },
    { what: 'asks for one at least', change: { hazard: 'HAZ-8' }, observed: 0, held: false },
    { what: 'asks for none', change: { hazard: 'HAZ-8', messages: equals(0) }, observed: 0, held: true },
  ])('$what', ({ change, observed, held }) => {
    expect(checkCause({ ...row, ...change }, causes)).toMatchObject({ observed, held, line: 9 });
  });
});

describe('a hazard', () => {
  const judged = (change: Partial<HazardExpectation>, of = causes, blockHolds = true) => {
    const expected = { ...hazard, ...change };
    const shown = hazardShows(expected, of, blockHolds, ['MIR-18']);
    return checkHazard(expected, of, shown);
  };

  test('shows where the ledger puts messages down to it', () => {
    expect(judged({})).toMatchObject({ held: true, observed: '100 lost by MIR-18, 7 lost by MIR-23' });
    expect(judged({}, [])).toMatchObject({ held: false, observed: 'not shown' });
  });

  test('does not show in another cell: not one message', () => {
    expect(judged({ here: false }, [])).toMatchObject({ held: true });
    expect(judged({ here: false })).toMatchObject({ held: false });
    // Another number than the bad cells have is no excuse.
    expect(judged({ here: false, cause: { ...row, messages: equals(5) } })).toMatchObject({ held: false });
  });

  test('is seen by what happens where it harms no message', () => {
    const seen = { cause: null, shows: { line: 10 } as HazardExpectation['shows'] };
    expect(judged(seen, [], true)).toMatchObject({ held: true });
    expect(judged(seen, [], false)).toMatchObject({ held: false });
    expect(judged({ ...seen, rules: ['MIR-18'] }, [], true)).toMatchObject({ held: true });
    expect(judged({ ...seen, rules: ['PAR-8'] }, [], true)).toMatchObject({ held: false });
    expect(judged({ ...seen, here: false }, [], true)).toMatchObject({ held: false });
    expect(judged({ ...seen, here: false }, [], false)).toMatchObject({ held: true });
  });

  test('that takes luck is a matter of the set: one seed of it has to show it', () => {
    const lucky = { ...hazard, sometimes: true };
    expect(judged({ sometimes: true }, [])).toBeNull();
    const expected = {
      anyOf: [],
      allReached: false,
      sometimes: null,
      hazard: lucky,
    } as unknown as Expectations;
    const runs = (...shown: boolean[]) =>
      judgeSeeds(
        expected,
        shown.map((each) => ({ checked: [], failures: [], anyOf: [], sometimes: null, hazard: each })),
      );
    expect(runs(false, true)).toMatchObject([{ held: true, judged: true, observed: '1 of 2 seeds' }]);
    expect(runs(false, false)).toMatchObject([{ held: false, judged: true }]);
    expect(runs(false)).toMatchObject([{ judged: false }]);
  });
});
