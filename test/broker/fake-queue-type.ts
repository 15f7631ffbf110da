/**
 * A queue type without processes: queues are arrays, answers come at once or when the test says so, and leaders can be
 * declared dead. What channels do to it is what these tests are about.
 */
import type { BasicMessage } from '../../sim/amqp/basic-message.ts';
import type { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import type { Message } from '../../sim/erlang/message.ts';
import { Priority } from '../../sim/kernel/simulation.ts';
import { deleteQueueRecords } from '../../sim/broker/binding.ts';
import { queueInUse, queueNotEmpty } from '../../sim/broker/errors.ts';
import type { NodeContext } from '../../sim/broker/node-context.ts';
import {
  durableForm,
  rabbitDurableQueue,
  rabbitQueue,
  type QueueRecord,
} from '../../sim/broker/queue-record.ts';
import type {
  ChannelPort,
  ConsumeSpec,
  Delivery,
  QueueClient,
  QueueDelivery,
  QueueType,
} from '../../sim/broker/queue-type.ts';

/** One delivery or settlement that a channel handed to a queue. */
export type Seen =
  | { readonly what: 'deliver'; readonly queues: string[]; readonly delivery: Delivery }
  | { readonly what: 'consume'; readonly queue: string; readonly spec: ConsumeSpec }
  | {
      readonly what: 'complete' | 'requeue' | 'discard';
      readonly queue: string;
      readonly ids: readonly number[];
    }
  | { readonly what: 'policy' | 'recover' | 'close'; readonly queue: string };

/** Makes the client run something in its channel, as a message from a queue would. */
export interface Poke extends Message {
  readonly type: 'poke' | 'queue_confirm';
  run(client: FakeClient): void;
}

export class FakeClient implements QueueClient {
  readonly port: ChannelPort;
  private readonly type: FakeQueueType;

  constructor(port: ChannelPort, type: FakeQueueType) {
    this.port = port;
    this.type = type;
  }

  deliver(queues: readonly QueueRecord[], delivery: Delivery): void {
    this.type.seen.push({ what: 'deliver', queues: queues.map(({ name }) => name), delivery });
    if (!this.type.confirmAtOnce || delivery.confirmNumber === 0) return;
    for (const { name } of queues) this.port.settled(name, [delivery.confirmNumber]);
  }

  consume(queue: QueueRecord, spec: ConsumeSpec, done: (error: 'retry' | null) => void): void {
    this.type.seen.push({ what: 'consume', queue: queue.name, spec });
    done(this.type.dead.has(queue.name) ? 'retry' : null);
  }

  cancel(_queue: QueueRecord, _consumerTag: string, done: () => void): void {
    done();
  }

  get(
    queue: QueueRecord,
    _noAck: boolean,
    done: (answer: { delivery: QueueDelivery; messagesReady: number } | 'retry' | null) => void,
  ): void {
    if (this.type.dead.has(queue.name)) {
      done('retry');
      return;
    }
    const message = this.type.ready.shift();
    if (message === undefined) done(null);
    else
      done({
        delivery: this.type.delivery(queue.name, '', 7, message),
        messagesReady: this.type.ready.length,
      });
  }

  settle(
    what: 'complete' | 'requeue' | 'discard',
    queue: string,
    _pid: unknown,
    _tag: string,
    ids: readonly number[],
  ): void {
    this.type.seen.push({ what, queue, ids });
  }

  handleMessage(message: Message): boolean {
    if (message.type !== 'poke' && message.type !== 'queue_confirm') return false;
    (message as Poke).run(this);
    return true;
  }

  close(done: () => void): void {
    this.type.seen.push({ what: 'close', queue: '' });
    done();
  }
}

export class FakeQueueType implements QueueType {
  readonly name = 'classic';
  readonly seen: Seen[] = [];
  readonly clients: FakeClient[] = [];
  /** Queues whose leader does not answer. */
  readonly dead = new Set<string>();
  /** What `basic.get` takes from. */
  readonly ready: BasicMessage[] = [];
  confirmAtOnce = true;
  messages = 0;
  /** How long a purge takes. */
  purgeUs = 0;
  consumers = 0;
  readonly erased: (readonly string[])[] = [];

  client(port: ChannelPort): FakeClient {
    const client = new FakeClient(port, this);
    this.clients.push(client);
    return client;
  }

  deliverUntracked(
    _context: NodeContext,
    _sender: ErlangProcess,
    queues: readonly QueueRecord[],
    message: BasicMessage,
  ): void {
    const delivery = { message, confirmNumber: 0, mandatory: false };
    this.seen.push({ what: 'deliver', queues: queues.map(({ name }) => name), delivery });
  }

  delivery(queue: string, consumerTag: string, messageId: number, message: BasicMessage): QueueDelivery {
    const queuePid = this.clients[0]!.port.process.pid;
    return { queue, consumerTag, queuePid, messageId, redelivered: false, message };
  }

  declare(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (outcome: { record: QueueRecord; existing: boolean }) => void,
  ): void {
    const placed = { ...record, pid: caller.pid };
    context.database.transaction(
      caller,
      { locks: [] },
      (transaction) => {
        transaction.write(rabbitQueue, record.name, placed);
        if (record.durable) transaction.write(rabbitDurableQueue, record.name, durableForm(placed));
      },
      () => done({ record: placed, existing: false }),
    );
  }

  delete(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    options: { ifUnused: boolean; ifEmpty: boolean },
    done: (outcome: { messageCount: number } | { code: number; text: string } | 'retry') => void,
  ): void {
    if (this.dead.has(record.name)) done('retry');
    else if (options.ifUnused && this.consumers > 0) done(queueInUse(record.name));
    else if (options.ifEmpty && this.messages > 0) done(queueNotEmpty(record.name));
    else {
      context.database.transaction(
        caller,
        { locks: [] },
        (transaction) => deleteQueueRecords(transaction, record.name),
        () => done({ messageCount: this.messages }),
      );
    }
  }

  purge(
    context: NodeContext,
    caller: ErlangProcess,
    record: QueueRecord,
    done: (count: number | 'retry') => void,
  ): void {
    if (this.dead.has(record.name)) done('retry');
    else if (this.purgeUs === 0) done(this.messages);
    else {
      // A question that is answered, and then a wait during which nobody tells the caller to stand still.
      const later = (): void => caller.deliverUrgent(() => done(this.messages));
      context.database.transaction(
        caller,
        { locks: [] },
        () => null,
        () => {
          caller.vm.simulation.after(this.purgeUs, Priority.timer, later);
        },
      );
    }
  }

  statistics(
    _context: NodeContext,
    _caller: ErlangProcess,
    record: QueueRecord,
    done: (
      statistics: { messagesReady: number; messagesUnacknowledged: number; consumers: number } | 'retry',
    ) => void,
  ): void {
    const { messages, consumers } = this;
    if (this.dead.has(record.name)) done('retry');
    else done({ messagesReady: messages, messagesUnacknowledged: 0, consumers });
  }

  policyChanged(_context: NodeContext, record: QueueRecord): void {
    this.seen.push({ what: 'policy', queue: record.name });
  }

  isRecoverable(context: NodeContext, record: QueueRecord): boolean {
    return record.pid?.node === context.node;
  }

  recover(context: NodeContext, caller: ErlangProcess, record: QueueRecord, done: () => void): void {
    this.seen.push({ what: 'recover', queue: record.name });
    context.database.transaction(
      caller,
      { locks: [] },
      (transaction) => transaction.write(rabbitQueue, record.name, { ...record, pid: caller.pid }),
      done,
    );
  }

  virtualHostUp(): void {}

  eraseStale(_context: NodeContext, recovering: readonly string[]): void {
    this.erased.push(recovering);
  }

  stop(_context: NodeContext, _caller: ErlangProcess, done: () => void): void {
    done();
  }
}
