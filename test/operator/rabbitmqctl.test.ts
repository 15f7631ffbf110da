import { describe, expect, test } from 'vitest';
import type { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import { Pid } from '../../sim/erlang/message.ts';
import { renderRecord, type RenderedRecord } from '../../sim/kernel/journal-text.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import type {
  ClusterStatus,
  Done,
  MaintenanceControl,
  NodeControl,
  QueueInfo,
  Refusal,
  VirtualHostControl,
} from '../../sim/operator/node-control.ts';
import { runTool } from '../../sim/operator/run-tool.ts';
import type { CommandResult } from '../../sim/operator/refusals.ts';

/** What the tools of maintenance find on a well node; they have a test of their own. */
function fakeMaintenance(): MaintenanceControl {
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  return {
    isBooting: () => false,
    setListeners: unused,
    drain: unused,
    revive: unused,
    listeners: () => [],
    accepts: () => true,
    alarms: () => [],
    mirrorSyncCritical: unused,
    quorumCritical: unused,
    quorumStatus: unused,
    rebalance: unused,
    changeMember: unused,
    grow: unused,
    shrink: unused,
  };
}

/** A node that answers everything at once, with one refusal if it has been given one. */
class FakeNode implements NodeControl {
  readonly name = 'rabbit1';
  readonly calls: unknown[][] = [];
  vm: 'running' | 'frozen' | 'down' = 'running';
  app = true;
  refusal: Refusal | null = null;
  queues: QueueInfo[] = [];
  status: ClusterStatus = {
    clusterName: 'rabbit@rabbit1',
    discNodes: ['rabbit2', 'rabbit1'],
    alarms: [],
    ramNodes: [],
    runningNodes: ['rabbit1'],
    partitions: [],
    underMaintenance: [],
  };
  readonly maintenance = fakeMaintenance();
  readonly virtualHosts: VirtualHostControl = {
    add: (vhost, done) => this.answer(done, 'add_vhost', vhost),
    delete: (vhost, done) => this.answer(done, 'delete_vhost', vhost),
    list: (done) => done(this.refusal, ['/', 'shop']),
    setPermission: (vhost, user, permission, done) =>
      this.answer(done, 'setPermission', vhost, user, permission),
    listPermissions: (vhost, done) =>
      done(this.refusal, [{ user: 'guest', vhost, configure: '.*', write: '.*', read: '^a' }]),
    setTopicPermission: (permission, done) => this.answer(done, 'setTopicPermission', permission),
    clearTopicPermissions: (vhost, user, exchange, done) =>
      this.answer(done, 'clearTopicPermissions', vhost, user, exchange),
    listTopicPermissions: (_vhost, done) => done(this.refusal, []),
    setLimits: (kind, subject, limits, done) => this.answer(done, 'setLimits', kind, subject, limits),
    listLimits: (kind, done) =>
      done(this.refusal, [[kind === 'vhost' ? 'shop' : 'guest', { 'max-connections': 5 }]]),
    listExchanges: (_vhost, done) => done(this.refusal, []),
    listBindings: (vhost, done) =>
      done(this.refusal, [
        {
          source: `${vhost}\u0001x`,
          destinationKind: 'queue',
          destination: 'q',
          routingKey: 'k',
          arguments: {},
        },
      ]),
    listPolicies: (_vhost, done) => done(this.refusal, []),
  };
  readonly links: NodeControl['links'] = {
    setParameter: (component, name, value, done) =>
      this.answer(done, 'setParameter', component, name, JSON.stringify(value)),
    clearParameter: (component, name, done) => this.answer(done, 'clearParameter', component, name),
    linkStatus: (kind, done) => this.answer((refusal) => done(refusal, []), 'linkStatus', kind),
  };
  stuck = false;

  vmState = () => this.vm;
  isAppRunning = () => this.app;
  nodeType = () => 'disc' as const;
  startApp = (done: Done) => this.answer(done, 'startApp');
  stopApp = (done: Done) => this.answer(done, 'stopApp');
  stopAndHalt = (done: Done) => this.answer(done, 'stopAndHalt');
  reset = (done: Done) => this.answer(done, 'reset');
  forceReset = (done: Done) => this.answer(done, 'forceReset');
  forceBoot = () => void this.calls.push(['forceBoot']);
  joinCluster: NodeControl['joinCluster'] = (target, type, done) =>
    this.answer((refusal) => done(refusal, false), 'joinCluster', target, type);
  changeNodeType: NodeControl['changeNodeType'] = (type, done) => this.answer(done, 'changeNodeType', type);
  forgetNode: NodeControl['forgetNode'] = (node, done) => this.answer(done, 'forgetNode', node);
  forgetNodeOffline: NodeControl['forgetNodeOffline'] = (node, done) =>
    this.answer(done, 'forgetNodeOffline', node);
  setResourceLimit: NodeControl['setResourceLimit'] = (resource, limit, done) =>
    this.answer(done, 'setResourceLimit', resource, JSON.stringify(limit));
  setPolicy: NodeControl['setPolicy'] = (policy, done) => this.answer(done, 'setPolicy', policy);
  clearPolicy: NodeControl['clearPolicy'] = (vhost, name, done) =>
    this.answer(done, 'clearPolicy', vhost, name);
  syncQueue: NodeControl['syncQueue'] = (vhost, queue, done) => this.answer(done, 'syncQueue', vhost, queue);
  cancelSyncQueue: NodeControl['cancelSyncQueue'] = (vhost, queue, done) =>
    this.answer(done, 'cancelSyncQueue', vhost, queue);
  deleteQueue: NodeControl['deleteQueue'] = (vhost, queue, options, done) =>
    this.answer((refusal) => done(refusal, 7), 'deleteQueue', vhost, queue, options);
  purgeQueue: NodeControl['purgeQueue'] = (vhost, queue, done) =>
    this.answer(done, 'purgeQueue', vhost, queue);
  clusterStatus: NodeControl['clusterStatus'] = (done) =>
    done(this.refusal, this.refusal === null ? this.status : null);
  listQueues: NodeControl['listQueues'] = (_vhost, done) => {
    if (!this.stuck) done(this.refusal, this.queues);
  };

  private answer(done: Done, ...call: unknown[]): void {
    this.calls.push(call);
    done(this.refusal);
  }
}

function run(
  node: FakeNode,
  ...words: string[]
): { result: CommandResult; records: RenderedRecord[]; seconds: number } {
  const simulation = new Simulation({ seed: 'operator' });
  const { journal } = simulation;
  const records: RenderedRecord[] = [];
  journal.onAny((type, timeUs, ...slots) => records.push(renderRecord(type, timeUs, slots, journal)));
  const callsBefore = node.calls.length;
  const outcome: { result?: CommandResult; atUs: number } = { atUs: 0 };
  runTool(simulation, {
    tool: 'rabbitmqctl',
    command: words.join(' '),
    words,
    node,
    startUpUs: 340_000,
    done: (result) => {
      outcome.result = result;
      outcome.atUs = simulation.nowUs;
    },
  });
  expect(node.calls).toHaveLength(callsBefore);
  simulation.run({ untilUs: 1e9, maxEvents: 1e6 });
  return { result: outcome.result!, records, seconds: outcome.atUs / 1e6 };
}

describe('a command line', () => {
  test('takes its time, acts once and is noted with output and exit code', () => {
    const node = new FakeNode();
    const { result, records, seconds } = run(node, 'stop_app');
    expect(node.calls).toEqual([['stopApp']]);
    expect(seconds).toBe(0.34);
    expect(result).toEqual({ exit: 0, output: 'Stopping rabbit application on node rabbit@rabbit1 ...' });
    expect(records).toMatchObject([
      { record: 'operator', command: 'stop_app', on: 'rabbit1', exit: 0, output: result.output },
    ]);
  });

  test('accepts short and full node names', () => {
    const node = new FakeNode();
    node.app = false;
    run(node, 'join_cluster', '--ram', 'rabbit@rabbit2');
    expect(node.calls).toEqual([['joinCluster', 'rabbit2', 'ram']]);
  });

  test('reads a policy with its options anywhere', () => {
    const node = new FakeNode();
    const { result } = run(
      node,
      'set_policy',
      '--apply-to',
      'queues',
      'ha',
      '^q',
      '{"ha-mode":"nodes","ha-params":["rabbit@rabbit2"]}',
      '--priority=3',
      '-p',
      '/',
    );
    expect(result.exit).toBe(0);
    expect(node.calls).toEqual([
      [
        'setPolicy',
        {
          vhost: '/',
          name: 'ha',
          pattern: '^q',
          definition: { 'ha-mode': 'nodes', 'ha-params': ['rabbit2'] },
          priority: 3,
          applyTo: 'queues',
        },
      ],
    ]);
  });

  test.each([
    [['stop_app', 'now'], 64, 'too many arguments'],
    [['join_cluster'], 64, 'not enough arguments'],
    [['set_policy', 'a', 'b', '{}', '--colour', 'red'], 64, 'Invalid options'],
    [['frobnicate'], 64, "Command 'frobnicate' not found"],
    [['list_queues', 'name', 'colour'], 64, 'Info key(s) colour are not supported'],
    [['set_policy', 'a', 'b', '{'], 69, 'JSON decoding error'],
  ])('%j ends with exit code %i', (words, exit, text) => {
    const node = new FakeNode();
    const { result } = run(node, ...words);
    expect(result.exit).toBe(exit);
    expect(result.output).toContain(text);
    expect(node.calls).toEqual([]);
  });
});

describe('the state of the node', () => {
  test('a VM that is down is unreachable', () => {
    const node = new FakeNode();
    node.vm = 'down';
    const { result } = run(node, 'cluster_status');
    expect(result.exit).toBe(69);
    expect(result.output).toContain("unable to perform an operation on node 'rabbit@rabbit1'");
  });

  test('a VM that stands still is given seven seconds', () => {
    const node = new FakeNode();
    node.vm = 'frozen';
    const { result, seconds } = run(node, 'stop_app');
    expect(result.exit).toBe(69);
    expect(seconds).toBeCloseTo(7.34, 1);
  });

  test('some commands need the application, some need it stopped', () => {
    const node = new FakeNode();
    expect(run(node, 'reset').result.output).toContain("requires the 'rabbit' app to be stopped");
    node.app = false;
    const { result } = run(node, 'sync_queue', 'q');
    expect(result.exit).toBe(64);
    expect(result.output).toContain("requires the 'rabbit' app to be running");
    expect(node.calls).toEqual([]);
  });

  test('an offline forget needs the VM down, a forced boot does not mind', () => {
    const node = new FakeNode();
    expect(run(node, 'forget_cluster_node', '--offline', 'rabbit2').result.exit).toBe(64);
    node.vm = 'down';
    expect(run(node, 'forget_cluster_node', '--offline', 'rabbit2').result.exit).toBe(0);
    node.calls.length = 0;
    expect(run(node, 'force_boot').result).toEqual({ exit: 0, output: '' });
    expect(node.calls).toEqual([['forceBoot']]);
  });
});

describe('refusals', () => {
  test.each<[string[], Refusal, number, string]>([
    [
      ['join_cluster', 'rabbit2'],
      { reason: 'mnesia_unexpectedly_running' },
      70,
      'Mnesia is still running on node rabbit@rabbit1',
    ],
    [
      ['join_cluster', 'rabbit2'],
      { reason: 'cannot_reach_node', detail: 'rabbit2' },
      69,
      "operation on node 'rabbit@rabbit2'",
    ],
    [
      ['reset'],
      { reason: 'resetting_only_disc_node' },
      69,
      'You cannot reset a node when it is the only disc node',
    ],
    [
      ['join_cluster', 'rabbit1'],
      { reason: 'cannot_cluster_node_with_itself' },
      70,
      'cannot cluster node with itself',
    ],
  ])('%j: %j', (words, refusal, exit, text) => {
    const node = new FakeNode();
    node.app = false;
    node.refusal = refusal;
    const { result } = run(node, ...words);
    expect(result.exit).toBe(exit);
    expect(result.output).toContain(text);
  });

  test('of a deletion are exit code 64', () => {
    const node = new FakeNode();
    node.refusal = { reason: 'not_found' };
    expect(run(node, 'delete_queue', 'q').result).toMatchObject({ exit: 64 });
    node.refusal = null;
    expect(run(node, 'delete_queue', 'q', '--if-empty').result.output).toBe(
      "Deleting queue 'q' on vhost '/' if queue is empty ...\nQueue was successfully deleted with 7 ready messages",
    );
  });
});

describe('cluster_status', () => {
  test('shows members sorted, running nodes and partitions', () => {
    const node = new FakeNode();
    node.status = { ...node.status, partitions: [{ node: 'rabbit1', peers: ['rabbit2', 'rabbit3'] }] };
    const { result } = run(node, 'cluster_status');
    expect(result.output).toContain('Disk Nodes\n\nrabbit@rabbit1\nrabbit@rabbit2\n');
    expect(result.output).toContain('Running Nodes\n\nrabbit@rabbit1\n');
    expect(result.output).toContain(
      'Network Partitions\n\nNode rabbit@rabbit1 cannot communicate with rabbit@rabbit2, rabbit@rabbit3',
    );
  });
});

describe('list_queues', () => {
  const queue: QueueInfo = {
    name: 'q',
    vhost: '/',
    type: 'classic',
    durable: true,
    autoDelete: false,
    exclusive: false,
    arguments: {},
    policy: 'ha',
    pid: new Pid('rabbit1', 1, { id: 5 } as ErlangProcess),
    ownerPid: null,
    slavePids: [new Pid('rabbit2', 2, { id: 6 } as ErlangProcess)],
    synchronisedSlavePids: [],
    messages: 5,
    messagesReady: 3,
    messagesUnacknowledged: 2,
    consumers: 1,
    state: 'running',
  };

  test('prints a header and tabs', () => {
    const node = new FakeNode();
    node.queues = [queue, { ...queue, name: 'down', messages: null, messagesReady: null, state: 'down' }];
    const banner = 'Timeout: 60.0 seconds ...\nListing queues for vhost / ...\n';
    expect(run(node, 'list_queues').result.output).toBe(`${banner}name\tmessages\nq\t5\ndown\t`);
    expect(run(node, 'list_queues', 'name', 'slave_pids', 'pid').result.output).toBe(
      `${banner}name\tslave_pids\tpid\nq\t[<rabbit@rabbit2.2.6.0>]\t<rabbit@rabbit1.1.5.0>\ndown\t[<rabbit@rabbit2.2.6.0>]\t<rabbit@rabbit1.1.5.0>`,
    );
    expect(run(node, 'list_queues', '--offline', '-q', '--no-table-headers', 'name').result.output).toBe(
      'down',
    );
  });

  test('gives up after a minute on queues that do not answer', () => {
    const node = new FakeNode();
    node.stuck = true;
    const { result, seconds } = run(node, 'list_queues');
    expect(result.exit).toBe(75);
    expect(seconds).toBeCloseTo(60.34, 5);
  });
});
