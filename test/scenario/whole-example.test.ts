import { expect, test } from 'vitest';
import { base, loaded } from './a-file.ts';

const example = String.raw`# yaml-language-server: $schema=../scenario.schema.json
name: autoheal-drops-confirmed
description: The losing side of an autoheal throws away messages it had confirmed.
seed: 7

nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 8s
cluster_partition_handling: autoheal
config:
  queue_master_locator: client-local

links:
  - { between: all, latency: 200us, jitter: 50us }
  - { between: [rabbit1, rabbit3], latency: 5ms }

policies:
  - { name: ha-all, pattern: "^ha\\.", definition: { ha-mode: all, ha-sync-mode: automatic } }
exchanges:
  - { name: orders, type: topic, durable: true }
queues:
  - { name: ha.orders, durable: true, declare_on: rabbit1 }
bindings:
  - { source: orders, destination: ha.orders, routing_key: "order.*" }

workloads:
  - name: shop
    publish: { exchange: orders, routing_key: order.new, via: rabbit1, rate: 100/s, start: 1s, stop: 60s,
               confirms: true, persistent: true }
  - name: warehouse
    consume: { queue: ha.orders, via: rabbit3, prefetch: 10, ack: manual, processing_time: 5ms }

chaos:
  - { at: 10s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 30s }
settle: 20s

expect:
  messages: { confirmed_lost: { min: 1 }, acked: "<= delivered" }
  at:
    - { time: end, nodes: { rabbit1: running, rabbit2: [running, paused] }, partitions: {} }
  timeline:
    - { event: autoheal_winner, count: 1 }
`;

test('a whole scenario means what it says', () => {
  const scenario = loaded(example);
  expect(scenario).toMatchObject({
    name: 'autoheal-drops-confirmed',
    seed: 7,
    seeds: 1,
    matrix: {},
    netTicktimeUs: 8_000_000,
    partitionHandling: { kind: 'autoheal' },
    settleUs: 20_000_000,
    drain: true,
    limits: { events: 500_000_000, virtualTimeUs: 172_800_000_000, messages: 20_000_000 },
  });
  expect(
    scenario.nodes.map(({ name, type, clustered, running }) => [name, type, clustered, running]),
  ).toEqual([
    ['rabbit1', 'disc', true, true],
    ['rabbit2', 'disc', true, true],
    ['rabbit3', 'disc', true, true],
  ]);
  expect(scenario.links).toHaveLength(3);
  expect(scenario.links[1]).toEqual({
    pairs: [
      ['rabbit1', 'rabbit2'],
      ['rabbit1', 'rabbit3'],
      ['rabbit2', 'rabbit3'],
    ],
    latency: { kind: 'fixed', us: 200 },
    jitterUs: 50,
  });
  expect(scenario.links[2]).toEqual({
    pairs: [['rabbit1', 'rabbit3']],
    latency: { kind: 'fixed', us: 5_000 },
  });
  expect(scenario.topology.queues).toEqual([
    {
      name: 'ha.orders',
      vhost: '/',
      durable: true,
      autoDelete: false,
      arguments: {},
      declareOn: 'rabbit1',
      line: 21,
    },
  ]);
  expect(scenario.topology.policies[0]).toMatchObject({
    pattern: String.raw`^ha\.`,
    applyTo: 'all',
    priority: 0,
  });
  const [shop, warehouse] = scenario.workloads;
  expect(shop).toMatchObject({
    kind: 'publish',
    name: 'shop',
    count: 1,
    line: 26,
    exchange: 'orders',
    routingKeys: ['order.new'],
    via: [{ kind: 'node', name: 'rabbit1' }],
    ratePerSecond: 100,
    messages: null,
    startUs: 1_000_000,
    stopUs: 60_000_000,
    confirms: true,
    bodyBytes: 100,
    reconnectUs: 1_000_000,
    heartbeatUs: 60_000_000,
    republishUnconfirmed: false,
  });
  expect(warehouse).toMatchObject({
    kind: 'consume',
    prefetch: 10,
    ack: 'manual',
    processingTime: { kind: 'fixed', us: 5_000 },
    stopUs: null,
    resubscribe: true,
    declare: null,
  });
  expect(scenario.chaos).toEqual([
    {
      index: 0,
      when: { kind: 'at', atUs: 10_000_000 },
      forUs: 30_000_000,
      action: { verb: 'partition', groups: [['rabbit1'], ['rabbit2', 'rabbit3']] },
      text: '{ at: 10s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 30s }',
      line: 33,
    },
  ]);
  expect(scenario.expect).toMatchObject({
    messages: [
      {
        figure: 'confirmed_lost',
        bounds: [{ comparison: '>=', than: 1 }],
        text: 'confirmed_lost >= 1',
        line: 37,
      },
      { figure: 'acked', bounds: [{ comparison: '<=', than: { figure: 'delivered' } }], line: 37 },
    ].toSorted((a, b) => (a.figure === 'acked' ? -1 : b.figure === 'acked' ? 1 : 0)),
    at: [
      {
        timeUs: null,
        nodes: [
          { name: 'rabbit1', anyOf: ['running'], line: 39 },
          { name: 'rabbit2', anyOf: ['running', 'paused'], line: 39 },
        ],
        partitions: [],
        line: 39,
      },
    ],
    timeline: [{ event: 'autoheal_winner', count: [{ comparison: '=', than: 1 }], line: 41 }],
    anyOf: [],
    sometimes: null,
  });
});

test('the shortest file is the most ordinary cluster', () => {
  const scenario = loaded('name: t\nnodes: [a, b]\n');
  expect(scenario.netTicktimeUs).toBe(60_000_000);
  expect(scenario.partitionHandling).toEqual({ kind: 'ignore' });
  expect(scenario.links).toEqual([
    {
      pairs: [['a', 'b']],
      latency: { kind: 'fixed', us: 100 },
      jitterUs: 0,
      bandwidthBitsPerSecond: null,
      loss: 0,
    },
  ]);
  expect(scenario.nodes[0]).toMatchObject({
    disk: { fsync: { kind: 'fixed', us: 2_000 }, freeBytes: null },
    config: {
      queueMasterLocator: 'client-local',
      heartbeatUs: 60_000_000,
      channelMax: 2047,
      mirroringSyncBatchSize: 4096,
    },
  });
  expect(scenario.expect).toBeNull();
});

test('short and full node names are the same node everywhere', () => {
  const short = `name: t
nodes: { a: { config: { heartbeat: 5 } }, b: }
disks: { a: { fsync: 1ms } }
queues: [{ name: q, declare_on: b }]
policies: [{ name: p, pattern: q, definition: { ha-mode: nodes, ha-params: [a, b] } }]
workloads: [{ name: w, consume: { queue: q, via: [a, b] } }]
chaos: [{ at: 1s, kill: a }, { at: 2s, start: a }, { after: { event: nodedown, node: a }, cut: [a, b] }]
expect: { at: [{ time: end, nodes: { a: down }, queues: { q: { master: [a, b] } }, partitions: { a: [b] } }] }
`;
  const full = short.replaceAll(/\b(a|b)\b(?=[\],: ]|$)/gm, 'rabbit@$1');
  expect(full).toContain('{ event: nodedown, node: rabbit@a }');
  const bare = (text: string): unknown =>
    JSON.parse(
      JSON.stringify(loaded(text), (key, value) => (key === 'source' || key === 'text' ? undefined : value)),
    );
  expect(bare(full)).toEqual(bare(short));
});

test('a node’s own config overrides the cluster’s', () => {
  const scenario = loaded(
    'name: t\nnodes: { a: { config: { heartbeat: 5 } }, b: }\nconfig: { heartbeat: 30, channel_max: 9 }\n',
  );
  expect(scenario.nodes.map(({ config }) => [config.heartbeatUs, config.channelMax])).toEqual([
    [5_000_000, 9],
    [30_000_000, 9],
  ]);
});

test('what a workload’s declare or an amqp step declares counts as declared', () => {
  const scenario = loaded(`${base}workloads:
  - { name: c, consume: { queue: mine, declare: { exclusive: true } } }
  - { name: d, get: { queue: later, every: 1s } }
chaos:
  - { at: 1s, amqp: { queue.declare: { queue: later } }, via: rabbit1 }
  - { at: 1s, amqp: { basic.get: { queue: nobody-knows } } }
`);
  expect(scenario.workloads.map(({ kind }) => kind)).toEqual(['consume', 'get']);
  expect(scenario.chaos[1]?.action).toEqual({
    verb: 'amqp',
    via: 'rabbit1',
    call: { method: 'basic.get', queue: 'nobody-knows', noAck: true },
  });
});

test('command lines are split as a shell splits them, the command first', () => {
  const scenario = loaded(
    `${base}chaos: [{ at: 1s, rabbitmqctl: 'rabbitmqctl -n rabbit2 set_policy --priority 1 p "^ha\\." ''{"ha-mode":"all"}''', on: rabbit2 }]\n`,
  );
  expect(scenario.chaos[0]?.action).toMatchObject({
    words: ['set_policy', '-n', 'rabbit2', '--priority', '1', 'p', String.raw`^ha\.`, '{"ha-mode":"all"}'],
    on: 'rabbit2',
  });
});
