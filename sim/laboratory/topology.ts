/**
 * Declares what a scenario has at time 0, cluster by cluster: what no client can declare by the command line tool, exchanges, queues and bindings
 * by real clients, and last the parameters of shovels and federation, whose links find everything in its place.
 */
import { clustersOf } from '../scenario/clusters.ts';
import type { AmqpCall, Scenario } from '../scenario/model.ts';
import { askOnce } from './clients/one-shot.ts';
import type { Cluster } from './cluster.ts';
import { hostingDefinitions, linkDefinitions, setUpUser } from './definitions.ts';
import { LaboratoryError } from './laboratory-error.ts';
import { Tally } from './tally.ts';

/** Throws LaboratoryError where the broker refuses something. */
export async function declareTopology(scenario: Scenario, machines: Cluster): Promise<void> {
  const clusters = clustersOf(scenario.nodes);
  for (const { key, nodes } of clusters) {
    const first = machines.node(nodes[0]!.name);
    await first.importDefinitions(hostingDefinitions(scenario, key));
    await declareByClients(scenario, key, nodes[0]!.name, machines);
  }
  for (const { key, nodes } of clusters)
    await machines.node(nodes[0]!.name).importDefinitions(linkDefinitions(scenario, key));
}

async function declareByClients(
  scenario: Scenario,
  cluster: string,
  first: string,
  machines: Cluster,
): Promise<void> {
  const { topology } = scenario;
  const user = setUpUser(scenario);
  const isHere = (row: { readonly cluster?: string }): boolean => (row.cluster ?? '') === cluster;
  const ask = async (node: string, vhost: string, call: AmqpCall): Promise<void> => {
    const counting = { tally: new Tally(), name: 'set-up', user, vhost, queueKey: String, nowMs: () => 0 };
    const { code, text } = await askOnce(machines.hostOf(node), call, counting);
    if (code !== 200) throw new LaboratoryError(`${call.method} was refused by ${node}: ${text}`);
  };
  for (const exchange of topology.exchanges.filter(isHere)) {
    const { name, vhost, type, durable, autoDelete, internal } = exchange;
    await ask(first, vhost, {
      method: 'exchange.declare',
      exchange: name,
      ...{ type, passive: false, durable, autoDelete, internal, arguments: exchange.arguments },
    });
  }
  for (const queue of topology.queues.filter(isHere)) {
    const { name, vhost, durable, autoDelete, declareOn } = queue;
    await ask(declareOn, vhost, {
      method: 'queue.declare',
      queue: name,
      ...{ passive: false, durable, exclusive: false, autoDelete, arguments: queue.arguments },
    });
  }
  for (const binding of topology.bindings.filter(isHere)) {
    const { source, vhost, destination, destinationType, routingKey, arguments: its } = binding;
    await ask(
      first,
      vhost,
      destinationType === 'exchange'
        ? { method: 'exchange.bind', destination, source, routingKey, arguments: its }
        : { method: 'queue.bind', queue: destination, exchange: source, routingKey, arguments: its },
    );
  }
}
