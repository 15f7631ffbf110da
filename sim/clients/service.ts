/**
 * A service in a chain: it consumes, and for each message that it has handled it publishes one, carrying the headers on with the same
 * trace and a new span. A delivery that comes again, because its acknowledgement was lost, is handled and published again, as a new
 * message of the same trace; `dedupe` keeps it from that.
 *
 * With confirms what came in is acknowledged when what went out is confirmed, and put back when that was refused or returned: nothing
 * is lost between two queues. Without, it is acknowledged at once. In a transaction both happen or neither does, as far as one broker
 * goes: the next message has to wait until the commit is answered.
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
    /** Publish and acknowledgement are committed together. */
    readonly transaction?: boolean;
  };
}

export class Service extends FollowingConsumer {
  private readonly out: ServiceOptions['publish'];
  private readonly window = new ConfirmWindow();
  /** Deliveries whose message is on its way, by its number; null: one that nobody acknowledges. */
  private readonly open = new Map<number, BasicDeliver | null>();
  private readonly returnedSequences = new Set<number>();
  /** What is done once the commit under way is answered. */
  private readonly afterCommit: (() => void)[] = [];
  private isCommitting = false;

  constructor(context: ClientContext, options: ClientOptions, spec: ServiceOptions) {
    super(context, options, spec);
    this.out = spec.publish;
  }

  protected override channelOpened(): void {
    this.window.restart();
    if (this.out.confirms) this.send({ type: 'confirm.select', channel: this.channel });
    else if (this.out.transaction === true) this.send({ type: 'tx.select', channel: this.channel });
    else super.channelOpened();
  }

  protected override channelLost(): void {
    this.window.close();
    this.open.clear();
    this.returnedSequences.clear();
    this.afterCommit.length = 0;
    this.isCommitting = false;
    super.channelLost();
  }

  protected override received(message: BasicMessage): void {
    this.passOn(message, null);
  }

  protected override conclude(delivery: BasicDeliver): void {
    if (this.out.transaction === true) {
      this.commit(() => {
        this.passOn(delivery.message, null);
        this.acknowledge(delivery);
      });
      return;
    }
    this.passOn(delivery.message, delivery);
    if (!this.out.confirms) this.acknowledge(delivery);
  }

  protected override reject(delivery: BasicDeliver, requeue: boolean): void {
    if (this.out.transaction === true) this.commit(() => super.reject(delivery, requeue));
    else super.reject(delivery, requeue);
  }

  /** Does something and commits it, now or when the commits before are answered. */
  private commit(work: () => void): void {
    if (this.isCommitting) {
      this.afterCommit.push(work);
      return;
    }
    this.isCommitting = true;
    work();
    this.send({ type: 'tx.commit', channel: this.channel });
  }

  private committed(): void {
    this.isCommitting = false;
    this.window.settle(0, true, this.onConfirmed);
    const next = this.afterCommit.shift();
    if (next !== undefined) this.commit(next);
  }

  private passOn(cause: BasicMessage, delivery: BasicDeliver | null): void {
    const { exchange, routingKeys, mandatory, persistent, bodyBytes, confirms, transaction } = this.out;
    const turn = this.nextSequence - 1;
    const headers = continueTrace(cause.properties.headers, this.nameId, this.nextSequence);
    const sequence = this.follow(cause, {
      exchange,
      routingKey: routingKeys[turn % routingKeys.length]!,
      mandatory,
      properties: { persistent, headers },
      bodyBytes,
    });
    if (!confirms && transaction !== true) return;
    this.window.add(sequence, this.simulation.nowUs);
    this.open.set(sequence, delivery);
  }

  protected override method(method: ChannelMethodFromServer): void {
    switch (method.type) {
      case 'tx.commit-ok':
        this.committed();
        return;
      case 'tx.select-ok':
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
