// Promise: a file says which hazard it is about, in which cells of its matrix it shows and how many messages it takes; what makes no
// sense in that is pointed at.
import { describe, expect, test } from 'vitest';
import { loadText } from '../../sim/scenario/load.ts';
import { base, loaded, told } from './a-file.ts';

const matrix = `matrix:
  cluster_partition_handling: [ignore, autoheal, pause_minority]
  net_ticktime: [60s, 8s]
`;

function here(cells: string): readonly boolean[] {
  const text = `${base}${matrix}expect: { hazard: { id: HAZ-8, cells: ${cells} } }\n`;
  return loadText('test.yaml', text).map((cell) => cell.expect?.hazard?.here === true);
}

describe('cells', () => {
  test('are those whose values are named, whatever the other axes say', () => {
    expect(here('{ cluster_partition_handling: autoheal }')).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(here('{ cluster_partition_handling: autoheal, net_ticktime: 8s }')).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test('may be several', () => {
    expect(here('[{ net_ticktime: 8s }, { cluster_partition_handling: ignore }]')).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test('of a file without a matrix are the one', () => {
    expect(loaded(`${base}expect: { hazard: { id: HAZ-41 } }\n`).expect?.hazard?.here).toBe(true);
  });

  test('narrowed to one by an option need not have the values of the file any more', () => {
    const text = `${base}${matrix}expect: { hazard: { id: HAZ-8, cells: { cluster_partition_handling: autoheal } } }\n`;
    const [scenario] = loadText('test.yaml', text, {
      overrides: [['matrix.cluster_partition_handling', '["ignore"]']],
    });
    expect(scenario?.expect?.hazard?.here).toBe(false);
  });
});

test('what the ledger has to say is bounds, rules and an outcome', () => {
  const text = `${base}expect:
  hazard: { id: HAZ-3, rule: [MIR-18, MIR-23], outcome: lost, messages: { min: 3 }, confirmed: 3, sometimes: true }
`;
  expect(loaded(text).expect?.hazard).toEqual({
    id: 'HAZ-3',
    here: true,
    sometimes: true,
    cause: {
      hazard: 'HAZ-3',
      rules: ['MIR-18', 'MIR-23'],
      outcome: 'lost',
      messages: [{ comparison: '>=', than: 3 }],
      confirmed: [{ comparison: '=', than: 3 }],
      text: 'HAZ-3 by MIR-18 or MIR-23 lost messages >= 3 confirmed = 3',
      line: 6,
    },
    shows: null,
    rules: ['MIR-18', 'MIR-23'],
    line: 6,
  });
});

test('a hazard that harms no message is seen by a block, and by the rule that the run exercised', () => {
  const text = `${base}expect:
  hazard: { id: HAZ-52, rule: PAR-8, shows: { at: [{ time: end, nodes: { rabbit1: paused } }] } }
`;
  const hazard = loaded(text).expect?.hazard;
  expect(hazard?.cause).toBeNull();
  expect(hazard?.rules).toEqual(['PAR-8']);
  expect(hazard?.shows?.at).toHaveLength(1);
});

test('rows of causes stand in any block', () => {
  const text = `${base}expect:
  causes: [{ hazard: HAZ-3, messages: "<= 5" }]
  sometimes: { causes: [{ hazard: unexplained, never: true }] }
`;
  const expected = loaded(text).expect;
  expect(expected?.causes?.[0]?.messages).toEqual([{ comparison: '<=', than: 5 }]);
  expect(expected?.sometimes?.causes?.[0]).toMatchObject({
    hazard: 'unexplained',
    messages: [{ comparison: '=', than: 0 }],
    text: 'unexplained never',
  });
});

test('a file that expects neither is the scenario that it was', () => {
  const expected = loaded(`${base}expect: { messages: { published: 0 } }\n`).expect;
  expect(Object.keys(expected ?? {})).not.toContain('hazard');
  expect(Object.keys(expected ?? {})).not.toContain('causes');
});

const cases: readonly (readonly [promise: string, text: string, told: readonly string[]])[] = [
  [
    'a hazard that there is not',
    'expect: { hazard: { id: HAZ-333 } }\n',
    ['5:25 no hazard is called "HAZ-333" | did you mean HAZ-33, HAZ-3, HAZ-13?'],
  ],
  [
    'a rule that there is not',
    'expect:\n  causes:\n    - { hazard: HAZ-3, rule: MIR18 }\n',
    ['7:30 no rule is called "MIR18" | did you mean MIR-8, MIR-18, MIR-1?'],
  ],
  [
    'never, and a number',
    'expect:\n  causes:\n    - { hazard: HAZ-3, never: true, messages: 4 }\n',
    ['7:37 never is a count of 0 already'],
  ],
  [
    'a matrix, and no word about its cells',
    `${matrix}expect: { hazard: { id: HAZ-8 } }\n`,
    ['8:11 which cells of the matrix show it? | cells: { PATH: VALUE }'],
  ],
  [
    'a path that the matrix does not have',
    `${matrix}expect: { hazard: { id: HAZ-8, cells: { net_ticktim: 8s } } }\n`,
    ['8:39 the matrix has no "net_ticktim" | did you mean "net_ticktime"?'],
  ],
  [
    'a value that the matrix does not have',
    `${matrix}expect: { hazard: { id: HAZ-8, cells: { net_ticktime: 9s } } }\n`,
    ['8:39 the matrix has no net_ticktime: "9s"'],
  ],
];

describe('this is pointed at', () => {
  test.each(cases)('%s', (_, text, expected) => {
    expect(told(base + text)).toEqual(expected);
  });
});

test.each([
  ['false', false, undefined],
  ['true', true, undefined],
  ['by_flag', false, true],
])('dedupe: %s is by id or by the flag', (written, dedupe, skipsRedelivered) => {
  const [worker] = loaded(
    `${base}workloads: [{ name: w, consume: { queue: q, dedupe: ${written} } }]\n`,
  ).workloads;
  expect(worker).toMatchObject({ dedupe });
  expect(worker?.kind === 'consume' ? worker.skipsRedelivered : null).toBe(skipsRedelivered);
});
