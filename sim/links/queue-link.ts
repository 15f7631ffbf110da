/**
 * A link of a federated queue (`rabbit_federation_queue_link`, BRK-55): it consumes from the queue upstream, behind every consumer of the queue's own,
 * while the queue here is empty and has a consumer that could take more, and publishes to the queue here what it gets.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import type { BasicDeliver } from '../amqp/message-methods.ts';
import { RECEIVED_FROM, tablesOf } from '../broker/federation-upstream.ts';
import { rabbitQueue } from '../broker/queue-record.ts';
import type { Message } from '../erlang/message.ts';
import { rule } from '../rules/registry.ts';
import { FederationLink } from './federation-link.ts';
import { withFirst } from './headers.ts';
import type { LinkContext } from './link-context.ts';
import { CHANNEL } from './link-words.ts';
import type { Upstream } from './upstream.ts';

const BRK_55 = rule('BRK-55');

/** Those who consume upstream come first. */
const BEHIND_ALL: FieldTable = { 'x-priority': -1 };
const NOTIFY: Message = { type: 'notify_decorators' };

/** The queue's leader to its links: whether there is somebody here whom nothing keeps busy. */
export interface ConsumerState extends Message {
  readonly type: 'consumer_state';
  readonly queue: string;
  readonly run: boolean;
}

export class QueueLink extends FederationLink {
  readonly queue: string;
  private readonly upstreamQueue: string;
  private wanted = false;
  private consuming = false;

  constructor(home: LinkContext, recordName: string, upstream: Upstream, queue: string) {
    const upstreamName = upstream.queue ?? queue;
    super(home, recordName, upstream, { kind: 'queue', name: queue, upstreamName }, BRK_55);
    this.queue = queue;
    this.upstreamQueue = upstreamName;
  }

  protected begin(): void {
    const record = this.home.context.database.read(rabbitQueue, this.queue);
    if (record === undefined) {
      this.terminate('gone', 'gone');
      return;
    }
    // The leader answers with the state of its consumers.
    if (record.pid !== null) this.send(record.pid, NOTIFY);
    const { prefetch } = this.upstream;
    const channel = CHANNEL.source;
    const declare = {
      type: 'queue.declare',
      queue: this.upstreamQueue,
      durable: record.durable,
      exclusive: false,
      autoDelete: record.autoDelete,
    } as const;
    const ready = (): void => {
      this.report(this.upstreamQueue);
      this.obey();
    };
    const limit = (): void => this.limitUnacknowledged(prefetch, ready);
    const declareIt = (): void =>
      this.rpc(
        'source',
        { ...declare, channel, passive: false, arguments: record.arguments },
        'queue.declare-ok',
        limit,
      );
    this.connectBoth(() =>
      this.probe(
        'source',
        (scratch) => ({ ...declare, channel: scratch, passive: true, arguments: {} }),
        'queue.declare-ok',
        limit,
        declareIt,
      ),
    );
  }

  // --- running and pausing ----------------------------------------------------------------------------------

  protected override handleOther(message: Message): void {
    if (message.type !== 'consumer_state') return;
    this.wanted = (message as ConsumerState).run;
    this.obey();
  }

  private obey(): void {
    if (!this.isRunning || this.wanted === this.consuming) return;
    this.vm.cite(BRK_55);
    this.consuming = this.wanted;
    const { consumerTag } = this.upstream;
    if (this.wanted) this.consume(this.upstreamQueue, consumerTag, BEHIND_ALL, () => {});
    else this.write('source', { type: 'basic.cancel', channel: CHANNEL.source, consumerTag });
  }

  // --- messages ---------------------------------------------------------------------------------------------

  protected take(delivery: BasicDeliver): void {
    const { message, redelivered } = delivery;
    const { headers = {} } = message.properties;
    const where = { uri: this.sourceUri, queue: this.queue };
    const been = tablesOf(headers[RECEIVED_FROM]);
    const isSame = (entry: FieldTable): boolean =>
      entry['uri'] === where.uri && entry['queue'] === where.queue;
    const count = been.find(isSame)?.['visit-count'];
    const first = been.length === 0;
    const kept = {
      ...headers,
      ...(!first && { [RECEIVED_FROM]: been.filter((entry) => !isSame(entry)) }),
      ...(first && {
        'x-original-exchange': message.exchange,
        'x-original-routing-key': message.routingKey,
      }),
    };
    const visits = (typeof count === 'number' ? count : 0) + 1;
    const entry = { ...where, redelivered, 'visit-count': visits };
    this.forward(delivery, {
      exchange: '',
      routingKey: this.queue,
      properties: { ...message.properties, headers: withFirst(kept, RECEIVED_FROM, entry) },
    });
  }
}
