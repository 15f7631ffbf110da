// What `import … from 'watership'` promises: scenarios from files and texts, the runs of the command line, and errors that say where.
import { describe, expect, test } from 'vitest';
import { htmlReport, judgeSeeds, load, parse, ScenarioError, simulate } from '../../sim/library/index.ts';
import { fileWith, perform } from '../cli/captured.ts';

const text = `name: small
nodes: [rabbit1, rabbit2]
seed: 4
queues: [{ name: q, durable: true }]
workloads: [{ name: shop, publish: { routing_key: q, via: rabbit1, rate: 20/s, stop: 5s, confirms: true } }]
chaos: [{ at: 2s, freeze: rabbit2, for: 1s }]
`;
const file = fileWith('small.yaml', text);

describe('a run', () => {
  test('is the one that the command line prints', async () => {
    const { out } = await perform(['run', file, '--seed', '9', '--set', 'net_ticktime=8s', '--json']);
    const [scenario] = load(file, { set: { net_ticktime: '8s' } });
    expect(simulate(scenario!, { seed: 9 }).result).toEqual(JSON.parse(out));
  });

  test("has the scenario's own seed where none is given, and refuses what is no seed", () => {
    const [scenario] = parse(text);
    expect(simulate(scenario!).result.seed).toBe(4);
    expect(() => simulate(scenario!, { seed: 1.5 })).toThrow(RangeError);
    expect(() => simulate(scenario!, { seed: Number.NaN })).toThrow('a seed is a whole number, not NaN');
  });

  test('tells its journal and its progress', () => {
    const [scenario] = parse(text);
    const lines: string[] = [];
    const times: number[] = [];
    simulate(scenario!, {
      onTraceLine: (line) => lines.push(line),
      onProgress: (timeUs) => times.push(timeUs),
    });
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
    expect(lines.map((line) => (JSON.parse(line) as { record: string }).record)).toContain('published');
    expect(times.length).toBeGreaterThan(0);
  });

  test('is drawn when it was asked for a report, and not otherwise', async () => {
    const [scenario] = parse(text);
    const html = await htmlReport(simulate(scenario!, { forReport: true }), 'npx watership run <here>');
    expect(html).toContain('npx watership run &lt;here&gt;');
    await expect(htmlReport(simulate(scenario!), '')).rejects.toThrow(RangeError);
  });

  test('of several seeds is judged together', () => {
    const [scenario] = parse(`${text}expect: { sometimes: { messages: { published: { min: 1000 } } } }\n`);
    const judgements = [1, 2].map((seed) => simulate(scenario!, { seed }).judgement);
    expect(judgeSeeds(scenario!.expect, judgements)).toMatchObject([
      { held: false, observed: '0 of 2 seeds' },
    ]);
  });
});

describe('a scenario', () => {
  test('is one for each cell of its matrix', () => {
    const cells = load(file, { set: { 'matrix.net_ticktime': ['8s', '60s'] } });
    expect(cells.map(({ netTicktimeUs }) => netTicktimeUs)).toEqual([8_000_000, 60_000_000]);
  });

  test('may be changed by values, by texts in YAML and by a list in its order', () => {
    expect(parse(text, { set: { seed: 12 } })[0]?.seed).toBe(12);
    expect(parse(text, { set: { nodes: '[rabbit1, rabbit2, c]' } })[0]?.nodes).toHaveLength(3);
    const twice = [
      ['seed', '1'],
      ['seed', '2'],
    ] as const;
    expect(parse(text, { set: twice })[0]?.seed).toBe(2);
  });

  test('may be JSON', () => {
    expect(parse(JSON.stringify({ name: 'json', nodes: ['a'] }))[0]?.name).toBe('json');
  });

  test('that is wrong is an error with the places of all that is wrong', () => {
    const wrong = (): unknown =>
      parse('name: x\nnodes: [a]\nchoas: []\nnet_ticktime: 8\n', { name: 'x.yaml' });
    expect(wrong).toThrow(ScenarioError);
    try {
      wrong();
    } catch (error) {
      expect((error as ScenarioError).problems).toMatchObject([
        { file: 'x.yaml', line: 3, column: 1, hint: 'did you mean "chaos"?' },
        { file: 'x.yaml', line: 4 },
      ]);
    }
  });

  test('that cannot be read is one, too', () => {
    expect(() => load('nowhere.yaml')).toThrow(ScenarioError);
  });

  test('lets unmodelled settings pass when asked to', () => {
    const set = { config: { vm_memory_calculation_strategy: 'rss' } };
    expect(() => parse(text, { set })).toThrow(ScenarioError);
    expect(parse(text, { set, allowUnmodelled: true })).toHaveLength(1);
  });
});
