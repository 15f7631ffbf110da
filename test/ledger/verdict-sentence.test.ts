/** Promise: the verdict's sentence says what happened and whether it was expected, and never repeats the verdict's word. */
import { describe, expect, test } from 'vitest';
import { Ledger, type LedgerFigures } from '../../sim/ledger/ledger.ts';
import type { CheckedExpectation } from '../../sim/ledger/run-report.ts';
import { verdictSentence } from '../../sim/ledger/verdict-sentence.ts';
import * as cluster from '../../sim/records/cluster.ts';
import { consumer, publisher, Script } from './script.ts';

const workloads = [publisher('shop'), consumer('warehouse')];

function figuresOf(write: (script: Script) => void, brokenOff = false): LedgerFigures {
  const script = new Script();
  const ledger = new Ledger(script.journal, { workloads });
  script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
  write(script);
  return ledger.close({ endUs: 90_000_000, observation: null, brokenOff });
}

/** Two whole lives, and one confirmed message that is lost. */
function oneLost(script: Script): void {
  script.wholeLife('shop-1', 'q').wholeLife('shop-2', 'q');
  script.publish('shop-3', 'q').store('shop-3', 'q', 'rabbit1').confirm('shop-3');
  script.destroy('shop-3', 'q', 'rabbit1', 'vm_died', 'BRK-21');
}

function expectation(expected: string, held: boolean): CheckedExpectation {
  return { line: 41, expected, observed: 1, held, figure: 'confirmed_lost' };
}

describe('the verdict in a sentence', () => {
  test('of a clean run says that everything arrived', () => {
    const figures = figuresOf((script) => script.wholeLife('shop-1', 'q').wholeLife('shop-2', 'q'));
    expect(verdictSentence({ verdict: 'passed', failures: [], checked: [], figures })).toBe(
      'Nothing was lost: all 2 confirmed messages arrived.',
    );
  });

  test('tells a loss that the scenario expects from one that it says nothing about', () => {
    const figures = figuresOf(oneLost);
    const checked = [expectation('confirmed_lost = 1', true)];
    expect(verdictSentence({ verdict: 'passed', failures: [], checked, figures })).toBe(
      '1 of 3 confirmed messages is lost, as expected.',
    );
    expect(verdictSentence({ verdict: 'passed', failures: [], checked: [], figures })).toBe(
      '1 of 3 confirmed messages is lost; the scenario expects nothing about that.',
    );
  });

  test('of a loss that ought not to be names the line', () => {
    const failed = expectation('confirmed_lost = 0', false);
    const parts = { verdict: 'failed', failures: [failed], checked: [failed], figures: figuresOf(oneLost) };
    expect(verdictSentence({ ...parts, verdict: 'failed' })).toBe(
      'Expected no confirmed loss: 1 of 3 confirmed messages is lost (line 41).',
    );
  });

  test('of another failure says what was observed, and what became of the messages', () => {
    const failures = [
      { line: 7, expected: 'delivered = 3', observed: 2 },
      { line: 9, expected: 'acked = 3', observed: 2 },
    ];
    const figures = figuresOf((script) => script.wholeLife('shop-1', 'q'));
    expect(verdictSentence({ verdict: 'failed', failures, checked: [], figures })).toBe(
      'Expected delivered = 3, observed 2 (line 7); 1 more expectation failed. Nothing was lost: the one confirmed message arrived.',
    );
  });
});

describe('a run that a limit broke off', () => {
  test('has nothing stuck or lost of what was under way', () => {
    const figures = figuresOf((script) => {
      script.wholeLife('shop-1', 'q');
      script.publish('shop-2', 'q');
      script.publish('shop-3', 'q').store('shop-3', 'q', 'rabbit1');
    }, true);
    expect(figures.causes).toEqual([]);
    expect(figures.messages.unconfirmed_lost).toBe(0);
    const failures = [
      { line: 3, expected: 'the run ends within limits.events = 10', observed: 'reached at 5 s' },
    ];
    expect(verdictSentence({ verdict: 'unknown', failures, checked: [], figures })).toMatch(
      /^Broken off by limits\.events = 10 at 5 s, so nothing is decided: up to then nothing was lost/,
    );
  });

  test('still tells of what was lost before', () => {
    const figures = figuresOf(oneLost, true);
    expect(figures.messages.confirmed_lost).toBe(1);
    expect(figures.causes).toMatchObject([{ hazard: 'HAZ-2', outcome: 'lost' }]);
  });
});
