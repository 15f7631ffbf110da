// `compare` says what differs and where two runs part, and its exit code says whether anything does.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../sim/cli/compare/parting.ts';
import type { ScenarioRun } from '../../sim/cli/scenario-run.ts';
import { fileWith, inFolder, perform } from './captured.ts';

const text = `name: pair
nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 8s
queues: [{ name: q, durable: true, declare_on: rabbit1 }]
workloads: [{ name: shop, publish: { routing_key: q, via: rabbit2, rate: 20/s, stop: 20s, confirms: true } }]
chaos: [{ at: 5s, kill: rabbit1 }]
`;
const file = fileWith('pair.yaml', text);

interface Printed {
  readonly same: boolean;
  readonly figures: readonly { readonly path: string }[];
  readonly scenario: readonly { readonly path: string; readonly a: unknown; readonly b: unknown }[];
  readonly parting: {
    readonly record: number;
    readonly before: readonly object[];
    readonly a: object;
    readonly b: object;
  } | null;
}

describe('two scenarios', () => {
  test('that are the same are the same, whatever stands between their lines', async () => {
    const commented = fileWith(
      'commented.yaml',
      `# Why not.\n\n${text.replaceAll('\nchaos', '\n# Then:\nchaos')}`,
    );
    const { code, out } = await perform(['compare', file, commented]);
    expect(out).toContain('SAME  seed 1');
    expect(code).toBe(0);
  });

  test('that differ are told with the setting, the figures and the record at which they part', async () => {
    const { code, out } = await perform(['compare', file, file, '--set-b', 'chaos.0.at=6s']);
    expect(code).toBe(1);
    expect(out).toContain('DIFFERENT  seed 1');
    expect(out).toMatch(/^What was changed +A +B$/m);
    expect(out).toMatch(/^chaos\.0\S* +5000000 +6000000 +\+1000000$/m);
    expect(out).toMatch(/^messages\.\w+ +\d+ +\d+ +[+-]\d+$/m);
    expect(out).toMatch(/^The timelines part at event \d+\nA +5\.000 s .*\nB /m);
    expect(out).toMatch(
      /^The runs part at record \d+\n(?: {2} +[45]\.\d{6} s {2}.*\n){4}A +5\.0\d{5} s {2}.*\nB +5\.0/m,
    );
  });

  test('part where their journals do', async () => {
    const changed = ['--set-b', 'chaos.0.at=6s'];
    const { out } = await perform(['compare', file, file, '--json', ...changed]);
    const { parting, same } = JSON.parse(out) as Printed;
    const journal = async (name: string, ...set: string[]): Promise<readonly unknown[]> => {
      await perform(['run', file, '--quiet', '--trace', inFolder(name), ...set]);
      const lines = readFileSync(inFolder(name), 'utf8').trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line) as unknown);
    };
    const a = await journal('a.ndjson');
    const b = await journal('b.ndjson', '--set', 'chaos.0.at=6s');
    const first = a.findIndex((record, index) => JSON.stringify(record) !== JSON.stringify(b[index]));
    expect(same).toBe(false);
    expect(parting).toEqual({
      record: first + 1,
      before: a.slice(first - 4, first),
      a: a[first],
      b: b[first],
    });
  });

  test('are compared seed by seed', async () => {
    const { code, out } = await perform(['compare', file, file, '--seeds', '3', '--seed', '5']);
    expect(out.match(/^SAME {2}seed [567]$/gm)).toHaveLength(3);
    expect(out).toContain('3 pairs compared, all the same');
    expect(code).toBe(0);
  });

  test('with matrices are paired cell by cell, and say which cell the other has not', async () => {
    const set = (values: string): readonly string[] => [`matrix.net_ticktime=${values}`];
    const args = ['--set-a', ...set('[8s, 60s]'), '--set-b', ...set('[60s, 90s]')];
    const { code, out } = await perform(['compare', file, file, ...args]);
    expect(code).toBe(1);
    expect(out).toContain('SAME  seed 1, {"net_ticktime":"60s"}');
    expect(out).toMatch(/DIFFERENT {2}seed 1, {"net_ticktime":"8s"}\n {2}in .* and not in /);
    expect(out).toContain('3 pairs compared, 2 different');
  });
});

describe('saved results', () => {
  const save = async (name: string, ...args: string[]): Promise<string> =>
    fileWith(name, (await perform(['run', file, '--json', ...args])).out);

  test('are paired by seed, with each other and with a scenario', async () => {
    const saved = await save('saved.json', '--seeds', '2');
    expect((await perform(['compare', saved, saved])).code).toBe(0);
    expect((await perform(['compare', saved, file])).code).toBe(0);
    const other = await save('other.json', '--seeds', '2', '--set', 'chaos.0.at=6s');
    const { code, out } = await perform(['compare', saved, other, '--json']);
    expect(code).toBe(1);
    const lines = out.trimEnd().split('\n');
    const printed = lines.map((line) => JSON.parse(line) as Printed);
    expect(printed.map(({ same, parting }) => ({ same, parting }))).toEqual([
      { same: false, parting: null },
      { same: false, parting: null },
    ]);
    expect(printed[0]?.figures.map(({ path }) => path)).toContain('messages.unreachable');
  });

  test('of several scenarios are paired by their names, so that none hides behind another', async () => {
    const second = fileWith('second.yaml', text.replace('name: pair', 'name: second'));
    const { out: both } = await perform(['run', file, second, '--json']);
    const saved = fileWith('both.json', both);
    const changed = fileWith('changed.json', both.replace(/"confirmed":\d+/, '"confirmed":7'));
    const { code, out } = await perform(['compare', saved, changed]);
    expect(out).toContain('DIFFERENT  pair, seed 1');
    expect(out).toContain('SAME  second, seed 1');
    expect(code).toBe(1);
    const against = await perform(['compare', saved, second]);
    expect(against.out).toContain('SAME  second, seed 1');
    expect(against.out).toMatch(/DIFFERENT {2}pair, seed 1\n {2}in .*both\.json, and not in/);
  });

  test('are those of the seeds that were asked for', async () => {
    const saved = await save('seeds.json', '--seeds', '3');
    const { code, out } = await perform(['compare', saved, saved, '--seed', '2']);
    expect(out).toMatch(/^SAME {2}seed 2\n/);
    expect(out).not.toContain('seed 1');
    expect(code).toBe(0);
  });

  test('that have a run twice end with 2, since nobody knows which is meant', async () => {
    const saved = await save('once.json');
    const twice = fileWith('twice.json', readFileSync(saved, 'utf8').repeat(2));
    const { code, err } = await perform(['compare', saved, twice]);
    expect(err).toContain(`${twice} has seed 1 of pair twice`);
    expect(code).toBe(2);
  });

  test('of a version that measured less differ in what it did not measure', async () => {
    const saved = await save('new.json');
    const older = readFileSync(saved, 'utf8').replace(/"availability":\{[^}]*\},/, '');
    const { out } = await perform(['compare', fileWith('older.json', older), saved]);
    expect(out).toMatch(/^availability\.longest_without_confirm +- +[\d.]+$/m);
    expect(out).not.toMatch(/^availability +-/m);
  });

  test('that were cut short in their first line are results all the same', async () => {
    const cut = fileWith('cut.json', readFileSync(await save('whole.json'), 'utf8').slice(0, 300));
    const { code, err } = await perform(['compare', cut, file]);
    expect(err).toContain(`${cut}:1: this line is no result of a run`);
    expect(code).toBe(2);
  });

  test('that differ in nothing but their hash are different, and it is said why that may be', async () => {
    const saved = await save('hash.json');
    const other = fileWith(
      'other-hash.json',
      readFileSync(saved, 'utf8').replace(/"trace_hash":"\w+"/, '"trace_hash":"0"'),
    );
    const { code, out } = await perform(['compare', saved, other]);
    expect(code).toBe(1);
    expect(out).toContain('All figures and the timeline are the same; the trace hashes are not');
  });

  test.each([
    { name: 'a line that is no result', line: '{"trace_hash": 1}' },
    { name: 'a line that is cut off', line: '{"trace_hash": "' },
    {
      name: 'a line nested without end',
      line: `{"trace_hash":"","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    },
  ])('that are none end with 2 and the line: $name', async ({ line }) => {
    const saved = await save('good.json');
    const bad = fileWith('bad.json', `${readFileSync(saved, 'utf8')}${line}\n`);
    const { code, err } = await perform(['compare', saved, bad]);
    expect(code).toBe(2);
    expect(err).toContain(`${bad}:2: this line is no result of a run`);
  });

  test('cannot steer the terminal', async () => {
    const hostile = '\\u001b]0;owned\\u0007\\u202e';
    const saved = await save('tame.json');
    const wild = readFileSync(saved, 'utf8')
      .replaceAll('rabbit2', `rabbit${hostile}`)
      .replace('"timeline":[', `"timeline":[{"time":0,"event":"${hostile}","x":"${hostile}"},`);
    const { out } = await perform(['compare', saved, fileWith('wild.json', wild)]);
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('wrong use ends with 2:', () => {
  test.each([
    { name: 'one file', args: [file], said: 'A or B is missing' },
    { name: 'three files', args: [file, file, file], said: 'one argument too many' },
    { name: 'a file that is not there', args: [file, inFolder('none.yaml')], said: 'cannot be read' },
    {
      name: 'a setting that leads nowhere',
      args: [file, file, '--set-b', 'nodez=[a]'],
      said: 'did you mean "nodes"',
    },
  ])('$name', async ({ args, said }) => {
    const { code, err } = await perform(['compare', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});

test('journals part at the first record that differs, also where one ends before the other', () => {
  const records = fc.array(fc.nat(2), { maxLength: 12 });
  const run = (values: readonly number[]) => (onLine: (line: string) => void) => {
    for (const value of values) onLine(`${JSON.stringify({ time: '0.0', record: 'r', value })}\n`);
    return {} as ScenarioRun;
  };
  fc.assert(
    fc.property(records, records, (a, b) => {
      const { parting } = compareRuns(run(a), run(b));
      const first = Array.from({ length: 12 }, (_, index) => index).find((index) => a[index] !== b[index]);
      const valueOf = (record: object | null): unknown =>
        record === null ? undefined : (record as { value: number }).value;
      if (first === undefined) expect(parting).toBeNull();
      else {
        expect(parting?.record).toBe(first + 1);
        expect([valueOf(parting!.a), valueOf(parting!.b)]).toEqual([a[first], b[first]]);
        expect(parting?.before.map(valueOf)).toEqual(a.slice(Math.max(0, first - 4), first));
      }
    }),
  );
});
