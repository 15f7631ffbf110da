// What the language can say and the real arm cannot do is an error at its line, before anything is started.

import { describe, expect, test } from 'vitest';
import { refuseUndoable } from '../../sim/laboratory/refusals.ts';
import { ScenarioError } from '../../sim/scenario/problem.ts';
import { scenarioWith } from './scenario.ts';

function problemsOf(more: string, nodes?: string): readonly string[] {
  try {
    refuseUndoable(scenarioWith(more, nodes));
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(({ line, message }) => `${line}: ${message}`);
  }
}

test('several clusters, virtual hosts, users, proxies, links between clusters and every kind of client are accepted', () => {
  const more = `vhosts: [{ name: shop }]
users: [{ name: clerk }]
permissions: [{ user: clerk, vhost: shop, configure: "", write: "", read: "" }]
queues: [{ name: q, cluster: [east, west] }, { name: r, vhost: shop }]
proxies: [{ name: lb, servers: [east1] }]
parameters: [{ component: shovel, name: s, value: { src-uri: "amqp://", src-queue: q, dest-uri: "amqp://west1", dest-queue: q } }]
workloads:
  - { name: a, service: { queue: q, via: lb, publish: { routing_key: q, transaction: true } } }
  - { name: b, rpc: { role: client, queue: q, via: west1 } }
  - { name: c, publish: { routing_key: q, via: west1, messages: 2, transaction: 2 } }
  - { name: d, consume: { queue: r, vhost: shop, user: clerk, via: east1 } }
chaos:
  - { at: 1s, amqp: { tx.select: {} }, via: east1 }
  - { at: 1s, kill: lb }
settle: 1s
`;
  expect(problemsOf(more, '{ east1: { cluster: east }, west1: { cluster: west } }')).toEqual([]);
});

test('every fault that the laboratory has is accepted', () => {
  const faults = [
    'partition: [[rabbit1], [rabbit2, rabbit3]], for: 2s',
    'cut: [rabbit1, rabbit2]',
    'cut_one_way: [rabbit1, rabbit2]',
    'drop: { between: [rabbit1, rabbit2], loss: 5% }',
    'throttle: { between: [rabbit1, rabbit2], bandwidth: 1Mbit }',
    'heal: all',
    'reset: [rabbit1, rabbit2]',
    'cut_clients: rabbit1, for: 1s',
    'kill: rabbit1',
    'start: rabbit1',
    'power_off: rabbit2',
    'freeze: rabbit3, for: 1s',
    'unfreeze: rabbit3',
    'rabbitmqctl: "stop_app", on: rabbit1',
    'amqp: { queue.declare: { queue: q } }, via: rabbit1',
    'rolling_restart: [rabbit1], downtime: 1s, pause: 1s',
  ];
  const rows = faults.map((fault, at) => `  - { at: ${at + 1}s, ${fault} }`);
  expect(problemsOf(`chaos:\n${rows.join('\n')}\nsettle: 1s\n`)).toEqual([]);
});

describe('refused, at its line', () => {
  test.each([
    ['chaos:\n  - { at: 1s, delay: { between: [rabbit1, rabbit2], latency: 5ms } }\n', '4: ', 'needs netem'],
    [
      'chaos:\n  - { at: 1s, crash_queue: { queue: q, on: rabbit1 } }\nqueues: [{ name: q }]\n',
      '4: ',
      'crash_queue',
    ],
    ['chaos:\n  - { at: 1s, suspend: { process: rabbit_node_monitor, on: rabbit1 } }\n', '4: ', 'suspend'],
    ['chaos:\n  - { at: 1s, slow_disk: { node: rabbit1, fsync: 1s } }\n', '4: ', 'slow_disk'],
    [
      'chaos:\n  - { at: 1s, nemesis: { kinds: [kill], every: 5s, lasting: [1s, 2s], until: 9s } }\n',
      '4: ',
      'nemesis',
    ],
    ['chaos:\n  - { after: { event: nodedown }, kill: rabbit1 }\n', '4: ', '"after"'],
    ['settle: 1s\nlinks: [{ between: all, latency: 5ms }]\n', '4: ', 'latency'],
    [
      'workloads:\n  - { name: a, publish: { routing_key: q, via: rabbit1, rate: 9000/s } }\n',
      '1: ',
      'messages a second',
    ],
    ['settle: 40m\n', '1: ', 'real time'],
    ['proxies:\n  - { name: a.b }\n', '4: ', 'name of a host'],
  ])('%s', (more, line, words) => {
    const [problem = ''] = problemsOf(more);
    expect(problem.startsWith(line)).toBe(true);
    expect(problem).toContain('not on a real cluster');
    expect(problem).toContain(words);
  });

  test.each(['localhost', 'a.b', '_a'])('a node called %s', (name) => {
    expect(problemsOf('', `[${name}]`).join()).toContain('cannot be the name of a host');
  });

  test('two nodes whose names differ in case only', () => {
    expect(problemsOf('', '[Rabbit, rabbit]').join()).toContain('cannot be the name of a host');
  });

  test('all that is wrong at once', () => {
    const more =
      'chaos:\n  - { at: 1s, slow_disk: { node: rabbit1, fsync: 1s } }\nlinks: [{ between: all, latency: 5ms }]\n';
    expect(problemsOf(more)).toHaveLength(2);
  });
});
