/** What only a set of seeds can show: that each outcome of `any_of` is reached, that something happens sometimes. */
import type { Expectations } from '../scenario/model.ts';
import type { Judgement } from './expectations.ts';
import type { CheckedExpectation } from './run-report.ts';

/** An expectation about the set; `judged` is false when one seed was run, and it then counts neither way. */
export interface SeedsExpectation extends CheckedExpectation {
  readonly judged: boolean;
}

/** Judges the set of runs; what holds for each seed by itself is in their own judgements. */
export function judgeSeeds(
  expect: Expectations | null,
  judgements: readonly Judgement[],
): SeedsExpectation[] {
  if (expect === null) return [];
  const judged = judgements.length > 1;
  const about: SeedsExpectation[] = [];
  if (expect.allReached) {
    expect.anyOf.forEach((block, index) => {
      const reached = judgements.filter(({ anyOf }) => anyOf[index] === true).length;
      about.push({
        line: block.line,
        expected: `outcome ${index + 1} of any_of is reached by some seed`,
        observed: judged ? `${reached} of ${judgements.length} seeds` : 'not judged: one seed',
        held: judged && reached > 0,
        judged,
      });
    });
  }
  if (expect.sometimes !== null) {
    const seen = judgements.filter(({ sometimes }) => sometimes === true).length;
    about.push({
      line: expect.sometimes.line,
      expected: 'sometimes: some seed satisfies this block',
      observed: judged ? `${seen} of ${judgements.length} seeds` : 'not judged: one seed',
      held: judged && seen > 0,
      judged,
    });
  }
  const { hazard } = expect;
  if (hazard?.sometimes === true && hazard.here) {
    const seen = judgements.filter((judgement) => judgement.hazard === true).length;
    about.push({
      line: hazard.line,
      expected: `sometimes: ${hazard.cause?.text ?? hazard.id} shows in some seed`,
      observed: judged ? `${seen} of ${judgements.length} seeds` : 'not judged: one seed',
      held: judged && seen > 0,
      judged,
    });
  }
  return about;
}
