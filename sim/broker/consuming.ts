/**
 * Consumers of a channel: started, cancelled, and started again when the leader they consumed from is gone. `basic.get` is
 * here, too. All of it waits for a leader that is just being replaced (MIR-45).
 */
import {
  wireBytes,
  type BasicCancel,
  type BasicConsume,
  type BasicGet,
  type BasicGetOk,
} from '../amqp/methods.ts';
import { rule } from '../rules/registry.ts';
import type { Operation } from './operation.ts';
import { exclusivityError } from './queue-facts.ts';
import { consumeComplaint } from './queue-arguments.ts';
import { expandQueueName } from './queue-methods.ts';
import { rabbitQueue, type QueueRecord } from './queue-record.ts';
import type { ChannelError, ConsumeSpec, QueueClient, QueueDelivery } from './queue-type.ts';
import type { ChannelOwner } from './channel-owner.ts';
import type { Pid } from '../erlang/message.ts';
import { withQueue } from './with-queue.ts';

const BRK_28 = rule('BRK-28');
const BRK_34 = rule('BRK-34');
const MIR_43 = rule('MIR-43');
const MIR_44 = rule('MIR-44');

export interface Consumer {
  readonly queue: string;
  readonly spec: ConsumeSpec;
}

/** A channel as its consumers need it. */
export interface ConsumingChannel extends Operation {
  readonly owner: ChannelOwner;
  /** The limit for consumers started from now on; 0 is none. */
  readonly prefetch: number;
  readonly consumers: Map<string, Consumer>;
  /** `pid` limits the whole channel; null: nobody does. */
  readonly limit: { readonly pid: Pid | null };
  clientOf(record: QueueRecord): QueueClient;
  /** Counts a message that was taken; returns its delivery tag. */
  taken(client: QueueClient, delivery: QueueDelivery, noAck: boolean): number;
  /** Ends an operation that has no reply. */
  end(): void;
}

export function consume(channel: ConsumingChannel, method: BasicConsume): void {
  const queue = expandQueueName(channel, method.queue);
  if (queue === null) return;
  if (channel.consumers.has(method.consumerTag)) {
    channel.refuse({ code: 530, text: `attempt to reuse consumer tag '${method.consumerTag}'` });
    return;
  }
  const consumerTag = method.consumerTag === '' ? channel.inventName('amq.ctag') : method.consumerTag;
  // A limit without acknowledgements would never be reached again once it was (BRK-28).
  const prefetch = method.noAck ? 0 : channel.prefetch;
  if (prefetch > 0) channel.context.vm.cite(BRK_28);
  const { noAck, exclusive } = method;
  const spec: ConsumeSpec = { consumerTag, noAck, exclusive, prefetch, arguments: method.arguments };
  subscribe(
    channel,
    queue,
    spec,
    () => channel.finish({ type: 'basic.consume-ok', channel: channel.channel, consumerTag }),
    (error) => channel.refuse(error),
  );
}

function subscribe(
  channel: ConsumingChannel,
  queue: string,
  spec: ConsumeSpec,
  succeeded: () => void,
  failed: (error: ChannelError) => void,
): void {
  withQueue(channel, queue, {
    attempt: (record, retry) => {
      const refusal =
        exclusivityError(channel.context.vm, record, channel.connection) ??
        consumeComplaint(queue, record.type, spec.arguments);
      if (refusal !== null) {
        failed(refusal);
        return;
      }
      const limiter = channel.limit.pid;
      const limited = limiter === null ? spec : { ...spec, limiter };
      channel.clientOf(record).consume(record, limited, (outcome) => {
        if (outcome === 'retry') retry();
        else if (outcome !== null) failed(outcome);
        else {
          channel.consumers.set(spec.consumerTag, { queue, spec });
          succeeded();
        }
      });
    },
    unavailable: (_why, error) => failed(error),
  });
}

/** An unknown tag is no error; a dead leader has nothing left to cancel. */
export function cancel(channel: ConsumingChannel, method: BasicCancel): void {
  const { consumerTag } = method;
  const cancelled = (): void =>
    channel.finish({ type: 'basic.cancel-ok', channel: channel.channel, consumerTag });
  const consumer = channel.consumers.get(consumerTag);
  channel.consumers.delete(consumerTag);
  const record = consumer && channel.context.database.read(rabbitQueue, consumer.queue);
  if (record === undefined) cancelled();
  else channel.clientOf(record).cancel(record, consumerTag, cancelled);
}

/**
 * The leader that these consumers consumed from is gone (MIR-43): one after the other they consume again under the same
 * tag, unless they asked to be told instead; who cannot is told.
 */
export function recoverConsumers(channel: ConsumingChannel, queue: string): void {
  channel.context.vm.cite(MIR_43);
  const lost = [...channel.consumers.values()].filter((consumer) => consumer.queue === queue);
  lost.sort((a, b) => (a.spec.consumerTag < b.spec.consumerTag ? -1 : 1));
  recoverNext(channel, lost, 0);
}

function recoverNext(channel: ConsumingChannel, lost: readonly Consumer[], index: number): void {
  const consumer = lost[index];
  if (consumer === undefined) {
    channel.end();
    return;
  }
  const { queue, spec } = consumer;
  const next = (): void => recoverNext(channel, lost, index + 1);
  const give = (): void => {
    cancelByServer(channel, spec.consumerTag);
    next();
  };
  if (spec.arguments['x-cancel-on-ha-failover'] === true) give();
  else subscribe(channel, queue, spec, next, give);
}

/** The server ends a consumer; clients that can understand it are told (MIR-44). */
function cancelByServer(channel: ConsumingChannel, consumerTag: string): void {
  channel.consumers.delete(consumerTag);
  if (!channel.owner.consumerCancelNotify) return;
  channel.context.vm.cite(MIR_44);
  const notice: BasicCancel = { type: 'basic.cancel', channel: channel.channel, consumerTag };
  channel.owner.write(notice, wireBytes(notice));
}

export function get(channel: ConsumingChannel, method: BasicGet): void {
  const queue = expandQueueName(channel, method.queue);
  if (queue === null) return;
  const { context } = channel;
  context.vm.cite(BRK_34);
  withQueue(channel, queue, {
    attempt: (record, retry) => {
      const locked = exclusivityError(context.vm, record, channel.connection);
      if (locked !== null) {
        channel.refuse(locked);
        return;
      }
      const client = channel.clientOf(record);
      client.get(record, method.noAck, (answer) => {
        if (answer === 'retry') retry();
        else if (answer === null) channel.finish({ type: 'basic.get-empty', channel: channel.channel });
        else if ('code' in answer) channel.refuse(answer);
        else {
          const { message, redelivered } = answer.delivery;
          const deliveryTag = channel.taken(client, answer.delivery, method.noAck);
          const messageCount = answer.messagesReady;
          const type = 'basic.get-ok';
          const found: BasicGetOk = {
            type,
            channel: channel.channel,
            deliveryTag,
            redelivered,
            messageCount,
            message,
          };
          if (method.noAck) {
            channel.owner.writeAutoAcked(found, queue);
            channel.end();
          } else channel.finish(found);
        }
      });
    },
    unavailable: (_why, error) => channel.refuse(error),
  });
}
