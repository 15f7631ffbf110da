/**
 * What a person reads, and the exit code, when a node refuses a command. The texts are RabbitMQ 3.10's own messages, since
 * people search for them; exit codes are those of sysexits.
 */
import type { Rows } from './formatters.ts';
import type { Refusal } from './node-control.ts';
import { EXIT_DATA, EXIT_USAGE } from './words.ts';

export const EXIT_UNAVAILABLE = 69;
export const EXIT_SOFTWARE = 70;
export const EXIT_TEMPORARY = 75;

export interface CommandResult {
  readonly exit: number;
  readonly output: string;
  /** A list, for formatters of lists. */
  readonly rows?: Rows;
  /** What JSON says instead of the output. */
  readonly value?: { readonly [key: string]: unknown };
}

/** RabbitMQ's full name of a node. */
export function fullName(node: string): string {
  return node.includes('@') ? node : `rabbit@${node}`;
}

/** The short name of a node, however it was written. */
export function shortName(node: string): string {
  return node.startsWith('rabbit@') ? node.slice('rabbit@'.length) : node;
}

export function success(output: string): CommandResult {
  return { exit: 0, output };
}

/** The tool could not reach the node's VM. */
export function unreachable(node: string, diagnosis: readonly string[] = notRunning(node)): CommandResult {
  const name = fullName(node);
  return {
    exit: EXIT_UNAVAILABLE,
    output: [
      `Error: unable to perform an operation on node '${name}'. Please see diagnostics information and suggestions below.`,
      '',
      'Most common reasons for this are:',
      '',
      ' * Target node is unreachable (e.g. due to hostname resolution, TCP connection or firewall issues)',
      " * CLI tool fails to authenticate with the server (e.g. due to CLI tool's Erlang cookie not matching that of the server)",
      ' * Target node is not running',
      '',
      'In addition to the diagnostics info below:',
      '',
      ' * See the CLI, clustering and networking guides on https://rabbitmq.com/documentation.html to learn more',
      ` * Consult server logs on node ${name}`,
      " * If target node is configured to use long node names, don't forget to use --longnames with CLI tools",
      '',
      'DIAGNOSTICS',
      '===========',
      '',
      `attempted to contact: [${name}]`,
      '',
      `${name}:`,
      ...diagnosis,
    ].join('\n'),
  };
}

/** What the tool finds out about a node whose VM is not there. */
function notRunning(node: string): string[] {
  return [
    `  * connected to epmd (port 4369) on ${shortName(node)}`,
    `  * epmd reports: node 'rabbit' not running at all`,
    '  * suggestion: start the node',
  ];
}

/** What it finds out about one that runs and refuses the connection. */
function refusesUs(node: string): string[] {
  return [
    `  * connected to epmd (port 4369) on ${shortName(node)}`,
    "  * epmd reports node 'rabbit' uses port 25672 for inter-node and CLI tool traffic",
    '  * TCP connection succeeded but Erlang distribution failed',
    '  * suggestion: check if the Erlang cookie is identical for all server nodes and CLI tools',
    '  * suggestion: check if all server nodes and CLI tools use consistent hostnames when addressing each other',
    '  * suggestion: check if inter-node connections may be configured to use TLS. If so, all nodes and CLI tools must do that',
    '   * suggestion: see the CLI, clustering and networking guides on https://rabbitmq.com/documentation.html to learn more',
  ];
}

/** The refusal of a command on `node`. */
export function refused(node: string, refusal: Refusal): CommandResult {
  const { reason, detail = '' } = refusal;
  switch (reason) {
    case 'nodedown':
      return unreachable(node);
    case 'cannot_reach_node':
      return unreachable(detail);
    case 'cookie_refused':
      return unreachable(detail, refusesUs(detail));
    case 'mnesia_unexpectedly_running':
      return error(
        EXIT_SOFTWARE,
        `Mnesia is still running on node ${fullName(node)}.\nPlease stop RabbitMQ with 'rabbitmqctl stop_app' first.`,
      );
    case 'cannot_cluster_node_with_itself':
      return error(EXIT_SOFTWARE, `Error: cannot cluster node with itself: ${fullName(node)}`);
    case 'failed_to_remove_active_node': {
      const name = fullName(detail);
      return error(
        EXIT_UNAVAILABLE,
        `RabbitMQ on node ${name} must be stopped with 'rabbitmqctl -n ${name} stop_app' before it can be removed`,
      );
    }
    case 'inconsistent_cluster':
      return error(EXIT_UNAVAILABLE, `{:inconsistent_cluster, '${detail}'}`);
    case 'not_found':
      return error(EXIT_UNAVAILABLE, 'not_found');
    case 'not_empty':
      return error(EXIT_USAGE, 'Queue is not empty');
    case 'in_use':
      return error(EXIT_USAGE, 'Queue is in use');
    case 'not_mirrored':
      return error(EXIT_UNAVAILABLE, 'not_mirrored');
    case 'no_such_vhost':
      return { exit: EXIT_DATA, output: `Virtual host '${detail}' does not exist` };
    case 'no_such_policy':
      return error(EXIT_UNAVAILABLE, 'Parameter does not exist');
    case 'invalid':
    case 'boot_failed':
      return error(EXIT_UNAVAILABLE, detail);
    default:
      return error(EXIT_UNAVAILABLE, `{:${reason}, '${MNESIA_TEXTS[reason]}'}`);
  }
}

function error(exit: number, text: string): CommandResult {
  return { exit, output: `Error:\n${text}` };
}

const MNESIA_TEXTS = {
  clustering_only_disc_node:
    'You cannot cluster a node if it is the only disc node in its existing  cluster. If new nodes joined while this ' +
    "node was offline, use 'update_cluster_nodes' to add them manually.",
  resetting_only_disc_node:
    'You cannot reset a node when it is the only disc node in a cluster. Please convert another node of the cluster ' +
    'to a disc node first.',
  not_clustered: 'Non-clustered nodes can only be disc nodes.',
  no_online_cluster_nodes:
    "Could not find any online cluster nodes. If the cluster has changed, you can use the 'update_cluster_nodes' command.",
  no_running_cluster_nodes: 'You cannot leave a cluster if no online nodes are present.',
  not_a_cluster_node: 'The node selected is not in the cluster.',
  online_node_offline_flag:
    'You set the --offline flag, which is used to remove nodes remotely from offline nodes, but this node is online.',
  offline_node_no_offline_flag:
    'You are trying to remove a node from an offline node. That is dangerous, but can be done with the --offline flag. ' +
    'Please consult the manual for rabbitmqctl for more information.',
  removing_node_from_offline_node:
    'To remove a node remotely from an offline node, the node you are removing from must be a disc node and all the ' +
    'other nodes must be offline.',
} as const;
