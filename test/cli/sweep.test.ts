// `matrix` and `seeds`: many runs seen as a whole, on one page, with the exit codes and the JSON of `run`.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { engine, fileWith, inFolder, perform, scenarioText } from './captured.ts';

const matrix = fileWith(
  'swept.yaml',
  `${scenarioText}matrix: { net_ticktime: [8s, 60s] }\nexpect: { messages: { confirmed_lost: 0 } }\n`,
);
const plain = fileWith('plain.yaml', scenarioText);

/** Half of the seeds of the first cell lose as many messages as their seed says. */
const lossy = engine((scenario, { seed }) => {
  const lost = scenario.netTicktimeUs === 8_000_000 && seed % 2 === 1 ? seed : 0;
  return {
    ...(lost > 0 && {
      verdict: 'failed' as const,
      failures: [{ line: 4, expected: 'confirmed_lost = 0', observed: lost }],
    }),
    messages: { published: 100, confirmed: 100, confirmed_lost: lost },
    run: { causeSentences: [`Because of seed ${seed} (HAZ-8).`] },
  };
});

describe('matrix', () => {
  test('runs twenty seeds of each cell and writes a page with outcomes and the worst seeds', async () => {
    const report = inFolder('matrix.html');
    const { code, out } = await perform(['matrix', matrix, '--report', report], { runner: lossy });
    expect(code).toBe(1);
    expect(out).toContain('10 of 20 seeds passed, 10 failed');
    expect(out).toContain(`Report  ${report}\n`);
    const page = readFileSync(report, 'utf8');
    expect(page).toContain(
      '10 of 40 runs lost confirmed messages; 1 of 2 configurations never did. In 10 runs an expectation failed.',
    );
    const told = [...page.matchAll(/Because of seed (\d+) /g)].map(([, seed]) => Number(seed));
    expect(told).toEqual([19, 17, 15, 13, 11, 9, 7, 5, 3, 1]);
    expect(page).toContain(
      `watership run ${matrix} --seed 19 --set &#39;matrix.net_ticktime=[&quot;8s&quot;]&#39;`,
    );
  });

  test('of several files tells equal configurations apart by their files', async () => {
    const other = fileWith('other.yaml', readFileSync(matrix, 'utf8'));
    const report = inFolder('files.html');
    await perform(['matrix', matrix, other, '--seeds', '1', '--report', report], { runner: lossy });
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('1. swept.yaml, 8s');
    expect(page).toContain('3. other.yaml, 8s');
    expect(page).toContain('file, net_ticktime');
  });

  test('says of runs that a limit broke off that it did', async () => {
    const report = inFolder('limits.html');
    const runner = engine((_, { seed }) => (seed === 1 ? {} : { verdict: 'unknown' }));
    await perform(['matrix', matrix, '--seeds', '3', '--report', report], { runner });
    expect(readFileSync(report, 'utf8')).toContain('4 reached a limit first.');
  });

  test('refuses a scenario without one, and says how to give it one', async () => {
    const { code, err } = await perform(['matrix', plain, '--report', 'none'], { runner: lossy });
    expect(code).toBe(2);
    expect(err).toContain('no matrix');
    const set = ['--set', 'matrix.net_ticktime=[8s, 60s]', '--seeds', '1', '--report', 'none'];
    expect((await perform(['matrix', plain, ...set], { runner: lossy })).code).toBe(1);
  });

  test('prints one result a line with --json, and nothing else', async () => {
    const { out } = await perform(
      ['matrix', matrix, '--seeds', '2', '--json', '--report', inFolder('json.html')],
      {
        runner: lossy,
      },
    );
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { seed: number }).seed)).toEqual([1, 2, 1, 2]);
    expect(existsSync(inFolder('json.html'))).toBe(true);
  });

  test('counts on its page what could not run because of us', async () => {
    const runner = engine((_, { seed }) => {
      if (seed === 2) throw new TypeError('undefined is not a queue');
      return {};
    });
    const report = inFolder('defect.html');
    const { code, err } = await perform(['matrix', matrix, '--seeds', '3', '--report', report], { runner });
    expect(code).toBe(3);
    expect(err).toContain('undefined is not a queue');
    expect(readFileSync(report, 'utf8')).toContain('1 with an internal error');
  });
});

describe('seeds', () => {
  test('runs a hundred of them, or as many as are asked for, from the one that is asked for', async () => {
    const seen: number[] = [];
    const runner = engine((_, { seed }) => {
      seen.push(seed);
      return {};
    });
    expect((await perform(['seeds', plain], { runner })).code).toBe(0);
    expect(seen).toHaveLength(100);
    seen.length = 0;
    await perform(['seeds', plain, '--seeds', '3', '--seed', '7'], { runner });
    expect(seen).toEqual([7, 8, 9]);
  });

  test('writes a page with each seed in it when asked', async () => {
    const report = inFolder('seeds.html');
    await perform(['seeds', plain, '--seeds', '30', '--set', 'net_ticktime=8s', '--report', report], {
      runner: lossy,
    });
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('Loss against unavailability, seed by seed');
    expect(page).toContain('15 of 30 runs lost confirmed messages.');
  });

  test('knows no trace', async () => {
    const { code, err } = await perform(['seeds', plain, '--trace', inFolder('t')], { runner: lossy });
    expect(code).toBe(2);
    expect(err).toContain('has no option --trace');
  });
});
