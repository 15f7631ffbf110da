import { expect, test } from 'vitest';
import { loadText } from '../../sim/scenario/load.ts';
import { base, loaded, problems, told } from './a-file.ts';

test('a matrix is one scenario for each combination, the last path varying fastest', () => {
  const cells = loadText(
    'test.yaml',
    `${base}matrix:
  cluster_partition_handling: [ignore, autoheal]
  config.queue_master_locator: [random, min-masters]
  queues.q.declare_on: [rabbit3]
`,
  );
  const locator = (cell: (typeof cells)[number]): string | undefined =>
    cell.nodes[0]?.config.queueMasterLocator;
  expect(cells.map((cell) => [cell.partitionHandling.kind, locator(cell)])).toEqual([
    ['ignore', 'random'],
    ['ignore', 'min-masters'],
    ['autoheal', 'random'],
    ['autoheal', 'min-masters'],
  ]);
  expect(cells[3]?.matrix).toEqual({
    cluster_partition_handling: 'autoheal',
    'config.queue_master_locator': 'min-masters',
    'queues.q.declare_on': 'rabbit3',
  });
  expect(cells[0]?.topology.queues[0]?.declareOn).toBe('rabbit3');
});

test('an error in a value of the matrix is pointed at where the value stands, and told once', () => {
  expect(told(`${base}matrix: { net_ticktime: [5s, 6], settle: [1s, 2s] }\n`)).toEqual([
    '5:30 a time is needed, such as 250ms, 8s, 2m or 1h: a bare number (6) has no unit',
  ]);
});

test('a path of the matrix that leads nowhere is an error', () => {
  expect(told(`${base}matrix: { queues.queue.durable: [true] }\n`)[0]).toMatch(/^5:11 .*"queue"/);
  expect(told(`${base}matrix: { name.first: [a] }\n`)[0]).toBe('5:24 a text is needed, not a map');
  expect(told(`${base}matrix: { seed: [] }\n`)[0]).toMatch(/^5:17 /);
});

test('a matrix that an alias would hide is refused, not ignored', () => {
  expect(told(`${base}config: {}\nmatrix: { seed: &s [1, 2], seeds: *s }\n`)[0]).toMatch(/written out/);
});

test('too many combinations are refused before they are made', () => {
  const numbers = `[${Array.from({ length: 40 }, (_, index) => index + 1).join(', ')}]`;
  expect(told(`${base}matrix: { seed: ${numbers}, seeds: ${numbers} }\n`)[0]).toMatch(/1600 combinations/);
});

test('an override sets one value, by the names of list elements and through keys with dots', () => {
  const text = `${base}policies: [{ name: a.b, pattern: q, definition: { ha-mode: all } }]\nconfig: { heartbeat: 5 }\n`;
  const scenario = loaded(text, {
    overrides: [
      ['seed', '9'],
      ['queues.q.durable', 'false'],
      ['policies.a.b.priority', '3'],
      ['nodes.2', 'rabbit9'],
      ['config.queue_master_locator', 'random'],
      ['limits.virtual_time', '1h'],
    ],
  });
  expect(scenario.seed).toBe(9);
  expect(scenario.topology.queues[0]?.durable).toBe(false);
  expect(scenario.topology.policies[0]?.priority).toBe(3);
  expect(scenario.nodes[2]?.name).toBe('rabbit9');
  expect(scenario.nodes[0]?.config).toMatchObject({ queueMasterLocator: 'random', heartbeatUs: 5_000_000 });
  expect(scenario.limits.virtualTimeUs).toBe(3_600_000_000);
});

test('an error in an override is pointed at in the option', () => {
  expect(problems(base, { overrides: [['net_ticktime', '5']] })[0]).toMatchObject({
    file: '--set',
    line: 1,
    column: 14,
    excerpt: 'net_ticktime=5',
  });
  expect(problems(base, { overrides: [['sed', '5']] })[0]).toMatchObject({
    file: '--set',
    column: 1,
    hint: 'did you mean "seed"?',
  });
  expect(problems(base, { overrides: [['queues.r.durable', 'true']] })[0]).toMatchObject({ file: '--set' });
  expect(problems(base, { overrides: [['seed', '[']] })[0]).toMatchObject({
    file: '--set',
    excerpt: 'seed=[',
  });
});
