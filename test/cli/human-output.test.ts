// What a person reads fits a screen, shows what matters, and does nothing to the terminal.
import { describe, expect, test } from 'vitest';
import { engine, fileWith, inFolder, perform, scenarioText } from './captured.ts';

const quiet = fileWith('quiet.yaml', scenarioText);
const matrix = fileWith(
  'matrix.yaml',
  `${scenarioText}matrix: { cluster_partition_handling: [ignore, autoheal], net_ticktime: [8s] }\n`,
);
const lossy = engine((_, { seed }) => ({
  verdict: 'failed',
  failures: [{ line: 2, expected: 'confirmed_lost = 0', observed: seed }],
  messages: { published: 1_000, confirmed: 900 + seed, confirmed_lost: seed },
  run: {
    verdictSentence: 'Confirmed messages are gone.',
    causeSentences: ['Autoheal threw them away (HAZ-8).', 'A second cause.'],
    story: Array.from({ length: 40 }, (_, nth) => ({
      timeUs: nth * 1_000_000,
      sentence: `event ${nth}`,
      follows: null,
    })),
  },
}));

describe('one run', () => {
  test('is told with verdict, cause, figures, failure, story and replay, on one screen', async () => {
    const { out } = await perform(['run', quiet, '--seed', '6'], { runner: lossy });
    expect(out.replaceAll(quiet, 'quiet.yaml')).toMatchInlineSnapshot(`
      "FAILED  quiet-cluster, seed 6
      Confirmed messages are gone.
      Autoheal threw them away (HAZ-8).

      published                   1000     longest_without_delivery   5.250 s
      confirmed                    906     confirm_latency_p50        0.002 s
      confirmed_lost                 6     confirm_latency_p99        5.546 s
      longest_without_confirm  5.250 s     duration                  46.000 s

      quiet.yaml:2  confirmed_lost = 0, observed 6

      What happened
           0.000 s  event 0
           1.000 s  event 1
           2.000 s  event 2
           3.000 s  event 3
           4.000 s  event 4
           5.000 s  event 5
           6.000 s  event 6
           7.000 s  event 7
           8.000 s  event 8
           9.000 s  event 9
          10.000 s  event 10
          11.000 s  event 11
          12.000 s  event 12
          13.000 s  event 13
          14.000 s  event 14

      Again  npx watership run quiet.yaml --seed 6
      "
    `);
    expect(out.split('\n').length).toBeLessThanOrEqual(40);
  });

  test('shows only figures that are not zero', async () => {
    const { out } = await perform(['run', quiet, '--seed', '6'], { runner: lossy });
    expect(out).toMatch(/confirmed_lost +6\b/);
    expect(out).not.toContain('dead_lettered');
  });

  test('is coloured only where colour is wanted', async () => {
    const { out } = await perform(['run', quiet], { runner: lossy, colour: true });
    expect(out).toContain('<red>FAILED</red>');
    expect((await perform(['run', quiet], { runner: lossy })).out).not.toContain('<red>');
  });
});

describe('several seeds', () => {
  test('are a table from smallest to largest, with the first failing seeds and how to run them', async () => {
    const runner = engine((scenario, options) =>
      options.seed % 2 === 0 ? {} : lossy(scenario, options).result,
    );
    const { out } = await perform(['run', quiet, '--seeds', '20'], { runner });
    expect(out).toContain('10 of 20 seeds passed, 10 failed');
    expect(out).toMatch(/^ +min +median +max$/m);
    expect(out).toMatch(/^confirmed_lost +0 +0 +19$/m);
    expect(out).toContain(`watership run ${quiet} --seed 9\n`);
    expect(out).not.toContain('--seed 11');
    expect(out).toContain('and 5 more');
  });

  test('judge what only a set can show', async () => {
    const wants = fileWith(
      'wants.yaml',
      `${scenarioText}expect:\n  sometimes: { messages: { confirmed_lost: { min: 1 } } }\n`,
    );
    const happens = (sometimes: number) =>
      engine((_, { seed }) => ({
        run: {
          judgement: { checked: [], failures: [], anyOf: [], sometimes: seed === sometimes, hazard: null },
        },
      }));
    const never = await perform(['run', wants, '--seeds', '3'], { runner: happens(0) });
    expect(never.code).toBe(1);
    expect(never.out).toContain('observed 0 of 3 seeds');
    expect((await perform(['run', wants, '--seeds', '3'], { runner: happens(2) })).code).toBe(0);
    const one = await perform(['run', wants, '--seed', '1'], { runner: happens(0) });
    expect(one.code).toBe(0);
    expect(one.out).toContain('not judged');
  });
});

describe('a matrix', () => {
  test('is a line a cell, aligned, and each failing cell can be run alone', async () => {
    const { out } = await perform(['run', matrix], { runner: lossy });
    const lines = out.split('\n').filter((line) => line.startsWith('FAILED'));
    expect(lines).toHaveLength(2);
    expect(new Set(lines.map((line) => line.indexOf('published'))).size).toBe(1);
    expect(out).toContain('0 of 2 passed, 2 failed');
    const command = /Again {2}(.*autoheal.*)/.exec(out)?.[1] ?? '';
    expect(command).toContain(`--set 'matrix.cluster_partition_handling=["autoheal"]'`);
  });

  test('narrowed by the replay command runs that cell', async () => {
    const seen: string[] = [];
    const runner = engine((scenario) => {
      seen.push(`${scenario.partitionHandling.kind} ${scenario.netTicktimeUs}`);
      return {};
    });
    await perform(['run', matrix, '--set', 'matrix.cluster_partition_handling=["autoheal"]'], { runner });
    expect(seen).toEqual(['autoheal 8000000']);
  });
});

describe('--quiet', () => {
  test('says nothing of what passed and a few lines of what did not', async () => {
    expect((await perform(['run', quiet, '--quiet'], { runner: engine(() => ({})) })).out).toBe('');
    const { out } = await perform(['run', quiet, '--quiet'], { runner: lossy });
    expect(out).toContain('FAILED');
    expect(out.split('\n').length).toBeLessThan(8);
  });
});

describe('--json', () => {
  test('prints one result a line and nothing else', async () => {
    const { out } = await perform(['run', matrix, quiet, '--json', '--report', inFolder('j.html')], {
      runner: lossy,
    });
    const lines = out.trimEnd().split('\n');
    const results = lines.map(
      (line) => JSON.parse(line) as { scenario: string; messages: { confirmed_lost: number } },
    );
    expect(results.map(({ messages }) => messages.confirmed_lost)).toEqual([1, 1, 1]);
  });
});

describe('names from a file', () => {
  const hostile = 'x\u001b]0;owned\u0007\u202e\u009b31m';
  const file = fileWith('hostile.yaml', `name: ${JSON.stringify(hostile)}\nnodes: [a]\n`);

  test.each([
    { name: 'a run', args: ['run', file] },
    { name: 'a set of seeds', args: ['run', file, '--seeds', '2'] },
    { name: 'several files', args: ['run', file, quiet] },
    { name: 'a file that is not there', args: ['run', `${file}${hostile}`] },
    { name: 'a command', args: [hostile] },
    { name: 'an option', args: ['run', `--${hostile}`, file] },
    { name: 'a check', args: ['check', file] },
  ])('cannot steer the terminal: $name', async ({ args }) => {
    const runner = engine(() => ({
      verdict: 'failed',
      failures: [{ line: 1, expected: hostile, observed: hostile }],
      run: {
        verdictSentence: hostile,
        causeSentences: [hostile],
        story: [{ timeUs: 0, sentence: hostile, follows: null }],
      },
    }));
    const { out, err } = await perform(args, { runner });
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(`${out}${err}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('the progress line', () => {
  const slow = engine((_, { onProgress }) => {
    for (let second = 1; second <= 5; second++) onProgress?.(second * 60_000_000);
    return {};
  });
  const clock = (stepMs: number) => {
    let nowMs = 0;
    return () => (nowMs += stepMs);
  };

  test('appears on a terminal after a second, and goes away before the verdict', async () => {
    const { err, out } = await perform(['run', quiet], {
      runner: slow,
      errIsTerminal: true,
      nowMs: clock(400),
    });
    expect(err).toContain('quiet-cluster, seed 1, 300 s of virtual time');
    expect(err).not.toContain(' 60 s of virtual time');
    expect(err.endsWith('\r\u001b[2K')).toBe(true);
    expect(out).toContain('PASSED');
  });

  test('of many runs counts those that are over and that failed, and says how long the rest will take', async () => {
    const some = engine((_, { seed }) => (seed === 2 ? { verdict: 'failed' } : {}));
    const { err } = await perform(['run', quiet, '--seeds', '8'], {
      runner: some,
      errIsTerminal: true,
      nowMs: clock(1_000),
    });
    expect(err).toContain('[======                  ] 2 of 8 done, 1 failed');
    expect(err).toMatch(/\[={12} {12}\] 4 of 8 done, 1 failed, \d+ s left/);
    expect(err.endsWith('\r\u001b[2K')).toBe(true);
  });

  test.each([
    {
      name: 'a run that is over within the second',
      setting: { errIsTerminal: true, nowMs: clock(10) },
      args: [],
    },
    { name: 'no terminal', setting: { errIsTerminal: false, nowMs: clock(400) }, args: [] },
    { name: '--quiet', setting: { errIsTerminal: true, nowMs: clock(400) }, args: ['--quiet'] },
  ])('stays away with $name', async ({ setting, args }) => {
    expect((await perform(['run', quiet, ...args], { runner: slow, ...setting })).err).toBe('');
  });
});
