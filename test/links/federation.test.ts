// Federation of exchanges (BRK-54) and queues (BRK-55) between two clusters, each promise tried in a whole run.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { rabbitRoute } from '../../sim/broker/binding.ts';
import { TableStore } from '../../sim/cluster/table-store.ts';
import { complaintsAbout, eventsOf, resultOf } from '../promises/one-run.ts';

const nodes = 'nodes: { east1: { cluster: east }, west1: { cluster: west } }\n';
const topology = `exchanges: [{ name: orders, type: topic, cluster: [east, west] }]
queues: [{ name: q, cluster: west }]
bindings: [{ source: orders, destination: q, routing_key: "order.*", cluster: west }]
`;
const policy =
  'policies: [{ name: fed, pattern: "^orders$", apply-to: exchanges, definition: { federation-upstream: up }, cluster: west }]\n';
const upstream = (more = ''): string =>
  `parameters: [{ component: federation-upstream, name: up, cluster: west, value: { uri: "amqp://east1?heartbeat=2"${more} } }]\n`;
const till = (more = ''): string =>
  `workloads: [{ name: till, publish: { exchange: orders, routing_key: order.new, via: east1, rate: 50/s, messages: 500, start: 1s, stop: 12s, confirms: true${more} } }]\n`;
const QUEUE = 'federation: orders -> west';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a federated exchange', () => {
  test('takes over bindings as they are made and as they go', () => {
    const result = resultOf(`${nodes}${topology}${policy}${upstream()}
workloads:
  - { name: a, publish: { exchange: orders, routing_key: bill.new, via: east1, rate: 50/s, messages: 100, start: 1s, stop: 4s, confirms: true } }
  - { name: b, publish: { exchange: orders, routing_key: bill.new, via: east1, rate: 50/s, messages: 100, start: 6s, stop: 9s, confirms: true } }
  - { name: c, publish: { exchange: orders, routing_key: bill.new, via: east1, rate: 50/s, messages: 100, start: 11s, stop: 14s, confirms: true } }
chaos:
  - { at: 5s, amqp: { queue.bind: { exchange: orders, queue: q, routing_key: "bill.*" } }, via: west1 }
  - { at: 10s, amqp: { queue.unbind: { exchange: orders, queue: q, routing_key: "bill.*" } }, via: west1 }
settle: 3s
expect: { queues: { q@west: { drained_deliveries: 100 } } }
`);
    expect(result.failures).toEqual([]);
  });

  test('has one link that listens for bindings, however often it began anew', () => {
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const { subscribe } = TableStore.prototype;
    let listening = 0;
    let most = 0;
    vi.spyOn(TableStore.prototype, 'subscribe').mockImplementation(function (
      this: TableStore,
      table,
      changed,
    ) {
      const end = subscribe.call(this, table, changed);
      if (table !== rabbitRoute) return end;
      most = Math.max(most, (listening += 1));
      return () => {
        listening -= 1;
        end();
      };
    });
    const { timeline } = resultOf(`${nodes}${topology}${policy}${upstream(', reconnect-delay: 1')}
chaos: [{ at: 2s, kill: east1 }]
settle: 30s
`);
    expect(timeline.filter(({ event }) => event === 'link_terminated').length).toBeGreaterThan(10);
    expect(most).toBe(1);
  });

  test('lets what waits upstream expire as its upstream says', () => {
    const result = resultOf(`${nodes}${topology}${policy}${upstream(', message-ttl: 3000')}${till()}
chaos: [{ at: 2s, kill: west1 }, { at: 20s, start: west1 }]
settle: 10s
`);
    expect(result.by_queue[QUEUE]).toMatchObject({ expired: expect.any(Number) as number });
    expect(result.by_queue[QUEUE]!.expired).toBeGreaterThan(400);
  });

  test.each([
    ['default', ', resource-cleanup-mode: default', 0],
    ['never', ', resource-cleanup-mode: never', 500],
  ])('ends in order with the queue upstream, unless that is to stay: %s', (_mode, more, arrived) => {
    const result = resultOf(`${nodes}${topology}${policy}${upstream(more)}${till()}
chaos:
  - { at: 500ms, rabbitmqctl: stop_app, on: west1 }
  - { at: 20s, rabbitmqctl: start_app, on: west1 }
settle: 10s
`);
    expect(result.by_queue['q@west']?.drained_deliveries ?? 0).toBe(arrived);
  });

  test('loses with no-ack what is on its way when the WAN breaks (HAZ-67)', () => {
    const result = resultOf(`${nodes}${topology}${policy}${upstream(', ack-mode: no-ack')}${till()}
chaos: [{ at: 3s, cut: [east1, west1], for: 15s }]
settle: 10s
expect:
  messages: { confirmed_lost: { min: 20 } }
  timeline: [{ event: message_lost, hazard: HAZ-67, rule: BRK-54, count: { min: 20 } }]
`);
    expect(result.failures).toEqual([]);
  });

  test('loses with on-publish nothing over the WAN, which only its source crosses, but what its own node had not written (HAZ-67)', () => {
    const lost = (fault: string): ReturnType<typeof resultOf> =>
      resultOf(`${nodes}${topology}${policy}${upstream(', ack-mode: on-publish')}${till()}
chaos: [${fault}]
settle: 10s
`);
    expect(lost('{ at: 3s, cut: [east1, west1], for: 15s }').messages.confirmed_lost).toBe(0);
    const { causes } = lost('{ at: 5s, kill: west1 }, { at: 15s, start: west1 }');
    expect(causes.filter(({ outcome }) => outcome === 'lost')).toMatchObject([
      { hazard: 'HAZ-67', rule: 'BRK-54' },
    ]);
  });

  test('is federated and left alone by command, on one node of its cluster at a time', () => {
    const result =
      resultOf(`nodes: { east1: { cluster: east }, west1: { cluster: west }, west2: { cluster: west } }
net_ticktime: 4s
${topology}${till()}
chaos:
  - at: 100ms
    rabbitmqctl: set_parameter federation-upstream up '{"uri":"amqp://east1"}'
    on: west1
  - at: 500ms
    rabbitmqctl: set_policy --apply-to exchanges fed "^orders$" '{"federation-upstream":"up"}'
    on: west1
  - { at: 5s, kill: west1 }
  - { at: 15s, rabbitmqctl: clear_parameter federation-upstream up, on: west2 }
settle: 5s
`);
    expect(eventsOf(result, 'link_running').map(({ node }) => node)).toEqual(['west1', 'west2']);
    expect(eventsOf(result, 'link_terminated').map(({ node, reason }) => [node, reason])).toEqual([
      ['west2', 'shutdown'],
    ]);
    expect(result.queues[QUEUE]).toBeUndefined();
  });
});

describe('a federated queue', () => {
  const federated = `${nodes}queues: [{ name: q, cluster: [east, west] }]
policies: [{ name: fed, pattern: "^q$", apply-to: queues, definition: { federation-upstream: up }, cluster: CLUSTERS }]
parameters: [{ component: federation-upstream, name: up, cluster: west, value: { uri: "amqp://east1" } }, { component: federation-upstream, name: up, cluster: east, value: { uri: "amqp://west1" } }]
`;

  test('fetches nothing while nobody waits here, and no more than its consumers take', () => {
    const result = resultOf(`${federated.replace('CLUSTERS', 'west')}
workloads:
  - { name: till, publish: { routing_key: q, via: east1, rate: 100/s, messages: 300, start: 1s, stop: 5s, confirms: true } }
  - { name: stuck, consume: { queue: q, via: west1, prefetch: 5, ack: never, start: 6s, stop: 14s } }
settle: 2s
expect:
  messages: { confirmed_lost: 0, duplicated: 0 }
  at:
    - { time: 5s, queues: { q: { messages_ready: 300 }, q@west: { messages_ready: 0 } } }
    - { time: 13s, queues: { q: { messages_ready: 0 }, q@west: { messages_ready: 295, messages_unacknowledged: 5 } } }
`);
    expect(result.failures).toEqual([]);
  });

  test('may be federated both ways: messages follow the consumers to and fro and are never there twice', () => {
    const result = resultOf(`${federated.replace('CLUSTERS', '[east, west]')}
workloads:
  - { name: till, publish: { routing_key: q, via: east1, rate: 100/s, messages: 2000, start: 1s, stop: 25s, confirms: true } }
  - { name: a, consume: { queue: q, via: west1, prefetch: 5, processing_time: 2ms, start: 2s, stop: 10s } }
  - { name: b, consume: { queue: q, via: east1, prefetch: 5, processing_time: 2ms, start: 15s, stop: 40s } }
settle: 5s
expect: { messages: { confirmed_lost: 0, duplicated: 0, delivered_unique: 2000 } }
`);
    expect(result.failures).toEqual([]);
  });
});

test('upstreams and policies that RabbitMQ would refuse are refused where they are wrong', () => {
  expect(
    complaintsAbout(`${nodes}parameters:
  - { component: federation-upstream, name: a, value: { prefetch-count: 10 } }
  - { component: federation-upstream, name: b, value: { uri: "amqp://west1", max-hop: 2 } }
  - { component: federation-upstream-set, name: c, value: [{ max-hops: 2 }] }
  - { component: federation-upstream, name: d, value: { uri: "amqp://west1", ha-policy: all } }
policies: [{ name: p, pattern: x, definition: { federation-upstream: a, federation-upstream-set: c } }]
`),
  ).toEqual([
    '4: uri is missing',
    '5: an upstream has no key "max-hop"',
    '6: upstream is missing',
    '7: ha-policy is not modelled',
    '8: a policy has one of federation-upstream, federation-upstream-set, federation-upstream-pattern',
  ]);
});
