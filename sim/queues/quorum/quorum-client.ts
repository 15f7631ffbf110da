/** The part of quorum queues that lives in a channel: one `FifoClient` for each queue, and what the channel asks of them. */
import { noGlobalQos } from '../../broker/errors.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type {
  ChannelError,
  ChannelPort,
  ConsumeSpec,
  Delivery,
  QueueClient,
  QueueDelivery,
  SettleOperation,
} from '../../broker/queue-type.ts';
import type { Message, Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { RaEvent } from './client-messages.ts';
import type { FifoReply } from './fifo-context.ts';
import { FifoClient, type ResendTimeout } from './fifo-client.ts';
import { processCommand } from './leader-calls.ts';

const BRK_52 = rule('BRK-52');
const QQ_1 = rule('QQ-1');
const QQ_26 = rule('QQ-26');

/** What no limit becomes (QQ-26). */
const PREFETCH_WITHOUT_LIMIT = 2000;

export class QuorumQueueClient implements QueueClient {
  private readonly port: ChannelPort;
  private readonly clients = new Map<string, FifoClient>();
  private gets = 0;

  constructor(port: ChannelPort) {
    this.port = port;
  }

  deliver(queues: readonly QueueRecord[], delivery: Delivery): void {
    for (const record of queues) this.client(record).enqueue(delivery);
  }

  consume(queue: QueueRecord, spec: ConsumeSpec, done: (error: ChannelError | 'retry' | null) => void): void {
    const { port } = this;
    const { consumerTag: tag, noAck, prefetch } = spec;
    if (spec.limiter !== undefined) {
      port.context.vm.cite(QQ_1);
      done(noGlobalQos(queue.name));
      return;
    }
    const client = this.client(queue);
    port.context.vm.cite(QQ_26);
    const priority = spec.arguments['x-priority'];
    client.consumption.add(tag, noAck);
    processCommand<FifoReply>(
      client.leaderCall(),
      {
        kind: 'checkout',
        consumer: { tag, pid: port.process.pid },
        credit: prefetch === 0 ? PREFETCH_WITHOUT_LIMIT : prefetch,
        noAck,
        priority: typeof priority === 'number' ? priority : 0,
      },
      (answer) => {
        if ('error' in answer) {
          client.consumption.remove(tag);
          done(noLeader(queue.name, answer.error));
          return;
        }
        client.noteLeader(answer.leader);
        done(null);
      },
    );
  }

  cancel(queue: QueueRecord, consumerTag: string, done: () => void): void {
    const client = this.client(queue);
    client.consumption.remove(consumerTag);
    const consumer = { tag: consumerTag, pid: this.port.process.pid };
    processCommand(client.leaderCall(), { kind: 'cancel', consumer }, (answer) => {
      if ('leader' in answer) client.noteLeader(answer.leader);
      done();
    });
  }

  get(
    queue: QueueRecord,
    noAck: boolean,
    done: (
      answer: { delivery: QueueDelivery; messagesReady: number } | ChannelError | 'retry' | null,
    ) => void,
  ): void {
    const client = this.client(queue);
    this.gets += 1;
    const tag = `get-${this.gets}`;
    const consumer = { tag, pid: this.port.process.pid };
    processCommand<FifoReply>(
      client.leaderCall(),
      { kind: 'dequeue', consumer, settled: noAck },
      (answer) => {
        if ('error' in answer) {
          done(noLeader(queue.name, answer.error));
          return;
        }
        const { value, leader } = answer;
        client.noteLeader(leader);
        if (typeof value === 'object' && 'item' in value) {
          done({ delivery: client.consumption.delivery(tag, value.item), messagesReady: value.ready });
        } else if (value === 'single_active') {
          done({ code: 540, text: `basic.get on a queue with a single active consumer: '${queue.name}'` });
        } else done(null);
      },
    );
  }

  settle(
    operation: SettleOperation,
    queue: string,
    _queuePid: Pid,
    consumerTag: string,
    messageIds: readonly number[],
  ): void {
    this.clients.get(queue)?.settle(operation, consumerTag, messageIds);
  }

  handleMessage(message: Message): boolean {
    if (message.type === 'ra_event') {
      const event = message as RaEvent;
      this.clients.get(event.queue)?.handleEvent(event, () => this.deleted(event.queue));
      return true;
    }
    if (message.type !== 'quorum_resend') return false;
    this.clients.get((message as ResendTimeout).queue)?.resendTimeout();
    return true;
  }

  /** The queue sees from the channel's end that its consumers are gone. */
  close(done: () => void): void {
    done();
  }

  private client(record: QueueRecord): FifoClient {
    let client = this.clients.get(record.name);
    if (client === undefined) {
      client = new FifoClient(this.port, record, () => this.flowChanged());
      this.clients.set(record.name, client);
    }
    return client;
  }

  private flowChanged(): void {
    let isSlow = false;
    for (const client of this.clients.values()) if (client.isSlow) isSlow = true;
    this.port.flow(isSlow);
  }

  /** A deleted queue refuses nothing that is still open (BRK-52). */
  private deleted(queue: string): void {
    const client = this.clients.get(queue);
    if (client === undefined) return;
    this.port.context.vm.cite(BRK_52);
    this.clients.delete(queue);
    const open = client.abandon();
    if (open.length > 0) this.port.deleted(queue, open);
    if (client.isSlow) this.flowChanged();
    if (!client.consumption.isEmpty) this.port.consumersLost(queue, 'eol');
  }
}

/** Where no leader answers, the channel's process dies of it. */
function noLeader(queue: string, reason: string): ChannelError {
  return { code: 541, text: `no leader of quorum queue '${queue}' answers: ${reason}` };
}
