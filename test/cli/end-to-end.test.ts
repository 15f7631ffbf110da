// The whole house behind the command line: a leader is killed, a cluster is cut in two, and the terminal, the JSON line, the
// trace and the report agree about it. The spawned program runs only where it has been built (`npm test` builds it first).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../sim/ledger/result.ts';
import { fileWith, inFolder, perform } from './captured.ts';

const cluster = `nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 8s
policies:
  - { name: ha-all, pattern: "^ha\\\\.", definition: { ha-mode: all, ha-sync-mode: automatic } }
queues:
  - { name: ha.orders, durable: true, declare_on: rabbit1 }
workloads:
  - name: shop
    publish: { exchange: "", routing_key: ha.orders, via: rabbit1, rate: 50/s, start: 1s, stop: 40s, confirms: true }
  - name: warehouse
    consume: { queue: ha.orders, via: rabbit3, prefetch: 10, ack: manual, processing_time: 5ms }
`;
const killed = fileWith(
  'killed.yaml',
  `name: killed-leader
${cluster.replace('via: rabbit1', 'via: rabbit2')}chaos:
  - { at: 10s, kill: rabbit1 }
expect:
  messages: { confirmed_lost: 0 }
  timeline:
    - { event: queue_promoted, queue: ha.orders, count: 1 }
`,
);
const healed = fileWith(
  'healed.yaml',
  `name: autoheal-drops
cluster_partition_handling: autoheal
${cluster}chaos:
  - { at: 5s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 25s }
expect:
  messages: { confirmed_lost: 0 }
`,
);

function resultsOf(out: string): readonly RunResult[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunResult);
}

describe('a killed leader', () => {
  test('costs no confirmed message, and the scenario time is the one that is told', async () => {
    const { code, out } = await perform(['run', killed]);
    expect(out).toContain('PASSED  killed-leader, seed 1');
    expect(out).toMatch(/^ +10\.\d{3} s {2}kill rabbit1$/m);
    expect(code).toBe(0);
  });

  test('leaves the formation of the cluster out of the timeline', async () => {
    const [result] = resultsOf((await perform(['run', killed, '--json'])).out);
    const nodesBefore = result?.timeline.filter(({ time, event }) => time < 10 && event.startsWith('node'));
    expect(nodesBefore).toEqual([]);
    expect(result?.timeline.some(({ event }) => event === 'queue_promoted')).toBe(true);
  });
});

describe('confirmed messages that autoheal drops', () => {
  test('fail the expectation, and the report tells the lives of some of them', async () => {
    const report = inFolder('healed.html');
    const { code, out } = await perform(['run', healed, '--report', report]);
    expect(code).toBe(1);
    const lost = /^confirmed_lost +(\d+)|confirmed_lost +(\d+)$/m.exec(out)?.slice(1).find(Boolean);
    expect(Number(lost)).toBeGreaterThan(0);
    expect(out).toContain(`${healed}:17  confirmed_lost = 0, observed ${lost}`);
    expect(out).toContain('HAZ-8');
    const html = readFileSync(report, 'utf8');
    expect(html).toContain('autoheal-drops');
    expect(html).toContain('publishes to rabbit1');
  });
});

describe('the trace hash', () => {
  test('is the same for the same file and seed, wherever the file lies, and with or without a report', async () => {
    const moved = fileWith('moved.yaml', `${readFileSync(killed, 'utf8')}# the same\n`);
    const all = await perform(['run', killed, moved, '--json', '--report', inFolder('hash.html')]);
    const alone = await perform(['run', killed, '--json']);
    const hashes = [...resultsOf(all.out), ...resultsOf(alone.out)].map(({ trace_hash: hash }) => hash);
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test('differs from seed to seed', async () => {
    const results = resultsOf((await perform(['run', killed, '--seeds', '3', '--json'])).out);
    expect(results.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(new Set(results.map(({ trace_hash: hash }) => hash)).size).toBe(3);
  });
});

test('the trace is the journal in order of time, a record a line', async () => {
  const file = inFolder('killed.ndjson');
  const [result] = resultsOf((await perform(['run', killed, '--trace', file, '--json'])).out);
  const records = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { time: string; record: string });
  const times = records.map(({ time }) => Number(time));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(records.filter(({ record }) => record === 'published')).toHaveLength(
    result?.messages.publishes ?? 0,
  );
});

test.each([
  { limit: 'virtual_time=15s', said: 'limits.virtual_time = 15s' },
  { limit: 'messages=100', said: 'limits.messages = 100' },
  { limit: 'events=20k', said: 'limits.events = 20000' },
])('a run that reaches limits.$limit says so and is neither passed nor failed', async ({ limit, said }) => {
  const { code, out } = await perform(['run', killed, '--set', `limits.${limit}`]);
  expect(code).toBe(1);
  expect(out).toContain('UNKNOWN');
  expect(out).toContain(said);
});

test('a row that waits for an event which never comes fails the run, by name', async () => {
  const row = '{ after: { event: node_paused, node: rabbit2 }, kill: rabbit3 }';
  const { code, out } = await perform(['run', killed, '--set', `chaos=[${row}]`]);
  expect(code).toBe(1);
  expect(out).toContain('this happens: ');
  expect(out).toContain('observed never');
});

const program = path.resolve(import.meta.dirname, '../../dist/program/main.js');

describe.skipIf(!existsSync(program))('the built program', () => {
  const spawn = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

  test('answers, and hands its exit code on', () => {
    expect(spawn('--help').stdout).toContain('watership run');
    expect(spawn('--help').status).toBe(0);
    expect(spawn('run', '--sede').status).toBe(2);
  });

  test('prints JSON and nothing else', () => {
    const { stdout, stderr, status } = spawn('run', killed, '--json');
    expect(resultsOf(stdout)).toHaveLength(1);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('ends without a word when nobody reads on', () => {
    const { stderr, stdout } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${program}" schema | head -c 5`],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout).toHaveLength(5);
    expect(stderr).toBe('');
  });
});
