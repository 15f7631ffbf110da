/** The text of `rabbitmqctl cluster_status`: the sections that a simulated cluster has something to say in. */
import type { ClusterStatus } from './node-control.ts';
import { fullName } from './refusals.ts';

const ALARMS = { memory: 'Memory alarm', disk: 'Free disk space alarm' } as const;

/** The sections under the banner. Disc, RAM and running nodes are sorted, as the tool sorts them. */
export function clusterStatusText(status: ClusterStatus): string {
  const partitions = status.partitions.map(
    ({ node, peers }) => `Node ${fullName(node)} cannot communicate with ${peers.map(fullName).join(', ')}`,
  );
  const alarms = status.alarms.map(({ node, resource }) => `${ALARMS[resource]} on node ${fullName(node)}`);
  const sections = [
    `Basics\n\nCluster name: ${status.clusterName}`,
    section('Disk Nodes', names(status.discNodes)),
    ...(status.ramNodes.length > 0 ? [section('RAM Nodes', names(status.ramNodes))] : []),
    section('Running Nodes', names(status.runningNodes)),
    section(
      'Versions',
      names(status.runningNodes).map((node) => `${node}: RabbitMQ 3.10.8 on Erlang 25`),
    ),
    section('Alarms', alarms.length > 0 ? alarms : ['(none)']),
    section('Network Partitions', partitions.length > 0 ? partitions : ['(none)']),
  ];
  return sections.join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n\n${lines.join('\n')}`;
}

function names(nodes: readonly string[]): string[] {
  return nodes.map(fullName).toSorted();
}
