/**
 * The limit that a client sets for all consumers of a channel together (BRK-29), as the channel keeps it: the limiter, made when the
 * first limit is set, and whether it limits now. Queues of types that know such limits are told when that changes.
 */
import type { BasicQos } from '../amqp/methods.ts';
import type { Pid } from '../erlang/message.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { Limiter, type LimiterAck, type LimitPrefetch } from './limiter.ts';
import type { NodeContext } from './node-context.ts';
import type { QueueClient } from './queue-type.ts';

/** The channel as its limit needs it. */
export interface LimitedChannel {
  readonly context: NodeContext;
  readonly process: ErlangProcess;
}

export class ChannelLimit {
  private readonly channel: LimitedChannel;
  private limiter: Limiter | undefined;
  private isActive = false;

  constructor(channel: LimitedChannel) {
    this.channel = channel;
  }

  /** The limiter that queues are to ask; null while none limits. */
  get pid(): Pid | null {
    return this.isActive ? this.limiter!.pid : null;
  }

  /** `basic.qos`. A limit for single consumers ends one for all of them. `unacknowledged` counts what the client has. */
  set(method: BasicQos, unacknowledged: number, clients: readonly QueueClient[], done: () => void): void {
    const limit = method.global === true ? method.prefetchCount : 0;
    if (limit === 0 && !this.isActive) {
      done();
      return;
    }
    const { context, process } = this.channel;
    const wasActive = this.isActive;
    this.limiter ??= new Limiter(context, process.pid);
    this.isActive = limit > 0;
    const request: LimitPrefetch = { type: 'limit_prefetch', limit, unacknowledged };
    const answered = (): void => {
      if (wasActive !== this.isActive) for (const client of clients) client.limitChanged?.(this.pid);
      done();
    };
    process.call(this.limiter.pid, request, { reply: answered, failed: answered });
  }

  /** So many deliveries have been settled. */
  settled(count: number): void {
    if (!this.isActive || count === 0) return;
    const ack: LimiterAck = { type: 'limiter_ack', count };
    this.channel.process.send(this.limiter!.pid, ack);
  }

  /** It ends with its channel. */
  end(): void {
    this.limiter?.shutdown();
  }
}
