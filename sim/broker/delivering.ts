/**
 * The delivering half of a channel: numbers deliveries, remembers those that are not acknowledged, and tells queues what
 * the client says about them.
 */
import { BasicDeliver } from '../amqp/message-methods.ts';
import { clientGivenUp } from '../records/cluster.ts';
import { deliveryLost } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { BrokerNode } from './broker-node.ts';
import type { ChannelLimit } from './channel-limit.ts';
import type { ChannelOwner } from './channel-owner.ts';
import { preconditionFailed, unknownDeliveryTag } from './errors.ts';
import type { ChannelError, QueueClient, QueueDelivery, SettleOperation } from './queue-type.ts';
import type { Transaction } from './transaction.ts';
import { groupByConsumer, Unacked, UnackedDeliveries } from './unacked.ts';

const BRK_31 = rule('BRK-31');
const BRK_32 = rule('BRK-32');
const BRK_35 = rule('BRK-35');
const MIR_42 = rule('MIR-42');

/** How often a channel with unacknowledged deliveries looks at the oldest of them (BRK-35). */
export const TICK_INTERVAL_US = 60_000_000;
const US_PER_MS = 1000;

/** The channel as delivering needs it. */
export interface DeliveringChannel {
  readonly node: BrokerNode;
  readonly owner: ChannelOwner;
  readonly channel: number;
  readonly limit: ChannelLimit;
  /** Nothing is delivered any more. */
  readonly closing: boolean;
  /** Ends the channel with an error. */
  fail(error: ChannelError): void;
  /** Calls `tick` of this object after `TICK_INTERVAL_US`. */
  startTick(): void;
}

export class Delivering {
  private readonly channel: DeliveringChannel;
  private readonly unacked = new UnackedDeliveries();
  /** Null: the channel is not transactional. */
  transaction: Transaction | null = null;
  private lastTag = 0;
  private ticking = false;

  constructor(channel: DeliveringChannel) {
    this.channel = channel;
  }

  /** Messages from a queue go to the client; what comes after the end is lost if no queue has it any more (MIR-42). */
  deliver(client: QueueClient, noAck: boolean, deliveries: readonly QueueDelivery[]): void {
    const { owner, channel, closing } = this.channel;
    for (let i = 0; i < deliveries.length; i += 1) {
      const delivery = deliveries[i]!;
      const { message } = delivery;
      if (closing) {
        if (noAck) this.lose(delivery);
        continue;
      }
      const tag = this.take(client, delivery, noAck);
      const method = new BasicDeliver(channel, delivery.consumerTag, tag, delivery.redelivered, message);
      if (noAck) owner.writeAutoAcked(method, delivery.queue);
      else owner.write(method, message.wireBytes);
    }
  }

  /** Deliveries that the client has not settled. */
  get unacknowledged(): number {
    return this.unacked.size;
  }

  /** Gives a message its delivery tag, and remembers it if the client is to acknowledge it. */
  take(client: QueueClient, delivery: QueueDelivery, noAck: boolean): number {
    this.lastTag += 1;
    if (!noAck) {
      const { nowUs } = this.channel.node.context.vm.simulation;
      this.unacked.add(new Unacked(client, delivery, this.lastTag, nowUs));
      if (!this.ticking) this.startTick();
    }
    return this.lastTag;
  }

  private lose({ message, queue }: QueueDelivery): void {
    const { context, nodeId } = this.channel.node;
    const { publisher, sequence } = message;
    const { journal } = context.vm.simulation;
    journal.write(deliveryLost, publisher, sequence, context.queueId(queue), nodeId, MIR_42.index);
  }

  /** The client has finished with a delivery, or with all up to it; an unknown tag is fatal (BRK-31). */
  settle(operation: SettleOperation, tag: number, multiple: boolean): void {
    if (operation === 'requeue') this.channel.node.context.vm.cite(BRK_32);
    if (!multiple) {
      const unacked = this.unacked.take(tag);
      if (unacked === undefined) this.failUnknown(tag);
      else if (this.transaction !== null) this.transaction.holdSettlement(operation, [unacked]);
      else {
        const { queue, queuePid, consumerTag, messageId } = unacked.delivery;
        unacked.client.settle(operation, queue, queuePid, consumerTag, [messageId]);
        this.channel.limit.settled(consumerTag === '' ? 0 : 1);
      }
      return;
    }
    const taken = this.unacked.takeUpTo(tag);
    if (taken === undefined) this.failUnknown(tag);
    else if (this.transaction !== null) this.transaction.holdSettlement(operation, taken);
    else this.settleNow(operation, taken);
  }

  /** Tells the queues what the client has decided. */
  settleNow(operation: SettleOperation, taken: readonly Unacked[]): void {
    for (const { client, first, messageIds } of groupByConsumer(taken)) {
      client.settle(operation, first.queue, first.queuePid, first.consumerTag, messageIds);
    }
    if (this.channel.limit.pid === null) return;
    // What was fetched with basic.get has no consumer, and no part in its channel's limit.
    this.channel.limit.settled(taken.filter(({ delivery }) => delivery.consumerTag !== '').length);
  }

  /** The client has taken back what it had decided of these. */
  reinstate(taken: readonly Unacked[]): void {
    this.unacked.reinstate(taken);
  }

  private failUnknown(tag: number): void {
    this.channel.node.context.vm.cite(BRK_31);
    this.channel.fail(unknownDeliveryTag(tag));
  }

  private startTick(): void {
    this.ticking = true;
    this.channel.startTick();
  }

  /** Ends a channel whose client sits on a delivery for too long (BRK-35). */
  tick(): void {
    this.ticking = false;
    const { context } = this.channel.node;
    const oldestUs = this.unacked.oldestUs();
    if (oldestUs === undefined || this.channel.closing) return;
    const timeoutUs = context.config.consumerTimeoutUs;
    if (timeoutUs !== null && context.vm.simulation.nowUs - oldestUs > timeoutUs) {
      context.vm.cite(BRK_35);
      context.vm.simulation.journal.write(clientGivenUp, this.channel.node.nodeId, BRK_35.index);
      this.channel.fail(
        preconditionFailed(
          `delivery acknowledgement on channel ${this.channel.channel} timed out. ` +
            `Timeout value used: ${Math.floor(timeoutUs / US_PER_MS)} ms. ` +
            `This timeout value can be configured, see consumers doc guide to learn more`,
        ),
      );
    } else this.startTick();
  }
}
