/**
 * A service in a chain: it consumes, and for each message that it has handled it publishes one, carrying the headers on with the same
 * trace and a new span. A delivery that comes again, because its acknowledgement was lost, is handled and published again, as a new
 * message of the same trace; `dedupe` keeps it from that.
 *
 * With confirms what came in is acknowledged when what went out is confirmed, and put back when that was refused or returned: nothing
 * is lost between two queues. Without, it is acknowledged at once.
 */
import type { BasicMessage } from '../amqp/basic-message.ts';
import type { BasicDeliver } from '../amqp/message-methods.ts';
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import { confirmed, nacked, returned } from '../records/messages.ts';
import type { ClientContext } from './amqp-connection.ts';
import type { ClientOptions } from './client.ts';
import { ConfirmWindow } from './confirm-window.ts';
import type { ConsumeOptions } from './consumer.ts';
import { FollowingConsumer } from './following-consumer.ts';
import { continueTrace } from './trace.ts';

export interface ServiceOptions extends ConsumeOptions {
  readonly publish: {
    readonly exchange: string;
    /** Used in turn; never empty. */
    readonly routingKeys: readonly string[];
    readonly confirms: boolean;
    readonly persistent: boolean;
    readonly mandatory: boolean;
    readonly bodyBytes: number;
  };
}

export class Service extends FollowingConsumer {
  private readonly out: ServiceOptions['publish'];
  private readonly window = new ConfirmWindow();
  /** Deliveries whose message is on its way, by its number; null: one that nobody acknowledges. */
  private readonly open = new Map<number, BasicDeliver | null>();
  private readonly returnedSequences = new Set<number>();

  constructor(context: ClientContext, options: ClientOptions, spec: ServiceOptions) {
    super(context, options, spec);
    this.out = spec.publish;
  }

  protected override channelOpened(): void {
    this.window.restart();
    if (this.out.confirms) this.send({ type: 'confirm.select', channel: this.channel });
    else super.channelOpened();
  }

  protected override channelLost(): void {
    this.window.close();
    this.open.clear();
    this.returnedSequences.clear();
    super.channelLost();
  }

  protected override received(message: BasicMessage): void {
    this.passOn(message, null);
  }

  protected override conclude(delivery: BasicDeliver): void {
    this.passOn(delivery.message, delivery);
    if (!this.out.confirms) this.acknowledge(delivery);
  }

  private passOn(cause: BasicMessage, delivery: BasicDeliver | null): void {
    const { exchange, routingKeys, mandatory, persistent, bodyBytes, confirms } = this.out;
    const turn = this.nextSequence - 1;
    const headers = continueTrace(cause.properties.headers, this.nameId, this.nextSequence);
    const sequence = this.follow(cause, {
      exchange,
      routingKey: routingKeys[turn % routingKeys.length]!,
      mandatory,
      properties: { persistent, headers },
      bodyBytes,
    });
    if (!confirms) return;
    this.window.add(sequence, this.simulation.nowUs);
    this.open.set(sequence, delivery);
  }

  protected override method(method: ChannelMethodFromServer): void {
    switch (method.type) {
      case 'confirm.select-ok':
        super.channelOpened();
        return;
      case 'basic.ack':
        this.window.settle(method.deliveryTag, method.multiple, this.onConfirmed);
        return;
      case 'basic.nack':
        this.window.settle(method.deliveryTag, method.multiple, this.onNacked);
        return;
      case 'basic.return': {
        const { publisher, sequence } = method.message;
        this.journal.write(returned, this.nameId, publisher, sequence, this.nodeId, method.code);
        this.returnedSequences.add(sequence);
        return;
      }
      default:
        super.method(method);
    }
  }

  private readonly onConfirmed = (sequence: number): void => {
    this.journal.write(confirmed, this.nameId, this.nameId, sequence, this.nodeId);
    this.settle(sequence, !this.returnedSequences.delete(sequence));
  };

  private readonly onNacked = (sequence: number): void => {
    this.journal.write(nacked, this.nameId, this.nameId, sequence, this.nodeId);
    this.settle(sequence, false);
  };

  private settle(sequence: number, isSafe: boolean): void {
    const delivery = this.open.get(sequence) ?? null;
    this.open.delete(sequence);
    if (delivery === null) return;
    if (isSafe) this.acknowledge(delivery);
    else this.reject(delivery, true);
  }
}
