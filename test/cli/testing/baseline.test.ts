// A baseline says what moved since it was made, and how far it might have.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageFigures } from '../../../sim/ledger/result.ts';
import { engine, fileWith, inFolder, perform } from '../captured.ts';
import { scenario } from './setting.ts';

const one = scenario('one.yaml', 'one', 'seeds: 2\n');
const two = scenario('two.yaml', 'two', 'matrix: { net_ticktime: [8s, 12s] }\n');
const baseline = inFolder('kept/baseline.json');

/** Runs with these figures; `hash` of the result is the sample's unless given. */
function withFigures(messages: Partial<MessageFigures>, traceHash?: string): ReturnType<typeof engine> {
  const own = engine(() => ({ messages }));
  return (each, options) => {
    const run = own(each, options);
    return traceHash === undefined ? run : { ...run, result: { ...run.result, trace_hash: traceHash } };
  };
}

const today = withFigures({ published: 100, duplicated: 10 });

async function tested(
  runner: ReturnType<typeof engine>,
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return perform(['test', one, two, '--baseline', baseline, ...options], { runner });
}

beforeEach(async () => {
  rmSync(baseline, { force: true });
  await tested(today, '--update');
});

describe('a baseline', () => {
  test('holds when nothing moved', async () => {
    const { code, out } = await tested(today);
    expect(code).toBe(0);
    expect(out).not.toContain('note');
  });

  test('fails with figure, was and is for each seed that moved', async () => {
    const { code, out } = await tested(withFigures({ published: 100, duplicated: 12 }));
    expect(code).toBe(1);
    expect(out).toContain('  seed 1  duplicated was 10, is 12\n');
    expect(out).toContain('  seed 2  duplicated was 10, is 12\n');
    expect(out).toContain('4 figures moved');
  });

  test('sees a figure that was zero and one that is', async () => {
    const { out } = await tested(withFigures({ published: 100, confirmed_lost: 1 }));
    expect(out).toContain('duplicated was 10, is 0');
    expect(out).toContain('confirmed_lost was 0, is 1');
  });

  test.each([
    { options: ['--tolerance', '20%'], is: 12, code: 0 },
    { options: ['--tolerance', '20%'], is: 13, code: 1 },
    { options: ['--tolerance', 'duplicated=3'], is: 7, code: 0 },
    { options: ['--tolerance', 'duplicated=3'], is: 6, code: 1 },
    { options: ['--tolerance', '50%', '--tolerance', 'duplicated=1'], is: 12, code: 1 },
    { options: ['--tolerance', 'published=50%'], is: 11, code: 1 },
  ])('allows with $options what keeps within: $is is $code', async ({ options, is, code }) => {
    const ended = await tested(withFigures({ published: 100, duplicated: is }), ...options);
    expect(ended.code).toBe(code);
  });

  test('says what was allowed', async () => {
    const { out } = await tested(withFigures({ published: 100, duplicated: 12 }), '--tolerance', '15%');
    expect(out).toContain('duplicated was 10, is 12, allowed 8.5 to 11.5');
  });

  test('keeps the tolerances that --update was given', async () => {
    await tested(today, '--update', '--tolerance', 'duplicated=3');
    expect((await tested(withFigures({ published: 100, duplicated: 12 }))).code).toBe(0);
    await tested(today, '--update');
    expect((await tested(withFigures({ published: 100, duplicated: 12 }))).code).toBe(0);
  });

  test('notes a trace hash that moved while figures held, and fails for it with --exact', async () => {
    const other = withFigures({ published: 100, duplicated: 10 }, 'f'.repeat(32));
    const { code, out } = await tested(other);
    expect(code).toBe(0);
    expect(out).toContain('the trace hash of 4 runs moved although all figures held');
    const exact = await tested(other, '--exact');
    expect(exact.code).toBe(1);
    expect(exact.out).toMatch(/seed 1 {2}trace_hash was [0-9a-f]+, is f{32}/);
  });

  test('notes runs that it does not know yet', async () => {
    const { code, out } = await tested(today, '--seeds', '5');
    expect(code).toBe(0);
    expect(out).toContain('does not know 11 runs yet');
  });

  test('takes today over with --update, also of what failed, and nothing moves then', async () => {
    const fails = engine(() => ({ verdict: 'failed', failures: [], messages: { published: 1 } }));
    expect((await tested(fails, '--update')).code).toBe(1);
    expect((await tested(fails)).out).not.toContain('moved');
  });

  test('keeps of a part what the other parts have', async () => {
    await tested(withFigures({ published: 7 }), '--update', '--grep', 'one.yaml');
    const { out } = await tested(withFigures({ published: 7 }));
    expect(out).toContain('✓ ' + one);
    expect(out).toContain('published was 100, is 7');
  });

  test('keeps what runs that ended with a defect had', async () => {
    const breaks = engine(() => {
      throw new Error('no');
    });
    expect((await tested(breaks, '--update')).code).toBe(3);
    expect((await tested(today)).code).toBe(0);
  });

  test('lets go of cells that are no more, when all of a file is tested', async () => {
    scenario('two.yaml', 'two', 'matrix: { net_ticktime: [8s] }\n');
    try {
      expect((await tested(today)).out).toContain('has 1 scenario that');
      await tested(today, '--update');
      expect(readFileSync(baseline, 'utf8')).not.toContain('12s');
    } finally {
      scenario('two.yaml', 'two', 'matrix: { net_ticktime: [8s, 12s] }\n');
    }
  });

  test('names files from where it lies, a line a run', async () => {
    const text = readFileSync(baseline, 'utf8');
    expect(text).toContain('{ "file": "../one.yaml", "cell": "", "runs": [');
    expect(text.match(/^ {3}\{"seed":/gm)).toHaveLength(4);
    expect(JSON.parse(text)).toMatchObject({ watership_baseline: 1 });
    const cwd = process.cwd();
    try {
      process.chdir(inFolder('kept'));
      const { code } = await perform(['test', '../one.yaml', '../two.yaml', '--baseline', 'baseline.json'], {
        runner: withFigures({ published: 100, duplicated: 10 }),
      });
      expect(code).toBe(0);
    } finally {
      process.chdir(cwd);
    }
  });

  test('is refused when it is none', async () => {
    for (const text of ['{', '[]', '{"watership_baseline":2}', '{"watership_baseline":1,"version":1}']) {
      const file = fileWith('none.json', text);
      const { code, err } = await perform(['test', one, '--baseline', file], { runner: today });
      expect(err).toContain(file);
      expect(code).toBe(2);
    }
  });

  test.each([
    { args: ['--baseline', inFolder('nowhere.json')], says: 'make it with --update' },
    { args: ['--update'], says: 'without --baseline' },
    { args: ['--baseline', baseline, '--tolerance', 'dupilcated=3'], says: 'did you mean' },
    { args: ['--baseline', baseline, '--tolerance', 'duplicated=lots'], says: 'is no amount' },
    { args: ['--baseline', baseline, '--tolerance=-5%'], says: 'is no amount' },
    { args: ['--baseline', one, '--update'], says: path.basename(one) },
  ])('is refused: $args', async ({ args, says }) => {
    const { code, err } = await perform(['test', one, ...args], { runner: today });
    expect(err).toContain(says);
    expect(code).toBe(2);
  });

  test('is in every reporter', async () => {
    const moved = withFigures({ published: 100, duplicated: 12 });
    expect((await tested(moved, '--reporter', 'junit')).out).toContain('type="moved">');
    expect((await tested(moved, '--reporter', 'tap')).out).toContain('duplicated was 10, is 12');
    expect((await tested(moved, '--reporter', 'github')).out).toMatch(
      /::error file=.*duplicated was 10, is 12 \(seed 1/,
    );
    const report = JSON.parse((await tested(moved, '--reporter', 'json')).out) as {
      files: { cases: { moved: unknown[] }[] }[];
    };
    expect(report.files[0]!.cases[0]!.moved[1]).toEqual({
      seed: 2,
      figure: 'duplicated',
      was: 10,
      is: 12,
      allowed: [10, 10],
    });
  });
});
