/** The queues that a worker publishes dead letters to, by the clients of their types as a channel has them. It consumes nothing and has no credit to spend. */
import type { NodeContext } from '../../broker/node-context.ts';
import { typeOf } from '../../broker/queue-facts.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { ChannelPort, Delivery, QueueClient } from '../../broker/queue-type.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';

/** What a worker hears of its publishes, as a channel does. */
type TargetNews = Pick<ChannelPort, 'settled' | 'rejected' | 'deleted'>;

export class DeadLetterTargets {
  private readonly port: ChannelPort;
  private readonly clients = new Map<string, QueueClient>();

  constructor(context: NodeContext, process: ErlangProcess, news: TargetNews) {
    this.port = {
      context,
      process,
      keepsPublishes: true,
      settled: (queue, numbers) => news.settled(queue, numbers),
      rejected: (queue, numbers) => news.rejected(queue, numbers),
      deleted: (queue, numbers) => news.deleted(queue, numbers),
      deliver: () => {},
      consumersLost: () => {},
      flow: () => {},
      writerStandsStill: false,
    };
  }

  /** To queues of one type. */
  publish(queues: readonly QueueRecord[], delivery: Delivery): void {
    const { port } = this;
    const type = typeOf(port.context, queues[0]!);
    let client = this.clients.get(type.name);
    if (client === undefined) this.clients.set(type.name, (client = type.client(port)));
    client.deliver(queues, delivery);
  }

  /** A message from a queue, or a DOWN of one. */
  handleMessage(message: Message): void {
    for (const client of this.clients.values()) if (client.handleMessage(message)) return;
  }
}
