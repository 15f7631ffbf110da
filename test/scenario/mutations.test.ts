import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadText } from '../../sim/scenario/load.ts';
import { ScenarioError } from '../../sim/scenario/problem.ts';

const whole = String.raw`name: everything
description: "all of it"
seed: 3
seeds: 2
nodes:
  rabbit1: { type: disc, config: { heartbeat: 30 } }
  rabbit2:
  rabbit3: { cookie: other, clustered: false }
net_ticktime: 8s
cluster_partition_handling: { pause_if_all_down: { nodes: [rabbit1], recover: autoheal } }
config: { queue_master_locator: min-masters, consumer_timeout: 60000 }
links:
  - { between: all, latency: { median: 1ms, p99: 8ms }, jitter: 50us, clients: { loss: 5% } }
  - { between: [rabbit1, rabbit@rabbit3], bandwidth: 30Mbit }
disks: { rabbit2: { fsync: 5ms } }
exchanges: &x
  - { name: orders, type: topic }
queues:
  - { name: ha.q, durable: true, declare_on: rabbit1, arguments: { x-queue-master-locator: random } }
bindings: [{ source: orders, destination: ha.q, routing_key: "a.#" }]
policies:
  - { name: two, pattern: "^ha\\.(?!x)[a-z]{1,3}$", definition: { ha-mode: nodes, ha-params: [rabbit1, rabbit2] } }
workloads:
  - { name: shop, count: 3, publish: { exchange: orders, routing_key: [a.b, a], via: [rabbit1, rabbit2], rate: 100/s, messages: 500,
      confirms: true, max_in_flight: 10, headers: [{ k: 1 }, {}], stop: 60s, body: 4kB, confirm_timeout: never } }
  - { name: house, consume: { queue: ha.q, prefetch: 10, fail: 5%, requeue: true, processing_time: 5ms, declare: { durable: true } } }
  - { name: poll, get: { queue: ha.q, every: 1s, ack: auto } }
chaos:
  - { at: 10s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 30s }
  - { after: { event: node_paused, node: rabbit1, plus: 2s }, kill: [rabbit1, rabbit2] }
  - { at: 20s, rabbitmqctl: "set_policy p '^ha' '{\"ha-mode\":\"all\"}'", on: rabbit2 }
  - { at: 21s, amqp: { queue.bind: { queue: ha.q, exchange: orders } }, via: rabbit2 }
  - { at: 30s, nemesis: { kinds: [kill, freeze], every: 20s, lasting: [5s, 30s], until: 10m } }
  - { at: 31s, delay: { between: [rabbit1, rabbit2], latency: 5ms }, for: 2s }
  - { at: 32s, rolling_restart: [rabbit1, rabbit2], downtime: 5s, pause: 20s }
settle: 20s
drain: true
limits: { events: 50M, virtual_time: 2h }
timings: { cli: 300ms }
matrix: { net_ticktime: [8s, 60s], queues.ha.q.durable: [true, false] }
expect:
  messages: { confirmed_lost: { max: 1 }, delivered: ">= redelivered" }
  workloads: { shop: { published: 500 } }
  at:
    - { time: end, nodes: { rabbit1: [running, down] }, partitions: { rabbit1: [rabbit2] }, clients: { shop.2: connected },
        queues: { ha.q: { state: running, mirrors: [rabbit2, rabbit3], messages_ready: ["<= 3", 7] } }, seen_by: rabbit1 }
  timeline: [{ event: queue_promoted, queue: ha.q, synchronised: true, after: 10s, count: { min: 1 } }]
  any_of: [{ messages: { acked: 1 } }, { timeline: [{ event: nodedown, never: true }] }]
  all_reached: true
  sometimes: { availability: { longest_without_confirm: ">= 5" } }
  causes: [{ hazard: HAZ-3, rule: [MIR-18, MIR-23], outcome: lost, messages: { min: 1 } }, { hazard: unexplained, never: true }]
  hazard: { id: HAZ-8, rule: PAR-26, cells: [{ net_ticktime: 8s }, { queues.ha.q.durable: false }], sometimes: true, shows: { messages: { acked: 1 } } }
`;

/** Pieces that change the meaning of the YAML around them, or of the language. */
const pieces = [
  ...'[]{}:,-&*!|>\'"%@#? \n\t',
  ': ',
  '- ',
  '\n  ',
  '<<: *x',
  '&a ',
  '*x',
  '*a',
  '!!binary ',
  '---\n',
  '...',
  '~',
  'null',
  'true',
  '5',
  '-1',
  '1e400',
  '0x',
  '.nan',
  '5s',
  '100/s',
  '\u0000',
  '\uFEFF',
  '\r\n',
  '\u{1F407}',
  '__proto__: 1',
  'rabbit@rabbit1',
  '""',
  '[]',
  '{}',
  '(a+)+$',
  '[[',
  'end',
];

test('the file that is mutated is right, four times over', () => {
  expect(loadText('whole.yaml', whole)).toHaveLength(4);
});

const lines = whole.split('\n');
const position = fc.nat(whole.length - 1);
const mutation = fc.oneof(
  fc.record({ at: position, remove: fc.nat(12), insert: fc.constantFrom('', ...pieces) }),
  fc.record({ at: position, remove: fc.constant(0), insert: fc.string({ maxLength: 8 }) }),
  fc.record({ at: position, remove: fc.nat(3), insert: fc.constantFrom(...lines) }),
);

test('1,000 mutated files load or end with an error that has a place', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      let text = whole;
      for (const { at, remove, insert } of mutations)
        text = text.slice(0, at) + insert + text.slice(at + remove);
      const count = text.split('\n').length;
      try {
        expect(loadText('mutated.yaml', text).length).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { kind, line, column, excerpt, message } of error.problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(count);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(excerpt.length + 1);
          expect(message.length).toBeGreaterThan(5);
          // Zod's own words mean nothing to a person who writes a scenario.
          if (kind !== 'syntax')
            expect(message).not.toMatch(/Invalid|expected (string|number|object)|undefined|\[object/);
        }
      }
    }),
    { numRuns: 1_000, seed: 3_10_8 },
  );
});
