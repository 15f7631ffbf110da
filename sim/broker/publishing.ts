/**
 * The publishing half of a channel: where a publish goes, what is dropped or returned, what is confirmed, and when the
 * connection may send more.
 */
import { BasicMessage, type BasicProperties, type FieldTable } from '../amqp/basic-message.ts';
import { DEFAULT_VHOST, resourceName } from '../records/resource-name.ts';
import { BasicAck, BasicNack, type BasicPublish } from '../amqp/message-methods.ts';
import { METHOD_BYTES, wireBytes, type BasicReturn } from '../amqp/methods.ts';
import { replyText } from '../amqp/reply-codes.ts';
import { publishDropped, routed, unroutable } from '../records/messages.ts';
import { rule, type Rule } from '../rules/registry.ts';
import type { BrokerNode } from './broker-node.ts';
import { MORE_CREDIT_AFTER, type ChannelOwner } from './channel-owner.ts';
import { Confirms } from './confirms.ts';
import { accessRefused, exchangeNotFound, exchangeText, messageTooLarge } from './errors.ts';
import { withoutBcc } from './headers-match.ts';
import type { QueueRecord } from './queue-record.ts';
import type { ChannelError, QueueClient } from './queue-type.ts';
import type { Route } from './router.ts';
import type { Transaction } from './transaction.ts';

const BRK_8 = rule('BRK-8');
const BRK_9 = rule('BRK-9');
const BRK_10 = rule('BRK-10');
const BRK_42 = rule('BRK-42');
const BRK_43 = rule('BRK-43');
const BRK_46 = rule('BRK-46');
const BRK_47 = rule('BRK-47');
const PAR_10 = rule('PAR-10');

/** The channel as publishing needs it. */
export interface PublishingChannel {
  readonly node: BrokerNode;
  readonly owner: ChannelOwner;
  readonly channel: number;
  /** The channel was closed with an error: whatever the client still sends is ignored. */
  readonly closing: boolean;
  /** Whether any queue takes its time. */
  readonly slowedDown: boolean;
  clientOf(record: QueueRecord): QueueClient;
  /** Ends the channel with an error. */
  fail(error: ChannelError): void;
  /** The connection may send a step more. */
  grantCredit(): void;
}

export class Publishing {
  private readonly channel: PublishingChannel;
  private readonly confirms = new Confirms();
  /** The channel is in confirm mode. */
  isConfirming = false;
  /** Null: the channel is not transactional. */
  transaction: Transaction | null = null;
  private lastNumber = 0;
  /** Publishes to take in until the connection gets more credit, and grants held back while a queue is slow. */
  private untilGrant = MORE_CREDIT_AFTER;
  private grantsDeferred = 0;

  constructor(channel: PublishingChannel) {
    this.channel = channel;
  }

  /** Publishes that a queue has not settled. */
  get unconfirmed(): number {
    return this.confirms.unconfirmed;
  }

  publish(method: BasicPublish): void {
    const { channel } = this;
    this.untilGrant -= 1;
    if (this.untilGrant === 0) this.grantCredit();
    if (channel.closing) {
      this.drop(method, BRK_8);
      return;
    }
    const { transaction } = this;
    if (transaction?.isEnding === true) {
      this.drop(method, BRK_43);
      transaction.refuseMore();
      return;
    }
    const { exchange, routingKey, publisher, sequence } = method;
    const { node, owner } = channel;
    if (owner.access !== null && !owner.access.mayPublish(exchange)) {
      this.forbid(method);
      return;
    }
    const { headers } = method.properties;
    const resource = owner.vhost === DEFAULT_VHOST ? exchange : resourceName(owner.vhost, exchange);
    const route = node.router.route(resource, routingKey, headers);
    if (route === undefined || route.internal || method.bodyBytes > node.maxMessageBytes) {
      this.refuse(method, route === undefined);
      return;
    }
    const forbidden = owner.topics === null ? null : owner.topics.refusalOf('write', resource, routingKey);
    if (forbidden !== null) {
      this.drop(method, BRK_8);
      channel.fail(forbidden);
      return;
    }
    const confirmNumber = this.isConfirming || transaction !== null ? ++this.lastNumber : 0;
    const message = new BasicMessage(
      publisher,
      sequence,
      exchange,
      routingKey,
      headers === undefined ? method.properties : seenByConsumers(method.properties, headers),
      method.bodyBytes,
      node.serials.next(),
    );
    if (transaction === null) this.dispatch(route, message, method.mandatory, confirmNumber);
    else transaction.hold({ route, message, mandatory: method.mandatory, confirmNumber });
  }

  /** To its queues, or nowhere; `confirmNumber` is 0 where nobody waits for a confirm. */
  dispatch(route: Route, message: BasicMessage, mandatory: boolean, confirmNumber: number): void {
    if (route.nameIds.length === 0) this.publishNowhere(message, mandatory, confirmNumber);
    else {
      if (confirmNumber !== 0) this.confirms.add(confirmNumber, route.names);
      this.deliver(route, message, confirmNumber, mandatory);
    }
  }

  private deliver(route: Route, message: BasicMessage, confirmNumber: number, mandatory: boolean): void {
    const { nameIds, groups } = route;
    const { node } = this.channel;
    const { journal } = node.context.vm.simulation;
    for (let i = 0; i < nameIds.length; i += 1) {
      journal.write(routed, message.publisher, message.sequence, nameIds[i], node.nodeId);
    }
    for (let i = 0; i < groups.length; i += 1) {
      const { queues } = groups[i]!;
      this.channel.clientOf(queues[0]!).deliver(queues, { message, confirmNumber, mandatory });
    }
  }

  private forbid(method: BasicPublish): void {
    const { owner } = this.channel;
    this.drop(method, BRK_8);
    const refusal = owner.access?.onExchange('write', method.exchange) ?? null;
    if (refusal !== null) this.channel.fail(refusal);
  }

  /** No exchange to publish to (BRK-8), one that is not for clients, or a message that is too large (BRK-47). */
  private refuse(method: BasicPublish, missing: boolean): void {
    const { node } = this.channel;
    const { bodyBytes } = method;
    const exchange = resourceName(this.channel.owner.vhost, method.exchange);
    const tooLarge = bodyBytes > node.maxMessageBytes;
    const why = missing || !tooLarge ? BRK_8 : BRK_47;
    node.context.vm.cite(why);
    this.drop(method, why);
    if (missing) this.channel.fail(exchangeNotFound(exchange));
    else if (tooLarge) this.channel.fail(messageTooLarge(bodyBytes, node.maxMessageBytes));
    else this.channel.fail(accessRefused(`cannot publish to internal ${exchangeText(exchange)}`));
  }

  private publishNowhere(message: BasicMessage, mandatory: boolean, confirmNumber: number): void {
    const { node, channel, owner } = this.channel;
    const { vm } = node.context;
    const decidedBy = mandatory ? BRK_9 : BRK_10;
    vm.cite(decidedBy);
    vm.simulation.journal.write(
      unroutable,
      message.publisher,
      message.sequence,
      node.nodeId,
      decidedBy.index,
    );
    if (mandatory) {
      const returned: BasicReturn = {
        type: 'basic.return',
        channel,
        code: 312,
        text: replyText(312),
        message,
      };
      owner.write(returned, wireBytes(returned));
    }
    if (confirmNumber === 0) return;
    vm.cite(BRK_10);
    this.confirms.addSettled(confirmNumber);
  }

  /** The publish goes no further. */
  drop(method: Pick<BasicPublish, 'publisher' | 'sequence'>, why: Rule): void {
    const { node } = this.channel;
    const { journal } = node.context.vm.simulation;
    journal.write(publishDropped, method.publisher, method.sequence, node.nodeId, why.index);
  }

  // --- credit -----------------------------------------------------------------------------------------------

  private grantCredit(): void {
    this.untilGrant = MORE_CREDIT_AFTER;
    if (this.channel.slowedDown) this.grantsDeferred += 1;
    else this.channel.grantCredit();
  }

  /** A queue has become slow, or quick again: once none is slow, what was held back is granted (BRK-46). */
  flowChanged(): void {
    this.channel.node.context.vm.cite(BRK_46);
    if (this.channel.slowedDown) return;
    for (; this.grantsDeferred > 0; this.grantsDeferred -= 1) this.channel.grantCredit();
  }

  // --- confirms ---------------------------------------------------------------------------------------------

  settled(queue: string, confirmNumbers: readonly number[]): void {
    this.confirms.settle(queue, confirmNumbers);
  }

  rejected(confirmNumbers: readonly number[]): void {
    this.confirms.reject(confirmNumbers);
    this.transaction?.fail();
  }

  /** What is known of publishes is told in another way than one by one. */
  forgetNews(): void {
    this.confirms.discard();
  }

  /** Tells the client what is known, unless the node is about to pause (PAR-10). */
  tellConfirms(): void {
    if (!this.confirms.hasNews) return;
    const { context } = this.channel.node;
    if (this.channel.closing) this.confirms.discard();
    else if (context.mayConfirm()) {
      if (this.transaction === null) this.confirms.flush(this.tell);
      else this.transaction.maybeComplete();
    } else context.vm.cite(PAR_10);
  }

  private readonly tell = (number: number, multiple: boolean, refused: boolean): void => {
    const { channel, owner, node } = this.channel;
    if (multiple) node.context.vm.cite(BRK_42);
    owner.write(
      refused ? new BasicNack(channel, number, multiple, false) : new BasicAck(channel, number, multiple),
      METHOD_BYTES,
    );
  };
}

/** The properties without the header that is for the broker only (BRK-7). */
function seenByConsumers(properties: BasicProperties, headers: FieldTable): BasicProperties {
  return headers['BCC'] === undefined ? properties : { ...properties, headers: withoutBcc(headers) };
}
