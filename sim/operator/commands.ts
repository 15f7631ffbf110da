/**
 * The commands of `rabbitmqctl`, one entry each: the words it takes, the state of the application it insists on, the line it
 * prints first, and what it asks of the node.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import { clusterStatusText, clusterStatusValue } from './cluster-status.ts';
import { badArgument, settle, type Command } from './command.ts';
import { setDiskFreeLimit, setMemoryHighWatermark } from './limit-commands.ts';
import { DEFAULT_COLUMNS, queueRows, queueTable, unknownColumns } from './list-queues.ts';
import type { NodeControl, NodeType, Refusal } from './node-control.ts';
import { policyComplaint } from './policy-validation.ts';
import { fullName, refused, shortName, success } from './refusals.ts';
import { virtualHostCommands } from './virtual-host-commands.ts';
import { EXIT_USAGE, type Words } from './words.ts';

const NO_ARGUMENTS = { atLeast: 0, atMost: 0 };
const ONE_ARGUMENT = { atLeast: 1, atMost: 1 };

function plain(
  usage: string,
  needs: 'app-running' | 'app-stopped' | 'vm' | 'nothing',
  banner: (node: string) => string,
  act: (control: NodeControl, done: (refusal: Refusal | null) => void) => void,
): Command {
  return {
    words: { arguments: NO_ARGUMENTS },
    usage,
    needs: () => needs,
    banner: (_words, node) => banner(fullName(node)),
    run: (control, _words, finish) => act(control, settle(control, finish)),
  };
}

function onQueue(
  usage: string,
  banner: (queue: string, vhost: string) => string,
  act: (control: NodeControl, vhost: string, queue: string, done: (refusal: Refusal | null) => void) => void,
): Command {
  return {
    words: { arguments: ONE_ARGUMENT },
    usage,
    needs: () => 'app-running',
    banner: (words) => banner(words.arguments[0]!, vhostOf(words)),
    run: (control, words, finish) =>
      act(control, vhostOf(words), words.arguments[0]!, settle(control, finish)),
  };
}

function vhostOf(words: Words): string {
  return words.values.get('vhost') ?? '/';
}

const BAD_NODE_TYPE = 'The node type must be either disc or ram.';

const joinCluster: Command = {
  words: { arguments: ONE_ARGUMENT, flags: ['disc', 'ram'] },
  usage: 'join_cluster [--disc|--ram] <existing_cluster_member>',
  needs: () => 'app-stopped',
  banner: (words, node) => `Clustering node ${fullName(node)} with ${fullName(words.arguments[0]!)}`,
  check: ({ flags }) => (flags.has('disc') && flags.has('ram') ? badArgument(BAD_NODE_TYPE) : null),
  run: (control, words, finish) => {
    const type: NodeType = words.flags.has('ram') ? 'ram' : 'disc';
    control.joinCluster(shortName(words.arguments[0]!), type, (refusal, already) => {
      settle(control, finish, already ? 'The node is already a member of this cluster' : '')(refusal);
    });
  },
};

const changeNodeType: Command = {
  words: { arguments: ONE_ARGUMENT },
  usage: 'change_cluster_node_type <disc | ram>',
  needs: () => 'app-stopped',
  banner: (words, node) => `Turning ${fullName(node)} into a ${words.arguments[0]!} node`,
  check: (words) =>
    ['disc', 'disk', 'ram'].includes(words.arguments[0]!) ? null : badArgument(BAD_NODE_TYPE),
  run: (control, words, finish) => {
    const type: NodeType = words.arguments[0] === 'ram' ? 'ram' : 'disc';
    if (control.nodeType() === type) finish(success(`Node type is already ${type}`));
    else control.changeNodeType(type, settle(control, finish));
  },
};

const forgetClusterNode: Command = {
  words: { arguments: ONE_ARGUMENT, flags: ['offline'] },
  usage: 'forget_cluster_node [--offline] <existing_cluster_member_node>',
  needs: ({ flags }) => (flags.has('offline') ? 'vm-down' : 'vm'),
  banner: (words) =>
    `Removing node ${fullName(words.arguments[0]!)} from the cluster` +
    (words.flags.has('offline') ? '. Warning: quorum queues cannot be shrunk in offline mode' : ''),
  run: (control, words, finish) => {
    const target = shortName(words.arguments[0]!);
    if (words.flags.has('offline')) control.forgetNodeOffline(target, settle(control, finish));
    else control.forgetNode(target, settle(control, finish));
  },
};

const setPolicy: Command = {
  words: { arguments: { atLeast: 3, atMost: 3 }, values: ['priority', 'apply-to'] },
  usage:
    'set_policy [--vhost <vhost>] [--priority <priority>] [--apply-to <apply-to>] <name> <pattern> <definition>',
  needs: () => 'app-running',
  banner: (words) => {
    const [name, pattern, definition] = words.arguments;
    const priority = words.values.get('priority') ?? '0';
    return (
      `Setting policy "${name}" for pattern "${pattern}" to "${definition}" with priority "${priority}" ` +
      `for vhost "${vhostOf(words)}" ...`
    );
  },
  run: (control, words, finish) => {
    const [name = '', pattern = '', text = ''] = words.arguments;
    const priority = words.values.get('priority') ?? '0';
    const applyTo = words.values.get('apply-to') ?? 'all';
    const refuse = (detail: string): void => finish(refused(control.name, { reason: 'invalid', detail }));
    if (!/^-?\d+$/.test(priority)) return refuse(`"${priority}" priority must be a number`);
    if (applyTo !== 'all' && applyTo !== 'queues' && applyTo !== 'exchanges') {
      return refuse(
        `Validation failed\n\napply-to '${applyTo}' unrecognised; should be one of: queues, exchanges, all`,
      );
    }
    const definition = parseDefinition(text);
    if (definition === null) return refuse(`JSON decoding error. Reason: not a JSON object: ${text}`);
    const complaint = policyComplaint(pattern, definition);
    if (complaint !== null) return refuse(`Validation failed\n\n${complaint}`);
    const policy = {
      vhost: vhostOf(words),
      name,
      pattern,
      definition,
      priority: Number(priority),
      applyTo,
    } as const;
    control.setPolicy(policy, settle(control, finish));
  },
};

/** The definition with short node names, or null if it is no JSON object. */
function parseDefinition(text: string): FieldTable | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const definition = value as FieldTable;
  const nodes = definition['ha-params'];
  if (!Array.isArray(nodes)) return definition;
  return {
    ...definition,
    'ha-params': nodes.map((node: FieldValue) => (typeof node === 'string' ? shortName(node) : node)),
  };
}

const clearPolicy: Command = {
  words: { arguments: ONE_ARGUMENT },
  usage: 'clear_policy [--vhost <vhost>] <name>',
  needs: () => 'app-running',
  banner: (words) => `Clearing policy "${words.arguments[0]!}" on vhost "${vhostOf(words)}" ...`,
  run: (control, words, finish) =>
    control.clearPolicy(vhostOf(words), words.arguments[0]!, settle(control, finish)),
};

const deleteQueue: Command = {
  words: { arguments: ONE_ARGUMENT, flags: ['if-empty', 'if-unused', 'e', 'u'] },
  usage: 'delete_queue [--vhost <vhost>] <queue_name> [--if-empty|-e] [--if-unused|-u]',
  needs: () => 'app-running',
  banner: (words) => {
    const conditions = [
      ...(onlyIfEmpty(words) ? ['if queue is empty '] : []),
      ...(onlyIfUnused(words) ? ['if queue is unused '] : []),
    ].join('and ');
    return `Deleting queue '${words.arguments[0]!}' on vhost '${vhostOf(words)}' ${conditions}...`;
  },
  run: (control, words, finish) => {
    const options = { ifUnused: onlyIfUnused(words), ifEmpty: onlyIfEmpty(words) };
    control.deleteQueue(vhostOf(words), words.arguments[0]!, options, (refusal, messageCount) => {
      if (refusal?.reason === 'not_found') finish({ exit: EXIT_USAGE, output: 'Error:\nQueue not found' });
      else {
        const output = `Queue was successfully deleted with ${messageCount} ready messages`;
        settle(control, finish, output)(refusal);
      }
    });
  },
};

function onlyIfEmpty({ flags }: Words): boolean {
  return flags.has('if-empty') || flags.has('e');
}

function onlyIfUnused({ flags }: Words): boolean {
  return flags.has('if-unused') || flags.has('u');
}

const clusterStatus: Command = {
  words: { arguments: NO_ARGUMENTS },
  usage: 'cluster_status',
  needs: () => 'app-running',
  banner: (_words, node) => `Cluster status of node ${fullName(node)} ...`,
  run: (control, _words, finish) => {
    control.clusterStatus((refusal, status) => {
      if (status === null) finish(refused(control.name, refusal ?? { reason: 'nodedown' }));
      else finish({ exit: 0, output: clusterStatusText(status), value: clusterStatusValue(status) });
    });
  },
};

const listQueues: Command = {
  words: { arguments: { atLeast: 0, atMost: 99 }, flags: ['online', 'offline', 'local'] },
  usage: 'list_queues [--vhost <vhost>] [--online] [--offline] [--local] [--no-table-headers] [<column> ...]',
  needs: () => 'app-running',
  banner: (words) =>
    `Timeout: ${listTimeoutSeconds(words)}.0 seconds ...\nListing queues for vhost ${vhostOf(words)} ...`,
  check: (words) => {
    const unknown = unknownColumns(words.arguments);
    if (unknown.length === 0) return null;
    const output = `Error (argument validation): Info key(s) ${unknown.join(',')} are not supported`;
    return { exit: EXIT_USAGE, output };
  },
  run: (control, words, finish) => {
    control.listQueues(vhostOf(words), (refusal, queues) => {
      if (refusal !== null) return finish(refused(control.name, refusal));
      const { flags } = words;
      const listed = queues.filter(({ pid, state }) => {
        if (flags.has('local')) return pid?.node === control.name;
        const isOffline = state === 'down' || state === 'stopped';
        return flags.has('online') === flags.has('offline') || flags.has('offline') === isOffline;
      });
      const columns = words.arguments.length > 0 ? words.arguments : DEFAULT_COLUMNS;
      const header = !flags.has('no-table-headers') && !flags.has('silent');
      const output = queueTable(listed, columns, header);
      finish({ exit: 0, output, rows: queueRows(listed, columns) });
    });
  },
};

/** How long `list_queues` waits for queues that do not answer. */
export function listTimeoutSeconds(words: Words): number {
  const seconds = Number(words.values.get('timeout') ?? '60');
  return Number.isInteger(seconds) && seconds > 0 ? seconds : 60;
}

/** Every command of `rabbitmqctl` that the simulator runs, by name. */
export const rabbitmqctl: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'start_app',
    plain(
      'start_app',
      'vm',
      (node) => `Starting node ${node} ...`,
      (control, done) => control.startApp(done),
    ),
  ],
  [
    'stop_app',
    plain(
      'stop_app',
      'vm',
      (node) => `Stopping rabbit application on node ${node} ...`,
      (control, done) => control.stopApp(done),
    ),
  ],
  [
    'stop',
    plain(
      'stop',
      'vm',
      (node) => `Stopping and halting node ${node} ...`,
      (control, done) => control.stopAndHalt(done),
    ),
  ],
  [
    'reset',
    plain(
      'reset',
      'app-stopped',
      (node) => `Resetting node ${node} ...`,
      (control, done) => control.reset(done),
    ),
  ],
  [
    'force_reset',
    plain(
      'force_reset',
      'app-stopped',
      (node) => `Forcefully resetting node ${node} ...`,
      (control, done) => control.forceReset(done),
    ),
  ],
  [
    'force_boot',
    plain(
      'force_boot',
      'nothing',
      () => '',
      (control, done) => {
        control.forceBoot();
        done(null);
      },
    ),
  ],
  ['join_cluster', joinCluster],
  ['change_cluster_node_type', changeNodeType],
  ['forget_cluster_node', forgetClusterNode],
  ['set_policy', setPolicy],
  ['clear_policy', clearPolicy],
  [
    'sync_queue',
    onQueue(
      'sync_queue [--vhost <vhost>] <queue>',
      (queue, vhost) => `Synchronising queue '${queue}' in vhost '${vhost}' ...`,
      (control, vhost, queue, done) => control.syncQueue(vhost, queue, done),
    ),
  ],
  [
    'cancel_sync_queue',
    onQueue(
      'cancel_sync_queue [--vhost <vhost>] <queue>',
      (queue, vhost) => `Stopping synchronising queue '${queue}' in vhost '${vhost}' ...`,
      (control, vhost, queue, done) => control.cancelSyncQueue(vhost, queue, done),
    ),
  ],
  [
    'purge_queue',
    onQueue(
      'purge_queue <queue>',
      (queue, vhost) => `Purging queue '${queue}' in vhost '${vhost}' ...`,
      (control, vhost, queue, done) => control.purgeQueue(vhost, queue, done),
    ),
  ],
  ['delete_queue', deleteQueue],
  ['set_vm_memory_high_watermark', setMemoryHighWatermark],
  ['set_disk_free_limit', setDiskFreeLimit],
  ['cluster_status', clusterStatus],
  ['list_queues', listQueues],
  ...virtualHostCommands,
]);
