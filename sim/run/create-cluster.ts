/**
 * The nodes of a scenario, set going: every member boots at once, with the protocol of any boot but in no time; when all of them run,
 * the topology is declared as a person would, and when that has settled the experiment begins.
 */
import { askOnce, type OneShotCall } from '../clients/one-shot.ts';
import { DEFAULT_VHOST } from '../records/resource-name.ts';
import { REPLY_SUCCESS } from '../amqp/reply-codes.ts';
import { MessageSerials } from '../broker/message-serials.ts';
import { invariant } from '../kernel/invariant.ts';
import { Scheduler } from '../kernel/turns.ts';
import { Priority } from '../kernel/simulation.ts';
import { RabbitNode } from '../node/rabbit-node.ts';
import type { NodeSettings } from '../node/settings.ts';
import type { VirtualHostControl } from '../node/virtual-host-control.ts';
import { createClassicQueueType } from '../queues/classic/classic-queue-type.ts';
import { createMirroring } from '../queues/mirrored/create-mirroring.ts';
import { createQuorumQueueType } from '../queues/quorum/quorum-queue-type.ts';
import { RaftSafety } from '../queues/quorum/raft-safety.ts';
import type { PartitionHandling } from '../partitions/port.ts';
import { clustersOf, type Cluster } from '../scenario/clusters.ts';
import { declaringNode } from '../scenario/declaring-node.ts';
import type { NodeSpec, Scenario, Topology } from '../scenario/model.ts';
import { queueKey } from '../records/queue-key.ts';
import { linkSettings } from './link-settings.ts';
import { SET_UP_CLIENT } from './topology.ts';
import type { ClusterOptions, World, WorldNode } from './world.ts';
import { RabbitWorldNode } from './world-node.ts';

/** How often the formation looks whether its next step can be taken, and how long it lets things settle at the end. */
const LOOK_INTERVAL_US = 10_000;
const SETTLING_US = 1_000_000;

export function createCluster(options: ClusterOptions): World {
  const { simulation, internet, scenario, cite } = options;
  const scheduler = new Scheduler(simulation);
  const formation = { over: false };
  const serials = new MessageSerials();
  const safety = new RaftSafety();
  // Who comes first in Mnesia's schema depends on who met whom when the cluster was formed: the recorded clusters have every order.
  // It decides which mirror is the oldest (MIR-9) and who speaks for a winning partition (PAR-20).
  const clusters = clustersOf(scenario.nodes);
  const homes = clusters.map((cluster) => {
    const joined = cluster.nodes.filter((node) => node.clustered);
    simulation.random.stream(queueKey(cluster.key, 'schema_order')).shuffle(joined);
    return { cluster, joined };
  });
  const rabbits: RabbitNode[] = [];
  const peers = new Map<string, RabbitNode>();
  const nodes = new Map<string, WorldNode>();
  for (const spec of scenario.nodes) {
    const home = homes.find(({ cluster }) => cluster.nodes.includes(spec))!;
    const rabbit = new RabbitNode(
      scheduler,
      internet,
      settingsOf(options, spec, home, formation, serials, safety),
      cite,
    );
    rabbits.push(rabbit);
    peers.set(spec.name, rabbit);
    nodes.set(spec.name, new RabbitWorldNode(rabbit, peers, cite));
  }
  const running = rabbits.filter((_rabbit, index) => scenario.nodes[index]!.running);
  for (const rabbit of running) rabbit.start();
  const world: World = { nodes };

  const begin = (): void => {
    simulation.after(SETTLING_US, Priority.world, () => {
      formation.over = true;
      options.formed();
    });
  };
  const look = (): void => {
    if (running.every((rabbit) => rabbit.state === 'running'))
      declareInTurn(options, world, [...clusters], begin);
    else simulation.after(LOOK_INTERVAL_US, Priority.world, look);
  };
  look();
  return world;
}

function settingsOf(
  options: ClusterOptions,
  spec: NodeSpec,
  { cluster, joined }: { readonly cluster: Cluster; readonly joined: readonly NodeSpec[] },
  formation: { over: boolean },
  serials: MessageSerials,
  safety: RaftSafety,
): NodeSettings {
  const { scenario, timings } = options;
  const schema = (spec.clustered ? joined : [spec]).map(({ name, type }) => ({ name, type }));
  // The formation takes no time: the experiment begins with a cluster that has been there for a while.
  const once =
    (draw: () => number): (() => number) =>
    () =>
      formation.over ? draw() : 0;
  const { name } = spec;
  return {
    name,
    cluster: cluster.key,
    schema,
    downs: downsOf(joined, spec),
    cookie: spec.cookie,
    fsyncUs: timings.fsync(name, spec.disk.fsync),
    netTicktimeUs: scenario.netTicktimeUs,
    partitionHandling: handlingOf(scenario),
    config: {
      queueMasterLocator: spec.config.queueMasterLocator,
      heartbeatUs: spec.config.heartbeatUs,
      channelMax: spec.config.channelMax,
      consumerTimeoutUs: spec.config.consumerTimeoutUs,
      mirroringSyncBatchSize: spec.config.mirroringSyncBatchSize,
      mirroringSyncMaxThroughput: spec.config.mirroringSyncMaxThroughput,
      channelOperationTimeoutUs: spec.config.channelOperationTimeoutUs,
    },
    resourceLimits: { memory: spec.config.vmMemoryHighWatermark, disk: spec.config.diskFreeLimit },
    diskBytes: spec.disk.freeBytes,
    broker: {
      maxMessageBytes: spec.config.maxMessageSizeBytes,
      permissions: scenario.topology.permissions.filter(({ vhost }) => vhost === DEFAULT_VHOST),
    },
    links: linkSettings(scenario, cluster),
    tableLoading: {
      retryTimeoutUs: spec.config.mnesiaTableLoadingRetryTimeoutUs,
      retryLimit: spec.config.mnesiaTableLoadingRetryLimit,
    },
    timings: {
      vmBootUs: once(() => timings.vmBootUs(name)),
      firstAppBootUs: once(() => timings.firstAppBootUs(name)),
      appBootUs: once(() => timings.appBootUs(name)),
      listenersUs: once(() => timings.listenersUs(name)),
      appStopUs: once(() => timings.appStopUs(name)),
    },
    serials,
    queueTypes: () => [createClassicQueueType(createMirroring()), createQuorumQueueType(safety)],
  };
}

/**
 * Members that the node's disk knows to have gone down before it. Where some are down at time 0, the first of those that run
 * was the last to go, so that the others find the tables with it (CLU-12).
 */
function downsOf(clustered: readonly NodeSpec[], spec: NodeSpec): readonly string[] {
  if (!spec.clustered || !spec.running) return [];
  const down = clustered.filter((node) => !node.running);
  const isFirst = clustered.find((node) => node.running) === spec;
  const before = down.length > 0 && isFirst ? clustered.filter((node) => node !== spec) : down;
  return before.map((node) => node.name);
}

function handlingOf(scenario: Scenario): PartitionHandling {
  const handling = scenario.partitionHandling;
  return handling.kind === 'pause_if_all_down'
    ? { strategy: 'pause_if_all_down', nodes: handling.nodes, recover: handling.recover }
    : { strategy: handling.kind };
}

/** One cluster after the other. */
function declareInTurn(options: ClusterOptions, world: World, left: Cluster[], done: () => void): void {
  const cluster = left.shift();
  if (cluster === undefined) done();
  else declareTopology(options, world, cluster, () => declareInTurn(options, world, left, done));
}

/**
 * Policies first, so that queues are mirrored from their first moment; then exchanges, queues and bindings, one after the other, and what
 * may use them last.
 */
function declareTopology(options: ClusterOptions, world: World, cluster: Cluster, done: () => void): void {
  const topology = topologyOf(options.scenario.topology, cluster);
  const firstNode = declaringNode(cluster.nodes);
  const calls = topologyCalls(topology, firstNode);
  const parameters = [...topology.parameters];
  const nextParameter = (): void => {
    const parameter = parameters.shift();
    if (parameter === undefined) done();
    else {
      const { component, name, value } = parameter;
      world.nodes.get(firstNode)!.links.setParameter(component, name, value, nextParameter);
    }
  };
  const context = {
    internet: options.internet,
    cite: (rule: { readonly index: number }) => options.cite(rule),
  };
  const nextCall = (): void => {
    const call = calls.shift();
    if (call === undefined) nextParameter();
    else {
      const answered = (code: number, text: string): void => {
        invariant(
          code === REPLY_SUCCESS,
          `the set-up was refused: ${call.call.method} on ${call.node}: ${text}`,
        );
        nextCall();
      };
      askOnce(context, SET_UP_CLIENT, call.node, call.call, answered, 'unobserved', call.vhost);
    }
  };
  const node = world.nodes.get(firstNode)!;
  const steps: ((done: () => void) => void)[] = [
    ...hostSteps(topology, node.virtualHosts),
    ...topology.policies.map((policy) => (done: () => void) => node.setPolicy(policy, done)),
  ];
  const nextStep = (): void => {
    const step = steps.shift();
    if (step === undefined) nextCall();
    else step(nextStep);
  };
  nextStep();
}

/** What of the topology belongs to this cluster. */
function topologyOf(topology: Topology, { key }: Cluster): Topology {
  const own = <Row extends { readonly cluster?: string }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter(({ cluster = '' }) => cluster === key);
  return {
    ...topology,
    exchanges: own(topology.exchanges),
    queues: own(topology.queues),
    bindings: own(topology.bindings),
    policies: own(topology.policies),
    parameters: own(topology.parameters),
  };
}

/** Virtual hosts with permissions and limits, before anything that is declared in them. */
function hostSteps(
  { vhosts, permissions, topicPermissions = [], users }: Topology,
  hosts: VirtualHostControl,
): ((done: () => void) => void)[] {
  return [
    ...vhosts
      .filter(({ name }) => name !== DEFAULT_VHOST)
      .map(
        ({ name }) =>
          (done: () => void) =>
            hosts.add(name, done),
      ),
    ...permissions
      .filter(({ vhost }) => vhost !== DEFAULT_VHOST)
      .map(
        ({ vhost, user, configure, write, read }) =>
          (done: () => void) =>
            hosts.setPermission(vhost, user, { user, vhost, configure, write, read }, done),
      ),
    ...topicPermissions.map(
      ({ user, vhost, exchange, write, read }) =>
        (done: () => void) =>
          hosts.setTopicPermission({ user, vhost, exchange, write, read }, done),
    ),
    ...vhosts.flatMap(({ name, limits }) =>
      limits === undefined ? [] : [(done: () => void) => hosts.setLimits('vhost', name, limits, done)],
    ),
    ...users.flatMap(({ name, limits }) =>
      limits === undefined ? [] : [(done: () => void) => hosts.setLimits('user', name, limits, done)],
    ),
  ];
}

interface SetUpCall {
  readonly node: string;
  readonly vhost: string;
  readonly call: OneShotCall;
}

function topologyCalls(topology: Topology, firstNode: string): SetUpCall[] {
  const calls: SetUpCall[] = [];
  for (const exchange of topology.exchanges) {
    const { name, vhost, type, durable, autoDelete, internal } = exchange;
    const passive = false;
    calls.push({
      node: firstNode,
      vhost,
      call: {
        method: 'exchange.declare',
        exchange: name,
        type,
        passive,
        durable,
        autoDelete,
        internal,
        arguments: exchange.arguments,
      },
    });
  }
  for (const queue of topology.queues) {
    const { name, vhost, durable, autoDelete } = queue;
    calls.push({
      node: queue.declareOn,
      vhost,
      call: {
        method: 'queue.declare',
        queue: name,
        passive: false,
        durable,
        exclusive: false,
        autoDelete,
        arguments: queue.arguments,
      },
    });
  }
  for (const binding of topology.bindings) {
    const { source, vhost, destination, routingKey } = binding;
    const args = binding.arguments;
    calls.push({
      node: firstNode,
      vhost,
      call:
        binding.destinationType === 'exchange'
          ? { method: 'exchange.bind', destination, source, routingKey, arguments: args }
          : { method: 'queue.bind', queue: destination, exchange: source, routingKey, arguments: args },
    });
  }
  return calls;
}
