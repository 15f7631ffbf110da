// Shovels (BRK-53) between two clusters, each promise tried in a whole run.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, timesOf } from '../promises/one-run.ts';

const nodes = 'nodes: { east1: { cluster: east }, west1: { cluster: west } }\n';
const queues = 'queues: [{ name: orders, cluster: [east, west] }]\n';
const shop =
  'workloads: [{ name: shop, publish: { routing_key: orders, via: east1, rate: 50/s, messages: 100, start: 1s, stop: 4s, confirms: true } }]\n';

const shovel = (definition: string): string =>
  `parameters: [{ component: shovel, name: move, value: { src-uri: "amqp://", dest-uri: "amqp://west1", ${definition} } }]\n`;
const move = shovel('src-queue: orders, dest-queue: orders');

describe('a shovel', () => {
  test('moves what comes to its source, and declares the queues that are not there (BRK-53)', () => {
    const result = resultOf(`${nodes}queues: [{ name: orders }]
${move}${shop}settle: 5s
expect:
  messages: { confirmed_lost: 0, drained: 100 }
  queues: { orders: { drained_deliveries: 0 } }
`);
    expect(result.failures).toEqual([]);
    expect(result.queues['orders@west']).toMatchObject({ master: 'west1' });
  });

  test('is started again at once after its first end, and after the delay each time after that', () => {
    const result =
      resultOf(`${nodes}${queues}${shovel('src-queue: orders, dest-queue: orders, reconnect-delay: 3')}${shop}
chaos: [{ at: 2s, kill: west1 }, { at: 30s, start: west1 }]
settle: 20s
expect: { messages: { confirmed_lost: 0 } }
`);
    expect(result.failures).toEqual([]);
    const ends = timesOf(result, 'link_terminated', { link: 'move' });
    // The lost connection, the attempt that follows at once, then one every three seconds.
    expect(ends[1]! - ends[0]!).toBeLessThan(0.1);
    expect(Math.round(ends[2]! - ends[1]!)).toBe(3);
    expect(Math.round(ends[3]! - ends[2]!)).toBe(3);
    // The first was running before the scenario began.
    expect(eventsOf(result, 'link_running')).toHaveLength(1);
  });

  test('runs on one node of its cluster and moves to another when that dies or stops', () => {
    const result =
      resultOf(`nodes: { a: { cluster: east }, b: { cluster: east }, c: { cluster: east }, west1: { cluster: west } }
net_ticktime: 4s
policies: [{ name: ha, pattern: "^orders$", definition: { ha-mode: all } }]
${queues}${move}workloads: [{ name: shop, publish: { routing_key: orders, via: b, rate: 50/s, start: 1s, stop: 40s, confirms: true } }]
chaos: [{ at: 10s, kill: a }, { at: 25s, rabbitmqctl: stop_app, on: b }]
settle: 10s
`);
    // On the first node since before the scenario began.
    expect(eventsOf(result, 'link_running').map(({ node }) => node)).toEqual(['b', 'c']);
    expect(result.messages).toMatchObject({ confirmed_lost: 0 });
  });

  test('gives back to its source what the destination refuses', () => {
    const result =
      resultOf(`${nodes}queues: [{ name: orders }, { name: full, cluster: west, arguments: { x-max-length: 10, x-overflow: reject-publish } }]
${shovel('src-queue: orders, dest-queue: full')}${shop}settle: 2s
expect:
  messages: { confirmed: 100, confirmed_lost: 0, drained: 100 }
  queues: { full@west: { drained_deliveries: 10 }, orders: { drained_deliveries: 90 } }
`);
    expect(result.failures).toEqual([]);
  });

  test('acknowledges what leads nowhere at the destination, and that is lost (HAZ-1)', () => {
    const result = resultOf(`${nodes}queues: [{ name: orders }]
${shovel('src-queue: orders, dest-exchange: amq.direct, dest-exchange-key: nobody')}${shop}settle: 2s
expect:
  messages: { confirmed_lost: 100 }
  timeline: [{ event: message_lost, hazard: HAZ-1, rule: BRK-10, queue: orders, count: 100 }]
`);
    expect(result.failures).toEqual([]);
  });

  test('that is to end with the queue takes what was there, and its parameter goes', () => {
    const result = resultOf(`${nodes}${queues}${shop}chaos:
  - at: 5s
    rabbitmqctl: >-
      set_parameter shovel move
      '{"src-uri": "amqp://", "src-queue": "orders", "dest-uri": "amqp://west1", "dest-queue": "orders", "src-delete-after": "queue-length"}'
  - { at: 8s, amqp: { basic.publish: { routing_key: orders } } }
  - { at: 9s, rabbitmqctl: clear_parameter shovel move }
settle: 2s
expect:
  queues: { orders: { drained_deliveries: 1 }, orders@west: { drained_deliveries: 100 } }
  timeline:
    - { event: link_terminated, reason: autodelete, count: 1 }
    - { event: operator, exit: 0, count: 1 }
    - { event: operator, exit: 69, count: 1 }
`);
    expect(result.failures).toEqual([]);
  });

  test('consumes from an exchange by a queue of its own', () => {
    const result = resultOf(`${nodes}exchanges: [{ name: events, type: topic }]
queues: [{ name: orders, cluster: west }]
${shovel('src-exchange: events, src-exchange-key: "order.#", dest-queue: orders')}
workloads: [{ name: shop, publish: { exchange: events, routing_key: [order.new, bill.new], rate: 50/s, start: 1s, stop: 3s, confirms: true } }]
settle: 2s
expect: { queues: { orders@west: { drained_deliveries: 50 } } }
`);
    expect(result.failures).toEqual([]);
  });
});

test('a static shovel makes its declarations, runs once in its cluster, and is refused where it is wrong', () => {
  const definition = (more: string): string => `shovels:
  - name: archive
    source: { uris: "amqp://", declarations: [{ queue.declare: { queue: orders, durable: true } }], queue: orders, prefetch_count: 10 }
    destination: { uris: ["amqp://west1"], declarations: [{ queue.declare: { queue: old, durable: true } }], publish_fields: { exchange: "", routing_key: old } }
    ${more}
`;
  const result =
    resultOf(`nodes: { east1: { cluster: east }, east2: { cluster: east }, west1: { cluster: west } }
queues: [{ name: orders }]
${definition('ack_mode: on_publish')}${shop}chaos: [{ at: 6s, rabbitmqctl: shovel_status, on: east1 }, { at: 6s, rabbitmqctl: shovel_status, on: east2 }]
settle: 3s
expect: { messages: { confirmed_lost: 0 }, queues: { orders: { drained_deliveries: 0 } } }
`);
  expect(result.failures).toEqual([]);
  expect(result.queues['old@west']).toMatchObject({ master: 'west1' });
  const outputs = eventsOf(result, 'operator').map(({ output }) => String(output));
  expect(outputs.filter((output) => output.includes('archive'))).toHaveLength(1);
  expect(
    complaintsAbout(
      `${nodes}${definition('ack_mode: on-confirm').replace('queue: orders, prefetch', 'prefetch').replace('queue.declare: { queue: old', 'queue.purge: { queue: old')}`,
    ),
  ).toEqual([
    '5: source: queue is missing',
    '6: destination: a declaration is one of queue.declare, exchange.declare, queue.bind with its fields',
    '7: ack_mode is one of on_confirm, on_publish, no_ack',
  ]);
});

test('tools say how the links of a node stand', () => {
  const result = resultOf(`${nodes}exchanges: [{ name: events, type: fanout, cluster: [east, west] }]
policies: [{ name: fed, pattern: "^events$", definition: { federation-upstream: up }, cluster: east }]
${queues}${move.replace(']\n', ', { component: federation-upstream, name: up, value: { uri: "amqp://west1" } }]')}
chaos:
  - { at: 1s, rabbitmqctl: shovel_status, on: east1 }
  - { at: 3s, rabbitmqctl: federation_status, on: east1 }
  - { at: 5s, kill: west1 }
  - { at: 6s, rabbitmqctl: shovel_status --formatter json, on: east1 }
  - { at: 8s, rabbitmqctl: federation_status --only-down, on: east1 }
  - { at: 10s, rabbitmqctl: clear_parameter shovel move, on: east1 }
  - { at: 12s, rabbitmqctl: shovel_status, on: east1 }
settle: 2s
`);
  const outputs = eventsOf(result, 'operator').map(({ output }) => String(output));
  expect(outputs[0]).toContain('Shovel status on node rabbit@east1');
  expect(outputs[0]).toMatch(
    /amqp:\/\/west1\tamqp091\torders\tmove\tamqp:\/\/\tamqp091\torders\trunning\t\tdynamic\t\//,
  );
  expect(outputs[1]).toContain('exchange => <<"events">>');
  expect(outputs[1]).toContain('status => running,type => exchange,upstream => <<"up">>');
  expect(JSON.parse(outputs[2]!)).toMatchObject([
    { name: 'move', state: 'starting', termination_reason: '', source: '' },
  ]);
  expect(outputs[3]).toContain('error => <<"source econnrefused">>');
  expect(outputs.at(-1)).not.toContain('move');
});

test('a definition that RabbitMQ would refuse is refused at its key', () => {
  expect(
    complaintsAbout(`${nodes}${queues}parameters:
  - component: shovel
    name: move
    value:
      src-uri: http://east1
      src-queue: orders
      src-exchange: events
      dest-uri: [amqp://west1, amqp://wets1]
      ack-mode: maybe
      dest-quue: orders
  - { component: shovel, name: bare, value: { src-uri: amqp:// } }
  - { component: shovels, name: typo, value: {} }
`),
  ).toEqual([
    '8: "http://east1" is no AMQP URI such as amqp://rabbit1',
    "10: Cannot specify 'src-exchange' and 'src-queue'",
    '11: nothing declares a node called "wets1"',
    '12: ack-mode is one of on-confirm, on-publish, no-ack',
    '13: a shovel has no key "dest-quue"',
    "14: Must specify 'src-exchange' or 'src-queue'",
    '14: dest-uri is missing',
    '15: the component "shovels" is not modelled',
  ]);
});
