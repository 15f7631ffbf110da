// Steps of maintenance on whole runs: what draining, reviving and rebalancing do to clients, queues and messages.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, runOf, timesOf } from './one-run.ts';

const mirrored = `nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 8s
policies: [{ name: ha, pattern: ".*", definition: { ha-mode: all } }]
queues: [{ name: a, declare_on: rabbit1 }, { name: b, declare_on: rabbit1 }, { name: c, declare_on: rabbit1 }]
`;

const outputsOf = (result: ReturnType<typeof resultOf>, command: string): string[] =>
  eventsOf(result, 'operator', { command }).map(({ output }) => String(output));

/** Who leads the queues, sorted. */
function leadersOf({ queues }: ReturnType<typeof resultOf>): string[] {
  return Object.values(queues)
    .map((queue) => (queue.type === 'classic' ? (queue.master ?? 'nobody') : 'nobody'))
    .toSorted();
}

describe('drain', () => {
  test('BRK-56: ends clients and the port, leaves leaders where they are, until revive', () => {
    const result = resultOf(`${mirrored}workloads:
  - { name: stays, publish: { routing_key: a, via: rabbit1, rate: 20/s, stop: 40s, confirms: true } }
  - { name: other, publish: { routing_key: b, via: rabbit2, rate: 20/s, stop: 40s, confirms: true } }
chaos:
  - { at: 10s, rabbitmq-upgrade: drain, on: rabbit1 }
  - { at: 20s, rabbitmqctl: cluster_status, on: rabbit3 }
  - { at: 30s, rabbitmq-upgrade: revive, on: rabbit1 }
  - { at: 35s, rabbitmqctl: cluster_status, on: rabbit2 }
settle: 5s
expect:
  at:
    - { time: 29s, nodes: { rabbit1: running }, queues: { a: { master: rabbit1 }, b: { master: rabbit1 } }, clients: { stays: disconnected, other: connected } }
    - { time: end, clients: { stays: connected } }
  timeline: [{ event: connection_lost, count: 1, workload: stays, code: 320, text: CONNECTION_FORCED - Node was put into maintenance mode }]
`);
    expect(result.failures).toEqual([]);
    expect(result.messages.confirmed_lost).toBe(0);
    const [during, after] = outputsOf(result, 'cluster_status');
    expect(during).toContain('Node: rabbit@rabbit1, status: marked for maintenance');
    expect(during).toContain('Node: rabbit@rabbit2, status: not under maintenance');
    expect(after).toContain('Node: rabbit@rabbit1, status: not under maintenance');
    expect(result.rules).toContain('BRK-56');
  });

  test('is forgotten when the node boots again', () => {
    const result = resultOf(`${mirrored}chaos:
  - { at: 5s, rabbitmq-upgrade: drain, on: rabbit1 }
  - { at: 10s, kill: rabbit1 }
  - { at: 15s, start: rabbit1 }
  - { at: 30s, rabbitmqctl: cluster_status, on: rabbit2 }
  - { at: 32s, rabbitmq-diagnostics: check_port_connectivity, on: rabbit1 }
settle: 5s
`);
    expect(outputsOf(result, 'cluster_status')[0]).not.toContain('marked');
    expect(eventsOf(result, 'operator', { command: 'check_port_connectivity', exit: 0 })).toHaveLength(1);
  });

  test('keeps leaders of new queues away, where they are placed at all', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2, rabbit3]
config: { queue_master_locator: min-masters }
queues: [{ name: x }, { name: y }]
chaos:
  - { at: 2s, rabbitmq-upgrade: drain, on: rabbit3 }
  - { at: 5s, amqp: { queue.declare: { queue: z, durable: true } }, via: rabbit1 }
settle: 5s
expect: { at: [{ time: end, queues: { x: { master: rabbit1 }, y: { master: rabbit2 }, z: { master: [rabbit1, rabbit2] } } }] }
`);
    expect(result.failures).toEqual([]);
  });
});

describe('listeners', () => {
  test('that are suspended take nobody new, and keep who is there, until they are resumed', () => {
    const result = resultOf(`${mirrored}workloads:
  - { name: early, publish: { routing_key: a, via: rabbit1, rate: 10/s, stop: 30s, confirms: true } }
  - { name: late, publish: { routing_key: a, via: rabbit1, rate: 10/s, start: 10s, stop: 30s, confirms: true } }
chaos:
  - { at: 5s, rabbitmqctl: suspend_listeners, on: rabbit1 }
  - { at: 20s, rabbitmqctl: resume_listeners, on: rabbit1 }
settle: 5s
expect: { at: [{ time: 19s, clients: { early: connected, late: disconnected } }, { time: end, clients: { late: connected } }] }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'connection_lost')).toEqual([]);
  });
});

test('await_online_nodes waits for the others, as long as it is told', () => {
  const result = resultOf(`${mirrored}chaos:
  - { at: 2s, kill: [rabbit2, rabbit3] }
  - { at: 5s, rabbitmqctl: await_online_nodes 2, on: rabbit1 }
  - { at: 5s, rabbitmqctl: await_online_nodes 3 --timeout 10, on: rabbit1 }
  - { at: 20s, start: rabbit2 }
settle: 20s
`);
  expect(eventsOf(result, 'operator', { command: 'await_online_nodes 2' })).toMatchObject([{ exit: 0 }]);
  expect(timesOf(result, 'operator', { command: 'await_online_nodes 2' })[0]).toBeGreaterThan(22);
  expect(eventsOf(result, 'operator', { exit: 70 })).toHaveLength(1);
});

describe('rebalance', () => {
  test('MIR-51: moves leaders from a node that leads more than its share, one queue after the other', () => {
    const result =
      resultOf(`${mirrored}workloads: [{ name: p, publish: { routing_key: [a, b, c], via: rabbit2, rate: 30/s, stop: 20s, confirms: true, republish_unconfirmed: true } }]
chaos:
  - { at: 5s, rabbitmqctl: sync_queue a, on: rabbit1 }
  - { at: 10s, rabbitmq-queues: rebalance all, on: rabbit2 }
settle: 10s
`);
    const leaders = leadersOf(result);
    expect(leaders).toEqual(['rabbit1', 'rabbit2', 'rabbit3']);
    expect(eventsOf(result, 'queue_promoted')).toHaveLength(2);
    expect(result.messages.confirmed_lost).toBe(0);
    expect(outputsOf(result, 'rebalance all')[0]).toContain(
      '│ rabbit@rabbit3 │ 0                       │ 1 ',
    );
  });

  test('HAZ-19: loses the backlog where the replica it goes to is not synchronised', () => {
    const result =
      resultOf(`${mirrored.replace('ha-mode: all', 'ha-mode: all, ha-promote-on-shutdown: always')}workloads: [{ name: p, publish: { routing_key: [a, b, c], via: rabbit1, messages: 300, confirms: true } }]
chaos:
  - { at: 5s, kill: [rabbit2, rabbit3] }
  - { at: 10s, start: [rabbit2, rabbit3] }
  - { at: 30s, rabbitmq-queues: check_if_node_is_mirror_sync_critical, on: rabbit1 }
  - { at: 32s, rabbitmq-queues: rebalance all, on: rabbit1 }
settle: 15s
`);
    expect(eventsOf(result, 'operator', { command: 'check_if_node_is_mirror_sync_critical' })).toMatchObject([
      { exit: 69 },
    ]);
    expect(result.messages.confirmed_lost).toBe(200);
    expect(result.causes).toMatchObject([{ outcome: 'lost', confirmed: 200 }]);
  });

  test('moves nothing to a node under maintenance', () => {
    const result = resultOf(`${mirrored}chaos:
  - { at: 2s, rabbitmq-upgrade: drain, on: rabbit3 }
  - { at: 5s, rabbitmq-queues: rebalance classic, on: rabbit1 }
settle: 10s
`);
    const leaders = leadersOf(result);
    expect(leaders).toEqual(['rabbit1', 'rabbit1', 'rabbit2']);
  });
});

describe('a listing', () => {
  test('is a table, JSON or CSV, as asked', () => {
    const run = runOf(`${mirrored}workloads: [{ name: p, publish: { routing_key: a, messages: 3 } }]
chaos:
  - { at: 3s, rabbitmqctl: list_queues name messages durable --formatter json, on: rabbit1 }
  - { at: 5s, rabbitmqctl: "list_queues name messages --formatter=csv", on: rabbit2 }
  - { at: 7s, rabbitmqctl: list_queues name messages --formatter pretty_table, on: rabbit2 }
settle: 2s
`);
    const [json, csv, pretty] = eventsOf(run.result, 'operator').map(({ output }) => String(output));
    expect(JSON.parse(json!)).toEqual([
      { name: 'a', messages: 3, durable: true },
      { name: 'b', messages: 0, durable: true },
      { name: 'c', messages: 0, durable: true },
    ]);
    expect(csv).toBe('"name","messages"\n"a","3"\n"b","0"\n"c","0"');
    expect(pretty).toContain('│ a    │ 3        │');
  });
});

test('what is wrong with a command line is pointed at', () => {
  expect(
    complaintsAbout(`${mirrored}chaos:
  - { at: 1s, rabbitmq-upgrade: drian, on: rabbit1 }
  - { at: 2s, rabbitmq-diagnostics: check_runing }
  - { at: 3s, rabbitmq-diagnostics: memory_breakdown }
  - { at: 4s, rabbitmq-queues: rebalance all -n rabbit@rabbit2, on: rabbit1 }
  - { at: 5s, rabbitmqctl: list_queues --formatter erlang }
  - { at: 6s, rabbitmq-upgrade: drain, on: rabbit7 }
  - { at: 7s, rabbitmq-queues: rebalance all, via: rabbit1 }
`),
  ).toMatchInlineSnapshot(`
    [
      "7: rabbitmq-upgrade has no command "drian"",
      "8: rabbitmq-diagnostics has no command "check_runing"",
      "9: RabbitMQ knows "rabbitmq-diagnostics memory_breakdown", but the simulator has no model of it",
      "10: it would run on rabbit1",
      "11: the formatter "erlang" is not modelled",
      "12: nothing declares a node called "rabbit7"",
      "13: rabbitmq-queues takes no "via"",
    ]
  `);
});

test('every row runs at its time, after the tool has started', () => {
  const result = resultOf(`${mirrored}timings: { cli: 500ms }
chaos: [{ at: 3s, rabbitmq-diagnostics: ping, on: rabbit2 }]
settle: 2s
`);
  expect(timesOf(result, 'operator')).toEqual([3.5]);
});
