/** The one AMQP method of an `amqp` step. Names inside it are not checked: it may well be there to ask for what is missing. */
import type { AmqpCall, AmqpMethod } from '../chaos-model.ts';
import type { Path } from '../document.ts';
import type { WrittenChaosRow } from '../schema/scenario.ts';
import { checkExchangeArguments, checkQueueArguments } from './arguments.ts';
import type { Checker } from './checker.ts';

type WrittenCall = NonNullable<WrittenChaosRow['amqp']>;

export function buildAmqpCall(checker: Checker, written: WrittenCall, path: Path): AmqpCall | undefined {
  const [method, second] = Object.keys(written) as AmqpMethod[];
  if (method === undefined) {
    checker.problem(path, 'a method is needed, such as queue.declare');
    return undefined;
  }
  if (second !== undefined) {
    checker.problem(
      [...path, second],
      `one method at a time: this step has ${method} already`,
      undefined,
      'key',
    );
    return undefined;
  }
  const declare = written['queue.declare'];
  if (declare) {
    checkQueueArguments(checker, [...path, method, 'arguments'], declare.arguments);
    const { queue, passive, durable, exclusive } = declare;
    const autoDelete = declare.auto_delete;
    return {
      method: 'queue.declare',
      queue,
      passive,
      durable,
      exclusive,
      autoDelete,
      arguments: declare.arguments,
    };
  }
  const remove = written['queue.delete'];
  if (remove)
    return {
      method: 'queue.delete',
      queue: remove.queue,
      ifUnused: remove.if_unused,
      ifEmpty: remove.if_empty,
    };
  for (const kind of ['queue.bind', 'queue.unbind'] as const) {
    const binding = written[kind];
    if (!binding) continue;
    const { queue, exchange, routing_key: routingKey } = binding;
    checker.uses([...path, kind, 'exchange'], `predeclared exchange ${exchange}`, 'value');
    return { method: kind, queue, exchange, routingKey, arguments: binding.arguments };
  }
  for (const kind of ['exchange.bind', 'exchange.unbind'] as const) {
    const binding = written[kind];
    if (!binding) continue;
    const { destination, source, routing_key: routingKey } = binding;
    checker.uses([...path, kind, 'source'], `predeclared exchange ${source}`, 'value');
    return { method: kind, destination, source, routingKey, arguments: binding.arguments };
  }
  const purge = written['queue.purge'];
  if (purge) return { method: 'queue.purge', queue: purge.queue };
  const exchange = written['exchange.declare'];
  if (exchange) {
    checker.uses([...path, method, 'type'], `exchange type ${exchange.type}`, 'value');
    checkExchangeArguments(checker, [...path, method, 'arguments'], exchange.arguments);
    const { type, passive, durable, internal } = exchange;
    const autoDelete = exchange.auto_delete;
    const table = exchange.arguments;
    return {
      method: 'exchange.declare',
      exchange: exchange.exchange,
      type,
      passive,
      durable,
      autoDelete,
      internal,
      arguments: table,
    };
  }
  const removed = written['exchange.delete'];
  if (removed) return { method: 'exchange.delete', exchange: removed.exchange, ifUnused: removed.if_unused };
  const publish = written['basic.publish'];
  if (publish) {
    checker.uses([...path, method, 'exchange'], `predeclared exchange ${publish.exchange}`, 'value');
    if (publish.expiration !== undefined) checker.uses([...path, method, 'expiration'], 'publish expiration');
    if (publish.priority !== undefined) checker.uses([...path, method, 'priority'], 'publish priority');
    return {
      method: 'basic.publish',
      exchange: publish.exchange,
      routingKey: publish.routing_key,
      mandatory: publish.mandatory,
      persistent: publish.persistent,
      headers: publish.headers,
      priority: publish.priority ?? null,
      expirationUs: publish.expiration ?? null,
      bodyBytes: publish.body,
      ...(publish.transaction !== undefined && { transaction: publish.transaction }),
    };
  }
  for (const kind of ['tx.select', 'tx.commit', 'tx.rollback'] as const)
    if (written[kind]) return { method: kind };
  const get = written['basic.get'];
  return get && { method: 'basic.get', queue: get.queue, noAck: get.no_ack };
}
