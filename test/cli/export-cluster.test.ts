// `watership export --format conf` writes what a real cluster would be made from, and reading it back yields the same cluster.
// RabbitMQ 3.10.8 was started with the files of the first scenario here, and its own export held against them: see docs/versions.md.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterFiles } from '../../sim/cli/export/cluster-files.ts';
import { readConf } from '../../sim/cli/init/conf-file.ts';
import { readDefinitions } from '../../sim/cli/init/definitions.ts';
import { firstScenario } from '../../sim/cli/init/write-scenario.ts';
import { loadFile, loadText } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { fileWith, inFolder, perform } from './captured.ts';

const rich = `name: rich
nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 7s
cluster_partition_handling: { pause_if_all_down: { nodes: [rabbit1, rabbit2], recover: autoheal } }
config: { heartbeat: 20, vm_memory_high_watermark.absolute: 2GB, disk_free_limit.relative: 1.5, queue_master_locator: min-masters }
vhosts: [{ name: /, limits: { max-queues: 100 } }, { name: reports, limits: { max-connections: 5 } }]
users: [{ name: shop, tags: [monitoring, management], limits: { max-channels: 10 } }]
topic_permissions: [{ user: shop, exchange: in, write: "^a", read: "" }]
permissions: [{ user: shop, configure: "^a", write: ".*", read: "" }]
policies:
  - { name: ha, pattern: "^ha", definition: { ha-mode: nodes, ha-params: [rabbit1, rabbit2] }, priority: 3, apply-to: queues }
exchanges:
  - { name: in, type: topic, arguments: { alternate-exchange: alt } }
  - { name: alt, type: fanout }
queues:
  - { name: ha.a, arguments: { x-max-length: 10, x-overflow: reject-publish, x-dead-letter-exchange: alt } }
  - { name: qq, arguments: { x-queue-type: quorum, x-delivery-limit: 3 } }
  - { name: daily, vhost: reports }
  - { name: "odd \\"name\\" #;\\\\ é\\t", durable: false, auto_delete: true }
bindings:
  - { source: in, destination: ha.a, routing_key: "a.#" }
  - { source: amq.headers, destination: qq, arguments: { x-match: any, n: 3, s: text, b: true } }
`;

function only(text: string): Scenario {
  return loadText('rich.yaml', text)[0]!;
}

/** What the files can say, without the places where it was said. */
function sayable({ name, netTicktimeUs, partitionHandling, nodes, topology }: Scenario): unknown {
  const facts = {
    name,
    netTicktimeUs,
    partitionHandling,
    nodes: nodes.map((node) => [node.name, node.config]),
    topology: { ...topology, vhosts: topology.vhosts.filter(({ name, limits }) => name !== '/' || limits) },
  };
  return JSON.parse(
    JSON.stringify(facts, (key, value: unknown) => (['line', 'declareOn'].includes(key) ? undefined : value)),
  );
}

function back(scenario: Scenario): Scenario {
  const text = (wanted: string): string => clusterFiles(scenario).find(({ name }) => name === wanted)!.text;
  const first = firstScenario({
    definitions: readDefinitions('definitions.json', text('definitions.json')),
    settings: readConf('rabbitmq.conf', text('rabbitmq.conf')),
    nodes: [],
    name: 'unused',
    sources: ['definitions.json'],
  });
  return only(first.text);
}

test('init makes the same cluster of it again', () => {
  const scenario = only(rich);
  expect(sayable(back(scenario))).toEqual(sayable(scenario));
});

test('whatever the cluster', () => {
  const settings = fc.record(
    {
      heartbeat: fc.nat(1_000),
      consumer_timeout: fc.integer({ min: 1, max: 1e9 }),
      channel_max: fc.nat(65_535),
      queue_master_locator: fc.constantFrom('client-local', 'min-masters', 'random'),
      'vm_memory_high_watermark.relative': fc.constantFrom(0.1, 0.45, 1),
      'disk_free_limit.absolute': fc.constantFrom('1GB', 123),
      mirroring_sync_batch_size: fc.integer({ min: 1, max: 50_000 }),
    },
    { requiredKeys: [] },
  );
  const handling = fc.constantFrom('ignore', 'autoheal', 'pause_minority');
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((text) => !text.startsWith('amq.'));
  const queues = fc.uniqueArray(fc.record({ name, durable: fc.boolean() }), {
    selector: (queue) => queue.name,
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      settings,
      handling,
      queues,
      fc.integer({ min: 1, max: 100_000 }),
      (config, handling, queues, ticktime) => {
        const bindings = queues.map((queue) => ({
          source: 'amq.direct',
          destination: queue.name,
          routing_key: queue.name,
        }));
        const scenario = only(
          JSON.stringify({
            name: 'generated',
            nodes: ['a', 'b'],
            net_ticktime: `${ticktime}s`,
            cluster_partition_handling: handling,
            config,
            queues,
            bindings,
          }),
        );
        expect(sayable(back(scenario))).toEqual(sayable(scenario));
      },
    ),
    { numRuns: 60 },
  );
});

test('definitions.json is one that a scenario can name', async () => {
  const out = inFolder('cluster');
  const file = fileWith('rich.yaml', rich);
  expect(await perform(['export', file, '--format', 'conf', '--out', out])).toMatchObject({ code: 0 });
  const again = path.join(out, 'again.yaml');
  writeFileSync(again, 'name: rich\nnodes: [rabbit1, rabbit2, rabbit3]\ndefinitions: definitions.json\n');
  const { policies, bindings } = loadFile(again)[0]!.topology;
  expect(policies).toMatchObject([{ name: 'ha', definition: { 'ha-params': ['rabbit1', 'rabbit2'] } }]);
  expect(bindings).toHaveLength(2);
  // RabbitMQ knows nodes by their full names.
  expect(readFileSync(path.join(out, 'definitions.json'), 'utf8')).toContain('rabbit@rabbit2');
});

test('a node with settings of its own has a file of its own', async () => {
  const file = fileWith(
    'own.yaml',
    'name: own\nnodes: { a: , b: { config: { heartbeat: 5 } } }\nadvanced_config: { channel_operation_timeout: 5000 }\n',
  );
  const out = inFolder('own');
  expect(await perform(['export', file, '--format', 'conf', '--out', out])).toMatchObject({ code: 0 });
  expect(readdirSync(out).toSorted()).toEqual([
    'advanced.config',
    'definitions.json',
    'rabbitmq.b.conf',
    'rabbitmq.conf',
  ]);
  expect(readFileSync(path.join(out, 'rabbitmq.b.conf'), 'utf8')).toContain('heartbeat = 5\n');
});

test('of several clusters each has a folder', () => {
  const scenario = only(
    'name: two\nnodes: { a: { cluster: east }, b: { cluster: west } }\nqueues: [{ name: q }, { name: q, cluster: west, durable: false }]\n',
  );
  const files = new Map(clusterFiles(scenario).map(({ name, text }) => [name, text]));
  expect([...files.keys()]).toEqual([
    'east/rabbitmq.conf',
    'east/definitions.json',
    'west/rabbitmq.conf',
    'west/definitions.json',
  ]);
  expect(files.get('west/rabbitmq.conf')).toContain('cluster_name = west\n');
  const { queues } = JSON.parse(files.get('west/definitions.json')!) as { queues: unknown };
  expect(queues).toMatchObject([{ name: 'q', durable: false }]);
});

test('a name cannot put a setting into rabbitmq.conf', () => {
  const scenario = only('name: "x\\nlisteners.tcp.default = 1"\nnodes: [a]\n');
  const [conf] = clusterFiles(scenario);
  expect(conf!.text.split('\n').filter((line) => line.startsWith('listeners'))).toEqual([]);
});

test('a folder is needed', async () => {
  const { code, err } = await perform(['export', fileWith('rich.yaml', rich), '--format', 'conf']);
  expect([code, err]).toEqual([2, expect.stringContaining('name a folder')]);
  expect(existsSync('rabbitmq.conf')).toBe(false);
});
