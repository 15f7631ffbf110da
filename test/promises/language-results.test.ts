// What a result promises: the states it may tell, its events with their fields, what `at: end` looks at.
import { describe, expect, test } from 'vitest';
import { timelineEvents } from '../../sim/scenario/results.ts';
import { eventsOf, resultOf, threeNodes } from './one-run.ts';

const mirrored = 'policies: [{ name: ha, pattern: "^q$", definition: { ha-mode: all } }]\n';

describe('states', () => {
  test('of a node: running, paused, stopped, down, frozen, booting', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2, rabbit3, rabbit4, rabbit5]
net_ticktime: 8s
cluster_partition_handling: pause_minority
chaos:
  - { at: 1s, rabbitmqctl: stop_app, on: rabbit2 }
  - { at: 2s, freeze: rabbit3, for: 3s }
  - { at: 3s, kill: rabbit4 }
  - { at: 6s, start: rabbit4 }
  - { at: 20s, rabbitmqctl: start_app, on: rabbit2 }
  - { at: 25s, partition: [[rabbit5], [rabbit1, rabbit2, rabbit3, rabbit4]], for: 20s }
settle: 20s
expect:
  at:
    - { time: 4s, nodes: { rabbit1: running, rabbit2: stopped, rabbit3: frozen, rabbit4: down } }
    - { time: 7s, nodes: { rabbit3: running, rabbit4: booting } }
    - { time: 40s, nodes: { rabbit5: paused, rabbit1: running } }
    - { time: end, nodes: { rabbit1: running, rabbit2: running, rabbit3: running, rabbit4: running, rabbit5: running } }
`);
    expect(result.failures).toEqual([]);
  });

  test('of a queue: running, syncing, down, stopped', () => {
    const result =
      resultOf(`${threeNodes.replace('{ name: q }', '{ name: q }, { name: plain, declare_on: rabbit2 }')}config: { mirroring_sync_max_throughput: 1MB }
policies:
  - name: ha
    pattern: "^q$"
    definition: { ha-mode: nodes, ha-params: [rabbit1, rabbit2], ha-promote-on-failure: when-synced, ha-promote-on-shutdown: when-synced }
workloads: [{ name: shop, publish: { routing_key: q, start: 16s, messages: 8000, body: 1kB, stop: 18s } }]
chaos:
  - { at: 1s, kill: rabbit2 }
  - { at: 5s, start: rabbit2 }
  - { at: 30s, kill: rabbit2 }
  - { at: 40s, start: rabbit2 }
  - { at: 60s, rabbitmqctl: sync_queue q, on: rabbit1 }
  - { at: 62s, rabbitmqctl: cancel_sync_queue q, on: rabbit1 }
  - { at: 70s, kill: rabbit1 }
settle: 10s
drain: false
expect:
  at:
    - { time: 500ms, queues: { q: { state: running, mirrors: [rabbit2] }, plain: { state: running } } }
    - { time: 3s, queues: { plain: { state: down }, q: { state: running, mirrors: [] } } }
    - { time: 59s, queues: { q: { state: running, synchronised_mirrors: [], messages_ready: 8000 } } }
    - { time: 61500ms, queues: { q: { state: syncing } } }
    - { time: 75s, queues: { q: { state: stopped } } }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'sync_started')).toHaveLength(1);
    expect(eventsOf(result, 'sync_cancelled')).toHaveLength(1);
  });

  test('of a client at the end are those before the drain, of a queue those after it', () => {
    const run = (drain: boolean) =>
      resultOf(`${threeNodes}drain: ${drain}
workloads: [{ name: shop, publish: { routing_key: q, messages: 12 } }]
settle: 2s
expect: { at: [{ time: end, clients: { shop: connected } }] }
`);
    expect(run(true)).toMatchObject({
      failures: [],
      messages: { drained: 12, drained_deliveries: 12 },
      queues: { q: { messages_ready: 0 } },
    });
    expect(run(false)).toMatchObject({
      failures: [],
      messages: { drained: 0, unconfirmed_lost: 0 },
      queues: { q: { messages_ready: 12 } },
    });
  });
});

describe('views', () => {
  test('are told only where nodes disagree, and `seen_by` reads them', () => {
    const split = (handling: string) =>
      resultOf(`${threeNodes}${mirrored}cluster_partition_handling: ${handling}
chaos: [{ at: 2s, partition: [[rabbit1], [rabbit2, rabbit3]] }]
settle: 20s
${
  handling === 'ignore'
    ? `expect:
  at:
    - { time: end, seen_by: rabbit1, queues: { q: { master: rabbit1 } } }
    - { time: end, seen_by: rabbit2, queues: { q: { master: [rabbit2, rabbit3] } } }
    - { time: end, running: { rabbit1: [rabbit1], rabbit2: [rabbit2, rabbit3] } }
`
    : ''
}`);
    const ignored = split('ignore');
    expect(ignored.failures).toEqual([]);
    expect(Object.keys(ignored.views).length).toBeGreaterThan(0);
    expect(split('pause_minority').views).toEqual({});
  });
});

describe('timeline events', () => {
  test('have the fields of the contract and no others', () => {
    const results = [
      `${threeNodes}${mirrored}cluster_partition_handling: autoheal
workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit1, rate: 20/s, stop: 40s, confirms: true } }
  - { name: house, consume: { queue: q, via: rabbit3, arguments: { x-cancel-on-ha-failover: true } } }
chaos:
  - { at: 2s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 20s }
  - { at: 60s, kill: rabbit2 }
  - { at: 61s, start: rabbit2 }
  - { at: 90s, rabbitmqctl: sync_queue q, on: rabbit1 }
  - { at: 95s, amqp: { queue.declare: { queue: nowhere, passive: true } } }
  - { at: 96s, rabbitmqctl: stop_app, on: rabbit3 }
`,
      `${threeNodes}cluster_partition_handling: pause_minority
workloads: [{ name: house, consume: { queue: nowhere, declare: { exclusive: true } } }, { name: other, consume: { queue: nowhere, via: rabbit2 } }]
chaos: [{ at: 2s, cut: [rabbit1, rabbit2], for: 20s }, { at: 40s, kill: rabbit1 }, { at: 41s, start: rabbit1 }]
`,
    ].map(resultOf);
    const told = new Set<string>();
    for (const { timeline } of results) {
      for (const { time, event, ...fields } of timeline) {
        told.add(event);
        expect(Number.isFinite(time)).toBe(true);
        const known: { readonly [name: string]: object } = timelineEvents;
        expect([event, Object.keys(fields).toSorted()]).toEqual([
          event,
          Object.keys(known[event] ?? {}).toSorted(),
        ]);
      }
      expect(timeline.map(({ time }) => time)).toEqual(
        timeline.map(({ time }) => time).toSorted((a, b) => a - b),
      );
    }
    expect([...told]).toEqual(
      expect.arrayContaining([
        'nodedown',
        'nodeup',
        'rabbit_down',
        'rabbit_up',
        'node_killed',
        'node_started',
        'node_stopped',
        'partition_detected',
        'autoheal_winner',
        'autoheal_finished',
        'node_restarting',
        'queue_promoted',
        'queue_down',
        'queue_up',
        'mirror_added',
        'mirror_removed',
        'mirror_synchronised',
        'connection_lost',
        'connection_opened',
        'channel_closed',
        'consumer_cancelled',
        'operator',
        'amqp_reply',
        'message_lost',
      ]),
    );
  });
});

describe('figures', () => {
  test('of a workload and of a queue stand beside those of the whole run', () => {
    const result = resultOf(`nodes: [rabbit1]
queues: [{ name: a }, { name: b }]
workloads:
  - { name: shop, publish: { routing_key: [a, b, b], messages: 30, confirms: true } }
  - { name: house, consume: { queue: a } }
settle: 3s
expect:
  messages: { published: 30, delivered: 10, drained: ">= delivered" }
  workloads: { shop: { published: 30, confirmed: 30 }, house: { delivered: 10, acked: 10 } }
  queues: { a: { delivered: 10 }, b: { delivered: 0 } }
`);
    expect(result.failures).toEqual([]);
    expect(result.by_queue['b']).toMatchObject({ published: 20, delivered: 0 });
  });
});
