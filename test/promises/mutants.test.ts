// The tables of mutants are true of this checkout: each finds its line, makes another program of it, and breaks a rule that is modelled; and of the
// quick ones the tests really notice every one. `npm run mutants` tries them all.

import { existsSync, readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { runTests } from '../../bench/mutant-run.ts';
import { mutated, placesOf, readMutants, type Mutant } from '../../bench/mutant-table.ts';
import { rules } from '../../sim/rules/registry.ts';
import { notModelled } from '../../sim/rules/standing.ts';

const mutants = readMutants();
/** Rules that the tables must break at least. */
const rulesAtLeast = 60;

describe('the tables', () => {
  test('find each line exactly once', () => {
    const elsewhere = mutants.flatMap((mutant) => {
      const places = existsSync(mutant.file) ? placesOf(mutant, readFileSync(mutant.file, 'utf8')).length : 0;
      return places === 1 ? [] : [`${mutant.name}: ${places} times in ${mutant.file}`];
    });
    expect(elsewhere).toEqual([]);
  });

  test('leave a program behind, and another one', () => {
    for (const mutant of mutants) {
      const source = readFileSync(mutant.file, 'utf8');
      const compiled = (text: string): string => transformSync(text, { loader: 'ts', minify: true }).code;
      expect([mutant.name, compiled(mutated(mutant, source)) === compiled(source)]).toEqual([
        mutant.name,
        false,
      ]);
    }
  });

  test('break rules that are modelled, sixty of them at least', () => {
    const modelled = new Set(rules.map(({ id }) => id).filter((id) => !notModelled.has(id)));
    const broken = new Set(mutants.map(({ rule }) => rule));
    expect([...broken].filter((id) => !modelled.has(id))).toEqual([]);
    expect(broken.size).toBeGreaterThanOrEqual(rulesAtLeast);
  });

  test('have names of their own, and name a test that is there or say why nothing notices', () => {
    const names = mutants.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { name, noticedBy, survives } of mutants) {
      expect([name, (noticedBy === null) !== (survives === null)]).toEqual([name, true]);
      if (noticedBy !== null) expect([name, existsSync(noticedBy.file)]).toEqual([name, true]);
    }
  });
});

describe('the tests notice', () => {
  const quick = mutants.filter((mutant) => mutant.quick);

  test('there are some to try', () => {
    expect(quick.length).toBeGreaterThanOrEqual(5);
  });

  test.each(quick.map((mutant): [string, Mutant] => [mutant.name, mutant]))('%s', async (_name, mutant) => {
    const { file, test } = mutant.noticedBy!;
    const { failed, unloaded, hung } = await runTests(mutant, { files: [file], names: [test] });
    expect({ unloaded, hung }).toEqual({ unloaded: [], hung: false });
    expect(failed.length).toBeGreaterThan(0);
  });

  test('and do not fail without a mutant', async () => {
    const named = quick.map(({ noticedBy }) => noticedBy!);
    const files = [...new Set(named.map(({ file }) => file))];
    const { failed, passed } = await runTests(null, { files, names: named.map(({ test }) => test) });
    expect(failed).toEqual([]);
    for (const { file, test } of named)
      expect(passed.filter((name) => name.startsWith(file) && name.includes(test))).not.toEqual([]);
  });
});
