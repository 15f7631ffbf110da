/** Declares what a scenario has at time 0: policies by the command line tool, exchanges, queues and bindings by real clients. */
import type { AmqpCall, FieldTable, FieldValue, Scenario } from '../scenario/model.ts';
import { askOnce } from './clients/one-shot.ts';
import type { Cluster } from './cluster.ts';
import { LaboratoryError } from './laboratory-error.ts';
import { Tally } from './tally.ts';

/** Throws LaboratoryError where the broker refuses something. */
export async function declareTopology({ topology, nodes }: Scenario, cluster: Cluster): Promise<void> {
  const first = nodes[0]!.name;
  for (const { name, pattern, definition, applyTo, priority } of topology.policies) {
    const words = ['set_policy', name, pattern, JSON.stringify(plain(definition))];
    const options = ['--apply-to', applyTo, '--priority', `${priority}`];
    const { exit, stderr } = await cluster.node(first).tool('rabbitmqctl', [...words, ...options]);
    if (exit !== 0) throw new LaboratoryError(`policy ${name} was refused: ${stderr.trim().slice(0, 500)}`);
  }
  const ask = async (node: string, call: AmqpCall): Promise<void> => {
    const counting = { tally: new Tally(), name: 'set-up', nowMs: () => 0 };
    const { code, text } = await askOnce(cluster.hostOf(node), call, counting);
    if (code !== 200) throw new LaboratoryError(`${call.method} was refused by ${node}: ${text}`);
  };
  for (const exchange of topology.exchanges) {
    const { name, type, durable, autoDelete, internal } = exchange;
    await ask(first, {
      method: 'exchange.declare',
      exchange: name,
      ...{ type, passive: false, durable, autoDelete, internal, arguments: exchange.arguments },
    });
  }
  for (const { name, durable, autoDelete, declareOn, arguments: its } of topology.queues)
    await ask(declareOn, {
      method: 'queue.declare',
      queue: name,
      ...{ passive: false, durable, exclusive: false, autoDelete, arguments: its },
    });
  for (const { source, destination, destinationType, routingKey, arguments: its } of topology.bindings)
    await ask(
      first,
      destinationType === 'exchange'
        ? { method: 'exchange.bind', destination, source, routingKey, arguments: its }
        : { method: 'queue.bind', queue: destination, exchange: source, routingKey, arguments: its },
    );
}

/** RabbitMQ's JSON knows no `null` in a definition. */
function plain(table: FieldTable): Readonly<Record<string, FieldValue>> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== null));
}
