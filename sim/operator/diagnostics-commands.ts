/** The commands of `rabbitmq-diagnostics` that a person or a probe asks for a node's health. */
import { failed, passed } from './checks.ts';
import { alarmLines } from './alarm-lines.ts';
import type { Command } from './command.ts';
import { rabbitmqctl } from './commands.ts';
import type { Listener, NodeControl } from './node-control.ts';
import { criticalChecks, quorumStatus } from './queues-commands.ts';
import { EXIT_UNAVAILABLE, fullName, success, type CommandResult } from './refusals.ts';
import { EXIT_DATA, type Words } from './words.ts';

const NO_ARGUMENTS = { atLeast: 0, atMost: 0 };
const ONE_ARGUMENT = { atLeast: 1, atMost: 1 };

type Needs = 'vm' | 'app-running';

/** A question that the tool answers from what the node says at once. */
function question(
  usage: string,
  needs: Needs,
  banner: (node: string, words: Words) => string,
  answer: (control: NodeControl, words: Words, node: string) => CommandResult,
  more: Partial<Command> = {},
): Command {
  return {
    words: { arguments: usage.includes('<') ? ONE_ARGUMENT : NO_ARGUMENTS },
    usage: `${usage} [--timeout <timeout>]`,
    needs: () => needs,
    banner: (words, node) => banner(fullName(node), words),
    run: (control, words, finish) => finish(answer(control, words, fullName(control.name))),
    ...more,
  };
}

function truth(isTrue: boolean, sentence: string): CommandResult {
  return { exit: 0, output: sentence, value: { result: isTrue, message: sentence } };
}

function error(text: string): CommandResult {
  return { exit: EXIT_UNAVAILABLE, output: `Error:\n${text}` };
}

const running = (node: string): string => `RabbitMQ on node ${node} is fully booted and running`;
const notRunning = (node: string): string =>
  `RabbitMQ on node ${node} is not running or has not fully booted yet (check with is_booting)`;

const pingFailed = (node: string, timeoutMs: number): CommandResult =>
  error(`Failed to connect and authenticate to ${fullName(node)} in ${timeoutMs} ms`);

function timeoutMs({ values }: Words): number {
  return 1_000 * (Number(values.get('timeout')) || 60);
}

const PURPOSES: Readonly<Record<Listener['protocol'], string>> = {
  amqp: 'AMQP 0-9-1 and AMQP 1.0',
  clustering: 'inter-node and CLI tool communication',
};

function listenerValue({ port, protocol }: Listener, node: string): object {
  return { node, interface: '[::]', port, protocol, purpose: PURPOSES[protocol] };
}

function listenerLine({ port, protocol }: Listener): string {
  return `Interface: [::], port: ${port}, protocol: ${protocol}, purpose: ${PURPOSES[protocol]}`;
}

function ports(listeners: readonly Listener[]): string {
  return listeners
    .map(({ port }) => port)
    .toSorted((a, b) => a - b)
    .join(', ');
}

const checkPortConnectivity = question(
  'check_port_connectivity',
  'app-running',
  (node) => `Testing TCP connections to all active listeners on node ${node} ...`,
  ({ maintenance }, words, node) => {
    const listeners = maintenance.listeners();
    const failures = listeners.filter(({ port }) => !maintenance.accepts(port));
    if (failures.length === 0)
      return passed(words, `Successfully connected to ports ${ports(listeners)} on node ${node}.`);
    const lines = [
      'Error:',
      `Connection to ports of the following listeners on node ${node} failed: `,
      ...failures.map(listenerLine),
    ];
    return failed(words, lines, { node, failures: failures.map((each) => listenerValue(each, node)) });
  },
);

const checkPortListener = question(
  'check_port_listener <port>',
  'app-running',
  (node, { arguments: [port = ''] }) =>
    `Asking node ${node} if there's an active listener on port ${port} ...`,
  ({ maintenance }, words, node) => {
    const port = Number(words.arguments[0]);
    const listeners = maintenance.listeners();
    if (listeners.some((listener) => listener.port === port))
      return passed(words, `A listener for port ${port} is running on node ${node}.`);
    const line =
      `No listener for port ${port} is active on node ${node}. ` +
      `Found listeners that use the following ports: ${ports(listeners)}`;
    return failed(words, [line], { missing: port, ports: listeners.map((listener) => listener.port) });
  },
  {
    check: ({ arguments: [port = ''] }) =>
      /^[1-9]\d*$/.test(port)
        ? null
        : {
            exit: EXIT_DATA,
            output: 'Error (argument validation): Bad argument: argument must be a positive integer',
          },
  },
);

const checkProtocolListener = question(
  'check_protocol_listener <protocol>',
  'app-running',
  (node, { arguments: [protocol = ''] }) =>
    `Asking node ${node} if there's an active listener for protocol ${protocol} ...`,
  ({ maintenance }, words, node) => {
    const [protocol = ''] = words.arguments;
    const listeners = maintenance.listeners();
    const known = { amqp091: 'amqp', 'amqp0.9.1': 'amqp', amqp10: 'amqp', 'amqp1.0': 'amqp' }[protocol];
    if (listeners.some((listener) => listener.protocol === (known ?? protocol)))
      return passed(words, `A listener for protocol ${known ?? protocol} is running on node ${node}.`);
    const protocols = listeners.map((listener) => listener.protocol);
    const lines = [
      'Error:',
      `No listener for protocol ${protocol} is active on node ${node}. ` +
        `Found listeners for the following protocols: ${protocols.join(', ')}`,
    ];
    return failed(words, lines, { missing: protocol, protocols });
  },
);

export const rabbitmqDiagnostics: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'ping',
    question(
      'ping',
      'vm',
      (node, words) =>
        `Will ping ${node}. This only checks if the OS process is running and registered with epmd. ` +
        `Timeout: ${timeoutMs(words)} ms.`,
      () => success('Ping succeeded'),
      { unreachable: (node, words) => pingFailed(node, timeoutMs(words)) },
    ),
  ],
  [
    'is_booting',
    question(
      'is_booting',
      'vm',
      (node) => `Asking node ${node} for its boot status ...`,
      ({ maintenance }, _words, node) =>
        maintenance.isBooting()
          ? truth(true, `RabbitMQ on node ${node} is booting`)
          : truth(
              false,
              `RabbitMQ on node ${node} is fully booted (check with is_running), stopped or has not started booting yet`,
            ),
    ),
  ],
  [
    'is_running',
    question(
      'is_running',
      'vm',
      (node) => `Asking node ${node} for its status ...`,
      (control, _words, node) => {
        const isUp = control.isAppRunning();
        return truth(isUp, isUp ? running(node) : notRunning(node));
      },
    ),
  ],
  [
    'check_running',
    question(
      'check_running',
      'vm',
      (node) => `Checking if RabbitMQ is running on node ${node} ...`,
      (control, _words, node) => (control.isAppRunning() ? success(running(node)) : error(notRunning(node))),
    ),
  ],
  [
    'check_local_alarms',
    question(
      'check_local_alarms',
      'app-running',
      (node) => `Asking node ${node} to report any local resource alarms ...`,
      (control, words, node) => {
        const lines = alarmLines(control.maintenance.alarms().filter((alarm) => alarm.node === control.name));
        if (lines.length === 0) return passed(words, `Node ${node} reported no local alarms`);
        return failed(words, ['Error:', ...lines], {
          local: lines,
          message: `Node ${node} reported local alarms`,
        });
      },
    ),
  ],
  [
    'check_alarms',
    question(
      'check_alarms',
      'app-running',
      (node) => `Asking node ${node} to report any local resource alarms ...`,
      (control, words, node) => {
        const alarms = control.maintenance.alarms();
        if (alarms.length === 0)
          return passed(words, `Node ${node} reported no alarms, local or clusterwide`);
        return failed(words, alarmLines(alarms), {
          local: alarmLines(alarms.filter((alarm) => alarm.node === control.name)),
          global: alarmLines(alarms.filter((alarm) => alarm.node !== control.name)),
          message: `Node ${node} reported alarms`,
        });
      },
    ),
  ],
  ['check_port_connectivity', checkPortConnectivity],
  ['check_port_listener', checkPortListener],
  ['check_protocol_listener', checkProtocolListener],
  [
    'listeners',
    question(
      'listeners',
      'app-running',
      (node) => `Asking node ${node} to report its protocol listeners ...`,
      ({ maintenance }, _words, node) => {
        const listeners = maintenance.listeners();
        const value = { result: 'ok', node, listeners: listeners.map((each) => listenerValue(each, node)) };
        return { exit: 0, output: listeners.map(listenerLine).join('\n'), value };
      },
    ),
  ],
  [
    'check_virtual_hosts',
    question(
      'check_virtual_hosts',
      'app-running',
      (node) => `Checking if all vhosts are running on node ${node} ...`,
      (_control, words, node) => passed(words, `Node ${node} reported all vhosts as running`),
    ),
  ],
  ['cluster_status', rabbitmqctl.get('cluster_status')!],
  ['quorum_status', quorumStatus],
  ...criticalChecks,
]);
