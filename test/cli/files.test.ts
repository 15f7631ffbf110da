// Files that a command writes appear whole or not at all, where the command line said and nowhere else.
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { OutputFile } from '../../sim/cli/output-file.ts';
import { engine, fileWith, inFolder, perform, scenarioText } from './captured.ts';

const quiet = fileWith('quiet.yaml', scenarioText);
const holds = engine((_, { onTraceLine }) => {
  onTraceLine?.('{"time":"0.000000"}\n');
  return {};
});

describe('--report', () => {
  test('writes one HTML file, making the folders above it', async () => {
    const file = inFolder('new/folders/report.html');
    const { code, out } = await perform(['run', quiet, '--report', file], { runner: holds });
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
    expect(readdirSync(path.dirname(file))).toEqual(['report.html']);
    expect(out).toContain(`Report  ${file}`);
  });

  test('shows the first run that failed', async () => {
    const file = inFolder('failed.html');
    const runner = engine((_, { seed }) => ({ verdict: seed === 4 || seed === 7 ? 'failed' : 'passed' }));
    await perform(['run', quiet, '--seeds', '9', '--report', file], { runner });
    expect(readFileSync(file, 'utf8')).toContain('quiet-cluster, seed 4');
  });

  test.each([{ args: [] }, { args: ['--report', 'none'] }])('writes nothing with $args', async ({ args }) => {
    const asked: (boolean | undefined)[] = [];
    const runner = engine((_, { forReport }) => {
      asked.push(forReport);
      return {};
    });
    expect((await perform(['run', quiet, ...args], { runner })).code).toBe(0);
    expect(asked).toEqual([false]);
  });

  test('replaces what a link points at, not the link', async () => {
    const file = fileWith('target.html', 'old');
    const link = inFolder('link.html');
    symlinkSync(file, link);
    await perform(['run', quiet, '--report', link], { runner: holds });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('<!doctype html>');
  });

  test('is refused where writing would replace what a stream leads to', async () => {
    const { code, err } = await perform(['run', quiet, '--report', '/dev/stdout'], { runner: holds });
    expect(err).toContain('/dev/stdout is no ordinary file');
    expect(code).toBe(2);
  });

  test('cannot reach a scenario through a link', async () => {
    const link = inFolder('scenario-link.html');
    symlinkSync(quiet, link);
    expect((await perform(['run', quiet, '--report', link], { runner: holds })).code).toBe(2);
    expect(readFileSync(quiet, 'utf8')).toBe(scenarioText);
  });
});

describe('--trace', () => {
  test('writes the journal, a record a line', async () => {
    const file = inFolder('run.ndjson');
    expect((await perform(['run', quiet, '--trace', file], { runner: holds })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('{"time":"0.000000"}\n');
  });

  test('leaves neither half a file nor a change to an old one when the run breaks off', async () => {
    mkdirSync(inFolder('traces'));
    const file = inFolder('traces/old.ndjson');
    writeFileSync(file, 'old');
    const runner = engine((_, { onTraceLine }) => {
      onTraceLine?.('x'.repeat(100_000));
      throw new Error('defect');
    });
    expect((await perform(['run', quiet, '--trace', file], { runner })).code).toBe(3);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(inFolder('traces'))).toEqual(['old.ndjson']);
  });
});

test('what is longer than the buffer arrives complete and in order', () => {
  const file = new OutputFile(inFolder('long.txt'), []);
  const lines = Array.from({ length: 20_000 }, (_, nth) => `line ${nth} äöü\n`);
  for (const line of lines) file.write(line);
  file.commit();
  expect(readFileSync(inFolder('long.txt'), 'utf8')).toBe(lines.join(''));
});
