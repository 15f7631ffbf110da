// Shards are the whole in parts: every case runs in one of them, and merged they say what one run says.
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fileWith, inFolder, perform } from '../captured.ts';
import { byName, scenario } from './setting.ts';

const good = scenario('good.yaml', 'passes');
const bad = scenario('bad.yaml', 'fails');
const flaky = scenario('flaky.yaml', 'flaky', 'seeds: 4\nmatrix: { net_ticktime: [8s, 12s, 16s] }\n');
const wrong = fileWith('wrong.yaml', 'name: wrong\nnodes: [a, b]\nwrkloads: []\n');
const files = [good, bad, flaky, wrong];

async function ranIn(shard: string): Promise<readonly string[]> {
  const ran: string[] = [];
  const runner: typeof byName = (each, options) => {
    ran.push(`${each.name} ${JSON.stringify(each.matrix)} ${options.seed}`);
    return byName(each, options);
  };
  await perform(['test', ...files, '--shard', shard, '--reporter', 'dot'], { runner });
  return ran;
}

describe('shards', () => {
  test.each([1, 2, 3, 7, 20])('of %i run every case once', async (of) => {
    const whole = await ranIn('1/1');
    const parts: string[] = [];
    for (let index = 1; index <= of; index++) parts.push(...(await ranIn(`${index}/${of}`)));
    expect(parts.toSorted()).toEqual(whole.toSorted());
  });

  test('have about as many runs each', async () => {
    const runs = [(await ranIn('1/2')).length, (await ranIn('2/2')).length];
    expect(Math.abs(runs[0]! - runs[1]!)).toBeLessThanOrEqual(4);
  });

  test.each(['0/3', '4/3', '1/0', '1', '/', 'a/b', '1/2/3', '-1/2', '1.5/2', '1/99999'])(
    'are refused when they are no part of a whole: %s',
    async (shard) => {
      const { code, err } = await perform(['test', good, '--shard', shard], { runner: byName });
      expect(code).toBe(2);
      expect(err).toContain('no part of a whole');
    },
  );

  test('say about a file that is wrong once', async () => {
    const codes = [];
    for (const index of [1, 2, 3])
      codes.push((await perform(['test', good, wrong, '--shard', `${index}/3`], { runner: byName })).code);
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, 0, 2]);
  });
});

describe('merge', () => {
  const parts = [1, 2, 3].map((index) => inFolder(`part-${index}.json`));

  beforeAll(async () => {
    for (const [nth, part] of parts.entries())
      await perform(['test', ...files, '--shard', `${nth + 1}/3`, '--reporter', `json=${part}`], {
        runner: byName,
      });
  });

  test.each(['default', 'dot', 'json', 'junit', 'tap', 'github'])(
    'of all shards in any order says with %s what one run says',
    async (reporter) => {
      const whole = await perform(['test', ...files, '--reporter', reporter], { runner: byName });
      const merged = await perform(['merge', parts[2]!, parts[0]!, parts[1]!, '--reporter', reporter]);
      const timeless = (text: string): string => text.replaceAll(/ time="0\.000"| {2}0 ms/g, '');
      expect(timeless(merged.out)).toBe(timeless(whole.out));
      expect(merged.code).toBe(whole.code);
    },
  );

  test('holds against a baseline as one run does', async () => {
    const baseline = inFolder('merged.json');
    await perform(['merge', ...parts, '--baseline', baseline, '--update']);
    const { out } = await perform(['test', ...files, '--baseline', baseline], { runner: byName });
    expect(out).not.toMatch(/moved|does not know|that are no more/);
    writeFileSync(baseline, readFileSync(baseline, 'utf8').replace('"published":50', '"published":49'));
    expect((await perform(['merge', ...parts, '--baseline', baseline])).out).toContain(
      'published was 49, is 50',
    );
  });

  test('of runs of different files puts one after the other', async () => {
    const [a, b] = [inFolder('a.json'), inFolder('b.json')];
    await perform(['test', good, '--reporter', `json=${a}`], { runner: byName });
    await perform(['test', flaky, '--reporter', `json=${b}`], { runner: byName });
    const { out } = await perform(['merge', b, a, '--reporter', 'tap']);
    expect([...out.matchAll(/ok \d - \S+\/(\w+)/g)].map(([, name]) => name)).toEqual([
      'flaky',
      'flaky',
      'flaky',
      'good',
    ]);
  });

  test.each([
    { name: 'a shard is missing', args: () => [parts[0]!, parts[2]!], says: 'shard 2 of 3 is missing' },
    {
      name: 'a shard is there twice',
      args: () => [...parts, fileWith('copy.json', readFileSync(parts[0]!))],
      says: 'are both shard 1 of 3',
    },
    { name: 'a file is no result', args: () => [good], says: 'cannot be read' },
    { name: 'a file is other JSON', args: () => [fileWith('x.json', '{}')], says: 'is no test result' },
    {
      name: 'a result is of another version',
      args: () => [
        parts[0]!,
        fileWith(
          'old.json',
          readFileSync(parts[1]!, 'utf8').replace(/"version":"[^"]*"/, '"version":"0.0.9"'),
        ),
      ],
      says: 'results of one version',
    },
    {
      name: 'a result was changed by hand',
      args: () => [fileWith('y.json', readFileSync(parts[0]!, 'utf8').replace('"nth":', '"nht":'))],
      says: 'is no test result',
    },
  ])('is refused when $name', async ({ args, says }) => {
    const { code, err } = await perform(['merge', ...args()]);
    expect(err).toContain(says);
    expect(code).toBe(2);
  });
});

describe('--bail', () => {
  async function marks(...options: readonly string[]): Promise<string> {
    const { out } = await perform(['test', ...options, '--reporter', 'dot'], { runner: byName });
    return out.split('\n')[0]!;
  }

  test.each([
    { options: [good, bad, flaky, '--bail'], expected: '.x---' },
    { options: [good, bad, flaky, good, '--bail=2'], expected: '.xx--' },
    { options: [good, wrong, flaky, '--bail', '1'], expected: '.!---' },
    { options: ['--bail', bad, good], expected: 'x-' },
    { options: [good, bad, '--bail', '9'], expected: '.x' },
  ])('skips what comes after the failures it allows: $options', async ({ options, expected }) => {
    expect(await marks(...options)).toBe(expected);
  });

  test('begins no run after that', async () => {
    const seen: string[] = [];
    const runner: typeof byName = (each, options) => {
      seen.push(each.name);
      return byName(each, options);
    };
    await perform(['test', bad, good, '--bail'], { runner });
    expect(seen).toEqual(['fails']);
  });
});
