/**
 * What the leader of a federated queue tells its links (a queue decorator in RabbitMQ): that the queue is empty and has a consumer that could
 * take more, so that messages may come from elsewhere, or that this is not so any more. Only changes are told. Consumers of negative priority
 * do not count: links are such (BRK-55).
 */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { BackingQueue } from './backing-queue.ts';
import type { QueueConsumers } from './queue-consumers.ts';
import type { QueueProcess } from './queue-process.ts';

/** The leader as this needs it. */
interface ToldLeader {
  readonly context: NodeContext;
  readonly process: QueueProcess;
  readonly declared: QueueRecord;
  readonly backingQueue: BackingQueue;
  readonly work: { readonly consumers: QueueConsumers };
}

export class ConsumerStateTeller {
  private readonly leader: ToldLeader;
  private told: boolean | undefined;

  constructor(leader: ToldLeader) {
    this.leader = leader;
  }

  /** A link has begun and knows nothing. */
  forget(): void {
    this.told = undefined;
  }

  note(): void {
    const { context, process, declared, backingQueue, work } = this.leader;
    const run = backingQueue.length === 0 && work.consumers.hasReady(0);
    if (run === this.told) return;
    this.told = run;
    context.consumerStateChanged?.(process, declared.name, run);
  }
}
