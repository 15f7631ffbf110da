/**
 * The brokers of a laboratory. Every repeat forms its cluster anew from blank nodes that boot at the same time and find each other, so that no
 * repeat inherits anything from the one before, not even the order in which the nodes met. Time limits on everything; what was started
 * is killed with its namespace (network.ts), whatever happens here.
 */
import { randomBytes } from 'node:crypto';
import type { Scenario } from '../scenario/model.ts';
import { addressesOf, type NodeAddress } from './addresses.ts';
import { advancedConfig, rabbitmqConf } from './broker-config.ts';
import { BrokerNode } from './broker-node.ts';
import { downView, readView, viewExpression, type NodeView } from './end-state.ts';
import { LaboratoryError } from './laboratory-error.ts';
import type { Machine } from './machine.ts';

const bootLimitMs = 180_000;
const formLimitMs = 60_000;
const lookIntervalMs = 200;
const viewLimitMs = 30_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Cluster {
  readonly addresses: ReadonlyMap<string, NodeAddress>;
  readonly nodes: readonly BrokerNode[];
  private readonly scenario: Scenario;
  private readonly cookie = randomBytes(16).toString('hex').toUpperCase();

  constructor(machine: Machine, scenario: Scenario) {
    this.scenario = scenario;
    this.addresses = addressesOf(scenario.nodes.map(({ name }) => name));
    this.nodes = [...this.addresses.values()].map(
      (address) => new BrokerNode(machine, address, this.addresses),
    );
  }

  node(name: string): BrokerNode {
    const node = this.nodes.find((one) => one.name === name);
    if (node === undefined) throw new LaboratoryError(`there is no node ${name}`);
    return node;
  }

  hostOf(name: string): string {
    return this.node(name).address.ip;
  }

  /** Boots the cluster as the scenario wants it, formed and empty. The network is there and no VM runs. */
  async boot(): Promise<void> {
    for (const node of this.nodes) this.prepare(node);
    for (const node of this.nodes) node.start();
    await this.started();
    await this.formed();
  }

  /** What every node finds when it is asked, all at the same time. */
  async views(): Promise<ReadonlyMap<string, NodeView>> {
    const views = await Promise.all(this.nodes.map((node) => this.view(node)));
    return new Map(this.nodes.map(({ name }, at) => [name, views[at]!]));
  }

  private async view(node: BrokerNode): Promise<NodeView> {
    const words = ['--quiet', 'eval', viewExpression];
    const { exit, stdout } = await node.tool('rabbitmqctl', words, viewLimitMs);
    return exit === 0 ? readView(stdout) : downView;
  }

  private prepare(node: BrokerNode): void {
    const { config } = this.scenario.nodes.find(({ name }) => name === node.name)!;
    node.prepare({
      rabbitmqConf: rabbitmqConf(this.scenario, config, this.addresses),
      advancedConfig: advancedConfig(this.scenario, config),
      cookie: this.cookie,
    });
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
    const isWhole = ({ running }: NodeView): boolean => running?.length === this.nodes.length;
    while (![...(await this.views()).values()].every(isWhole)) {
      if (Date.now() > limitMs) throw new LaboratoryError('the nodes booted and did not form a cluster');
      await pause(lookIntervalMs);
    }
  }
}
