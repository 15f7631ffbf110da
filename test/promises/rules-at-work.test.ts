// Rules that no single place decides by, and rules of which only a whole cluster can tell: each tried with the smallest experiment in which it shows.
import { describe, expect, test } from 'vitest';
import { eventsOf, resultOf, timesOf } from './one-run.ts';

const nodes = 'nodes: [rabbit1, rabbit2, rabbit3]\nnet_ticktime: 8s\n';
const mirrored = `${nodes}policies: [{ name: ha, pattern: "^ha", definition: { ha-mode: all, ha-sync-mode: automatic } }]
queues: [{ name: ha.q, declare_on: rabbit1 }]
`;
const shop = (routingKey: string, via: string): string =>
  `  - { name: shop, publish: { routing_key: ${routingKey}, via: ${via}, messages: 10, start: 1s, stop: 4s, confirms: true } }\n`;

describe('the cluster', () => {
  test('CLU-1: a stopped application is a member, does not run, and is alive to a majority', () => {
    const result = resultOf(`${nodes}cluster_partition_handling: pause_minority
chaos:
  - { at: 1s, rabbitmqctl: stop_app, on: rabbit2 }
  - { at: 8s, rabbitmqctl: stop_app, on: rabbit3 }
settle: 30s
expect:
  at:
    - { time: 20s, members: { rabbit1: [rabbit1, rabbit2, rabbit3] }, running: { rabbit1: [rabbit1] }, nodes: { rabbit1: running } }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'node_paused')).toEqual([]);
  });

  test.each([
    ['reset', ['rabbit1', 'rabbit2']],
    ['force_reset', ['rabbit1', 'rabbit2', 'rabbit3']],
  ])('CLU-6: %s makes an empty node; only an ordinary one tells the others', (command, membersAtOthers) => {
    const result = resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit3 }]
workloads:
${shop('q', 'rabbit3')}chaos:
  - { at: 5s, rabbitmqctl: stop_app, on: rabbit3 }
  - { at: 10s, rabbitmqctl: ${command}, on: rabbit3 }
  - { at: 15s, rabbitmqctl: start_app, on: rabbit3 }
settle: 20s
`);
    expect(eventsOf(result, 'operator').slice(0, 2)).toMatchObject([{ exit: 0 }, { exit: 0 }]);
    expect(result.members['rabbit1']!.toSorted()).toEqual(membersAtOthers);
    expect(result.messages).toMatchObject({ confirmed: 10, confirmed_lost: 10, drained: 0 });
    expect(result.causes).toMatchObject([{ hazard: 'HAZ-17', rule: 'CLU-6', messages: 10 }]);
    if (command === 'reset') expect(result.members['rabbit3']).toEqual(['rabbit3']);
  });

  test('CLU-3: a node joins only while its application is stopped', () => {
    const result = resultOf(`nodes: { rabbit1: , rabbit2: { clustered: false } }
chaos:
  - { at: 1s, rabbitmqctl: join_cluster rabbit@rabbit1, on: rabbit2 }
settle: 10s
`);
    expect(eventsOf(result, 'operator')[0]!['exit']).not.toBe(0);
    expect(result.members).toEqual({ rabbit1: ['rabbit1'], rabbit2: ['rabbit2'] });
  });

  test('CLU-3: a member that joins again is told so and succeeds', () => {
    const result = resultOf(`${nodes}chaos:
  - { at: 1s, rabbitmqctl: stop_app, on: rabbit2 }
  - { at: 8s, rabbitmqctl: join_cluster rabbit@rabbit1, on: rabbit2 }
settle: 10s
`);
    const [, joined] = eventsOf(result, 'operator');
    expect(joined).toMatchObject({ exit: 0 });
    expect(joined!['output']).toContain('already a member');
  });

  test('CLU-15: who has booted is announced to all, who hear of its end as well', () => {
    const result = resultOf(`nodes: { rabbit1: { running: false }, rabbit2: , rabbit3: }
net_ticktime: 8s
chaos:
  - { at: 1s, start: rabbit1 }
  - { at: 20s, rabbitmqctl: stop_app, on: rabbit1 }
settle: 10s
`);
    for (const node of ['rabbit2', 'rabbit3']) {
      expect(timesOf(result, 'rabbit_up', { node, peer: 'rabbit1' })).toHaveLength(1);
      expect(timesOf(result, 'rabbit_down', { node, peer: 'rabbit1' })).toHaveLength(1);
    }
  });

  test('CLU-13: a node waits for its tables ten times, half a minute each, then its boot has failed', () => {
    const result = resultOf(`${nodes}chaos:
  - { at: 1s, rabbitmqctl: stop, on: rabbit1 }
  - { at: 10s, rabbitmqctl: stop, on: rabbit2 }
  - { at: 20s, rabbitmqctl: stop, on: rabbit3 }
  - { at: 30s, start: rabbit1 }
settle: 360s
expect:
  at:
    - { time: 325s, nodes: { rabbit1: booting } }
    - { time: end, nodes: { rabbit1: down } }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'waiting_for_tables', { node: 'rabbit1' })).toHaveLength(10);
  });

  test('CLU-4, CLU-21: a forgotten node may not boot as it is; after a reset it is a node of its own', () => {
    const result = resultOf(`${nodes}chaos:
  - { at: 1s, rabbitmqctl: stop_app, on: rabbit3 }
  - { at: 8s, rabbitmqctl: forget_cluster_node rabbit@rabbit3, on: rabbit1 }
  - { at: 14s, rabbitmqctl: start_app, on: rabbit3 }
  - { at: 24s, rabbitmqctl: reset, on: rabbit3 }
  - { at: 30s, rabbitmqctl: force_reset, on: rabbit3 }
  - { at: 36s, rabbitmqctl: start_app, on: rabbit3 }
settle: 20s
expect:
  at:
    - { time: 22s, nodes: { rabbit3: stopped }, running: { rabbit1: [rabbit1, rabbit2] } }
    - { time: end, nodes: { rabbit3: running }, members: { rabbit3: [rabbit3], rabbit1: [rabbit1, rabbit2] } }
`);
    expect(result.failures).toEqual([]);
    const [, , start] = eventsOf(result, 'operator');
    expect(start).toMatchObject({ command: 'start_app' });
    expect(start!['exit']).not.toBe(0);
    expect(start!['output']).toContain('inconsistent_cluster');
  });

  test('CLU-7, CLU-25: a node that was not the last to stop knows from its disk whom to wait for; definitions come back', () => {
    const result =
      resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit1 }, { name: passing, durable: false, declare_on: rabbit1 }]
chaos:
  - { at: 1s, rabbitmqctl: stop, on: rabbit1 }
  - { at: 10s, rabbitmqctl: stop, on: rabbit2 }
  - { at: 20s, rabbitmqctl: stop, on: rabbit3 }
  - { at: 30s, start: rabbit1 }
  - { at: 55s, start: rabbit3 }
settle: 30s
expect:
  at:
    - { time: 50s, nodes: { rabbit1: booting } }
    - { time: end, nodes: { rabbit1: running, rabbit3: running }, queues: { q: { state: running }, passing: absent } }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'waiting_for_tables', { node: 'rabbit1' }).length).toBeGreaterThan(0);
    expect(eventsOf(result, 'waiting_for_tables', { node: 'rabbit3' })).toEqual([]);
  });

  test('CLU-24, BRK-20: a kill leaves what was flushed, small or large, and all of it counts as delivered', () => {
    const result = resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit1 }]
disks: { rabbit1: { fsync: 400ms } }
workloads:
  - { name: small, publish: { routing_key: q, via: rabbit1, rate: 100/s, start: 1s, stop: 3s, confirms: true } }
  - { name: large, publish: { routing_key: q, via: rabbit1, rate: 100/s, start: 1s, stop: 3s, confirms: true, body: 10kB } }
  - { name: late, consume: { queue: q, via: rabbit2, start: 15s } }
chaos: [{ at: 2950ms, kill: rabbit1 }, { at: 5s, start: rabbit1 }]
settle: 30s
`);
    const { confirmed, published, confirmed_lost, unconfirmed_lost, redelivered, delivered } =
      result.messages;
    expect(confirmed).toBeGreaterThan(100);
    expect(confirmed).toBeLessThan(published);
    expect([confirmed_lost, redelivered]).toEqual([0, delivered]);
    expect(unconfirmed_lost).toBeGreaterThan(20);
    // What was being written when the VM died is not there.
    expect(delivered).toBeLessThan(confirmed + 5);
    expect(delivered).toBeGreaterThan(100);
    for (const name of ['small', 'large']) expect(result.by_workload[name]!['confirmed']).toBeGreaterThan(50);
  });
});

describe('partitions', () => {
  const cut = 'partition: [[rabbit1], [rabbit2, rabbit3]], for: 40s';

  test('PAR-4: of two nodes one may stop its application without the other pausing', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
cluster_partition_handling: pause_minority
chaos: [{ at: 1s, rabbitmqctl: stop_app, on: rabbit2 }]
settle: 20s
`);
    expect(eventsOf(result, 'node_paused')).toEqual([]);
    expect(result.nodes['rabbit1']).toMatchObject({ state: 'running' });
  });

  test('PAR-7: a paused node stays down, round after round, until it sees a majority', () => {
    const result = resultOf(`${nodes}cluster_partition_handling: pause_minority
chaos: [{ at: 5s, ${cut} }]
settle: 30s
expect:
  at:
    - { time: 20s, nodes: { rabbit1: paused } }
    - { time: 30s, nodes: { rabbit1: paused } }
    - { time: 40s, nodes: { rabbit1: paused } }
    - { time: end, nodes: { rabbit1: running } }
`);
    expect(result.failures).toEqual([]);
  });

  test('PAR-28: one of the listed nodes is enough', () => {
    const result =
      resultOf(`${nodes}cluster_partition_handling: { pause_if_all_down: { nodes: [rabbit1, rabbit2], recover: ignore } }
chaos: [{ at: 2s, kill: rabbit2 }]
settle: 20s
`);
    expect(eventsOf(result, 'node_paused')).toEqual([]);
  });

  test('PAR-31: a mirror is promoted a moment after its nodedown, also where its node is about to pause', () => {
    const result =
      resultOf(`${mirrored.replace('declare_on: rabbit1', 'declare_on: rabbit2')}cluster_partition_handling: pause_minority
timings: { app_stop: 1s } # long enough for the ring to take its 100 ms
chaos: [{ at: 5s, ${cut} }]
settle: 30s
`);
    const [noticed] = timesOf(result, 'nodedown', { node: 'rabbit1', peer: 'rabbit2' });
    const [promoted] = timesOf(result, 'queue_promoted', { node: 'rabbit1' });
    const [paused] = timesOf(result, 'node_paused', { node: 'rabbit1' });
    expect(promoted! - noticed!).toBeGreaterThan(0.09);
    expect(promoted! - noticed!).toBeLessThan(0.3);
    expect(paused! - noticed!).toBeLessThan(0.1);
    expect(eventsOf(result, 'node_stopped', { node: 'rabbit1' })).toHaveLength(1);
  });

  test.each(['pause_minority', 'autoheal', 'ignore'])(
    'PAR-32: under %s the clients of nodes that pause or lose are sent away, and nobody else is',
    (strategy) => {
      const result = resultOf(`${mirrored}cluster_partition_handling: ${strategy}
workloads:
  - { name: rabbit1, consume: { queue: ha.q, via: rabbit1 } }
  - { name: rabbit2, consume: { queue: ha.q, via: rabbit2 } }
  - { name: rabbit3, consume: { queue: ha.q, via: rabbit3 } }
chaos: [{ at: 5s, ${cut} }]
settle: 40s
`);
      const lost = eventsOf(result, 'connection_lost');
      const gaveWay = [...eventsOf(result, 'node_paused'), ...eventsOf(result, 'node_restarting')];
      expect(new Set(lost.map(({ workload }) => workload))).toEqual(new Set(gaveWay.map(({ node }) => node)));
      expect(lost.every(({ code }) => code === 320)).toBe(true);
      expect(lost.length > 0).toBe(strategy !== 'ignore');
    },
  );

  test('PAR-33, MIR-48, BRK-11: after an ignored heal each side has its leader, its bindings and its queues', () => {
    const result =
      resultOf(`${mirrored.replace('queues: [', 'queues: [{ name: home, declare_on: rabbit1, durable: false }, ')}chaos:
  - { at: 5s, ${cut} }
  - { at: 25s, amqp: { queue.bind: { queue: ha.q, exchange: amq.topic, routing_key: a } }, via: rabbit1 }
  - { at: 60s, amqp: { queue.declare: { queue: home, passive: true } }, via: rabbit1 }
  - { at: 62s, amqp: { queue.declare: { queue: home, passive: true } }, via: rabbit2 }
  - { at: 64s, amqp: { basic.publish: { exchange: amq.topic, routing_key: a, mandatory: true } }, via: rabbit1 }
  - { at: 66s, amqp: { basic.publish: { exchange: amq.topic, routing_key: a, mandatory: true } }, via: rabbit2 }
  - { at: 68s, amqp: { basic.publish: { exchange: amq.topic, routing_key: a, mandatory: true } }, via: rabbit3 }
settle: 10s
expect:
  at:
    - { time: end, seen_by: rabbit1, queues: { ha.q: { master: rabbit1, mirrors: [] } } }
    - { time: end, seen_by: rabbit3, queues: { ha.q: { master: [rabbit2, rabbit3] } } }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'amqp_reply').map(({ code }) => code)).toEqual([200, 200, 404, 200, 312, 312]);
    expect(Object.keys(result.views)).toEqual(['rabbit1', 'rabbit2', 'rabbit3']);
  });

  test('PAR-12: a node that loses its replica first and the rest later confirms alone in between, and loses it by pausing', () => {
    const result = resultOf(`${nodes}cluster_partition_handling: pause_minority
policies: [{ name: ha, pattern: "^ha", definition: { ha-mode: nodes, ha-params: [rabbit1, rabbit2] } }]
queues: [{ name: ha.q, declare_on: rabbit1 }]
workloads: [{ name: shop, publish: { routing_key: ha.q, via: rabbit1, rate: 50/s, start: 1s, stop: 30s, confirms: true } }]
chaos:
  - { at: 5s, cut: [rabbit1, rabbit2], for: 40s }
  - { at: 11s, cut: [rabbit1, rabbit3], for: 34s }
settle: 30s
`);
    const [first] = timesOf(result, 'nodedown', { node: 'rabbit1', peer: 'rabbit2' });
    const [paused] = timesOf(result, 'node_paused', { node: 'rabbit1' });
    expect(paused! - first!).toBeGreaterThan(3);
    expect(result.causes).toContainEqual(
      expect.objectContaining({ hazard: 'HAZ-15', rule: 'PAR-12', outcome: 'lost' }),
    );
    expect(result.messages.confirmed_lost).toBeGreaterThan(100);
  });
});

describe('mirrored queues', () => {
  test('MIR-51: a node that led before leads nothing when it is back', () => {
    const result = resultOf(`${mirrored}chaos: [{ at: 2s, kill: rabbit1 }, { at: 5s, start: rabbit1 }]
settle: 30s
`);
    const queue = result.queues['ha.q'];
    expect(queue).toMatchObject({ state: 'running' });
    expect(['rabbit2', 'rabbit3']).toContain(queue?.type === 'classic' ? queue.master : null);
    expect(queue?.type === 'classic' && queue.mirrors).toContain('rabbit1');
    expect(eventsOf(result, 'queue_promoted')).toHaveLength(1);
  });

  test.each([
    ['kill: rabbit1', 0.1, 0.5],
    ['rabbitmqctl: stop, on: rabbit1', 0.1, 4],
    ['power_off: rabbit1', 8, 10.5],
  ])('MIR-52, NET-22, OVR-4: after %s there is a new leader within %f to %f s', (fault, least, most) => {
    const result = resultOf(
      `${mirrored}workloads:\n${shop('ha.q', 'rabbit2')}chaos: [{ at: 5s, ${fault} }]\nsettle: 20s\n`,
    );
    const [promoted, ...more] = timesOf(result, 'queue_promoted');
    expect(more).toEqual([]);
    expect(promoted! - 5).toBeGreaterThan(least);
    expect(promoted! - 5).toBeLessThan(most);
  });
});

describe('the broker', () => {
  test('BRK-18: clients of any node publish to and consume from a queue that lives on another', () => {
    const result = resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit1 }]
workloads:
${shop('q', 'rabbit2')}  - { name: warehouse, consume: { queue: q, via: rabbit3 } }
settle: 5s
`);
    expect(result.messages).toMatchObject({ confirmed: 10, delivered_unique: 10, acked: 10, drained: 0 });
  });

  test.each([
    ['kill_client: first', 0, 1],
    ['cut_clients: rabbit2', 8, 31],
  ])('BRK-49: after %s the broker gives its deliveries to others within %i to %i s', (fault, least, most) => {
    const result = resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit1 }]
workloads:
${shop('q', 'rabbit1')}  - { name: first, consume: { queue: q, via: rabbit2, ack: never, heartbeat: 10s, reconnect: never } }
  - { name: second, consume: { queue: q, via: rabbit3, start: 5s } }
chaos: [{ at: 10s, ${fault} }]
settle: 60s
`);
    const [back] = timesOf(result, 'message_duplicated');
    expect(result.messages).toMatchObject({ delivered: 20, redelivered: 10 });
    expect(back! - 10).toBeGreaterThanOrEqual(least);
    expect(back! - 10).toBeLessThan(most);
  });
});

describe('an application', () => {
  test('NET-9: is reset at once by the kernel under a killed VM', () => {
    const result = resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit2 }]
workloads: [{ name: warehouse, consume: { queue: q, via: rabbit1, reconnect: never } }]
chaos: [{ at: 5s, kill: rabbit1 }]
settle: 5s
`);
    const [lost] = timesOf(result, 'connection_lost', { workload: 'warehouse' });
    expect(lost! - 5).toBeLessThan(0.01);
  });

  test('CLI-8: is told of an alarm and of its end, and what it publishes meanwhile waits in its socket', () => {
    const result = resultOf(`${nodes}queues: [{ name: q, declare_on: rabbit1 }]
workloads: [{ name: shop, publish: { routing_key: q, via: rabbit2, rate: 20/s, start: 1s, stop: 20s, confirms: true } }]
chaos: [{ at: 5s, fill_memory: rabbit3, for: 5s }]
settle: 10s
`);
    expect(timesOf(result, 'connection_blocked', { workload: 'shop' })).toHaveLength(1);
    expect(timesOf(result, 'connection_unblocked', { workload: 'shop' })).toHaveLength(1);
    expect(result.messages.confirmed).toBe(result.messages.published);
  });
});

describe('a Java client', () => {
  test('CLI-5: declares on its new connection what it had declared on the old one', () => {
    const result = resultOf(`${nodes}workloads:
  - { name: java, consume: { client: java, queue: mine, via: rabbit2, declare: { exclusive: true } } }
chaos:
  - { at: 5s, kill_client: java }
settle: 20s
expect:
  at:
    - { time: 4s, queues: { mine: { master: rabbit2 } } }
    - { time: 7s, queues: { mine: absent } }
    - { time: 20s, clients: { java: connected }, queues: { mine: { master: rabbit2 } } }
`);
    expect(result.failures).toEqual([]);
    expect(result.rules).toContain('CLI-5');
  });
});

describe('a load balancer', () => {
  test.each([
    ['pause_minority', 'disconnected'],
    ['ignore', 'connected'],
  ])(
    'CLI-16: under %s takes an isolated node for well until its port is closed: a late client is %s',
    (strategy, late) => {
      const result = resultOf(`${nodes}cluster_partition_handling: ${strategy}
proxies: [{ name: haproxy, servers: [rabbit1] }]
queues: [{ name: q, declare_on: rabbit1 }]
workloads:
  - { name: early, consume: { queue: q, via: haproxy, start: 6s, stop: 8s } }
  - { name: late, consume: { queue: q, via: haproxy, start: 40s } }
chaos: [{ at: 5s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 60s }]
settle: 20s
expect:
  at: [{ time: 7s, clients: { early: connected } }, { time: 50s, clients: { late: ${late} } }]
`);
      expect(result.failures).toEqual([]);
    },
  );
});
