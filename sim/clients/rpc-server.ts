/** One of the servers of a request queue: handles a request at a time and replies to where it says, with its correlation id. */
import type { BasicDeliver } from '../amqp/message-methods.ts';
import type { ClientContext } from './amqp-connection.ts';
import type { ClientOptions } from './client.ts';
import { FollowingConsumer } from './following-consumer.ts';
import { continueTrace } from './trace.ts';

export interface RpcServerOptions {
  /** The request queue. */
  readonly queue: string;
  /** 0: unlimited. */
  readonly prefetch: number;
  readonly processingTimeUs: () => number;
  /** Of a reply. */
  readonly bodyBytes: number;
}

export class RpcServer extends FollowingConsumer {
  private readonly bodyBytes: number;

  constructor(context: ClientContext, options: ClientOptions, spec: RpcServerOptions) {
    super(context, options, {
      ...spec,
      ack: 'manual',
      fail: 0,
      requeue: false,
      arguments: {},
      exclusive: false,
      declare: null,
      dedupe: false,
      resubscribe: true,
    });
    this.bodyBytes = spec.bodyBytes;
  }

  /** Replies first and acknowledges then: a request is answered twice rather than not at all. */
  protected override conclude(delivery: BasicDeliver): void {
    const { message } = delivery;
    const { replyTo, correlationId, headers } = message.properties;
    if (replyTo !== undefined) {
      this.follow(message, {
        exchange: '',
        routingKey: replyTo,
        mandatory: false,
        properties: {
          persistent: false,
          ...(correlationId !== undefined && { correlationId }),
          ...(headers !== undefined && { headers: continueTrace(headers, this.nameId, this.nextSequence) }),
        },
        bodyBytes: this.bodyBytes,
      });
    }
    this.acknowledge(delivery);
  }
}
