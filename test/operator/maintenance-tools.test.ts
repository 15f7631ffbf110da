// What a person and a script read of rabbitmq-queues, rabbitmq-upgrade and rabbitmq-diagnostics, with RabbitMQ 3.10.8's texts and exit codes.
import { describe, expect, test } from 'vitest';
import { Simulation } from '../../sim/kernel/simulation.ts';
import type { MaintenanceControl, NodeControl, Refusal } from '../../sim/operator/node-control.ts';
import type { CommandResult } from '../../sim/operator/refusals.ts';
import { runTool } from '../../sim/operator/run-tool.ts';
import type { ToolName } from '../../sim/operator/tools.ts';

type State = Partial<MaintenanceControl> & {
  readonly vm?: 'running' | 'frozen' | 'down';
  readonly app?: boolean;
};

/** A node that is well, but for what a test changes. */
function nodeWith({ vm = 'running', app = true, ...changes }: State): NodeControl {
  const done = (answer: (refusal: Refusal | null) => void): void => answer(null);
  const maintenance: MaintenanceControl = {
    isBooting: () => false,
    setListeners: (_open, answer) => answer(null),
    drain: done,
    revive: done,
    listeners: () => [
      { port: 25672, protocol: 'clustering' },
      { port: 5672, protocol: 'amqp' },
    ],
    accepts: () => true,
    alarms: () => [],
    mirrorSyncCritical: (answer) => answer(null, { applies: true, queues: [] }),
    quorumCritical: (answer) => answer(null, { applies: true, queues: [] }),
    quorumStatus: (_queue, answer) => answer(null, []),
    rebalance: (_command, answer) => answer(null, []),
    changeMember: (_change, _queue, _node, answer) => answer(null),
    grow: (_command, answer) => answer(null, []),
    shrink: (_node, answer) => answer(null, []),
    ...changes,
  };
  const node: Partial<NodeControl> = {
    name: 'rabbit1',
    vmState: () => vm,
    isAppRunning: () => app,
    maintenance,
    listQueues: () => {},
  };
  return node as NodeControl;
}

function run(
  tool: ToolName,
  command: string,
  state: State = {},
): CommandResult & { readonly seconds: number } {
  const simulation = new Simulation({ seed: 'tools' });
  const outcome: { result?: CommandResult; atUs: number } = { atUs: 0 };
  runTool(simulation, {
    tool,
    command,
    words: command.split(' '),
    node: nodeWith(state),
    startUpUs: 0,
    done: (result) => {
      outcome.result = result;
      outcome.atUs = simulation.nowUs;
    },
  });
  simulation.run({ untilUs: 1e9, maxEvents: 1e6 });
  return { ...outcome.result!, seconds: outcome.atUs / 1e6 };
}

const lines = (result: CommandResult): string[] => result.output.split('\n');

describe('a check', () => {
  test('passes with 0 and a sentence', () => {
    const result = run('rabbitmq-queues', 'check_if_node_is_mirror_sync_critical');
    expect(result.exit).toBe(0);
    expect(lines(result)).toEqual([
      'Checking if node rabbit@rabbit1 is critical for data safety of any classic mirrored queues ...',
      'Node rabbit@rabbit1 reported no classic mirrored queues without online synchronised mirrors',
    ]);
  });

  test('fails with 69 and a line for each queue', () => {
    const result = run('rabbitmq-diagnostics', 'check_if_node_is_mirror_sync_critical', {
      mirrorSyncCritical: (answer) => answer(null, { applies: true, queues: ['ha.a', 'ha.b'] }),
    });
    expect(result.exit).toBe(69);
    expect(lines(result).slice(1)).toEqual([
      "queue 'ha.a' in vhost '/' would lose its only synchronised replica (master) if node rabbit@rabbit1 is stopped",
      "queue 'ha.b' in vhost '/' would lose its only synchronised replica (master) if node rabbit@rabbit1 is stopped",
    ]);
  });

  test('does not apply to a node that is alone, nor to quorums of one under maintenance', () => {
    const alone = run('rabbitmq-queues', 'check_if_node_is_quorum_critical', {
      quorumCritical: (answer) => answer(null, { applies: false, why: 'single node' }),
    });
    expect(alone.output).toContain(
      'seems to be the only one in a single node cluster, the check does not apply',
    );
    const drained = run('rabbitmq-queues', 'check_if_node_is_quorum_critical', {
      quorumCritical: (answer) => answer(null, { applies: false, why: 'maintenance' }),
    });
    expect(drained.output).toContain('Node rabbit@rabbit1 seems to be in maintenance mode');
    expect([alone.exit, drained.exit]).toEqual([0, 0]);
  });

  test('is silent when asked, and its exit code tells', () => {
    const failing = { alarms: () => [{ node: 'rabbit1', resource: 'disk' as const }] };
    expect(run('rabbitmq-diagnostics', 'check_local_alarms --silent')).toMatchObject({ exit: 0, output: '' });
    expect(run('rabbitmq-diagnostics', 'check_local_alarms --silent', failing)).toMatchObject({
      exit: 69,
      output: '',
    });
  });

  test('speaks JSON to scripts, without a banner', () => {
    expect(run('rabbitmq-diagnostics', 'check_virtual_hosts --formatter json')).toMatchObject({
      exit: 0,
      output: '{"result":"ok"}',
    });
    const failing = run('rabbitmq-diagnostics', 'check_alarms --formatter=json', {
      alarms: () => [{ node: 'rabbit2', resource: 'memory' }],
    });
    expect(failing.exit).toBe(69);
    expect(JSON.parse(failing.output)).toEqual({
      result: 'error',
      local: [],
      global: ['Memory alarm on node rabbit@rabbit2'],
      message: 'Node rabbit@rabbit1 reported alarms',
    });
  });

  test('of alarms tells local ones from others', () => {
    const state: State = { alarms: () => [{ node: 'rabbit2', resource: 'disk' }] };
    expect(run('rabbitmq-diagnostics', 'check_local_alarms', state).exit).toBe(0);
    const all = run('rabbitmq-diagnostics', 'check_alarms', state);
    expect(all.exit).toBe(69);
    expect(lines(all)[1]).toBe('Free disk space alarm on node rabbit@rabbit2');
  });

  test('of ports names those that do not answer', () => {
    expect(lines(run('rabbitmq-diagnostics', 'check_port_connectivity'))[1]).toBe(
      'Successfully connected to ports 5672, 25672 on node rabbit@rabbit1.',
    );
    const shut = run('rabbitmq-diagnostics', 'check_port_connectivity', { accepts: (port) => port !== 5672 });
    expect(shut.exit).toBe(69);
    expect(lines(shut).slice(1)).toEqual([
      'Error:',
      'Connection to ports of the following listeners on node rabbit@rabbit1 failed: ',
      'Interface: [::], port: 5672, protocol: amqp, purpose: AMQP 0-9-1 and AMQP 1.0',
    ]);
  });

  test('of one port or one protocol', () => {
    expect(run('rabbitmq-diagnostics', 'check_port_listener 5672').exit).toBe(0);
    expect(run('rabbitmq-diagnostics', 'check_port_listener 15672')).toMatchObject({ exit: 69 });
    expect(run('rabbitmq-diagnostics', 'check_port_listener amqp')).toMatchObject({ exit: 65 });
    expect(run('rabbitmq-diagnostics', 'check_protocol_listener amqp').exit).toBe(0);
    expect(run('rabbitmq-diagnostics', 'check_protocol_listener mqtt').exit).toBe(69);
  });
});

describe('a node that does not run', () => {
  test('answers ping while its VM is up, whatever its application does', () => {
    expect(lines(run('rabbitmq-diagnostics', 'ping', { app: false }))[1]).toBe('Ping succeeded');
    const down = run('rabbitmq-diagnostics', 'ping --timeout 10', { vm: 'down' });
    expect(down.exit).toBe(69);
    expect(lines(down).at(-1)).toBe('Failed to connect and authenticate to rabbit@rabbit1 in 10000 ms');
  });

  test('is not running, which is a failure for check_running and an answer for is_running', () => {
    expect(run('rabbitmq-diagnostics', 'check_running', { app: false }).exit).toBe(69);
    const answer = run('rabbitmq-diagnostics', 'is_running --formatter json', { app: false });
    expect(answer.exit).toBe(0);
    expect(JSON.parse(answer.output)).toMatchObject({ result: false });
    expect(lines(run('rabbitmq-diagnostics', 'is_booting', { isBooting: () => true }))[1]).toBe(
      'RabbitMQ on node rabbit@rabbit1 is booting',
    );
  });

  test('cannot be asked for its virtual hosts, nor drained', () => {
    const asked = run('rabbitmq-diagnostics', 'check_virtual_hosts', { app: false });
    expect(asked.exit).toBe(64);
    expect(asked.output).toContain("requires the 'rabbit' app to be running");
    const drained = run('rabbitmq-upgrade', 'drain', { app: false });
    expect(drained.exit).toBe(69);
    expect(lines(drained).at(-1)).toBe('{:aborted, {:no_exists, [:rabbit_listener, :"rabbit@rabbit1"]}}');
  });
});

describe('a tool', () => {
  test('draws a table of the balance, or prints it for scripts', () => {
    const state: State = {
      rebalance: (command, answer) =>
        answer(null, [{ node: 'rabbit2', quorum: 0, classic: command.queuePattern === '^ha' ? 2 : 9 }]),
    };
    expect(lines(run('rabbitmq-queues', 'rebalance classic --queue-pattern ^ha', state))).toEqual([
      'Re-balancing leaders of classic queues...',
      '┌────────────────┬─────────────────────────┬─────────────────────────────────────┐',
      '│ Node name      │ Number of quorum queues │ Number of replicated classic queues │',
      '├────────────────┼─────────────────────────┼─────────────────────────────────────┤',
      '│ rabbit@rabbit2 │ 0                       │ 2                                   │',
      '└────────────────┴─────────────────────────┴─────────────────────────────────────┘',
    ]);
    expect(run('rabbitmq-queues', 'rebalance all --formatter csv', state).output).toBe(
      '"Node name","Number of quorum queues","Number of replicated classic queues"\n"rabbit@rabbit2","0","9"',
    );
  });

  test('refuses words that it does not know before it asks the node', () => {
    const asked: State = {
      rebalance: () => {
        throw new Error('asked');
      },
    };
    expect(run('rabbitmq-queues', 'rebalance streams', asked)).toMatchObject({
      exit: 69,
      output: 'Error:\ntype streams is not supported. Try one of all, classic, quorum.',
    });
    expect(run('rabbitmq-queues', 'rebalance all --queue-pattern (', asked).exit).toBe(64);
    expect(run('rabbitmq-queues', 'grow rabbit2 odd', asked).exit).toBe(64);
    expect(run('rabbitmq-queues', 'drain', asked).exit).toBe(64);
    expect(run('rabbitmq-upgrade', 'drain now', asked).output).toContain('rabbitmq-upgrade [--node <node>]');
  });

  test('only says what it would do with --dry-run', () => {
    const state: State = {
      drain: () => {
        throw new Error('drained');
      },
    };
    expect(run('rabbitmq-upgrade', 'drain --dry-run', state)).toMatchObject({
      exit: 0,
      output:
        'Will put node rabbit@rabbit1 into maintenance mode. The node will no longer serve any client traffic!',
    });
  });

  test('waits for an answer no longer than its --timeout', () => {
    const result = run('rabbitmq-queues', 'check_if_node_is_quorum_critical -t 5', {
      quorumCritical: () => {},
    });
    expect(result).toMatchObject({ exit: 75, seconds: 5 });
    expect(lines(result)[1]).toBe(
      'Error: operation check_if_node_is_quorum_critical on node rabbit@rabbit1 timed out. Timeout value used: 5000',
    );
  });

  test('waits for a mirror as long as it is told, looking every 200 ms', () => {
    let looks = 0;
    const state: State = {
      mirrorSyncCritical: (answer) => {
        looks += 1;
        answer(null, { applies: true, queues: looks > 10 ? [] : ['ha.a'] });
      },
    };
    expect(run('rabbitmq-upgrade', 'await_online_synchronized_mirror', state)).toMatchObject({
      exit: 0,
      seconds: 2,
    });
    looks = -100;
    const late = run('rabbitmq-upgrade', 'await_online_synchronized_mirror --timeout 3', state);
    expect(late).toMatchObject({ exit: 69, seconds: 3 });
    expect(lines(late).at(-1)).toContain('time is up');
  });

  test('tells what became of each queue whose members it changed', () => {
    const state: State = {
      grow: (command, answer) =>
        answer(null, [
          { vhost: '/', queue: 'qq', size: 4, error: null },
          { vhost: '/', queue: 'other', size: 2, error: `no ${command.node} ${command.strategy}` },
        ]),
    };
    expect(run('rabbitmq-queues', 'grow rabbit@rabbit4 even --errors-only', state).output).toContain(
      '│ /     │ other │ 2    │ error: no rabbit4 even │',
    );
    const member: State = {
      changeMember: (_change, _queue, _node, answer) =>
        answer({ reason: 'invalid', detail: 'Cannot add members to a classic queue' }),
    };
    expect(run('rabbitmq-queues', 'add_member q rabbit2', member)).toMatchObject({
      exit: 69,
      output:
        'Adding a replica for queue q on node rabbit@rabbit2...\nError:\nCannot add members to a classic queue',
    });
  });
});
