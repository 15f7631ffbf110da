import { expect, test } from 'vitest';
import { printScenarioError, ScenarioError } from '../../sim/scenario/problem.ts';
import { base, loaded, problems, told } from './a-file.ts';

const cases: readonly (readonly [promise: string, addition: string, told: readonly string[]])[] = [
  [
    'an unknown key is pointed at, with the key that was probably meant',
    'cluster_partition_handlin: autoheal\n',
    ['5:1 unknown key "cluster_partition_handlin" | did you mean "cluster_partition_handling"?'],
  ],
  [
    'a bare number is refused where a unit is needed',
    'net_ticktime: 60\n',
    ['5:15 a time is needed, such as 250ms, 8s, 2m or 1h: a bare number (60) has no unit'],
  ],
  [
    'each quantity has units of its own',
    'workloads:\n  - { name: p, publish: { routing_key: q, rate: 5s, body: 100, start: 3/s } }\nlinks: [{ loss: 0.1, bandwidth: 5MB }]\n',
    [
      '6:49 a rate is needed, such as 100/s or 0.5/s, not "5s"',
      '6:59 a size is needed, such as 100B, 4kB or 1MB: a bare number (100) has no unit',
      '6:71 a time is needed, such as 250ms, 8s, 2m or 1h, not "3/s"',
      '7:17 a share is needed, such as 5% or 0.1%: a bare number (0.1) has no unit',
      '7:33 a bandwidth in bits per second is needed, such as 30Mbit or 1Gbit, not "5MB"',
    ],
  ],
  [
    'a node that nothing declares is an error wherever a node may stand',
    'cluster_partition_handling: { pause_if_all_down: { nodes: [rabit1], recover: ignore } }\nchaos:\n  - { at: 1s, partition: [[rabbit1], [rabbit4]] }\n  - { at: 2s, rabbitmqctl: stop_app, on: r }\n',
    [
      '5:60 nothing declares a node called "rabit1" | did you mean "rabbit1"?',
      '7:39 nothing declares a node called "rabbit4" | did you mean "rabbit1"?',
      '8:42 nothing declares a node called "r"',
    ],
  ],
  [
    'queues, exchanges and clients have to be declared too',
    'bindings: [{ source: orders, destination: p }]\nworkloads:\n  - { name: w, consume: { queue: qq, via: lb } }\n  - { name: s, publish: { exchange: x, rate: 1/s } }\nchaos: [{ at: 1s, kill_client: v }]\n',
    [
      '5:22 nothing declares an exchange called "orders"',
      '5:43 nothing declares a queue called "p"',
      '7:34 nothing declares a queue called "qq"',
      '7:43 nothing declares a node or a proxy called "lb"',
      '8:37 nothing declares an exchange called "x"',
      '9:32 nothing declares a workload called "v"',
    ],
  ],
  [
    'nothing can be started, thawed or healed before it was stopped, frozen or cut',
    'chaos:\n  - { at: 5s, start: rabbit2 }\n  - { at: 7s, kill: rabbit2 }\n  - { at: 1s, heal: all }\n  - { at: 2s, unfreeze: rabbit1 }\n',
    [
      '6:22 nothing has brought rabbit2 down before 5s',
      '8:21 nothing has been cut before 1s',
      '9:25 nothing has frozen rabbit1 before 2s',
    ],
  ],
  [
    'a time before the one it needs is an error',
    'workloads: [{ name: p, publish: { rate: 1/s, start: 5s, stop: 2s } }]\nexpect:\n  at: [{ time: 60s, partitions: {} }]\n  timeline: [{ event: nodedown, after: 5s, before: 4s }]\n',
    [
      '5:63 it stops at 2s, before its start at 5s',
      '7:16 the run ends at 22s | write "end", or a longer settle',
      '8:52 it lies before the "after" of 5s',
    ],
  ],
  [
    'a row has one action, a time, and only what the action takes',
    'chaos:\n  - { kill: rabbit1 }\n  - { at: 1s }\n  - { at: 1s, kill: rabbit1, freeze: rabbit1 }\n  - { at: 1s, kill: rabbit1, for: 2s }\n  - { at: 1s, kill: rabbit1, via: rabbit2 }\n',
    [
      '6:5 when? at or after is needed',
      '7:5 the row does nothing: an action is needed | such as partition, cut, cut_one_way, delay, drop, throttle, heal, reset, cut_clients, kill',
      '8:30 a row has one action: this one has kill already | write a row of its own',
      '9:30 kill does not end by itself',
      '10:30 kill takes no "via"',
    ],
  ],
  [
    'events and their fields are known',
    'chaos: [{ after: { event: node_pausd }, kill: rabbit1 }]\nexpect: { timeline: [{ event: autoheal_winner, node: rabbit1 }, { event: nodedown, node: [rabbit1, rabit2] }] }\n',
    [
      '5:27 "node_pausd" is not known here | did you mean "node_paused"?',
      '6:48 the event autoheal_winner has no "node" | it has winner, losers',
      '6:100 nothing declares a node called "rabit2" | did you mean "rabbit2"?',
    ],
  ],
  [
    'figures, their comparisons and states are known',
    'expect:\n  messages: { confirmed_los: 0, delivered: "<= publishd", acked: { min: 5, max: 1 }, drained: { }, lost: "5s" }\n  at: [{ time: end, nodes: { rabbit1: runing }, queues: { q: { state: [down, runing] } } }]\n',
    [
      '6:15 unknown key "confirmed_los" | did you mean "confirmed_lost"?',
      '6:44 a number or the name of a figure is needed, not "publishd" | did you mean "published"?',
      '6:81 max lies below min',
      '6:95 min, max or both are needed',
      '6:100 unknown key "lost"',
      '7:39 one of running, paused, stopped, down, frozen, booting or a list is needed, not "runing" | did you mean "running"?',
      '7:78 "runing" is not one of running, syncing, down, stopped, crashed | did you mean "running"?',
    ],
  ],
  [
    'a command line has to be one of the tool’s',
    'chaos:\n  - { at: 1s, rabbitmqctl: stop_ap }\n  - { at: 1s, rabbitmqctl: "set_policy \'a" }\n  - { at: 1s, rabbitmqctl: "eval 1" }\n',
    [
      '6:28 rabbitmqctl has no command "stop_ap" | did you mean "stop_app"?',
      "7:28 a quote (') is not closed",
      '8:28 RabbitMQ knows "rabbitmqctl eval", but the simulator has no model of it',
    ],
  ],
  [
    'a key of rabbitmq.conf is simulated, RabbitMQ’s own, written elsewhere, or unknown',
    'config:\n  heartbeat: 30\n  frame_max: 4096\n  net_ticktime: 5\n  queue_master_locatr: random\n  channel_max: 2k\n',
    [
      '7:3 RabbitMQ knows "frame_max", but the simulator has no model of it | with --allow-unmodelled it is left out of account',
      '8:3 "net_ticktime" has a place of its own | write net_ticktime at the top level of the scenario',
      '9:3 unknown key of rabbitmq.conf "queue_master_locatr" | did you mean "queue_master_locator"?',
      '10:16 channel_max: a whole number, 0 for no limit is needed, not "2k"',
    ],
  ],
  [
    'what rabbitmq.conf has no key for stands in advanced_config',
    'config:\n  channel_operation_timeout: 9000\n  quorum_tick_interval: 1000\n  default_policies.operator.a.expires: 1h\nadvanced_config:\n  channel_operation_timeout: 9s\n  quorum_tick_interval: 1000\n  quorum_tick: 1\n',
    [
      '6:3 rabbitmq.conf has no key "channel_operation_timeout" | RabbitMQ takes it in advanced.config: write it under advanced_config',
      '7:3 rabbitmq.conf has no key "quorum_tick_interval" | RabbitMQ takes it in advanced.config: write it under advanced_config',
      '8:3 unknown key of rabbitmq.conf "default_policies.operator.a.expires"',
      '10:30 channel_operation_timeout: a whole number of milliseconds is needed, not "9s"',
      '11:3 RabbitMQ knows "quorum_tick_interval", but the simulator has no model of it | with --allow-unmodelled it is left out of account',
      '12:3 unknown key of advanced.config "quorum_tick"',
    ],
  ],
  [
    'a policy is validated as RabbitMQ does, its pattern included',
    'policies:\n  - { name: a, pattern: "(a", definition: { ha-mode: exactly, ha_sync_mode: automatic } }\n  - { name: a, pattern: "", definition: { ha-mode: nodes, ha-params: [rabbit9] } }\n',
    [
      '6:25 the pattern cannot be used: a ( without its ) (at character 1)',
      '6:43 ha-mode exactly needs ha-params: a number of nodes',
      '6:63 unknown key of a policy "ha_sync_mode" | did you mean "ha-sync-mode"?',
      '7:13 a second policy called "a"',
      '7:71 nothing declares a node called "rabbit9" | did you mean "rabbit1"?',
    ],
  ],
];

test.each(cases)('%s', (_, addition, expected) => {
  expect(told(base + addition)).toEqual(expected);
});

test('what misses inside a part that is wrong is not reported on top', () => {
  expect(told(`${base}workloads:\n  - { name: p, publish: { routing_key: q, rate: 50 } }\n`)).toEqual([
    '6:49 a rate is needed, such as 100/s or 0.5/s: a bare number (50) has no unit',
  ]);
  expect(told(`${base}chaos:\n  - { at: 5s, kil: rabbit1 }\n  - { at: 6s, start: rabbit1 }\n`)).toEqual([
    '6:15 unknown key "kil" | did you mean "kill"?',
  ]);
});

test('elements behind one that is wrong keep their lines', () => {
  const rows = '  - { at: 5s, after: 3 }\n  - 5\n  - { at: 5s, kill: rabbit9 }\n';
  expect(told(`${base}chaos:\n${rows}`)).toEqual([
    '6:22 a map is needed, not 3',
    '7:5 a map is needed, not 5',
    '8:21 nothing declares a node called "rabbit9" | did you mean "rabbit1"?',
  ]);
});

test('a word that is written almost right is recognised where a quantity may stand too', () => {
  expect(told(`${base}workloads:\n  - { name: c, consume: { queue: q, reconnect: nevr } }\n`)).toEqual([
    '6:48 a time is needed, such as 250ms, 8s, 2m or 1h, not "nevr" | did you mean "never"?',
  ]);
});

test('clients of a count have names of their own, up to the count', () => {
  const text = (name: string): string =>
    `${base}workloads: [{ name: w, count: 3, publish: { rate: 1/s } }]\nchaos: [{ at: 1s, kill_client: ${name} }]\n`;
  expect(loaded(text('w.3')).chaos[0]?.action).toEqual({ verb: 'kill_client', workloads: ['w.3'] });
  expect(told(text('w.4'))).toEqual(['6:32 nothing declares a workload called "w.4"']);
  const clash =
    'workloads: [{ name: w, count: 2, publish: { rate: 1/s } }, { name: w.2, publish: { rate: 1/s } }]\n';
  expect(told(base + clash)).toEqual(['5:68 "w.2" is a client of another workload\'s count']);
});

test('one node under both of its names is an error, not two nodes', () => {
  expect(told('name: t\nnodes: { a: , rabbit@a: }\n')[0]).toMatch(/^2:8 a node stands here twice/);
  expect(told('name: t\nnodes: [a, rabbit@a]\n')).toEqual(['2:12 a second node called "a"']);
});

test('at most twenty problems are reported', () => {
  const keys = Array.from({ length: 50 }, (_, index) => `key${index}: 1\n`).join('');
  expect(problems(base + keys)).toHaveLength(20);
});

test('a person sees file, line, column, the offending line, a caret and the hint', () => {
  const error = new ScenarioError(problems(`${base}net_ticktme: 5s\n`));
  expect(printScenarioError(error, { colour: false })).toBe(
    [
      'test.yaml:5:1: unknown key "net_ticktme"',
      '5 | net_ticktme: 5s',
      '  | ^',
      '    did you mean "net_ticktime"?',
      '',
    ].join('\n'),
  );
  expect(printScenarioError(error, { colour: true })).toContain('\u001b[');
});

test('a long line is cut around the caret, and control characters do not reach the terminal', () => {
  const long = `description: "${'x'.repeat(300)}\u001b[31m", `;
  const [printed, line, caret] = printScenarioError(
    new ScenarioError(problems(`{ ${long} name: t, nodes: [a], sed: 1 }`)),
    { colour: false },
  ).split('\n');
  expect(printed).toContain('unknown key "sed"');
  expect(line).not.toContain('\u001b');
  expect(line?.length).toBeLessThan(120);
  expect(line?.slice(caret?.indexOf('^'))).toMatch(/^sed/);
});
