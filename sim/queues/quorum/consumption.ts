/**
 * The consumers that a channel has at one quorum queue, and how far each has got. Deliveries are numbered for each of them, so what comes
 * twice is dropped, and what got lost on the way is asked for (QQ-17).
 */
import { BasicMessage } from '../../amqp/basic-message.ts';
import type { ChannelPort, QueueDelivery } from '../../broker/queue-type.ts';
import { rule } from '../../rules/registry.ts';
import type { DeliveryItem } from './fifo-context.ts';
import { memberOn, type AskCheckedOut } from './raft-messages.ts';

const QQ_17 = rule('QQ-17');

/** A query that a consumer's progress depends on. */
const QUERY_TIMEOUT_US = 30_000_000;

interface Progress {
  readonly noAck: boolean;
  lastId: number;
}

export class Consumption {
  private readonly port: ChannelPort;
  private readonly queue: string;
  /** Settles what a consumer gets with automatic acknowledgement, and returns what nobody consumes any more. */
  private readonly settle: (how: 'settle' | 'return', tag: string, ids: readonly number[]) => void;
  private readonly consumers = new Map<string, Progress>();

  constructor(port: ChannelPort, queue: string, settle: Consumption['settle']) {
    this.port = port;
    this.queue = queue;
    this.settle = settle;
  }

  get isEmpty(): boolean {
    return this.consumers.size === 0;
  }

  /** A consumer begins, or says again what it wants. */
  add(tag: string, noAck: boolean): void {
    this.consumers.set(tag, { noAck, lastId: this.consumers.get(tag)?.lastId ?? -1 });
  }

  remove(tag: string): void {
    this.consumers.delete(tag);
  }

  /** The member on node `from` delivers. */
  take(from: string, tag: string, items: readonly DeliveryItem[]): void {
    const consumer = this.consumers.get(tag);
    if (consumer === undefined) {
      const ids = items.map(({ id }) => id);
      this.settle('return', tag, ids);
      return;
    }
    const news = items.filter(({ id }) => id > consumer.lastId);
    const first = news[0];
    if (first === undefined) return;
    const next = consumer.lastId + 1;
    consumer.lastId = news.at(-1)!.id;
    if (first.id === next) this.hand(tag, consumer, news);
    else {
      this.fetchMissing(from, tag, next, first.id - 1, (missing) =>
        this.hand(tag, consumer, [...missing, ...news]),
      );
    }
  }

  /** Some got lost on the way: those that are still this consumer's are asked for. */
  private fetchMissing(
    node: string,
    tag: string,
    from: number,
    to: number,
    then: (missing: readonly DeliveryItem[]) => void,
  ): void {
    const { process, context } = this.port;
    context.vm.cite(QQ_17);
    const request: AskCheckedOut = { type: 'ra_checked_out', consumer: { tag, pid: process.pid }, from, to };
    process.call<readonly DeliveryItem[]>(memberOn(node, this.queue), request, {
      reply: then,
      failed: () => then([]),
      timeoutUs: QUERY_TIMEOUT_US,
    });
  }

  private hand(tag: string, { noAck }: Progress, items: readonly DeliveryItem[]): void {
    this.port.deliver(
      noAck,
      items.map((item) => this.delivery(tag, item)),
    );
    if (!noAck) return;
    const ids = items.map(({ id }) => id);
    this.settle('settle', tag, ids);
  }

  /** What the channel sees of a message that is handed to it. */
  delivery(consumerTag: string, { id, queued }: DeliveryItem): QueueDelivery {
    const { queue, port } = this;
    const redelivered = queued.deliveryCount > 0;
    const message = redelivered ? counted(queued.message, queued.deliveryCount) : queued.message;
    return { queue, consumerTag, queuePid: port.process.pid, messageId: id, redelivered, message };
  }
}

/** The message with the number of its returns in a header (QQ-22). */
function counted(message: BasicMessage, deliveryCount: number): BasicMessage {
  const { publisher, sequence, exchange, routingKey, properties, bodyBytes, serial } = message;
  const headers = { ...properties.headers, 'x-delivery-count': deliveryCount };
  return new BasicMessage(
    publisher,
    sequence,
    exchange,
    routingKey,
    { ...properties, headers },
    bodyBytes,
    serial,
  );
}
