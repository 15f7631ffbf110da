/** The text of `rabbitmqctl cluster_status`: the sections that a simulated cluster has something to say in. */
import { alarmLines } from './alarm-lines.ts';
import type { ClusterStatus } from './node-control.ts';
import { fullName } from './refusals.ts';

/** The sections under the banner. Disc, RAM and running nodes are sorted, as the tool sorts them. */
export function clusterStatusText(status: ClusterStatus): string {
  const partitions = status.partitions.map(
    ({ node, peers }) => `Node ${fullName(node)} cannot communicate with ${peers.map(fullName).join(', ')}`,
  );
  const alarms = alarmLines(status.alarms);
  const sections = [
    `Basics\n\nCluster name: ${status.clusterName}`,
    section('Disk Nodes', names(status.discNodes)),
    ...(status.ramNodes.length > 0 ? [section('RAM Nodes', names(status.ramNodes))] : []),
    section('Running Nodes', names(status.runningNodes)),
    section(
      'Versions',
      names(status.runningNodes).map((node) => `${node}: RabbitMQ 3.10.8 on Erlang 25`),
    ),
    section(
      'Maintenance status',
      names(status.runningNodes).map((node) => `Node: ${node}, status: ${maintenanceOf(status, node)}`),
    ),
    section('Alarms', alarms.length > 0 ? alarms : ['(none)']),
    section('Network Partitions', partitions.length > 0 ? partitions : ['(none)']),
  ];
  return sections.join('\n\n');
}

function maintenanceOf({ underMaintenance }: ClusterStatus, node: string): string {
  return names(underMaintenance).includes(node) ? 'marked for maintenance' : 'not under maintenance';
}

/** The same for scripts. */
export function clusterStatusValue(status: ClusterStatus): { readonly [key: string]: unknown } {
  const running = names(status.runningNodes);
  const versions = { rabbitmq_name: 'RabbitMQ', rabbitmq_version: '3.10.8', erlang_version: '25' };
  return {
    cluster_name: status.clusterName,
    disk_nodes: names(status.discNodes),
    ram_nodes: names(status.ramNodes),
    running_nodes: running,
    versions: Object.fromEntries(running.map((node) => [node, versions])),
    maintenance_status: Object.fromEntries(running.map((node) => [node, maintenanceOf(status, node)])),
    alarms: alarmLines(status.alarms),
    partitions: Object.fromEntries(
      status.partitions.map(({ node, peers }) => [fullName(node), peers.map(fullName)]),
    ),
  };
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n\n${lines.join('\n')}`;
}

function names(nodes: readonly string[]): string[] {
  return nodes.map(fullName).toSorted();
}
