/** Where a queue type's client plugs into a channel; one for each type that the channel has used. */
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { ChannelOwner } from './channel-owner.ts';
import type { NodeContext } from './node-context.ts';
import type { ChannelPort, QueueClient, QueueDelivery, QueueType } from './queue-type.ts';

/** What the clients of queue types do to their channel. */
export interface PortedChannel {
  readonly context: NodeContext;
  readonly process: ErlangProcess;
  readonly owner: Pick<ChannelOwner, 'isFull'>;
  settled(queue: string, confirmNumbers: readonly number[]): void;
  rejected(confirmNumbers: readonly number[]): void;
  delivered(client: QueueClient, noAck: boolean, deliveries: readonly QueueDelivery[]): void;
  consumersLost(queue: string): void;
  flowChanged(): void;
}

export class QueuePort implements ChannelPort {
  readonly context: NodeContext;
  readonly process: ErlangProcess;
  readonly type: QueueType;
  readonly client: QueueClient;
  /** A replica of one of this type's queues has taken all the credit. */
  blocked = false;
  private readonly channel: PortedChannel;

  constructor(channel: PortedChannel, type: QueueType) {
    this.channel = channel;
    this.context = channel.context;
    this.process = channel.process;
    this.type = type;
    this.client = type.client(this);
  }

  settled(queue: string, confirmNumbers: readonly number[]): void {
    this.channel.settled(queue, confirmNumbers);
  }

  rejected(_queue: string, confirmNumbers: readonly number[]): void {
    this.channel.rejected(confirmNumbers);
  }

  /** There is nothing left that a publisher could be told about: it counts as confirmed (BRK-52). */
  deleted(queue: string, confirmNumbers: readonly number[]): void {
    this.channel.settled(queue, confirmNumbers);
  }

  deliver(noAck: boolean, deliveries: readonly QueueDelivery[]): void {
    this.channel.delivered(this.client, noAck, deliveries);
  }

  consumersLost(queue: string, _reason: string): void {
    this.channel.consumersLost(queue);
  }

  get writerStandsStill(): boolean {
    return this.channel.owner.isFull;
  }

  flow(blocked: boolean): void {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.channel.flowChanged();
  }
}
