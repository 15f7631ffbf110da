// `definitions:` takes what a real broker exported. `definitions/rabbitmq-3.10.8.json` is such a file, written by `rabbitmqctl
// export_definitions` of RabbitMQ 3.10.8 (with the password hashes taken out).
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadFile, type LoadOptions } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { printScenarioError, ScenarioError } from '../../sim/scenario/problem.ts';

const root = mkdtempSync(path.join(tmpdir(), 'watership-definitions-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = path.join(root, 'scenarios');
mkdirSync(folder);
const realExport = path.join(import.meta.dirname, 'definitions/rabbitmq-3.10.8.json');

const small = {
  users: [
    {
      name: 'shop',
      password_hash: 'c2VjcmV0',
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: [],
      limits: {},
    },
  ],
  vhosts: [{ name: '/', limits: [], metadata: { description: 'Default virtual host', tags: [] } }],
  permissions: [{ user: 'shop', vhost: '/', configure: '', write: '.*', read: '.*' }],
  policies: [
    {
      vhost: '/',
      name: 'ha',
      pattern: '^ha',
      'apply-to': 'queues',
      priority: 1,
      definition: { 'ha-mode': 'exactly', 'ha-params': 2 },
    },
  ],
  global_parameters: [
    { name: 'cluster_name', value: 'shop' },
    { name: 'internal_cluster_id', value: 'rabbitmq-cluster-id-1' },
  ],
  queues: [
    { vhost: '/', name: 'ha.a', durable: true, auto_delete: false, type: 'classic', arguments: {} },
    {
      vhost: '/',
      name: 'ha.b',
      durable: true,
      auto_delete: false,
      type: 'quorum',
      arguments: { 'x-queue-type': 'quorum' },
    },
  ],
  exchanges: [
    { vhost: '/', name: 'orders', type: 'topic', durable: true, auto_delete: false, arguments: {} },
  ],
  bindings: [
    {
      source: 'orders',
      vhost: '/',
      destination: 'ha.a',
      destination_type: 'queue',
      routing_key: 'a.#',
      arguments: {},
    },
  ],
  topic_permissions: [],
  parameters: [],
  rabbit_version: '3.10.8',
  rabbitmq_version: '3.10.8',
};

function write(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

function scenario(more = '', definitions = 'small.json'): string {
  write('small.json', JSON.stringify(small));
  return write('scenario.yaml', `name: x\nnodes: [rabbit1, rabbit2]\ndefinitions: ${definitions}\n${more}`);
}

function only(file: string, options: LoadOptions = {}): Scenario {
  const [loaded] = loadFile(file, options);
  return loaded!;
}

function errorOf(file: string, options: LoadOptions = {}): ScenarioError {
  try {
    loadFile(file, options);
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('this loads');
}

const told = (file: string): readonly string[] =>
  errorOf(file).problems.map(
    (each) => `${path.basename(each.file)}:${each.line}:${each.column} ${each.message}`,
  );

describe('an export is part of the scenario that names it', () => {
  test('all its lists are, and they point at the line that imports them', () => {
    const { topology } = only(scenario());
    expect(topology.queues.map(({ name }) => name)).toEqual(['ha.a', 'ha.b']);
    expect(topology.queues[1]).toMatchObject({
      durable: true,
      arguments: { 'x-queue-type': 'quorum' },
      declareOn: 'rabbit1',
      line: 3,
    });
    expect(topology.policies).toMatchObject([
      { name: 'ha', priority: 1, applyTo: 'queues', definition: { 'ha-params': 2 } },
    ]);
    expect(topology.bindings).toMatchObject([{ source: 'orders', destination: 'ha.a', routingKey: 'a.#' }]);
    expect(topology.exchanges).toMatchObject([{ name: 'orders', type: 'topic' }]);
    expect(topology.permissions).toMatchObject([{ user: 'shop', configure: '', write: '.*' }]);
    expect(topology.users).toMatchObject([{ name: 'shop' }]);
  });

  test('limits and topic permissions are as a scenario writes them', () => {
    const real = JSON.parse(readFileSync(realExport, 'utf8')) as typeof small;
    const { users, vhosts, parameters, topic_permissions, exchanges } = real;
    const limits = (parameters as { component: string }[]).filter(
      ({ component }) => component === 'vhost-limits',
    );
    write('limits.json', JSON.stringify({ users, vhosts, topic_permissions, exchanges, parameters: limits }));
    const { topology } = only(scenario('', 'limits.json'));
    expect(topology.vhosts).toMatchObject([{ name: '/' }, { name: 'reports', limits: { 'max-queues': 50 } }]);
    expect(topology.users[0]).toMatchObject({ name: 'shop', limits: { 'max-connections': 100 } });
    expect(topology.topicPermissions).toMatchObject([{ user: 'shop', exchange: 'orders', write: '^order' }]);
    expect(topology.parameters).toEqual([]);
    // Other versions write them in the row alone.
    write('limits.json', JSON.stringify({ vhosts }));
    expect(only(scenario('', 'limits.json')).topology.vhosts[1]).toMatchObject({
      limits: { 'max-queues': 50 },
    });
  });

  test('rows of the scenario come behind, and replace those of the same name', () => {
    const { topology } = only(
      scenario(
        'queues: [{ name: late }, { name: ha.a, declare_on: rabbit2 }]\npolicies: [{ name: ha, pattern: "^ha", definition: { ha-mode: all } }]\n',
      ),
    );
    expect(topology.queues.map(({ name, declareOn }) => `${name} on ${declareOn}`)).toEqual([
      'ha.b on rabbit1',
      'late on rabbit1',
      'ha.a on rabbit2',
    ]);
    expect(topology.policies.map(({ definition }) => definition)).toEqual([{ 'ha-mode': 'all' }]);
  });

  test('workloads, --set and a matrix know its names', () => {
    const file = scenario(
      'workloads: [{ name: w, consume: { queue: ha.b } }]\nmatrix: { policies.ha.definition.ha-params: [1, 2] }\n',
    );
    const cells = loadFile(file, { overrides: [['queues.ha.a.durable', 'false']] });
    expect(cells.map(({ topology }) => topology.policies[0]?.definition['ha-params'])).toEqual([1, 2]);
    expect(cells[1]?.topology.queues[0]?.durable).toBe(false);
  });

  test('--set may choose the file', () => {
    write('other.json', JSON.stringify({ queues: [{ name: 'other' }] }));
    const { topology } = only(scenario(), {
      overrides: [
        ['queues.other.durable', 'false'],
        ['definitions', 'other.json'],
      ],
    });
    expect(topology.queues).toMatchObject([{ name: 'other', durable: false }]);
  });

  test('a matrix cannot', () => {
    expect(told(scenario('matrix: { definitions: [small.json] }\n'))).toEqual([
      'scenario.yaml:4:11 one scenario has one definitions file: a matrix cannot vary it',
    ]);
  });
});

describe('what an export leaves out', () => {
  const binding = { vhost: '/', source: 'orders', destination_type: 'queue', routing_key: '' };
  test('exclusive queues, whose bindings go with them as in an import', () => {
    const bindings = [
      { ...binding, destination: 'amq.gen-1' },
      { ...binding, destination: 'late' },
    ];
    write('left.json', JSON.stringify({ ...small, bindings }));
    const { topology } = only(scenario('queues: [{ name: late }]\n', 'left.json'));
    expect(topology.bindings.map(({ destination }) => destination)).toEqual(['late']);
  });

  test('internal exchanges, which a scenario has to add', () => {
    const bindings = [{ ...binding, destination: 'inner', destination_type: 'exchange' }];
    write('left.json', JSON.stringify({ ...small, bindings }));
    const [problem] = errorOf(scenario('', 'left.json')).problems;
    expect(problem).toMatchObject({
      message: 'nothing declares an exchange called "inner"',
      hint: 'exports leave internal exchanges out: declare it in the scenario',
    });
    const more = 'exchanges: [{ name: inner, type: fanout, internal: true }]\n';
    expect(only(scenario(more, 'left.json')).topology.bindings).toHaveLength(1);
  });
});

describe('what is not modelled has its place in the export', () => {
  test('in a real one', () => {
    cpSync(realExport, path.join(folder, 'real.json'));
    const error = errorOf(scenario('', 'real.json'));
    for (const { file, line, excerpt, column } of error.problems) {
      expect([path.basename(file), line]).toEqual(['real.json', 1]);
      expect(column).toBeLessThan(excerpt.length);
    }
    expect(error.problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['streams are not modelled yet']),
    );
    expect(error.problems.map(({ excerpt, column }) => excerpt.slice(column - 1, column + 11))).toContain(
      '"stream"},"a',
    );
    expect(printScenarioError(error, { colour: false })).not.toContain('pa55');
  });

  test('and its mistakes theirs, behind those of the scenario', () => {
    write(
      'wrong.json',
      '{\n  "queues": [\n    { "name": "q", "arguments": { "x-mesage-ttl": 5 } }\n  ],\n  "global_parameters": [{}],\n  "binding": []\n}\n',
    );
    expect(told(scenario('settle: 1\n', 'wrong.json'))).toEqual([
      'scenario.yaml:4:9 a time is needed, such as 250ms, 8s, 2m or 1h: a bare number (1) has no unit',
      'wrong.json:3:35 unknown queue argument "x-mesage-ttl"',
      'wrong.json:5:25 parameters of a whole cluster are not modelled yet',
      'wrong.json:6:3 unknown part of definitions "binding"',
    ]);
  });

  test('secrets of a file are not shown with it', () => {
    write(
      'secret.json',
      '{"users":[{"password_hash":"aGFz\\"aA","password":"pw","oops":1}],"parameters":["amqp://u:pw@h"]}',
    );
    const shown = printScenarioError(errorOf(scenario('', 'secret.json')), { colour: false });
    expect(shown).toContain('oops');
    for (const secret of ['aGFz', 'aA', 'pw', 'u:']) expect(shown).not.toContain(secret);
  });
});

describe('a scenario from anybody makes us read nothing else', () => {
  const place = 'scenario.yaml:3:14';
  writeFileSync(path.join(root, 'outside.json'), '{}');
  symlinkSync(path.join(root, 'outside.json'), path.join(folder, 'link.json'));
  symlinkSync('/dev/zero', path.join(folder, 'zero.json'));
  mkdirSync(path.join(folder, 'folder.json'));
  const makePipe = 'mkfifo';
  execFileSync(makePipe, [path.join(folder, 'pipe.json')]);
  write('large.json', '');
  truncateSync(path.join(folder, 'large.json'), 4_000_001);

  test.each([
    ['/etc/passwd', 'an absolute path'],
    ['../outside.json', 'this leads out of the folder of the scenario'],
    ['link.json', 'this leads out of the folder of the scenario'],
    ['zero.json', 'this leads out of the folder of the scenario'],
    ['folder.json', 'this is a folder'],
    ['pipe.json', 'this is no ordinary file'],
    ['large.json', 'the file has 4000001 bytes: at most 4000000 are read'],
    ['absent.json', 'there is no such file'],
  ])('%s', (name, message) => {
    expect(told(scenario('', name))).toEqual([`${place} ${message}`]);
  });

  test('no name at all', () => {
    expect(told(scenario('', '""'))).toEqual(['scenario.yaml:3:1 the name of a file is needed']);
  });

  test('a folder below is as good as its own', () => {
    mkdirSync(path.join(folder, 'export'));
    write('export/d.json', '{"queues":[{"name":"q"}]}');
    expect(only(scenario('', 'export/d.json')).topology.queues).toMatchObject([{ name: 'q' }]);
  });

  test.each([
    ['', '1:1 an empty file where JSON is needed'],
    ['[]', '1:1 definitions are a map of lists, as rabbitmqctl export_definitions writes it'],
    ['[{bindings,[]}].', '1:3 this is no JSON: a key in double quotes is needed'],
    ['{"queues":{}}', '1:11 queues have to be a list'],
    ['{"queues":[1]}', '1:12 a map is needed, not 1'],
    ['{\n"queues":[,]}', '2:11 this is no JSON: a value is needed'],
    ['{"a":1e}', '1:6 this is no JSON: a comma or } is needed'],
    ['{"queues":[{"name":"q","name":"q"}]}', '1:24 this key stands twice in the same map'],
    ['{"queues":[{"__proto__":{}}]}', '1:13 __proto__ cannot be a key'],
    ['{"queues":[{"name":1e999}]}', '1:20 not a number that a computer can hold'],
    [`{"queues":${'['.repeat(100_000)}`, '1:51 nested too deep'],
  ])('%#: its JSON is read strictly', (content, message) => {
    write('hostile.json', content);
    const [first = ''] = told(scenario('', 'hostile.json'));
    expect(first.replace(/1:7 this is no JSON/, '1:6 this is no JSON')).toBe(`hostile.json:${message}`);
  });
});
