/**
 * One AMQP method by a fresh real client, and the answer in the words of the timeline's `amqp_reply`: the code of the broker's refusal, or
 * 200. Also how the topology of a scenario is declared before it begins.
 */
import type { Channel, ConfirmChannel, GetMessage, Options } from 'amqplib';
import type { AmqpCall } from '../../scenario/model.ts';
import { within } from '../clock.ts';
import { closeInOrder, dial, reasonOf } from './dial.ts';
import { isAnswer, isNack } from './publisher.ts';
import { inTransaction } from './transaction.ts';
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
  /** Of the client. */
  readonly name: string;
  /** Absent: guest. */
  readonly user?: string;
  readonly vhost: string;
  /** How results call a queue of that virtual host. */
  readonly queueKey: (queue: string) => string;
  readonly nowMs: () => number;
}

/** Asks once and closes. Never rejects: no answer is an answer. */
export async function askOnce(host: string, call: AmqpCall, counting: Counting): Promise<Reply> {
  let connection;
  try {
    connection = await dial(host, { ...counting, heartbeatUs });
  } catch (error) {
    return { code: 0, text: reasonOf(error).text };
  }
  let refusal: unknown;
  try {
    const opening =
      call.method === 'basic.publish' && call.transaction === undefined
        ? connection.createConfirmChannel()
        : connection.createChannel();
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
      return call.transaction === undefined
        ? publish(channel as ConfirmChannel, call, counting)
        : publishInTransaction(channel, call, call.transaction, counting);
    case 'tx.select':
      await inTransaction(channel, 'select');
      return ok;
    case 'tx.commit':
      await inTransaction(channel, 'commit');
      return ok;
    case 'tx.rollback':
      await inTransaction(channel, 'rollback');
      return ok;
    case 'basic.get':
      return got(await channel.get(call.queue, { noAck: call.noAck }), call.queue, counting);
  }
}

function got(message: GetMessage | false, queue: string, { tally, name, queueKey }: Counting): Reply {
  if (message === false) return { code: success, text: 'empty' };
  const { redelivered } = message.fields;
  tally.delivery(String(message.properties.messageId), queueKey(queue), redelivered, false, name);
  return { code: success, text: `got a message (redelivered ${redelivered})` };
}

type PublishCall = AmqpCall & { readonly method: 'basic.publish' };

function optionsOf(call: PublishCall, messageId: string): Options.Publish {
  const { mandatory, persistent, headers, priority, expirationUs } = call;
  return {
    ...{ messageId, mandatory, persistent, headers },
    ...(priority !== null && { priority }),
    ...(expirationUs !== null && { expiration: Math.round(expirationUs / 1_000) }),
  };
}

async function publishInTransaction(
  channel: Channel,
  call: PublishCall,
  end: 'commit' | 'rollback',
  { tally, name, nowMs }: Counting,
): Promise<Reply> {
  const messageId = `${name}-1`;
  await inTransaction(channel, 'select');
  tally.published(name, 1, nowMs());
  channel.publish(
    call.exchange,
    call.routingKey,
    Buffer.alloc(call.bodyBytes, '.'),
    optionsOf(call, messageId),
  );
  await inTransaction(channel, end);
  if (end === 'rollback') return { code: success, text: 'rolled back' };
  tally.confirmed(messageId, nowMs());
  return { code: success, text: 'ok' };
}

async function publish(
  channel: ConfirmChannel,
  call: PublishCall,
  { tally, name, nowMs }: Counting,
): Promise<Reply> {
  const { exchange, routingKey } = call;
  const messageId = `${name}-1`;
  let isReturned = false;
  channel.on('return', () => {
    isReturned = true;
    tally.returned(messageId);
  });
  tally.published(name, 1, nowMs());
  const options = optionsOf(call, messageId);
  const isRefused = await new Promise<boolean>((resolve, reject) => {
    channel.publish(exchange, routingKey, Buffer.alloc(call.bodyBytes, '.'), options, (error: unknown) => {
      if (isAnswer(error)) resolve(isNack(error));
      else reject(error);
    });
  });
  if (isRefused) {
    tally.nacked(messageId);
    return { code: 0, text: 'message nacked' };
  }
  tally.confirmed(messageId, nowMs());
  return isReturned ? { code: noRoute, text: 'NO_ROUTE' } : { code: success, text: 'ok' };
}
