// The project's tests against an engine with one mutant in it, named by WATERSHIP_MUTANT; without one, against the engine as it is.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { defineConfig, mergeConfig } from 'vitest/config';
import { mutated, readMutants } from '../../../bench/mutant-table.ts';
import ours from '../../../vitest.config.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const name = process.env['WATERSHIP_MUTANT'];
const mutant = name === undefined ? undefined : readMutants().find((one) => one.name === name);
if (name !== undefined && mutant === undefined) throw new Error(`no mutant is called ${name}`);

export default mergeConfig(
  ours,
  defineConfig({
    root,
    plugins:
      mutant === undefined
        ? []
        : [
            {
              name: 'watership-mutant',
              enforce: 'pre',
              load: (id: string) =>
                path.relative(root, id) === mutant.file ? mutated(mutant, readFileSync(id, 'utf8')) : null,
            },
          ],
    test: { maxWorkers: 1, testTimeout: 120_000 },
  }),
);
