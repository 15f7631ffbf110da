// The commands that run nothing: help, version, check, list, schema, explain; and what conform refuses before it starts anything.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileWith, perform, scenarioText } from './captured.ts';

const quiet = fileWith('quiet.yaml', scenarioText);
const root = path.resolve(import.meta.dirname, '../..');

describe('help', () => {
  test('names every command', async () => {
    const { code, out } = await perform(['--help']);
    expect(code).toBe(0);
    for (const command of [
      'run',
      'matrix',
      'seeds',
      'compare',
      'check',
      'list',
      'schema',
      'explain',
      'conform',
    ])
      expect(out).toContain(`watership ${command} `);
  });

  test('of a command names its options and what its exit codes mean, in English', async () => {
    const { code, out } = await perform(['run', '--help']);
    expect(code).toBe(0);
    for (const option of ['seed', 'seeds', 'json', 'report', 'trace', 'set', 'quiet', 'allow-unmodelled'])
      expect(out).toContain(`--${option} `);
    expect(out).toContain('3 on an internal error');
    expect(out).toContain('Usage: watership run FILE...');
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await perform(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('check', () => {
  test('accepts what is right and says how many runs it stands for', async () => {
    const file = fileWith('cells.yaml', `${scenarioText}seeds: 5\nmatrix: { net_ticktime: [8s, 60s] }\n`);
    const { code, out } = await perform(['check', quiet, file]);
    expect(code).toBe(0);
    expect(out).toBe(`ok  ${quiet}  one run\nok  ${file}  10 runs\n`);
  });

  test('points at what is wrong, in every file', async () => {
    const one = fileWith('one.yaml', 'name: one\nnodes: [a, b]\nchoas: []\n');
    const two = fileWith('two.yaml', 'name: two\nnodes: [a, b]\nnet_ticktime: 8\n');
    const { code, out, err } = await perform(['check', one, quiet, two]);
    expect(code).toBe(2);
    expect(err).toContain(`${one}:3:1`);
    expect(err).toContain('did you mean "chaos"?');
    expect(err).toContain(`${two}:3:`);
    expect(out).toBe(`ok  ${quiet}  one run\n`);
  });

  test('applies --set and --allow-unmodelled as run does', async () => {
    const file = fileWith(
      'unmodelled.yaml',
      `${scenarioText}config: { vm_memory_calculation_strategy: rss }\n`,
    );
    expect((await perform(['check', file])).code).toBe(2);
    expect((await perform(['check', file, '--allow-unmodelled'])).code).toBe(0);
    const { code, err } = await perform(['check', quiet, '--set', 'net_ticktime=soon']);
    expect(code).toBe(2);
    expect(err).toContain('net_ticktime=soon');
  });
});

test('list groups the scenarios of the package by folder, with paths that can be run', async () => {
  const { code, out } = await perform(['list']);
  expect(code).toBe(0);
  const paths = [...out.matchAll(/^ {2}(\S+\.yaml)$/gm)].map(([, file]) => file ?? '');
  for (const file of paths) expect(readFileSync(path.resolve(file), 'utf8')).toContain('name:');
});

test('schema prints the file that editors use', async () => {
  const { code, out } = await perform(['schema']);
  expect(code).toBe(0);
  expect(out).toBe(readFileSync(path.join(root, 'scenarios/scenario.schema.json'), 'utf8'));
});

describe('explain', () => {
  test.each([
    { id: 'MIR-16', said: 'MIR-16  ' },
    { id: 'mir16', said: 'MIR-16  ' },
    { id: 'HAZ-8', said: 'HAZ-8  ' },
  ])('knows $id', async ({ id, said }) => {
    const { code, out } = await perform(['explain', id]);
    expect(code).toBe(0);
    expect(out).toContain(said);
    expect(out.endsWith('\n')).toBe(true);
  });

  test('lists what an unknown word may have meant', async () => {
    const { code, err } = await perform(['explain', 'MIRR-16']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean MIR-16');
  });
});

describe('conform', () => {
  test('refuses what no real cluster can be made to do, at its line, and starts nothing', async () => {
    const file = fileWith(
      'undoable.yaml',
      `${scenarioText}chaos:\n  - { at: 1s, slow_disk: { node: rabbit1, fsync: 1s } }\n`,
    );
    const { code, out, err } = await perform(['conform', file]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${file}:4:`);
    expect(err).toContain('not on a real cluster: slow_disk');
  });

  test('takes one scenario, not a matrix of them', async () => {
    const file = fileWith('matrix.yaml', `${scenarioText}matrix: { net_ticktime: [8s, 60s] }\n`);
    const { code, err } = await perform(['conform', file]);
    expect(code).toBe(2);
    expect(err).toContain('is 2 scenarios, by its matrix');
  });

  test.each([
    ['--repeat', '0'],
    ['--repeat', 'three'],
    ['--seeds', '-1'],
  ])('refuses %s %s', async (option, value) => {
    const { code, err } = await perform(['conform', quiet, option, value]);
    expect(code).toBe(2);
    expect(err).toContain(`${option} is a whole number from 1`);
  });
});
