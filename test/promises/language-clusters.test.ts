// The language's words for several clusters in one scenario, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, resultOf } from './one-run.ts';

const two = `nodes: { east1: { cluster: east }, east2: { cluster: east }, west1: { cluster: west }, west2: { cluster: west } }
net_ticktime: 4s
`;

describe('clusters', () => {
  test('have queues, exchanges and policies of their own, also of equal names', () => {
    const result = resultOf(`${two}exchanges: [{ name: events, type: fanout, cluster: [east, west] }]
queues: [{ name: q, cluster: [east, west] }, { name: extra, declare_on: west2 }]
bindings: [{ source: events, destination: q, cluster: [east, west] }]
policies: [{ name: ha, pattern: "^q$", definition: { ha-mode: all }, cluster: west }]
workloads:
  - { name: shop, publish: { exchange: events, rate: 10/s, messages: 10, start: 1s, stop: 3s, confirms: true } }
  - { name: mill, publish: { exchange: events, via: west2, rate: 20/s, messages: 20, start: 1s, stop: 3s, confirms: true } }
  - { name: till, consume: { queue: q, via: [west1, west2], stop: 5s } }
expect:
  queues: { q: { drained: 10 }, q@west: { delivered: 20 } }
  at:
    - { time: end, queues: { q: { master: east1, mirrors: [] }, q@west: { master: west1, mirrors: [west2] } } }
    - { time: end, seen_by: west2, queues: { q: absent, extra@west: { master: west2 } } }
    - { time: end, members: { east1: [east1, east2], west1: [west1, west2] } }
`);
    expect(result.failures).toEqual([]);
    expect(result.messages).toMatchObject({
      confirmed: 30,
      delivered_unique: 20,
      drained: 10,
      confirmed_lost: 0,
    });
  });

  test('do not notice when they are cut off from each other', () => {
    const result = resultOf(`${two}cluster_partition_handling: pause_minority
queues: [{ name: q }]
workloads: [{ name: shop, publish: { routing_key: q, messages: 3, stop: 5s } }]
chaos: [{ at: 2s, partition: [[east1, east2], [west1, west2]], for: 20s }]
settle: 5s
expect:
  timeline: [{ event: nodedown, never: true }, { event: node_paused, never: true }]
`);
    expect(result.failures).toEqual([]);
  });

  test('are named by every node or by none, and known wherever they are named', () => {
    expect(
      complaintsAbout(`nodes: { a: { cluster: east }, b: { } }
queues: [{ name: q, cluster: east }, { name: q, cluster: eats }, { name: q, cluster: east }]
`),
    ).toEqual([
      '2: other nodes name their cluster, this one does not',
      '3: no node belongs to a cluster called "eats"',
      '3: a second queue called "q"',
    ]);
  });

  test('are not asked for what belongs to another', () => {
    expect(
      complaintsAbout(`${two}queues: [{ name: q }, { name: r, declare_on: west1, cluster: east }]
exchanges: [{ name: events, type: fanout, cluster: west }]
bindings: [{ source: events, destination: q, cluster: west }]
workloads:
  - { name: till, consume: { queue: q, via: west1 } }
  - { name: shop, publish: { exchange: events, via: east1, rate: 1/s } }
  - { name: both, consume: { queue: q, via: [east1, west1] } }
proxies: [{ name: front }]
`),
    ).toEqual([
      '4: west1 belongs to the cluster west',
      '6: q is not declared at time 0',
      '8: queue "q" is not declared in the cluster of west1',
      '9: exchange "events" is not declared in the cluster of east1',
      '10: these belong to several clusters: a client fails over within one',
      '11: front has servers of several clusters: name those of one',
    ]);
  });
});
