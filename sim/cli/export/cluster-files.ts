/**
 * The scenario's cluster as the files that a real one would be made from: `rabbitmq.conf` and, for nodes with settings of their own,
 * `rabbitmq.NODE.conf`; `definitions.json` for `load_definitions` or `rabbitmqctl import_definitions`, policies included; and
 * `advanced.config` where a setting has no other place. Left out, because no such file can say it: links, disks, on which node a queue is
 * declared, passwords (users are made without one).
 */
import { advancedConfig, partitionLines, settingLines } from '../../laboratory/broker-config.ts';
import { clustersOf, type Cluster } from '../../scenario/clusters.ts';
import type { BrokerConfig, FieldTable, FieldValue, NodeSpec, Scenario } from '../../scenario/model.ts';

export interface ClusterFile {
  readonly name: string;
  readonly text: string;
}

const defaultOperationTimeoutUs = 15_000_000;

/** Of several clusters each has a folder of its own, named after it. */
export function clusterFiles(scenario: Scenario): readonly ClusterFile[] {
  const clusters = clustersOf(scenario.nodes);
  return clusters.flatMap((cluster) => {
    const folder = clusters.length > 1 ? `${cluster.name}/` : '';
    return filesOf(scenario, cluster).map(({ name, text }) => ({ name: folder + name, text }));
  });
}

function filesOf(scenario: Scenario, cluster: Cluster): readonly ClusterFile[] {
  const { nodes } = cluster;
  const members = nodes.filter(({ clustered }) => clustered);
  const [first = nodes[0]] = members;
  if (first === undefined) return [];
  const conf = confOf(scenario, cluster, members, first.config);
  const others = nodes
    .map((node) => ({
      name: `rabbitmq.${node.name}.conf`,
      text: confOf(scenario, cluster, members, node.config),
    }))
    .filter(({ text }) => text !== conf);
  const advanced = advancedConfig(scenario, first.config);
  return [
    { name: 'rabbitmq.conf', text: conf },
    ...others,
    ...(first.config.channelOperationTimeoutUs === defaultOperationTimeoutUs
      ? []
      : [{ name: 'advanced.config', text: advanced }]),
    { name: 'definitions.json', text: `${JSON.stringify(definitionsOf(scenario, cluster), null, 1)}\n` },
  ];
}

function confOf(
  { name, nodes, netTicktimeUs, partitionHandling }: Scenario,
  cluster: Cluster,
  members: readonly NodeSpec[],
  config: BrokerConfig,
): string {
  const lines = [
    `cluster_name = ${nodes.length > cluster.nodes.length ? cluster.name : name}`,
    `net_ticktime = ${Math.round(netTicktimeUs / 1_000_000)}`,
    'cluster_formation.peer_discovery_backend = classic_config',
    ...members.map((node, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${fullName(node.name)}`),
    ...partitionLines(partitionHandling, fullName),
    ...settingLines(config),
  ];
  // A line break in a name would begin a setting of its own, and a hash ends the line.
  return `${lines.map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll('#', '')).join('\n')}\n`;
}

function fullName(node: string): string {
  return `rabbit@${node}`;
}

/** In the shape of `rabbitmqctl export_definitions`, what is predeclared left out as there. */
function definitionsOf({ topology }: Scenario, { key }: Cluster): unknown {
  const { vhosts, users, permissions, topicPermissions } = topology;
  const own = <Row extends { readonly cluster?: string }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter(({ cluster = '' }) => cluster === key);
  const [parameters, policies] = [own(topology.parameters), own(topology.policies)];
  const [queues, exchanges, bindings] = [
    own(topology.queues),
    own(topology.exchanges),
    own(topology.bindings),
  ];
  const names = ['/', ...vhosts.map(({ name }) => name).filter((name) => name !== '/')];
  return {
    rabbit_version: '3.10.8',
    rabbitmq_version: '3.10.8',
    users: users.map(({ name, tags, limits }) => ({
      name,
      password_hash: '',
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags,
      limits: limits ?? {},
    })),
    vhosts: names.map((name) => ({ name })),
    permissions: permissions.map(({ user, vhost, configure, write, read }) => ({
      user,
      vhost,
      configure,
      write,
      read,
    })),
    topic_permissions: (topicPermissions ?? []).map(({ user, vhost, exchange, write, read }) => ({
      user,
      vhost,
      exchange,
      write,
      read,
    })),
    parameters: [
      ...parameters.map(({ component, name, vhost, value }) => ({ component, name, vhost, value })),
      // RabbitMQ imports the limits of a vhost as a parameter of it.
      ...vhosts.flatMap(({ name, limits }) =>
        limits === undefined
          ? []
          : [{ component: 'vhost-limits', name: 'limits', vhost: name, value: limits }],
      ),
    ],
    global_parameters: [],
    policies: policies.map(({ name, vhost, pattern, applyTo, priority, definition }) => ({
      vhost,
      name,
      pattern,
      'apply-to': applyTo,
      priority,
      definition: withFullNames(definition),
    })),
    queues: queues.map(({ name, vhost, durable, autoDelete, arguments: table }) => ({
      vhost,
      name,
      durable,
      auto_delete: autoDelete,
      arguments: table,
    })),
    exchanges: exchanges
      .filter(({ name }) => !name.startsWith('amq.'))
      .map(({ name, vhost, type, durable, autoDelete, internal, arguments: table }) => ({
        vhost,
        name,
        type,
        durable,
        auto_delete: autoDelete,
        ...(internal && { internal }),
        arguments: table,
      })),
    bindings: bindings.map(
      ({ source, vhost, destination, destinationType, routingKey, arguments: table }) => ({
        source,
        vhost,
        destination,
        destination_type: destinationType,
        routing_key: routingKey,
        arguments: table,
      }),
    ),
  };
}

/** RabbitMQ takes the nodes of `ha-params` by their full names only. */
function withFullNames(definition: FieldTable): FieldTable {
  const params: FieldValue | undefined = definition['ha-params'];
  if (definition['ha-mode'] !== 'nodes' || !Array.isArray(params)) return definition;
  return {
    ...definition,
    'ha-params': params.map((node: FieldValue) => (typeof node === 'string' ? fullName(node) : node)),
  };
}
