// `watership test` holds every scenario that is meant to what it expects, and says so in its exit code.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { engine, inFolder, perform, fileWith } from '../captured.ts';
import { byName, scenario } from './setting.ts';

const good = scenario('good.yaml', 'passes');
const bad = scenario('bad.yaml', 'fails');
const wrong = fileWith('wrong.yaml', 'name: wrong\nnodes: [a, b]\nwrkloads: []\n');
const baseline = fileWith(
  'baseline.json',
  '{"watership_baseline":1,"version":"0","figures":[],"tolerances":{},"entries":[]}',
);
const seeded = scenario('seeded.yaml', 'flaky', 'seeds: 4\nmatrix: { net_ticktime: [8s, 12s] }\n');

/** What ran, `name seed` each. */
function recorder(): { readonly ran: string[]; readonly runner: typeof byName } {
  const ran: string[] = [];
  const runner: typeof byName = (each, options) => {
    ran.push(`${each.name} ${options.seed}`);
    return byName(each, options);
  };
  return { ran, runner };
}

describe('the exit code', () => {
  test.each([
    { name: 'everything held', files: [good], code: 0 },
    { name: 'an expectation failed', files: [good, bad], code: 1 },
    { name: 'a limit came first', files: [scenario('limit.yaml', 'limit')], code: 1 },
    { name: 'a file is wrong', files: [wrong, good], code: 2 },
    { name: 'a file is not there', files: [good, inFolder('nowhere.yaml')], code: 2 },
    { name: 'no cluster comes of a file', files: [bad, scenario('refused.yaml', 'refused')], code: 2 },
    { name: 'Watership contradicts itself', files: [wrong, scenario('broken.yaml', 'broken')], code: 3 },
  ])('is $code when $name', async ({ files, code }) => {
    expect((await perform(['test', ...files], { runner: byName })).code).toBe(code);
  });

  test('is 1 when only the set of seeds fails', async () => {
    const file = fileWith(
      'never.yaml',
      'name: n\nnodes: [a]\nseeds: 3\nexpect:\n  sometimes: { messages: { published: 1 } }\n',
    );
    const ended = await perform(['test', file], { runner: engine(() => ({})) });
    expect(ended.code).toBe(1);
    expect(ended.out).toContain(`${file}:5:3: sometimes: some seed satisfies this block`);
  });
});

describe('what is tested', () => {
  test('is every cell with every seed that the file asks for', async () => {
    const { ran, runner } = recorder();
    await perform(['test', seeded], { runner });
    expect(ran).toEqual([
      'flaky 1',
      'flaky 2',
      'flaky 3',
      'flaky 4',
      'flaky 1',
      'flaky 2',
      'flaky 3',
      'flaky 4',
    ]);
  });

  test('is what lies below a folder, by name, once, without hidden folders and node_modules', async () => {
    const folder = inFolder('tree');
    for (const sub of ['b', 'a', '.git', 'node_modules']) mkdirSync(`${folder}/${sub}`, { recursive: true });
    const text = (name: string) => `name: ${name}\nnodes: [a]\n`;
    for (const [file, name] of [
      ['b/two.yml', 'two'],
      ['a/one.yaml', 'one'],
      ['.git/three.yaml', 'three'],
      ['node_modules/four.yaml', 'four'],
      ['a/notes.txt', 'five'],
    ] as const)
      writeFileSync(`${folder}/${file}`, text(name));
    const { ran, runner } = recorder();
    await perform(['test', folder, `${folder}/a/one.yaml`], { runner });
    expect(ran).toEqual(['one 1', 'two 1']);
  });

  test('is what is below scenarios/ when nobody says', async () => {
    const { out, code } = await perform(['test', '--grep', 'tour.yaml'], { runner: engine(() => ({})) });
    expect(out).toContain('scenarios/tour/tour.yaml');
    expect(code).toBe(0);
  });

  test.each([
    { pattern: 'flaky', names: 4 * 2 },
    { pattern: 'net_ticktime=12', names: 4 },
    { pattern: 'SEEDED*8s', names: 4 },
    { pattern: 'good.yaml', names: 1 },
  ])('is with --grep "$pattern" what has that in its file, name or cell', async ({ pattern, names }) => {
    const { ran, runner } = recorder();
    await perform(['test', good, seeded, '--grep', pattern], { runner });
    expect(ran).toHaveLength(names);
  });

  test('is with --seeds another number of seeds', async () => {
    const { ran, runner } = recorder();
    await perform(['test', good, '--seeds', '3'], { runner });
    expect(ran).toEqual(['passes 1', 'passes 2', 'passes 3']);
  });

  test.each([
    { name: 'an empty folder', args: [inFolder('.')], says: 'no scenario' },
    {
      name: 'a name that nothing has',
      args: [good, '--grep', 'zzz'],
      says: 'no scenario is called like "zzz"',
    },
    { name: 'a reporter that there is not', args: [good, '--reporter', 'jnit'], says: 'did you mean junit' },
    {
      name: 'two documents on stdout',
      args: [good, '--reporter', 'json', '--reporter', 'tap'],
      says: 'stdout',
    },
    { name: 'a reporter without its file', args: [good, '--reporter', 'json='], says: 'names no file' },
    {
      name: 'two reporters in one file',
      args: [good, '--reporter', `json=${inFolder('same')}`, '--reporter', `tap=${inFolder('same')}`],
      says: 'would be written twice',
    },
    {
      name: 'a reporter over the baseline',
      args: [good, '--baseline', baseline, '--reporter', `json=${baseline}`],
      says: 'will not be overwritten',
    },
    {
      name: 'a report over the baseline that is made',
      args: [good, '--baseline', inFolder('new.json'), '--update', '--report', inFolder('new.json')],
      says: 'will not be overwritten',
    },
    {
      name: 'a reporter over a scenario',
      args: [good, '--reporter', `json=${good}`],
      says: 'will not be overwritten',
    },
  ])('is refused before anything runs: $name', async ({ args, says }) => {
    mkdirSync(inFolder('empty'), { recursive: true });
    const { ran, runner } = recorder();
    const words = args.map((each) => (each === inFolder('.') ? inFolder('empty') : each));
    const { code, err } = await perform(['test', ...words], { runner });
    expect(err.replace('"junit"', 'junit')).toContain(says);
    expect(code).toBe(2);
    expect(ran).toEqual([]);
  });
});

describe('--report', () => {
  const file = inFolder('report.html');

  test.each([
    { files: [good, seeded, bad], shows: 'flaky, seed 2' },
    { files: [good], shows: 'passes, seed 1' },
  ])('shows of $files the first run that did not pass, else the first', async ({ files, shows }) => {
    const { out } = await perform(['test', ...files, '--report', file], { runner: byName });
    expect(readFileSync(file, 'utf8')).toContain(shows);
    expect(out).toContain(`Report  ${file}`);
  });

  test('is written beside a document on stdout without a word', async () => {
    const { out } = await perform(['test', good, '--report', file, '--reporter', 'json'], { runner: byName });
    expect(() => JSON.parse(out) as unknown).not.toThrow();
  });

  test('is not written where no run ended', async () => {
    const none = inFolder('none.html');
    expect((await perform(['test', wrong, '--report', none], { runner: byName })).code).toBe(2);
    expect(existsSync(none)).toBe(false);
  });

  test('does not share a file with a reporter', async () => {
    const args = ['test', good, '--report', file, '--reporter', `json=${file}`];
    const { code, err } = await perform(args, { runner: byName });
    expect(code).toBe(2);
    expect(err).toContain('would be written twice');
  });
});

describe('a finding', () => {
  test('is told once for all seeds that show it, with its place and how to see it again', async () => {
    const { out } = await perform(['test', seeded, '--grep', '=8s'], { runner: byName });
    expect(out).toContain('[net_ticktime=8s]  2 of 4 seeds failed');
    expect(out).toContain(`${seeded}:4:29: confirmed_lost = 0, observed 2 (seed 2, and 1 more of 4 seeds)`);
    expect(out).toContain(`Again  npx watership run ${seeded} --seed 2 --set 'matrix.net_ticktime=["8s"]'`);
    expect(out).not.toContain('--seed 4');
  });

  test('of a run that a limit broke off is the limit alone', async () => {
    const { out } = await perform(['test', scenario('limit.yaml', 'limit')], { runner: byName });
    expect(out).toContain('LIMIT REACHED');
    expect(out).toContain(':1:1: the run ends within limits.events = 100, observed reached at 7 s');
    expect(out).not.toContain('published = 0');
  });

  test('of a defect tells to report it, and has its stack with --debug', async () => {
    const broken = scenario('broken.yaml', 'broken');
    const { out, err } = await perform(['test', broken], { runner: byName });
    expect(out).toContain('This is a defect of Watership');
    expect(out).toContain('--seed 1');
    expect(err).toBe('');
    expect((await perform(['test', broken, '--debug'], { runner: byName })).err).toContain('    at ');
  });

  test('of a file that is wrong is on stderr too where stdout is for a program', async () => {
    const { out, err } = await perform(['test', wrong, '--reporter', 'json'], { runner: byName });
    expect(() => JSON.parse(out) as unknown).not.toThrow();
    expect(err).toContain(`${wrong}:3:1`);
  });
});
