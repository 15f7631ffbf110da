/** Promise: the effective configuration names every value in force in the scenario language's words, nodes that are alike once. */
import { expect, test } from 'vitest';
import { configurationOf } from '../../sim/ledger/configuration.ts';
import { loadText } from '../../sim/scenario/load.ts';

const [scenario] = loadText(
  'configuration.yaml',
  `name: configuration
description: what is in force
nodes: [rabbit1, rabbit2]
net_ticktime: 8s
queues:
  - { name: q, durable: true, declare_on: rabbit1 }
workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit2, rate: 5/s, stop: 3s } }
`,
);

test('defaults stand beside what the file says', () => {
  const rows = configurationOf(scenario!).map(({ part, key, value }) => `${part}: ${key} = ${value}`);
  expect(rows).toContain('cluster: net_ticktime = 8 s');
  expect(rows).toContain('nodes rabbit1, rabbit2: config.heartbeat = 60 s');
  expect(rows).toContain('nodes rabbit1, rabbit2: type = disc');
  expect(rows).toContain('queue q: declare_on = rabbit1');
  expect(rows).toContain('workload shop: rate_per_second = 5');
  expect(rows).toContain('workload shop: stop = 3 s');
  expect(rows.filter((row) => /undefined|\[object|NaN/.test(row))).toEqual([]);
});
