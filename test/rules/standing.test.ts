// Each rule is cited where it is decided, or built in, or not modelled with a reason; and what the tables of evidence say of sources is so.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { citesByRule, testsByFile, titlesIn } from '../../bench/evidence-sources.ts';
import { brokenText, readMutants } from '../../bench/mutant-table.ts';
import { evidenceFor, idsIn } from '../../sim/rules/evidence.ts';
import { cites } from '../../sim/rules/evidence/cites.ts';
import { experiments } from '../../sim/rules/evidence/experiments.ts';
import { mutants } from '../../sim/rules/evidence/mutants.ts';
import { scenarios } from '../../sim/rules/evidence/scenarios.ts';
import { tests } from '../../sim/rules/evidence/tests.ts';
import { explain } from '../../sim/rules/explain.ts';
import { hazards, rules } from '../../sim/rules/registry.ts';
import { builtIn, notModelled } from '../../sim/rules/standing.ts';

const cited = citesByRule();
const ids = new Set([...rules, ...hazards].map(({ id }) => id));

describe('how the engine stands to a rule', () => {
  test('no rule that code cites is called not modelled or built in: take its line out of sim/rules/standing.ts', () => {
    // As far as the tables know: new citations are for `npm run rules` to find, which asks for their lines.
    const stale = [...notModelled.keys(), ...builtIn.keys()].filter((id) => cites[id] !== undefined);
    expect(stale).toEqual([]);
  });

  test('every rule is decided somewhere, built in, not modelled for a reason, or found by the ledger', () => {
    const ledger = readLedger();
    const lost = rules.filter(
      ({ id }) =>
        cited[id] === undefined && !notModelled.has(id) && !builtIn.has(id) && !ledger.includes(`'${id}'`),
    );
    expect(lost.map(({ id }) => id)).toEqual([]);
  });

  test('reasons are about rules that exist, one each, and say something', () => {
    const reasoned = [...notModelled.keys(), ...builtIn.keys()];
    expect(reasoned.filter((id) => !ids.has(id))).toEqual([]);
    expect(new Set(reasoned).size).toBe(reasoned.length);
    for (const reason of [...notModelled.values(), ...[...builtIn.values()].map(({ how }) => how)])
      expect(reason).toMatch(/^\S.{15,}\S$/);
  });

  test('what is built in stands in files that exist', () => {
    const missing = [...builtIn.values()].flatMap(({ where }) => where.filter((file) => !existsSync(file)));
    expect(missing).toEqual([]);
  });
});

describe('evidence', () => {
  test('names files that cite the rule, and tests that are there under these titles; else `npm run rules -- --sources`', () => {
    const untrue = Object.entries(cites).filter(
      ([id, files]) => !files.split(' ').every((file) => cited[id]?.split(' ').includes(file)),
    );
    expect(untrue).toEqual([]);
    const named = testsByFile();
    const gone = Object.entries(tests).flatMap(([file, titles]) =>
      titles
        .split('\n')
        .filter((title) => named[file]?.split('\n').includes(title) !== true)
        .map((title) => `${file}: ${title}`),
    );
    expect(gone).toEqual([]);
  });

  test('names mutants as the tables of mutants have them', () => {
    const known = readMutants().flatMap(({ rule, breaks, noticedBy }) =>
      noticedBy === null ? [] : [`${rule}: ${brokenText(breaks, noticedBy)}`],
    );
    const claimed = Object.entries(mutants).flatMap(([id, lines]) =>
      lines.split('\n').map((line) => `${id}: ${line}`),
    );
    expect(claimed.filter((claim) => !known.includes(claim))).toEqual([]);
  });

  test('is about rules, hazards, scenarios and experiments that exist', () => {
    for (const text of [
      ...Object.values(scenarios),
      ...Object.values(experiments).map((one) => one.exercised),
    ])
      expect(idsIn(text).filter((id) => !ids.has(id))).toEqual([]);
    expect(Object.keys(scenarios).filter((file) => !existsSync(file))).toEqual([]);
    const files = Object.keys(experiments).map(
      (name) => `test/promises/conformance/experiments/${name}.yaml`,
    );
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('is found by exact ids', () => {
    expect(evidenceFor('MIR-1').scenarios.map(({ name }) => name)).toContain('scenarios/tour/tour.yaml');
    expect(evidenceFor('MIR-999')).toEqual({
      decidedIn: [],
      experiments: [],
      scenarios: [],
      tests: [],
      broken: [],
    });
  });
});

describe('explain tells the evidence', () => {
  test('of a rule that is decided: where, by which runs, and which tests name it', () => {
    const text = explain('MIR-17').replace(/\s+/g, ' ');
    expect(text).toContain('Decided in sim/queues/mirrored/promotion.ts');
    expect(text).toContain('scenarios/failover/unsynchronised-kill-when-synced.yaml');
    expect(text).toContain('test/queues/mirrored/failover.test.ts: MIR-17, MIR-20');
  });

  test('of a rule that is built in: how; of one that is not modelled: why', () => {
    expect(explain('NET-7')).toMatch(/Built in +\S.*sim\/network\/pipe\.ts/);
    for (const [id, reason] of notModelled)
      expect(explain(id).replace(/\s+/g, ' ')).toContain(`Not modelled ${reason}`);
  });

  test('of a hazard: the runs that showed it', () => {
    const [name] = Object.entries(scenarios).find(([, exercised]) => exercised.split(' ').includes('HAZ-3'))!;
    expect(explain('HAZ-3').replace(/\s+/g, ' ')).toContain(name);
  });
});

test('every rule that is built in is named by a test or broken by a mutant, except OVR-5: what a simulator may merge', () => {
  // Whether rules that code cites were exercised is for `npm run rules` to say, which runs everything.
  const without = [...builtIn.keys()].filter((id) => {
    const { tests, broken } = evidenceFor(id);
    return tests.length + broken.length === 0;
  });
  expect(without).toEqual(['OVR-5']);
});

test('titles are found whatever their quotes, and after tables', () => {
  const source = [
    "test('NET-1: a', () => {",
    '  it("NET-2: it\'s b", () => {',
    '  describe.each([])(`NET-3`, () => {',
    "  ])('NET-4: %s', (_) => {",
    "  ] as const)('is not waited for when the queue is %s (MIR-45)', (state, text) => {",
    "  expect(x).toBe('NET-5: no title');",
    "  test('NET-6: f', { timeout: 1 }, () => {",
    "  test.each(['a', 'b'])(",
    "    'NET-7: g %s',",
  ].join('\n');
  expect(titlesIn(source)).toEqual([
    'NET-1: a',
    "NET-2: it's b",
    'NET-3',
    'NET-4: %s',
    'is not waited for when the queue is %s (MIR-45)',
    'NET-6: f',
    'NET-7: g %s',
  ]);
});

function readLedger(): string {
  return [
    'causes-lost',
    'causes-repeated',
    'causes-reordered',
    'causes-stuck',
    'loss-by-cluster',
    'loss-of-content',
  ]
    .map((file) => readFileSync(`sim/ledger/${file}.ts`, 'utf8'))
    .join('\n');
}
