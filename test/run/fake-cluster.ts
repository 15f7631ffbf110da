/** A cluster of nodes that do what they are told and note it, with a broker that a test scripts on each of them. */
import type { ObservedNodeState, ObservedQueue } from '../../sim/records/observation.ts';
import { AMQP_PORT } from '../../sim/amqp/methods.ts';
import { renderRecord, type RenderedRecord } from '../../sim/kernel/journal-text.ts';
import type { Simulation } from '../../sim/kernel/simulation.ts';
import { nodePaused } from '../../sim/records/cluster.ts';
import { runExperiment, type Experiment } from '../../sim/run/experiment.ts';
import type { ClusterOptions, CreateCluster, World, WorldNode } from '../../sim/run/world.ts';
import { loadText } from '../../sim/scenario/load.ts';
import { Session } from '../clients/fake-broker.ts';

export interface Told {
  readonly at: number;
  readonly node: string;
  readonly what: string;
}

/** Runs a scenario on such a cluster; times are seconds from the start of the scenario. */
export function runOn(
  text: string,
  options: { seed?: number; formedAfterUs?: number; nodes?: Partial<WorldNode> } = {},
) {
  const scenario = loadText('test.yaml', text)[0]!;
  const told: Told[] = [];
  const records: RenderedRecord[] = [];
  const createCluster: CreateCluster = (cluster) => {
    const world = fakeWorld(cluster, told, options.nodes ?? {});
    cluster.simulation.after(options.formedAfterUs ?? 0, 0, () => {
      cluster.formed();
    });
    return world;
  };
  const prepare = (simulation: Simulation): void => {
    const { journal } = simulation;
    journal.onAny((type, timeUs, ...slots) => {
      records.push(renderRecord(type, timeUs, slots, journal));
    });
  };
  const experiment: Experiment = runExperiment(scenario, { seed: options.seed ?? 1, createCluster, prepare });
  const seconds = (us: number): number => (us - experiment.originUs) / 1e6;
  return {
    experiment,
    told: told.map(({ at, node, what }) => `${seconds(at)} ${node} ${what}`),
    records,
    of: (type: string) => records.filter(({ record }) => record === type),
    at: (type: string) => records.filter(({ record }) => record === type).map(({ time }) => Number(time)),
  };
}

function fakeWorld(options: ClusterOptions, told: Told[], overrides: Partial<WorldNode>): World {
  const nodes = new Map<string, WorldNode>();
  for (const { name } of options.scenario.nodes) nodes.set(name, fakeNode(options, name, told, overrides));
  return { nodes };
}

function fakeNode(
  { simulation, internet, scenario }: ClusterOptions,
  name: string,
  told: Told[],
  overrides: Partial<WorldNode>,
): WorldNode {
  const machine = internet.host(name);
  const broker = { heartbeatUs: 0, confirms: true, silent: false, answer: () => false };
  const open = (): void => machine.listen(AMQP_PORT, (end) => void new Session(broker, end).received);
  open();
  let state: ObservedNodeState = 'running';
  const tell = (what: string, becomes?: ObservedNodeState) => (): void => {
    told.push({ at: simulation.nowUs, node: name, what });
    if (becomes === undefined) return;
    state = becomes;
    if (becomes === 'running') open();
    else machine.stopListening(AMQP_PORT);
  };
  const answering =
    (what: string, becomes?: ObservedNodeState) =>
    (done: (refusal: null) => void): void => {
      tell(what, becomes)();
      done(null);
    };
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const queue: ObservedQueue = {
    type: 'classic',
    state: 'running',
    master: name,
    mirrors: [],
    synchronised_mirrors: [],
    messages_ready: 0,
    messages_unacknowledged: 0,
  };
  return {
    name,
    vmState: () => (state === 'down' ? 'down' : 'running'),
    isAppRunning: () => state === 'running',
    nodeType: () => 'disc',
    // The tools of maintenance and virtual hosts are not part of these tests.
    virtualHosts: {
      add: unused,
      delete: unused,
      list: unused,
      setPermission: unused,
      listPermissions: unused,
      setTopicPermission: unused,
      clearTopicPermissions: unused,
      listTopicPermissions: unused,
      setLimits: unused,
      listLimits: unused,
      listExchanges: unused,
      listBindings: unused,
      listPolicies: unused,
    },
    maintenance: {
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
    },
    links: { setParameter: unused, clearParameter: unused, linkStatus: unused },
    stopLinks: () => {},
    startApp: answering('startApp', 'running'),
    stopApp: answering('stopApp', 'stopped'),
    stopAndHalt: answering('stop', 'down'),
    reset: unused,
    forceReset: unused,
    forceBoot: unused,
    joinCluster: unused,
    changeNodeType: unused,
    forgetNode: unused,
    forgetNodeOffline: unused,
    setResourceLimit: unused,
    setPolicy: unused,
    clearPolicy: unused,
    syncQueue: unused,
    cancelSyncQueue: unused,
    deleteQueue: unused,
    purgeQueue: unused,
    clusterStatus: unused,
    listQueues: unused,
    kill: tell('kill', 'down'),
    powerOff: tell('powerOff', 'down'),
    freeze: () => {
      tell('freeze')();
      simulation.journal.write(nodePaused, simulation.journal.intern(name));
    },
    unfreeze: tell('unfreeze'),
    start: tell('start', 'running'),
    resetConnection: (peer) => tell(`reset ${peer}`)(),
    crashQueue: (crashed) => tell(`crash ${crashed}`)(),
    suspendProcess: (process) => tell(`suspend ${process}`)(),
    resumeProcess: (process) => tell(`resume ${process}`)(),
    fillMemory: (full) => tell(`memory ${full}`)(),
    fillDisk: (full) => tell(`disk ${full}`)(),
    setFsync: (drawUs) => tell(`fsync ${drawUs()}`)(),
    get state() {
      return state;
    },
    partitions: () => [],
    members: () => (state === 'running' ? scenario.nodes.map((node) => node.name) : null),
    running: () => (state === 'running' ? [name] : null),
    queues: () => new Map(state === 'running' ? [['q', queue]] : []),
    ...overrides,
  };
}
