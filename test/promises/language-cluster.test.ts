// The language's words for the cluster, its settings and the limits of a run, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, threeNodes, timesOf } from './one-run.ts';

describe('nodes', () => {
  test('are meant by their short or their full name anywhere', () => {
    const result = resultOf(`nodes: [rabbit@rabbit1, rabbit2]
queues: [{ name: q, declare_on: rabbit@rabbit2 }]
workloads: [{ name: shop, publish: { routing_key: q, via: rabbit@rabbit2, messages: 3, stop: 5s } }]
chaos:
  - { at: 6s, rabbitmqctl: forget_cluster_node rabbit@rabbit2, on: rabbit@rabbit1 }
  - { at: 8s, kill: rabbit@rabbit1 }
settle: 2s
expect:
  at: [{ time: end, nodes: { rabbit@rabbit1: down, rabbit2: running } }]
  timeline: [{ event: node_killed, node: rabbit@rabbit1, count: 1 }]
`);
    expect(result.failures).toEqual([]);
    expect(result.nodes).toMatchObject({ rabbit1: { state: 'down' }, rabbit2: { state: 'running' } });
    expect(result.queues['q']).toMatchObject({ master: 'rabbit2' });
    expect(eventsOf(result, 'operator')[0]).toMatchObject({ on: 'rabbit1', exit: 69 });
  });

  test('that are not clustered are nodes of their own until they join', () => {
    const result = resultOf(`nodes: { rabbit1: , rabbit2: , rabbit3: { clustered: false } }
chaos:
  - { at: 2s, rabbitmqctl: stop_app, on: rabbit3 }
  - { at: 4s, rabbitmqctl: join_cluster rabbit@rabbit1, on: rabbit3 }
  - { at: 6s, rabbitmqctl: start_app, on: rabbit3 }
settle: 10s
expect:
  at:
    - { time: 1s, members: { rabbit1: [rabbit1, rabbit2], rabbit3: [rabbit3] }, running: { rabbit3: [rabbit3] } }
    - { time: end, running: { rabbit3: [rabbit1, rabbit2, rabbit3] } }
`);
    expect(result.failures).toEqual([]);
    expect(result.members['rabbit1']?.toSorted()).toEqual(['rabbit1', 'rabbit2', 'rabbit3']);
  });

  test('that do not run are members whose VM is down until `start`', () => {
    const result = resultOf(`nodes: { rabbit1: { running: false }, rabbit2: , rabbit3: }
queues: [{ name: q }]
workloads: [{ name: shop, publish: { routing_key: q, via: rabbit2, messages: 3, stop: 2s } }]
chaos: [{ at: 3s, start: rabbit1 }]
settle: 20s
expect:
  at:
    - { time: 1s, nodes: { rabbit1: down, rabbit2: running }, members: { rabbit2: [rabbit1, rabbit2, rabbit3] } }
    - { time: 1s, running: { rabbit2: [rabbit2, rabbit3] } }
    - { time: end, running: { rabbit1: [rabbit1, rabbit2, rabbit3] }, partitions: {} }
`);
    expect(result.failures).toEqual([]);
    expect(result.queues['q']).toMatchObject({ master: 'rabbit2' });
    expect(eventsOf(result, 'node_started', { node: 'rabbit1' })).toHaveLength(1);
    expect(result.messages.drained).toBe(3);
  });

  test('with another Erlang cookie are refused', () => {
    const join = resultOf(`nodes: { rabbit1: , rabbit2: { cookie: other, clustered: false } }
chaos:
  - { at: 1s, rabbitmqctl: stop_app, on: rabbit2 }
  - { at: 4s, rabbitmqctl: join_cluster rabbit1, on: rabbit2 }
settle: 12s
`);
    const [, joined] = eventsOf(join, 'operator');
    expect(joined).toMatchObject({ exit: 69, on: 'rabbit2' });
    expect(joined?.['output']).toContain("unable to perform an operation on node 'rabbit@rabbit1'");
    expect(join.members['rabbit1']).toEqual(['rabbit1']);
  });

  test('that could not form a cluster at time 0 are an error', () => {
    expect(complaintsAbout('nodes: { rabbit1: , rabbit2: { cookie: other } }\n')).toEqual([
      '2: with another Erlang cookie than rabbit1 it cannot belong to the cluster',
    ]);
    expect(complaintsAbout('nodes: { rabbit1: { running: false } }\n')).toEqual([
      '2: no node runs at time 0',
    ]);
    expect(
      complaintsAbout(
        'nodes: { rabbit1: , rabbit2: { running: false } }\nqueues: [{ name: q, declare_on: rabbit2 }]\n',
      ),
    ).toEqual(['3: rabbit2 does not run at time 0']);
  });
});

describe('what is declared', () => {
  test('is there at time 0, under the policies that apply to it', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
exchanges: [{ name: orders, type: topic }]
queues: [{ name: ha.q, declare_on: rabbit2 }, { name: plain, durable: false }]
bindings:
  - { source: orders, destination: ha.q, routing_key: "order.*" }
  - { source: amq.fanout, destination: plain }
policies: [{ name: ha, pattern: "^ha\\\\.", definition: { ha-mode: all } }]
drain: false
settle: 1s
chaos:
  - { at: 0s, amqp: { basic.publish: { exchange: orders, routing_key: order.new, mandatory: true } } }
  - { at: 1s, amqp: { basic.publish: { exchange: orders, routing_key: other, mandatory: true } } }
  - { at: 2s, amqp: { basic.publish: { exchange: amq.fanout, mandatory: true } } }
expect:
  at: [{ time: 0s, queues: { ha.q: { master: rabbit2, mirrors: [rabbit1], synchronised_mirrors: [rabbit1] } } }]
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'amqp_reply').map(({ code }) => code)).toEqual([200, 312, 200]);
    expect(result.queues).toMatchObject({ 'ha.q': { messages_ready: 1 }, plain: { messages_ready: 1 } });
  });

  test('can be bound at time 0 only to what is declared then', () => {
    expect(
      complaintsAbout(`nodes: [rabbit1]
bindings: [{ source: amq.fanout, destination: later }]
chaos: [{ at: 1s, amqp: { queue.declare: { queue: later } } }]
`),
    ).toEqual(['3: later is not declared at time 0']);
  });

  test('may repeat a predeclared exchange and may not change it', () => {
    const withType = (type: string): string =>
      `nodes: [rabbit1]\nexchanges: [{ name: amq.topic, type: ${type} }]\nsettle: 1s\n`;
    expect(complaintsAbout(withType('fanout'))).toEqual([
      '3: every vhost has amq.topic already: durable, topic',
    ]);
    expect(resultOf(withType('topic')).verdict).toBe('passed');
  });
});

describe('config', () => {
  const never = (config: string): string => `nodes:
  rabbit1:
  rabbit2: { config: { consumer_timeout: 60000 } }
config: { consumer_timeout: ${config} }
queues: [{ name: a }, { name: b }]
workloads:
  - { name: shop, publish: { routing_key: [a, b], messages: 2 } }
  - { name: one, consume: { queue: a, via: rabbit1, ack: never, stop: 170s } }
  - { name: two, consume: { queue: b, via: rabbit2, ack: never, stop: 170s } }
settle: 1s
`;

  test('of a node overrides the cluster’s; consumer_timeout can be switched off', () => {
    const result = resultOf(never('false'));
    expect(eventsOf(result, 'channel_closed', { workload: 'one' })).toEqual([]);
    expect(eventsOf(result, 'channel_closed', { workload: 'two' })).toMatchObject([
      { node: 'rabbit2', code: 406, text: expect.stringContaining('Timeout value used: 60000 ms') },
    ]);
    expect(eventsOf(resultOf(never('60000')), 'channel_closed', { workload: 'one' })).toHaveLength(1);
  });

  test('mnesia_table_loading_retry_timeout and _limit say how long a boot waits for its tables', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
config: { mnesia_table_loading_retry_timeout: 1000, mnesia_table_loading_retry_limit: 3 }
timings: { vm_boot: 1s }
chaos:
  - { at: 1s, kill: rabbit2 }
  - { at: 2s, kill: rabbit1 }
  - { at: 3s, start: rabbit2 }
settle: 10s
expect:
  at: [{ time: 6s, nodes: { rabbit2: booting } }, { time: 8s, nodes: { rabbit2: down } }]
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'waiting_for_tables', { node: 'rabbit2' })).toHaveLength(3);
  });

  test('channel_operation_timeout says how long a channel that ends waits for its queues', () => {
    const lingering = (timeoutMs: number): number => {
      const result = resultOf(`nodes: [rabbit1, rabbit2]
advanced_config: { channel_operation_timeout: ${timeoutMs} }
queues: [{ name: q, declare_on: rabbit2 }]
workloads: [{ name: c, consume: { queue: q, via: rabbit1 } }]
chaos:
  - { at: 2s, freeze: rabbit2, for: 20s }
  - { at: 4s, rabbitmqctl: stop_app, on: rabbit1 }
settle: 5s
drain: false
`);
      return timesOf(result, 'connection_lost')[0] ?? Infinity;
    };
    expect(lingering(1_000)).toBeLessThan(7);
    expect(lingering(1_000)).toBeGreaterThan(5);
    expect(lingering(2_500) - lingering(1_000)).toBeCloseTo(1.5, 1);
  });

  test('mirroring_sync_max_throughput holds a synchronisation back', () => {
    const seconds = (throughput: string): number => {
      const result = resultOf(`nodes: [rabbit1, rabbit2]
config: { mirroring_sync_max_throughput: ${throughput}, mirroring_sync_batch_size: 50 }
queues: [{ name: q }]
workloads: [{ name: shop, publish: { routing_key: q, messages: 10000, body: 1kB, stop: 5s } }]
chaos: [{ at: 6s, rabbitmqctl: "set_policy ha '^q$' '{\\"ha-mode\\":\\"all\\",\\"ha-sync-mode\\":\\"automatic\\"}'" }]
settle: 20s
drain: false
`);
      return (timesOf(result, 'sync_finished')[0] ?? Infinity) - (timesOf(result, 'sync_started')[0] ?? 0);
    };
    expect(seconds('0')).toBeLessThan(1);
    const limited = seconds('1MB');
    expect(limited).toBeGreaterThan(8);
    expect(limited).toBeLessThan(16);
  });

  test('channel_max does not keep the drain from any queue', () => {
    const result = resultOf(`nodes: [rabbit1]
config: { channel_max: 1 }
queues: [{ name: a }, { name: b }, { name: c }]
workloads: [{ name: shop, publish: { routing_key: [a, b, c], messages: 30 } }]
settle: 3s
`);
    expect(result.messages.drained).toBe(30);
  });

  test('heartbeat: the smaller of both sides counts, and with 0 on both nobody gives up', () => {
    const lost = (server: number, client: number): readonly number[] =>
      timesOf(
        resultOf(`nodes: [rabbit1]
config: { heartbeat: ${server} }
queues: [{ name: q }]
workloads: [{ name: c, consume: { queue: q, heartbeat: ${client}s } }]
chaos: [{ at: 5s, cut_clients: rabbit1, for: 600s }]
settle: 1s
`),
        'connection_lost',
      );
    expect(lost(0, 0)).toEqual([]);
    for (const [server, client] of [
      [10, 60],
      [60, 10],
      [10, 0],
      [0, 10],
    ] as const) {
      const [at = Infinity] = lost(server, client);
      expect(at).toBeGreaterThan(20);
      expect(at).toBeLessThan(36);
    }
  });

  test('heartbeat: an idle client that is well keeps its connection, whatever the two sides say', () => {
    for (const [server, client] of [
      [10, 60],
      [60, 0],
      [0, 60],
    ] as const) {
      const result = resultOf(`nodes: [rabbit1]
config: { heartbeat: ${server} }
queues: [{ name: q }]
workloads: [{ name: c, consume: { queue: q, heartbeat: ${client}s, stop: 400s } }]
settle: 1s
`);
      expect(eventsOf(result, 'connection_lost')).toEqual([]);
    }
  });
});

describe('limits', () => {
  const shop =
    'workloads: [{ name: shop, publish: { routing_key: q, rate: 100/s, stop: 60s } }]\nsettle: 1s\n';

  test.each([
    ['messages', 'messages: 100', 100],
    ['events', 'events: 2000', undefined],
    ['virtual_time', 'virtual_time: 10s', 1000],
  ] as const)(
    '%s ends the run exactly there with the verdict unknown and says so',
    (name, limit, published) => {
      const result = resultOf(`${threeNodes}limits: { ${limit} }\n${shop}`);
      expect(result.verdict).toBe('unknown');
      expect(result.failures).toMatchObject([
        { line: 5, expected: expect.stringContaining(`limits.${name} = `) },
      ]);
      if (published !== undefined) expect(result.messages.published).toBe(published);
    },
  );

  test('that are not reached change nothing', () => {
    expect(resultOf(`${threeNodes}limits: { messages: 20k }\n${shop}`).verdict).toBe('passed');
  });
});

describe('timings', () => {
  test('say how long boots, stops, tools and dials take', () => {
    const result = resultOf(`${threeNodes}timings: { cli: 2s, vm_boot: 10s, app_stop: 3s }
chaos:
  - { at: 1s, rabbitmqctl: cluster_status, on: rabbit1 }
  - { at: 1s, rabbitmqctl: stop_app, on: rabbit3 }
  - { at: 10s, kill: rabbit2 }
  - { at: 11s, start: rabbit2 }
settle: 20s
`);
    expect(timesOf(result, 'operator', { command: 'cluster_status' })[0]).toBeCloseTo(3, 1);
    expect(timesOf(result, 'node_stopped', { node: 'rabbit3' })[0]).toBeCloseTo(6, 0);
    const [started = 0] = timesOf(result, 'node_started', { node: 'rabbit2' });
    expect(started).toBeGreaterThan(21);
    expect(started).toBeLessThan(23);
  });
});

describe('a set-up', () => {
  test('keeps what exchanges are: internal, deleted with their last binding, gone with a transient one’s node', () => {
    const result = resultOf(`nodes: [rabbit1]
exchanges:
  - { name: inner, type: fanout, internal: true }
  - { name: passing, type: fanout, auto_delete: true }
  - { name: transient, type: fanout, durable: false }
queues: [{ name: q }, { name: fleeting, durable: false }]
bindings: [{ source: passing, destination: q }]
chaos:
  - { at: 1s, amqp: { basic.publish: { exchange: inner } } }
  - { at: 2s, amqp: { queue.unbind: { queue: q, exchange: passing } } }
  - { at: 3s, amqp: { exchange.declare: { exchange: passing, passive: true } } }
  - { at: 4s, kill: rabbit1 }
  - { at: 5s, start: rabbit1 }
  - { at: 20s, amqp: { exchange.declare: { exchange: transient, passive: true } } }
  - { at: 21s, amqp: { exchange.declare: { exchange: inner, type: fanout, durable: true, internal: true } } }
settle: 2s
`);
    expect(eventsOf(result, 'amqp_reply').map(({ code }) => code)).toEqual([403, 200, 404, 404, 200]);
    expect(Object.keys(result.queues)).toEqual(['q']);
  });

  test('gives a queue the policy of the highest priority that is meant for queues', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
queues: [{ name: q }]
policies:
  - { name: exchanges, pattern: q, priority: 9, apply-to: exchanges, definition: { ha-mode: all } }
  - { name: low, pattern: q, priority: 1, definition: { queue-master-locator: random } }
  - { name: high, pattern: q, priority: 5, apply-to: queues, definition: { ha-mode: all } }
chaos:
  - { at: 1s, rabbitmqctl: list_queues name policy }
  - { at: 3s, rabbitmqctl: clear_policy high }
  - { at: 5s, rabbitmqctl: list_queues name policy }
settle: 2s
`);
    const policies = eventsOf(result, 'operator').flatMap(({ command, output }) =>
      (command as string).startsWith('list') ? [(output as string).split('\t').at(-1)] : [],
    );
    expect(policies).toEqual(['high', 'low']);
    expect(result.queues['q']).toMatchObject({ mirrors: [] });
  });
});
