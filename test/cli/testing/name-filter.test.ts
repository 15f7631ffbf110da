// A name filter finds plain text and two wild cards, and ends whatever it is given.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesName } from '../../../sim/cli/testing/name-filter.ts';

describe('a name filter', () => {
  test.each([
    ['', 'anything', true],
    ['tour', 'scenarios/tour/tour.yaml', true],
    ['TOUR', 'scenarios/tour/tour.yaml', true],
    ['t?ur', 'scenarios/tour.yaml', true],
    ['scen*yaml', 'scenarios/tour.yaml', true],
    ['tour.yaml?', 'scenarios/tour.yaml', false],
    ['a.b', 'aXb', false],
    ['[ab]', 'a', false],
    ['(a+)+$', 'aaaa', false],
  ])('%j in %j: %j', (pattern, text, found) => {
    expect(matchesName(pattern, text)).toBe(found);
  });

  test('agrees with a regular expression of the same meaning', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 });
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 });
    fc.assert(
      fc.property(letters, text, (pattern, written) => {
        const source = pattern.map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each)).join('');
        expect(matchesName(pattern.join(''), written.join(''))).toBe(
          new RegExp(source).test(written.join('')),
        );
      }),
    );
  });

  test('ends on a pattern that would hang a regular expression', () => {
    expect(matchesName('a*'.repeat(500), 'a'.repeat(5_000).slice(1) + 'b')).toBe(true);
    expect(matchesName(`${'a*'.repeat(500)}c`, 'a'.repeat(5_000))).toBe(false);
  });
});
