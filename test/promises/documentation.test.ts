// What the documentation says is true of this checkout: files and functions that it names exist, its scenarios run, its links lead
// somewhere. Words between are left to readers.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileWith, perform } from '../cli/captured.ts';

const root = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const way = readFileSync(path.join(root, 'docs/way-of-a-message.md'), 'utf8');

/** A file in backticks, and the functions in backticks that follow it without anything between. */
const steps = [...way.matchAll(/`((?:sim|reports|test)\/[\w./-]+\.ts)`((?:\s+`\w+`)*)/g)].map(
  ([, file = '', names = '']) => ({
    file,
    functions: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  }),
);

describe('the way of one message', () => {
  test('goes from the publisher to the report', () => {
    const files = steps.map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(['sim/clients/publisher.ts', 'sim/queues/mirrored/gm.ts']));
    expect(files.at(-1)).toBe('reports/write-report.ts');
  });

  test.each(steps)('$file has $functions', ({ file, functions }) => {
    const source = readFileSync(path.join(root, file), 'utf8');
    for (const name of functions)
      expect(source).toMatch(
        new RegExp(`^ *(export |protected |private |override |async |function )*${name}\\(`, 'm'),
      );
  });
});

test('the scenario in README.md passes with three seeds', async () => {
  const [, scenario = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const { code, out } = await perform(['run', fileWith('leader-dies.yaml', scenario), '--seeds', '3']);
  expect(out).toContain('3 of 3 seeds passed');
  expect(code).toBe(0);
});

test('links lead to files', () => {
  for (const [, target = ''] of `${readme}${way}`.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    expect([target, existsSync(path.join(root, target))]).toEqual([target, true]);
});

test('docs/library.md describes what can be imported, its links lead to files, and its code is right', async () => {
  const page = readFileSync(path.join(root, 'docs/library.md'), 'utf8');
  const library = await import(path.join(root, 'sim/library/index.ts'));
  for (const name of Object.keys(library as object)) expect(page).toContain(`\`${name}`);
  for (const [, target = ''] of page.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    expect([target, existsSync(path.join(root, 'docs', target))]).toEqual([target, true]);
  for (const [, name = ''] of page.matchAll(/import \{ ([^}]+) \} from 'watership'/g))
    expect(Object.keys(library as object)).toEqual(expect.arrayContaining(name.split(', ')));
});

test('docs/sweeps.md names options that there are', async () => {
  const page = readFileSync(path.join(root, 'docs/sweeps.md'), 'utf8');
  const commands = [...page.matchAll(/npx watership (\w+) [^\n]*/g)];
  expect(commands.length).toBeGreaterThan(4);
  for (const [line, command = ''] of commands) {
    const { out, code } = await perform([command, '--help']);
    expect(code).toBe(0);
    for (const [option] of line.matchAll(/ --[\w-]+/g)) expect(out).toContain(`${option} `);
  }
});

test('README.md names every room', async () => {
  const { ROOMS } = (await import(path.join(root, '.oxlint/rooms.js'))) as { ROOMS: readonly string[] };
  const table = /\| room \|[\s\S]*?\n\n/.exec(readme)?.[0] ?? '';
  const named = [...table.matchAll(/`(\w+)`(?=[,\s].*\|)/g)].map(([, name]) => name);
  // `reports` stands outside of sim/ and has its sentence below the table.
  expect(named).toEqual(expect.arrayContaining(ROOMS.filter((room) => room !== 'reports')));
});
