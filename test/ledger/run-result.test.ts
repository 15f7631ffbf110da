/** Promise: the result has the contract's keys in the contract's order, and says what the ledger says. */
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import { type ResultParts, runResult } from '../../sim/ledger/run-result.ts';
import { Timeline } from '../../sim/ledger/timeline.ts';
import type { Observation, ObservedQueue } from '../../sim/records/observation.ts';
import { rule } from '../../sim/rules/registry.ts';
import { consumer, publisher, Script } from './script.ts';

const queue: ObservedQueue = {
  type: 'classic',
  state: 'running',
  master: 'rabbit1',
  mirrors: [],
  synchronised_mirrors: [],
  messages_ready: 0,
  messages_unacknowledged: 0,
};

const observation: Observation = {
  timeUs: null,
  nodes: { rabbit1: { state: 'running', partitions: [] } },
  members: { rabbit1: ['rabbit1'] },
  running: { rabbit1: ['rabbit1'] },
  queues: { q: queue },
  seenBy: { rabbit1: { q: queue }, rabbit2: { q: { ...queue, master: 'rabbit2' } } },
  clients: {},
};

function parts(more: Partial<ResultParts> = {}): ResultParts {
  const script = new Script();
  const timeline = new Timeline(script.journal);
  const ledger = new Ledger(script.journal, { workloads: [publisher('shop'), consumer('warehouse')] });
  script.at(1).wholeLife('shop-1', 'q');
  return {
    scenario: { name: 'tour', matrix: { net_ticktime: '8s' }, expect: null },
    seed: 3,
    figures: ledger.close({ endUs: 2_500_000, observation }),
    timeline,
    observation,
    judgement: { checked: [], failures: [], anyOf: [], sometimes: null, hazard: null },
    moreFailures: [],
    limitReached: null,
    durationUs: 2_500_000,
    exercised: [rule('NET-3').index, rule('PAR-26').index],
    traceHash: 'abc',
    ...more,
  };
}

describe('the result', () => {
  test('has the contract’s keys in order', () => {
    expect(Object.keys(runResult(parts())).join(' ')).toBe(
      'scenario seed matrix verdict failures duration messages availability by_workload by_queue causes members ' +
        'running nodes queues views timeline rules trace_hash',
    );
  });

  test('has seconds, rules by id, and views only where nodes disagree', () => {
    const result = runResult(parts());
    expect(result).toMatchObject({
      duration: 2.5,
      rules: ['NET-3', 'PAR-26'],
      matrix: { net_ticktime: '8s' },
    });
    expect(result.views).toEqual({
      rabbit1: { q: { master: 'rabbit1' } },
      rabbit2: { q: { master: 'rabbit2' } },
    });
    expect(result.by_workload['shop']).toMatchObject({ published: 1, confirmed: 1 });
    expect(result.by_queue['q']).toMatchObject({ delivered: 1 });
  });

  test('passes without failures, fails with one, and is unknown when a limit was reached first', () => {
    const failure = { line: 7, expected: 'after node_paused', observed: 'never' };
    expect(runResult(parts()).verdict).toBe('passed');
    expect(runResult(parts({ moreFailures: [failure] }))).toMatchObject({
      verdict: 'failed',
      failures: [failure],
    });
    expect(runResult(parts({ moreFailures: [failure], limitReached: 'events' })).verdict).toBe('unknown');
  });
});
