import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadFile } from '../../sim/scenario/load.ts';
import { ScenarioError } from '../../sim/scenario/problem.ts';

/** The experiments that ran on a real cluster; they lie beside the repository, not in it. */
const folder = fileURLToPath(new URL('../../../shared/ground-truth', import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.yaml')) : [];

test.skipIf(files.length === 0)(
  'every experiment of the real cluster loads, or names what is not modelled yet',
  () => {
    const kinds = new Set<string>();
    let running = 0;
    for (const file of files) {
      try {
        expect(loadFile(`${folder}/${file}`)).toHaveLength(1);
        running++;
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        for (const problem of error.problems)
          kinds.add(`${problem.kind}${problem.kind === 'unmodelled' ? '' : ` ${error.message}`}`);
      }
    }
    kinds.delete('unmodelled');
    expect([...kinds]).toEqual([]);
    expect(running).toBeGreaterThanOrEqual(46);
  },
);
