/**
 * One AMQP method by a fresh real client, and the answer in the words of the timeline's `amqp_reply`: the code of the broker's refusal, or
 * 200. Also how the topology of a scenario is declared before it begins.
 */
import type { Channel, ConfirmChannel, GetMessage } from 'amqplib';
import type { AmqpCall } from '../../scenario/model.ts';
import { within } from '../clock.ts';
import { LaboratoryError } from '../laboratory-error.ts';
import { closeInOrder, dial, reasonOf } from './dial.ts';
import type { Tally } from '../tally.ts';

export interface Reply {
  /** 0: no answer. */
  readonly code: number;
  readonly text: string;
}

const heartbeatUs = 60_000_000;
const channelLimitMs = 5_000;
const answerLimitMs = 15_000;
const success = 200;
const noRoute = 312;

/** Where the answer counts for messages. `id` is of what the call publishes. */
export interface Counting {
  readonly tally: Tally;
  readonly name: string;
  readonly nowMs: () => number;
}

/** Asks once and closes. Never rejects: no answer is an answer. */
export async function askOnce(host: string, call: AmqpCall, counting: Counting): Promise<Reply> {
  let connection;
  try {
    connection = await dial(host, heartbeatUs);
  } catch (error) {
    return { code: 0, text: reasonOf(error).text };
  }
  let refusal: unknown;
  try {
    const opening =
      call.method === 'basic.publish' ? connection.createConfirmChannel() : connection.createChannel();
    const channel = await within(opening, channelLimitMs, 'timeout');
    channel.on('error', (error) => {
      refusal = error;
    });
    return await within(ask(channel, call, counting), answerLimitMs, 'timeout');
  } catch (error) {
    return reasonOf(refusal ?? error);
  } finally {
    await closeInOrder(connection);
  }
}

async function ask(channel: Channel, call: AmqpCall, counting: Counting): Promise<Reply> {
  const ok: Reply = { code: success, text: 'ok' };
  switch (call.method) {
    case 'queue.declare': {
      const { queue, passive, durable, exclusive, autoDelete } = call;
      const options = { durable, exclusive, autoDelete, arguments: call.arguments };
      await (passive ? channel.checkQueue(queue) : channel.assertQueue(queue, options));
      return ok;
    }
    case 'queue.delete':
      await channel.deleteQueue(call.queue, { ifUnused: call.ifUnused, ifEmpty: call.ifEmpty });
      return ok;
    case 'queue.bind':
      await channel.bindQueue(call.queue, call.exchange, call.routingKey, call.arguments);
      return ok;
    case 'queue.unbind':
      await channel.unbindQueue(call.queue, call.exchange, call.routingKey, call.arguments);
      return ok;
    case 'exchange.bind':
      await channel.bindExchange(call.destination, call.source, call.routingKey, call.arguments);
      return ok;
    case 'exchange.unbind':
      await channel.unbindExchange(call.destination, call.source, call.routingKey, call.arguments);
      return ok;
    case 'queue.purge':
      await channel.purgeQueue(call.queue);
      return ok;
    case 'exchange.declare': {
      const { exchange, passive, durable, autoDelete, internal } = call;
      const options = { durable, autoDelete, internal, arguments: call.arguments };
      await (passive
        ? channel.checkExchange(exchange)
        : channel.assertExchange(exchange, call.type, options));
      return ok;
    }
    case 'exchange.delete':
      await channel.deleteExchange(call.exchange, { ifUnused: call.ifUnused });
      return ok;
    case 'basic.publish':
      return publish(channel as ConfirmChannel, call, counting);
    case 'tx.select':
    case 'tx.commit':
    case 'tx.rollback':
      throw new LaboratoryError(`${call.method} is not asked of a real broker`);
    case 'basic.get':
      return got(await channel.get(call.queue, { noAck: call.noAck }), call.queue, counting);
  }
}

function got(message: GetMessage | false, queue: string, { tally }: Counting): Reply {
  if (message === false) return { code: success, text: 'empty' };
  const { redelivered } = message.fields;
  tally.delivery(String(message.properties.messageId), queue, redelivered, false);
  return { code: success, text: `got a message (redelivered ${redelivered})` };
}

async function publish(
  channel: ConfirmChannel,
  call: AmqpCall & { readonly method: 'basic.publish' },
  { tally, name, nowMs }: Counting,
): Promise<Reply> {
  const { exchange, routingKey, mandatory, persistent, headers, priority, expirationUs } = call;
  const messageId = `${name}-1`;
  let isReturned = false;
  channel.on('return', () => {
    isReturned = true;
    tally.returned(messageId);
  });
  tally.published(name, 1, nowMs());
  const options = {
    ...{ messageId, mandatory, persistent, headers },
    ...(priority !== null && { priority }),
    ...(expirationUs !== null && { expiration: Math.round(expirationUs / 1_000) }),
  };
  const isRefused = await new Promise<boolean>((resolve) => {
    channel.publish(exchange, routingKey, Buffer.alloc(call.bodyBytes, '.'), options, (error) =>
      resolve(error !== null && error !== undefined),
    );
  });
  if (isRefused) {
    tally.nacked(messageId);
    return { code: 0, text: 'message nacked' };
  }
  tally.confirmed(messageId, nowMs());
  return isReturned ? { code: noRoute, text: 'NO_ROUTE' } : { code: success, text: 'ok' };
}
