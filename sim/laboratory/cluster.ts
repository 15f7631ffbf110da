/**
 * The brokers of a laboratory, and the proxies in front of them. Every repeat forms its clusters anew from blank nodes that boot at the same time and find each other, so that no
 * repeat inherits anything from the one before, not even the order in which the nodes met. Time limits on everything; what was started
 * is killed with its namespace (network.ts), whatever happens here.
 */
import { randomBytes } from 'node:crypto';
import { queueKey } from '../records/queue-key.ts';
import { clusterKeyOf, clustersOf, type Cluster as ScenarioCluster } from '../scenario/clusters.ts';
import type { Scenario } from '../scenario/model.ts';
import { addressesOf, type NodeAddress } from './addresses.ts';
import { advancedConfig, rabbitmqConf } from './broker-config.ts';
import { BrokerNode } from './broker-node.ts';
import { needsLinks } from './definitions.ts';
import { downView, readView, viewExpression, type NodeView } from './end-state.ts';
import { LaboratoryError } from './laboratory-error.ts';
import type { Machine } from './machine.ts';
import { ProxyNode } from './proxy-node.ts';

const bootLimitMs = 180_000;
const formLimitMs = 60_000;
const lookIntervalMs = 200;
const viewLimitMs = 30_000;

const linkPlugins = ['rabbitmq_shovel', 'rabbitmq_federation'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A host with a process, which faults act on. */
export type Host = BrokerNode | ProxyNode;

export class Cluster {
  /** Of nodes and proxies. */
  readonly addresses: ReadonlyMap<string, NodeAddress>;
  readonly nodes: readonly BrokerNode[];
  private readonly proxies: readonly ProxyNode[];
  private readonly scenario: Scenario;
  private readonly cookie = randomBytes(16).toString('hex').toUpperCase();

  constructor(machine: Machine, scenario: Scenario) {
    this.scenario = scenario;
    this.addresses = addressesOf([...scenario.nodes, ...scenario.proxies].map(({ name }) => name));
    this.nodes = scenario.nodes.map(
      ({ name }) => new BrokerNode(machine, this.addresses.get(name)!, this.addresses),
    );
    this.proxies = scenario.proxies.map(
      (proxy) => new ProxyNode(machine, proxy, this.addresses.get(proxy.name)!, this.addresses),
    );
  }

  node(name: string): BrokerNode {
    const node = this.nodes.find((one) => one.name === name);
    if (node === undefined) throw new LaboratoryError(`there is no node ${name}`);
    return node;
  }

  /** A node or a proxy. */
  host(name: string): Host {
    return this.proxies.find((one) => one.name === name) ?? this.node(name);
  }

  /** The address of a node or a proxy. */
  hostOf(name: string): string {
    return this.host(name).address.ip;
  }

  /** Boots the cluster as the scenario wants it, formed and empty. The network is there and no VM runs. */
  async boot(): Promise<void> {
    for (const node of this.nodes) this.prepare(node);
    for (const node of this.nodes) node.start();
    await this.started();
    await this.formed();
    for (const proxy of this.proxies) {
      proxy.prepare();
      await proxy.boot();
    }
  }

  /** What every node finds when it is asked, all at the same time. Queues are called as in results. */
  async views(): Promise<ReadonlyMap<string, NodeView>> {
    const views = await Promise.all(this.nodes.map((node) => this.view(node)));
    return new Map(this.nodes.map(({ name }, at) => [name, views[at]!]));
  }

  private async view(node: BrokerNode): Promise<NodeView> {
    const words = ['--quiet', 'eval', viewExpression];
    const { exit, stdout } = await node.tool('rabbitmqctl', words, viewLimitMs);
    if (exit !== 0) return downView;
    const view = readView(stdout);
    const cluster = clusterKeyOf(this.scenario.nodes, node.name);
    const queues = Object.entries(view.queues).map(([name, queue]) => [queueKey(cluster, name), queue]);
    return { ...view, queues: Object.fromEntries(queues) };
  }

  private prepare(node: BrokerNode): void {
    const { config } = this.scenario.nodes.find(({ name }) => name === node.name)!;
    const { nodes: members } = this.clusterWith(node.name);
    const addresses = new Map(members.map(({ name }) => [name, this.addresses.get(name)!]));
    node.prepare({
      plugins: needsLinks(this.scenario) ? linkPlugins : [],
      rabbitmqConf: rabbitmqConf(this.scenario, config, addresses),
      advancedConfig: advancedConfig(this.scenario, config),
      cookie: this.cookie,
    });
  }

  private clusterWith(node: string): ScenarioCluster {
    return clustersOf(this.scenario.nodes).find(({ nodes }) => nodes.some(({ name }) => name === node))!;
  }

  private async started(): Promise<void> {
    const limitMs = Date.now() + bootLimitMs;
    for (const node of this.nodes)
      while (!node.log().includes('Server startup complete')) {
        if (Date.now() > limitMs || node.output().includes('Kernel pid terminated'))
          throw new LaboratoryError(`${node.name} did not boot: ${node.output().slice(-2_000).trim()}`);
        await pause(lookIntervalMs);
      }
  }

  private async formed(): Promise<void> {
    const limitMs = Date.now() + formLimitMs;
    const isWhole = ([name, { running }]: [string, NodeView]): boolean =>
      running?.length === this.clusterWith(name).nodes.length;
    while (![...(await this.views())].every(isWhole)) {
      if (Date.now() > limitMs) throw new LaboratoryError('the nodes booted and did not form a cluster');
      await pause(lookIntervalMs);
    }
  }
}
