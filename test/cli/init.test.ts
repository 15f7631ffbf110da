// `watership init` turns a cluster's own files into a scenario that is right, whatever stands in them, and drops nothing in silence.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConf } from '../../sim/cli/init/conf-file.ts';
import { readDefinitions } from '../../sim/cli/init/definitions.ts';
import { textOf } from '../../sim/cli/init/flow-text.ts';
import { firstScenario } from '../../sim/cli/init/write-scenario.ts';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { loadText } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { fileWith, inFolder, perform } from './captured.ts';

const realExport = path.join(import.meta.dirname, '../scenario/definitions/rabbitmq-3.10.8.json');

const conf = `# comment
cluster_name = shop
cluster_partition_handling = pause_if_all_down   # trailing
cluster_partition_handling.pause_if_all_down.recover = autoheal
cluster_partition_handling.pause_if_all_down.nodes.1 = rabbit@rabbit1
cluster_formation.classic_config.nodes.1 = rabbit@rabbit1
cluster_formation.classic_config.nodes.2 = rabbit@rabbit2
net_ticktime = 20
heartbeat=30
vm_memory_high_watermark.absolute = 2GB
default_pass = s3cret
consumer_timeout = soon
no.such.key = 1
include conf.d/*.conf
`;

function made(definitions: unknown, nodes = ['a', 'b', 'c'], settings = ''): string {
  return firstScenario({
    definitions: readDefinitions(
      'd.json',
      typeof definitions === 'string' ? definitions : JSON.stringify(definitions),
    ),
    settings: readConf('rabbitmq.conf', settings),
    nodes,
    name: 'made',
    sources: ['d.json'],
  }).text;
}

/** Its only scenario; throws where `watership check` would complain. */
function loaded(text: string): Scenario {
  const [scenario] = loadText('made.yaml', text);
  return scenario!;
}

const comments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim().startsWith('#'))
    .join('\n');

describe('a real export', () => {
  test('becomes a file that passes check and runs', async () => {
    const out = inFolder('real.yaml');
    const made = await perform([
      'init',
      '--definitions',
      realExport,
      '--conf',
      fileWith('rabbitmq.conf', conf),
      '--out',
      out,
    ]);
    expect(made).toMatchObject({ code: 0, out: '' });
    expect(made.err).toContain('not modelled');
    expect(await perform(['check', out])).toMatchObject({ code: 0, err: '' });
    const ran = await perform(['run', out]);
    expect([0, 1]).toContain(ran.code);
    expect(ran.out).toContain('published');
  });

  test('is taken over, and what is not stands in comments', () => {
    const text = made(readFileSync(realExport, 'utf8'), [], conf);
    const scenario = loaded(text);
    expect(scenario).toMatchObject({ name: 'shop', netTicktimeUs: 20_000_000 });
    expect(scenario.nodes.map(({ name }) => name)).toEqual(['rabbit1', 'rabbit2']);
    expect(scenario.partitionHandling).toEqual({
      kind: 'pause_if_all_down',
      nodes: ['rabbit1'],
      recover: 'autoheal',
    });
    expect(scenario.nodes[0]?.config).toMatchObject({
      heartbeatUs: 30_000_000,
      vmMemoryHighWatermark: { kind: 'absolute', bytes: 2_000_000_000 },
    });
    expect(scenario.topology.policies[0]).toMatchObject({ name: 'ha-two', definition: { 'ha-params': 2 } });
    expect(scenario.topology.bindings).toContainEqual(
      expect.objectContaining({ source: 'orders', destination: 'ha.orders', routingKey: 'order.#' }),
    );
    for (const word of ['name: log', 'operator_policy', 'default_pass', 'no.such.key', 'soon', 'conf.d'])
      expect(comments(text)).toContain(word);
    for (const word of ['topic_permissions', 'max-connections', 'warehouse.example', 'max-queues', 'daily'])
      expect(text).toContain(word);
  });

  test('takes no password along', () => {
    const text = made(readFileSync(realExport, 'utf8'), [], conf);
    for (const secret of ['pa55', 's3cret', 'password_hash']) expect(text).not.toContain(secret);
  });

  test('every queue is fed and read in the way its bindings suggest', () => {
    const { workloads } = loaded(made(readFileSync(realExport, 'utf8')));
    const of = (name: string): unknown => workloads.find((workload) => workload.name === name);
    expect(of('ha.orders-publisher')).toMatchObject({
      exchange: 'orders',
      routingKeys: ['order.any'],
      confirms: true,
    });
    expect(of('audit-publisher')).toMatchObject({
      exchange: 'audit',
      headers: [{ level: 3, type: 'order' }],
    });
    expect(of('temporary-publisher')).toMatchObject({ exchange: '', routingKeys: ['temporary'] });
    // Dead letters come to it by themselves.
    expect(of('orders.dead-publisher')).toBeUndefined();
    expect(of('orders.dead-consumer')).toMatchObject({ queue: 'orders.dead' });
    // The stream is not modelled, and neither is who would use it.
    expect(of('log-publisher')).toBeUndefined();
  });
});

test('what RabbitMQ itself would refuse is a comment, not a run that cannot begin', () => {
  const quorum = { 'x-queue-type': 'quorum' };
  const queues = ['auto_delete', 'durable'].map((key) => ({
    name: key,
    [key]: key !== 'durable',
    arguments: quorum,
  }));
  const text = made({ queues });
  expect(loaded(text).topology.queues).toEqual([]);
  expect(comments(text)).toContain('RabbitMQ refuses a quorum queue with auto_delete: true');
  expect(comments(text)).toContain('RabbitMQ refuses a quorum queue with durable: false');
});

describe('wrong use says so', () => {
  const definitions = ['--definitions', fileWith('d.json', '{}')];
  test.each([
    [[], '--definitions is missing'],
    [definitions, 'neither file lists the nodes of the cluster'],
    [[...definitions, '--nodes', 'a,b c'], '"b c" cannot be the name of a node'],
    [[...definitions, '--nodes', 'a,rabbit@a'], 'a node is named twice'],
    [[...definitions, '--nodes', 'a', '--queues', '('], '--queues: '],
    [['--definitions', inFolder('absent.json'), '--nodes', 'a'], 'cannot be read'],
    [
      ['--definitions', fileWith('broken.json', '{"queues": [\n  {"name" 1}]}'), '--nodes', 'a'],
      'broken.json:2:11: this is no JSON',
    ],
    [
      [...definitions, '--nodes', 'a', '--conf', fileWith('broken.conf', 'heartbeat = 1\nheartbeat 1\n')],
      'broken.conf:2:1: a setting',
    ],
    [[...definitions, '--nodes', 'a', '--out', definitions[1]!], 'will not be overwritten'],
  ])('%#', async (args, message) => {
    const { code, err, out } = await perform(['init', ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test('a cluster too large for one file, of which --queues takes a part', async () => {
    const queues = Array.from({ length: 5_000 }, (_, n) => ({ name: `a-queue-with-a-long-name-${n}` }));
    const file = fileWith('large.json', JSON.stringify({ queues }));
    const whole = await perform(['init', '--definitions', file, '--nodes', 'a']);
    expect([whole.code, whole.err]).toEqual([2, expect.stringContaining('--queues PATTERN')]);
    const part = await perform(['init', '--definitions', file, '--nodes', 'a', '--queues', '-1[01]$']);
    expect(loaded(part.out).topology.queues).toHaveLength(2);
    expect(part.out).toContain('4998 queues and 0 bindings do not match');
  });
});

const name = fc.oneof(
  fc.constantFrom(
    'q',
    'orders',
    'ha.a',
    'true',
    '75s',
    '1',
    'null',
    '#',
    '- x',
    'a: b',
    'x\n  - { name: y }',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }),
);
const value: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });
const someOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const vhost = fc.oneof({ weight: 4, arbitrary: fc.constant('/') }, name);
const argumentNames = someOf(
  'x-queue-type',
  'x-max-length',
  'x-message-ttl',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-max-age',
  'x-oddity',
  'note',
);
const argumentValues = fc.oneof(
  someOf<unknown>('quorum', 'classic', 'stream', 'drop-head', '', 5, 0, -1, true),
  value,
);
const table = fc.dictionary(argumentNames, argumentValues, { maxKeys: 3 });
const row = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record(fields, {
        requiredKeys: ['name', 'source', 'user'].filter((key) => key in fields),
      }),
    },
    value,
  );
const list = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown[]> =>
  fc.array(row(fields), { maxLength: 6 });

const generated = fc.record(
  {
    queues: list({
      name,
      vhost,
      durable: fc.boolean(),
      auto_delete: fc.boolean(),
      arguments: table,
      type: someOf('classic'),
    }),
    exchanges: list({
      name,
      vhost,
      type: someOf('direct', 'fanout', 'topic', 'headers', 'x-random'),
      durable: fc.boolean(),
      arguments: table,
    }),
    bindings: list({
      source: name,
      vhost,
      destination: name,
      destination_type: someOf('queue', 'exchange'),
      routing_key: name,
      arguments: table,
    }),
    policies: list({
      name,
      vhost,
      pattern: someOf('^ha', '.*', '('),
      'apply-to': someOf('queues', 'all', 'classic_queues'),
      priority: fc.integer(),
      definition: fc.dictionary(
        someOf(
          'ha-mode',
          'ha-params',
          'message-ttl',
          'federation-upstream-set',
          'dead-letter-exchange',
          'odd',
        ),
        argumentValues,
        { maxKeys: 3 },
      ),
    }),
    users: list({
      name,
      password_hash: someOf('aGFzaA=='),
      tags: fc.oneof(fc.array(name), name),
      limits: someOf({}, { 'max-connections': 1 }),
    }),
    permissions: list({
      user: name,
      vhost,
      configure: someOf('.*', '['),
      write: someOf(''),
      read: someOf('.*'),
    }),
    vhosts: list({ name, limits: someOf<unknown>([], [['max-queues', 1]]), metadata: value }),
    parameters: list({ component: someOf('federation-upstream', 'shovel', 'x'), name, vhost, value }),
    topic_permissions: fc.array(value, { maxLength: 2 }),
    global_parameters: list({ name, value }),
    rabbit_version: someOf('3.10.8'),
  },
  { requiredKeys: [] },
);

describe('whatever an export holds', () => {
  test('the file passes check and names everything', () => {
    fc.assert(
      fc.property(generated, (definitions) => {
        // The one key that is refused everywhere.
        fc.pre(!JSON.stringify(definitions).includes('__proto__'));
        const text = made(definitions);
        expect(loaded(text).name).toBe('made');
        for (const key of ['queues', 'exchanges', 'policies', 'users', 'vhosts', 'parameters'] as const)
          for (const row of definitions[key] ?? [])
            if (typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string')
              expect(text).toContain(textOf(row.name));
      }),
      { numRuns: 120 },
    );
  });

  test('the file runs', () => {
    fc.assert(
      fc.property(generated, (definitions) => {
        fc.pre(!JSON.stringify(definitions).includes('__proto__'));
        const scenario = loaded(made(definitions, ['a', 'b'], 'net_ticktime = 4'));
        const { result } = runScenario(scenario, { seed: 1 });
        expect(['passed', 'failed']).toContain(result.verdict);
      }),
      { numRuns: 10 },
    );
  });
});
