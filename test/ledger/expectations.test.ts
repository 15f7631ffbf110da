/** Promise: a run is judged by what its scenario says, failures point at the line and show what was observed. */
import { describe, expect, test } from 'vitest';
import { type Evidence, judge } from '../../sim/ledger/expectations.ts';
import { judgeSeeds } from '../../sim/ledger/judge-seeds.ts';
import type { Observation } from '../../sim/records/observation.ts';
import type { Bound, ExpectBlock, Expectations, MomentExpectation } from '../../sim/scenario/model.ts';

const emptyBlock: ExpectBlock = {
  line: 40,
  messages: [],
  availability: [],
  workloads: [],
  queues: [],
  at: [],
  timeline: [],
};
const nothing: Expectations = { ...emptyBlock, anyOf: [], allReached: false, sometimes: null };

const moment: MomentExpectation = {
  timeUs: null,
  seenBy: null,
  nodes: [],
  partitions: null,
  partitionsLine: 0,
  members: [],
  running: [],
  queues: [],
  clients: [],
  line: 50,
};

const queue = {
  type: 'classic',
  state: 'running',
  master: 'rabbit2',
  mirrors: ['rabbit3', 'rabbit1'],
  synchronised_mirrors: ['rabbit1', 'rabbit3'],
  messages_ready: 4,
  messages_unacknowledged: 0,
} as const;

const end: Observation = {
  timeUs: null,
  nodes: {
    rabbit1: { state: 'running', partitions: ['rabbit2'] },
    rabbit2: { state: 'paused', partitions: [] },
  },
  members: { rabbit1: ['rabbit1', 'rabbit2'] },
  running: { rabbit1: ['rabbit1'] },
  queues: { q: queue },
  seenBy: { rabbit1: { q: { ...queue, master: 'rabbit1' } } },
  clients: { shop: 'blocked' },
};

const evidence: Evidence = {
  messages: { delivered: 5, redelivered: 2, confirmed_lost: 6 },
  availability: { longest_without_confirm: 21.4, longest_without_delivery: null },
  byWorkload: new Map([['shop', { published: 7 }]]),
  byQueue: new Map([['q', { delivered: 5 }]]),
  timeline: [
    { timeUs: 18_000_000, event: 'nodedown', fields: { node: 'rabbit1', peer: 'rabbit2' } },
    { timeUs: 19_000_000, event: 'nodedown', fields: { node: 'rabbit1', peer: 'rabbit3' } },
    {
      timeUs: 30_000_000,
      event: 'autoheal_winner',
      fields: { winner: 'rabbit2', losers: ['rabbit1', 'rabbit3'] },
    },
  ],
  observations: [end],
  causes: [],
  exercised: [],
};

function figure(name: 'delivered' | 'confirmed_lost', bounds: readonly Bound[], text: string, line = 41) {
  return { figure: name, bounds, text, line };
}

function failuresOf(expectations: Partial<Expectations>) {
  return judge({ ...nothing, ...expectations }, evidence).failures;
}

describe('figures', () => {
  test('fail with the line, the words of the file and the value', () => {
    const messages = [figure('confirmed_lost', [{ comparison: '=', than: 0 }], 'confirmed_lost = 0')];
    expect(failuresOf({ messages })).toEqual([{ line: 41, expected: 'confirmed_lost = 0', observed: 6 }]);
  });

  test.each([
    ['=', 5, true],
    ['!=', 5, false],
    ['<', 6, true],
    ['<=', 4, false],
    ['>', 4, true],
    ['>=', 6, false],
  ] as const)('delivered %s %s: %s', (comparison, than, held) => {
    expect(failuresOf({ messages: [figure('delivered', [{ comparison, than }], '')] })).toHaveLength(
      held ? 0 : 1,
    );
  });

  test('may be bounded by another figure, and all bounds must hold', () => {
    const other: Bound = { comparison: '>=', than: { figure: 'redelivered' } };
    expect(failuresOf({ messages: [figure('delivered', [other], '')] })).toEqual([]);
    const both: Bound[] = [other, { comparison: '<=', than: 4 }];
    expect(failuresOf({ messages: [figure('delivered', both, '')] })).toHaveLength(1);
  });

  test('that could not be measured hold no bound', () => {
    const unmeasured = {
      figure: 'longest_without_delivery',
      bounds: [{ comparison: '<=', than: 5 }],
      text: 'longest_without_delivery <= 5',
      line: 44,
    } as const;
    expect(failuresOf({ availability: [unmeasured] })).toMatchObject([{ line: 44, observed: null }]);
  });

  test('of workloads and queues are looked up by name', () => {
    const wrong = [
      { figure: 'published', bounds: [{ comparison: '=', than: 8 }], text: 'published = 8', line: 60 },
    ] as const;
    expect(failuresOf({ workloads: [{ name: 'shop', figures: wrong, line: 59 }] })).toEqual([
      { line: 60, expected: 'shop: published = 8', observed: 7 },
    ]);
  });
});

describe('at', () => {
  const row = (fields: Partial<MomentExpectation>) => failuresOf({ at: [{ ...moment, ...fields }] });

  test('nodes and clients have one of the states', () => {
    expect(row({ nodes: [{ name: 'rabbit2', anyOf: ['running', 'paused'], line: 51 }] })).toEqual([]);
    expect(row({ nodes: [{ name: 'rabbit2', anyOf: ['running'], line: 51 }] })).toMatchObject([
      { observed: 'paused' },
    ]);
    expect(row({ clients: [{ name: 'shop', anyOf: ['connected'], line: 51 }] })).toMatchObject([
      { observed: 'blocked' },
    ]);
  });

  test('empty partitions mean that nobody reports any', () => {
    expect(row({ partitions: [], partitionsLine: 52 })).toEqual([
      { line: 52, expected: 'at the end: no partitions', observed: 'rabbit1 reports rabbit2' },
    ]);
    expect(row({ partitions: [{ name: 'rabbit1', nodes: ['rabbit2'], line: 52 }] })).toEqual([]);
  });

  test('members and running are sets', () => {
    expect(row({ members: [{ name: 'rabbit1', nodes: ['rabbit2', 'rabbit1'], line: 53 }] })).toEqual([]);
    expect(row({ running: [{ name: 'rabbit1', nodes: ['rabbit2', 'rabbit1'], line: 53 }] })).toHaveLength(1);
    expect(row({ running: [{ name: 'rabbit2', nodes: [], line: 53 }] })).toMatchObject([{ observed: null }]);
  });

  test('mirrors are ordered, synchronised mirrors a set, a queue may be absent or seen by a node', () => {
    const mirrors = { kind: 'ordered', field: 'mirrors', nodes: ['rabbit1', 'rabbit3'], line: 54 } as const;
    const synchronised = {
      kind: 'set',
      field: 'synchronised_mirrors',
      nodes: ['rabbit3', 'rabbit1'],
      line: 55,
    } as const;
    expect(
      row({ queues: [{ name: 'q', absent: false, fields: [mirrors, synchronised], line: 54 }] }),
    ).toEqual([
      { line: 54, expected: 'at the end: q mirrors = [rabbit1, rabbit3]', observed: '[rabbit3, rabbit1]' },
    ]);
    expect(row({ queues: [{ name: 'r', absent: true, fields: [], line: 56 }] })).toEqual([]);
    const master = { kind: 'value', field: 'master', anyOf: ['rabbit1'], line: 57 } as const;
    expect(row({ queues: [{ name: 'q', absent: false, fields: [master], line: 57 }] })).toHaveLength(1);
    expect(
      row({ seenBy: 'rabbit1', queues: [{ name: 'q', absent: false, fields: [master], line: 57 }] }),
    ).toEqual([]);
  });

  test('a moment that the run did not reach fails', () => {
    expect(row({ timeUs: 99_000_000 })).toMatchObject([{ line: 50, observed: 'the run ended before' }]);
  });
});

describe('timeline', () => {
  const row = {
    event: 'nodedown',
    fields: {},
    count: null,
    afterUs: null,
    beforeUs: null,
    text: '',
    line: 70,
  } as const;
  const held = (more: object) => failuresOf({ timeline: [{ ...row, ...more }] }).length === 0;

  test('at least once, or as often as the count says', () => {
    expect(held({})).toBe(true);
    expect(held({ count: [{ comparison: '=', than: 2 }] })).toBe(true);
    expect(held({ count: [{ comparison: '=', than: 0 }] })).toBe(false);
    expect(held({ event: 'node_paused' })).toBe(false);
  });

  test('only in the window, and only with these fields', () => {
    expect(held({ afterUs: 18_000_000, count: [{ comparison: '=', than: 1 }] })).toBe(true);
    expect(held({ beforeUs: 18_000_000 })).toBe(false);
    expect(held({ fields: { peer: ['rabbit3', 'rabbit9'] }, count: [{ comparison: '=', than: 1 }] })).toBe(
      true,
    );
  });

  test('a list of nodes is a set', () => {
    expect(held({ event: 'autoheal_winner', fields: { losers: [['rabbit3', 'rabbit1']] } })).toBe(true);
    expect(held({ event: 'autoheal_winner', fields: { losers: [['rabbit3']] } })).toBe(false);
  });
});

describe('outcomes of a set of seeds', () => {
  const block = (than: number, line: number): ExpectBlock => ({
    ...emptyBlock,
    line,
    messages: [figure('confirmed_lost', [{ comparison: '=', than }], `confirmed_lost = ${than}`, line)],
  });

  test('one of any_of must hold; when none does, the nearest is shown', () => {
    expect(failuresOf({ anyOf: [block(0, 80), block(6, 81)] })).toEqual([]);
    expect(failuresOf({ anyOf: [block(0, 80), block(7, 81)] })).toMatchObject([
      { line: 80, observed: expect.stringContaining('confirmed_lost = 0 was 6') },
    ]);
  });

  test('all_reached and sometimes are judged over the set, and not for one seed', () => {
    const expectations = {
      ...nothing,
      anyOf: [block(0, 80), block(6, 81)],
      allReached: true,
      sometimes: block(1, 82),
    };
    const judgement = judge(expectations, evidence);
    expect(judgeSeeds(expectations, [judgement])).toMatchObject([
      { judged: false },
      { judged: false },
      { judged: false },
    ]);
    expect(judgeSeeds(expectations, [judgement, judgement])).toMatchObject([
      { line: 80, held: false, observed: '0 of 2 seeds' },
      { line: 81, held: true },
      { line: 82, held: false },
    ]);
  });
});
