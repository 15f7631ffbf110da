// `watership export`: the journal as lines, stories and messages as Mermaid, and what it says to wrong use.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceDiagram } from '../../sim/cli/export/mermaid-text.ts';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { loadFile } from '../../sim/scenario/load.ts';
import { fileWith, inFolder, perform } from './captured.ts';

const tour = path.join(import.meta.dirname, '../../scenarios/tour/tour.yaml');
const quick = fileWith(
  'quick.yaml',
  'name: quick\nnodes: [a, b]\npolicies: [{ name: all, pattern: "", definition: { ha-mode: all } }]\nqueues: [{ name: q }]\n' +
    'workloads:\n  - { name: w, publish: { routing_key: q, rate: 5/s, stop: 2s, confirms: true } }\n  - { name: r, consume: { queue: q } }\nsettle: 1s\n',
);

describe('the journal', () => {
  test('is a record a line, in order, with names, rules and messages as results have them', async () => {
    const { code, out } = await perform(['export', quick, '--format', 'ndjson']);
    expect(code).toBe(0);
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const times = records.map(({ time }) => Number(time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(records).toContainEqual({
      time: '0.200000',
      record: 'published',
      workload: 'w',
      message: 'w-1',
      attempt: 1,
      node: 'a',
    });
    expect(records.at(-1)).toMatchObject({ record: 'phase', phase: 'end' });
  });

  test('has as many lines as --trace, and listening changes nothing', async () => {
    const trace = inFolder('trace.ndjson');
    await perform(['run', quick, '--trace', trace]);
    const { out } = await perform(['export', quick, '--format', 'ndjson']);
    expect(out.split('\n')).toHaveLength(readFileSync(trace, 'utf8').split('\n').length);
    const [scenario] = loadFile(quick);
    const plain = runScenario(scenario!, { seed: 1 }).result.trace_hash;
    const heard = runScenario(scenario!, { seed: 1, onJournal: (journal) => journal.onAny(() => undefined) });
    expect(heard.result.trace_hash).toBe(plain);
  });

  test('is of the seed that was asked for', async () => {
    const [first, second] = await Promise.all(
      ['1', '2'].map((seed) => perform(['export', tour, '--format', 'ndjson', '--seed', seed])),
    );
    expect(first!.out).not.toBe(second!.out);
  });
});

describe('Mermaid', () => {
  test('the story is a note a line over the nodes that it names', async () => {
    const { out } = await perform(['export', tour, '--format', 'mermaid']);
    const [scenario] = loadFile(tour);
    const { story } = runScenario(scenario!, { seed: 1 });
    const notes = out.split('\n').filter((line) => line.startsWith('  Note over'));
    expect(notes).toHaveLength(story.length);
    expect(out.startsWith('sequenceDiagram\n  participant p1 as rabbit1\n')).toBe(true);
    expect(notes).toContain('  Note over p1,p3: 15.000 s partition: rabbit1 | rabbit2 rabbit3');
  });

  test('a message to two queues of another node goes by way of a delegate there', async () => {
    const file = 'scenarios/hazards/HAZ-42-fan-out-is-overtaken.yaml';
    const cell = ['--set', 'matrix.workloads.till.publish.routing_key=[[all, some]]'];
    const { out } = await perform(['export', file, ...cell, '--format', 'mermaid', '--message', 'till-1']);
    const [, id = ''] = /participant (p\d+) as delegate_\d+ on rabbit2/.exec(out) ?? [];
    expect(out).toMatch(new RegExp(`->>${id}: .* hands it on to 2 processes`));
  });

  test('a message goes from its publisher through leader and mirror to its consumer', async () => {
    const { out } = await perform(['export', quick, '--format', 'mermaid', '--message', 'w-3']);
    const participants = [...out.matchAll(/participant (p\d+) as (.*)/g)].map(
      ([, id, name]) => [name, id] as const,
    );
    expect(participants.map(([name]) => name)).toEqual(
      expect.arrayContaining(['w', 'channel on a', 'q leader on a', 'q mirror on b', 'r']),
    );
    const id = Object.fromEntries(participants);
    const arrow = (from: string, to: string): RegExp => new RegExp(`${id[from]}->>${id[to]}:`);
    for (const [from, to] of [
      ['w', 'channel on a'],
      ['channel on a', 'q leader on a'],
      ['q leader on a', 'channel on a'],
      ['channel on a', 'w'],
      ['r', 'q leader on a'],
    ])
      expect(out).toMatch(arrow(from!, to!));
  });

  test('names cannot add anything to a diagram', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, text) => {
        const diagram = new SequenceDiagram();
        const place = diagram.participant(name);
        diagram.note(0, place, place, text);
        diagram.arrow(0, place, place, text);
        const lines = diagram.toString().split('\n');
        expect(lines).toHaveLength(5);
        for (const line of lines)
          expect(line.replaceAll('<br/>', '')).not.toMatch(/[;<"%{}\r\u2028]|#(?!\w+;)/);
      }),
    );
  });
});

describe('wrong use says so, and leaves nothing behind', () => {
  const out = inFolder('nothing');
  test.each([
    [[quick], '--format is missing'],
    [[quick, '--format', 'perfeto'], 'did you mean "perfetto"?'],
    [[quick, '--format', 'ndjson', '--message', 'w-1'], '--message goes with --format mermaid'],
    [
      [quick, '--format', 'mermaid', '--message', 'w-99', '--out', out],
      'no message of this run is called "w-99"',
    ],
    [[quick, '--format', 'ndjson', '--out', quick], 'will not be overwritten'],
    [[quick, '--format', 'ndjson', '--out', path.dirname(quick)], 'is a folder'],
    [[inFolder('absent.yaml'), '--format', 'ndjson'], 'cannot be read'],
    [
      [fileWith('matrix.yaml', 'name: m\nnodes: [a]\nmatrix: { settle: [1s, 2s] }\n'), '--format', 'ndjson'],
      'is 2 scenarios, by its matrix',
    ],
  ])('%#', async (args, message) => {
    const ended = await perform(['export', ...args]);
    expect([ended.code, ended.out]).toEqual([2, '']);
    expect(ended.err).toContain(message);
    expect(existsSync(out)).toBe(false);
  });
});
