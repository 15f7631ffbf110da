// `--help` answers at once, because nothing heavy is loaded before a command needs it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const cli = path.resolve(import.meta.dirname, '../../sim/cli');

/** `import … from`, `export … from` and `import 'for its effect'`, over several lines too. */
const importing = /^(?:import|export)\b((?:[^;'"]*?\bfrom)?)\s+['"]([^'"]+)['"]/gm;

/** The packages and files that loading a file loads: static imports of values, followed; not types, not `import()`. */
function loadedBy(entry: string): { readonly packages: Set<string>; readonly files: Set<string> } {
  const packages = new Set<string>();
  const files = new Set<string>([entry]);
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    for (const [, clause = '', from = ''] of source.matchAll(importing)) {
      if (/^\s+type\b/.test(clause)) continue;
      if (from.startsWith('.')) files.add(path.resolve(path.dirname(file), from));
      else packages.add(from);
    }
  }
  return { packages, files };
}

const heavy = ['zod', 'yaml', 'vega', 'vega-lite'];

test('help loads yargs and the cheap parts of this room, no engine and nothing heavy', () => {
  const { packages, files } = loadedBy(path.join(cli, 'main.ts'));
  expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual(['yargs']);
  expect([...files].filter((file) => /sim\/(run|ledger|kernel|rules|node)\/|reports\//.test(file))).toEqual(
    [],
  );
});

test('a run without a report loads no charts', () => {
  for (const entry of ['run-all.ts', 'run-scenario.ts']) {
    const { packages } = loadedBy(path.join(cli, entry));
    expect([...packages].filter((name) => name.startsWith('vega'))).toEqual([]);
  }
});

test('this test can see what is heavy', () => {
  const { packages } = loadedBy(path.resolve(cli, '../scenario/load.ts'));
  expect(heavy.filter((name) => packages.has(name))).toEqual(['zod', 'yaml']);
});
