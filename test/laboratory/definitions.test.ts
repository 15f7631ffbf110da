// What no client can declare reaches a real broker as definitions, cluster by cluster; and a scenario that ends messages itself is known as one.

import { describe, expect, test } from 'vitest';
import {
  hostingDefinitions,
  linkDefinitions,
  needsLinks,
  setUpUser,
} from '../../sim/laboratory/definitions.ts';
import { mayEndByRule } from '../../sim/laboratory/endings.ts';
import { scenarioWith } from './scenario.ts';

const twoSites = '{ east1: { cluster: east }, west1: { cluster: west } }';

test('a plain scenario needs no definitions, no plugins and nobody but guest', () => {
  const scenario = scenarioWith('queues: [{ name: q }]\n');
  expect(hostingDefinitions(scenario, '')).toEqual({});
  expect(linkDefinitions(scenario, '')).toEqual({});
  expect(needsLinks(scenario)).toBe(false);
  expect(setUpUser(scenario)).toBe('guest');
});

test('virtual hosts with limits, users with their own names for passwords, permissions, and somebody who may declare everything', () => {
  const scenario = scenarioWith(
    `vhosts: [{ name: shop, limits: { max-queues: 2 } }]
users: [{ name: clerk, tags: [monitoring], limits: { max-connections: 1 } }]
permissions: [{ user: clerk, vhost: shop, configure: "", write: "", read: "^q$" }]
policies: [{ name: p, vhost: shop, pattern: ".*", definition: { ha-mode: all }, priority: 3 }]
`,
  );
  const all = { configure: '.*', write: '.*', read: '.*' };
  expect(hostingDefinitions(scenario, '')).toEqual({
    vhosts: [{ name: 'shop' }],
    users: [
      { name: 'clerk', password: 'clerk', tags: 'monitoring', limits: { 'max-connections': 1 } },
      { name: 'laboratory', password: 'laboratory', tags: 'administrator', limits: {} },
    ],
    permissions: [
      { user: 'laboratory', vhost: '/', ...all },
      { user: 'laboratory', vhost: 'shop', ...all },
      { user: 'clerk', vhost: 'shop', configure: '', write: '', read: '^q$' },
    ],
    policies: [
      {
        vhost: 'shop',
        name: 'p',
        pattern: '.*',
        'apply-to': 'all',
        definition: { 'ha-mode': 'all' },
        priority: 3,
      },
    ],
    parameters: [{ vhost: 'shop', component: 'vhost-limits', name: 'limits', value: { 'max-queues': 2 } }],
  });
});

test('a policy names nodes by their full names, and nothing else that is called so', () => {
  const scenario = scenarioWith(
    'policies: [{ name: rabbit1, pattern: rabbit1, definition: { ha-mode: nodes, ha-params: [rabbit1, rabbit2] } }]\n',
  );
  expect(hostingDefinitions(scenario, '')).toMatchObject({
    policies: [
      {
        name: 'rabbit1',
        pattern: 'rabbit1',
        definition: { 'ha-mode': 'nodes', 'ha-params': ['rabbit@rabbit1', 'rabbit@rabbit2'] },
      },
    ],
  });
});

test('policies and parameters go to their own cluster, and the plugins of links are needed', () => {
  const scenario = scenarioWith(
    `queues: [{ name: q, cluster: [east, west] }]
policies: [{ name: p, pattern: ".*", definition: { max-length: 5 }, cluster: west }]
parameters: [{ component: shovel, name: s, value: { src-uri: "amqp://", src-queue: q, dest-uri: "amqp://west1", dest-queue: q } }]
`,
    twoSites,
  );
  expect(hostingDefinitions(scenario, '')).toEqual({});
  expect(hostingDefinitions(scenario, 'west')).toMatchObject({ policies: [{ name: 'p' }] });
  expect(linkDefinitions(scenario, '')).toMatchObject({ parameters: [{ component: 'shovel', name: 's' }] });
  expect(linkDefinitions(scenario, 'west')).toEqual({});
  expect(needsLinks(scenario)).toBe(true);
});

test('a shovel that an operator sets while the cluster runs needs the plugins too', () => {
  const row = `set_parameter shovel s '{"src-uri":"amqp://","src-queue":"q","dest-uri":"amqp://","dest-queue":"p"}'`;
  const chaos = `queues: [{ name: q }, { name: p }]\nchaos:\n  - { at: 1s, rabbitmqctl: ${JSON.stringify(row)}, on: rabbit1 }\n`;
  expect(needsLinks(scenarioWith(chaos))).toBe(true);
});

describe('a message may come to an end by a rule of the scenario', () => {
  test.each([
    'queues: [{ name: q, arguments: { x-message-ttl: 5 } }]\n',
    'queues: [{ name: q, arguments: { x-max-length-bytes: 5 } }]\n',
    'policies: [{ name: p, pattern: q, definition: { max-length: 5 } }]\n',
    'queues: [{ name: q }]\nworkloads: [{ name: a, publish: { routing_key: q, messages: 1, expiration: 5ms } }]\n',
    'queues: [{ name: q }]\nworkloads: [{ name: a, consume: { queue: q, fail: 5%, requeue: false } }]\n',
    'queues: [{ name: q }]\nchaos: [{ at: 1s, amqp: { queue.purge: { queue: q } } }]\n',
    'queues: [{ name: q }]\nchaos: [{ at: 1s, rabbitmqctl: purge_queue q, on: rabbit1 }]\n',
    `chaos: [{ at: 1s, rabbitmqctl: "set_policy p q '{\\"expires\\":5}'", on: rabbit1 }]\n`,
  ])('%s', (more) => {
    expect(mayEndByRule(scenarioWith(more))).toBe(true);
  });

  test.each([
    'queues: [{ name: q, arguments: { x-max-priority: 5 } }]\n',
    'policies: [{ name: p, pattern: q, definition: { ha-mode: all } }]\n',
    'queues: [{ name: q }]\nworkloads: [{ name: a, consume: { queue: q, fail: 5%, requeue: true } }]\n',
    'queues: [{ name: q }]\nchaos: [{ at: 1s, amqp: { queue.declare: { queue: q, passive: true } } }]\n',
  ])('but not by %s', (more) => {
    expect(mayEndByRule(scenarioWith(more))).toBe(false);
  });
});
