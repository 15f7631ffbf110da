/**
 * The limiter of one channel (`rabbit_limiter`): how many deliveries all its consumers together may have unacknowledged (BRK-29). Queues
 * ask it before they hand over each message and stand still until it answers, which over a silent link takes until that is
 * noticed; those that it has refused are told, in random order, when there is room again.
 *
 * Left out: the credit of AMQP 1.0 and of single consumers, which queues keep themselves.
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, Message, MonitorRef, Pid } from '../erlang/message.ts';
import { rule } from '../rules/registry.ts';
import type { NodeContext } from './node-context.ts';

const BRK_29 = rule('BRK-29');

/** Call by the channel. `unacknowledged`: what its client has at the time. A limit of 0 is none. */
export interface LimitPrefetch extends Message {
  readonly type: 'limit_prefetch';
  readonly limit: number;
  readonly unacknowledged: number;
}

/** Call by a queue, for one message. Answer: whether it may be sent. */
export interface CanSend extends Message {
  readonly type: 'can_send';
  readonly queue: Pid;
  readonly needsAck: boolean;
}

/** Cast by the channel: so many deliveries to consumers have been settled. */
export interface LimiterAck extends Message {
  readonly type: 'limiter_ack';
  readonly count: number;
}

/** Cast by a queue: it asks from now on, or no more. */
export interface LimiterRegister extends Message {
  readonly type: 'limiter_register' | 'limiter_unregister';
  readonly queue: Pid;
}

/** Limiter to queue: there is room again. */
export interface ResumeChannel extends Message {
  readonly type: 'resume';
  readonly channel: Pid;
}

interface Asking {
  readonly monitor: MonitorRef;
  wantsToKnow: boolean;
}

export class Limiter extends ErlangProcess {
  private readonly channel: Pid;
  private readonly stream: string;
  private limit = 0;
  private volume = 0;
  private readonly queues = new Map<Pid, Asking>();

  constructor(context: NodeContext, channel: Pid) {
    super(context.vm, `limiter of ${channel.process.name}`);
    this.channel = channel;
    this.stream = `limiter/${context.node}/${channel.process.name}`;
  }

  private get isFull(): boolean {
    return this.limit !== 0 && this.volume >= this.limit;
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    if (request.type === 'can_send') this.reply(from, this.canSend(request as CanSend));
    else {
      this.limitPrefetch(request as LimitPrefetch);
      this.reply(from, 'ok');
    }
  }

  private canSend({ queue, needsAck }: CanSend): boolean {
    this.vm.cite(BRK_29);
    if (this.isFull) {
      const asking = this.queues.get(queue);
      if (asking !== undefined) asking.wantsToKnow = true;
      return false;
    }
    if (needsAck) this.volume += 1;
    return true;
  }

  private limitPrefetch({ limit, unacknowledged }: LimitPrefetch): void {
    const wasFull = this.isFull;
    if (limit === 0) this.volume = 0;
    else if (this.limit === 0) this.volume = unacknowledged;
    this.limit = limit;
    this.tellIfRoom(wasFull);
  }

  protected handleMessage(message: Message): void {
    switch (message.type) {
      case 'limiter_ack': {
        const wasFull = this.isFull;
        if (this.volume !== 0) this.volume -= (message as LimiterAck).count;
        this.tellIfRoom(wasFull);
        return;
      }
      case 'limiter_register': {
        const { queue } = message as LimiterRegister;
        if (!this.queues.has(queue))
          this.queues.set(queue, { monitor: this.monitor(queue), wantsToKnow: false });
        return;
      }
      case 'limiter_unregister':
        this.forget((message as LimiterRegister).queue);
        return;
      default:
        this.forget((message as DownMessage).target as Pid);
    }
  }

  private forget(queue: Pid): void {
    const asking = this.queues.get(queue);
    if (asking === undefined) return;
    this.demonitor(asking.monitor);
    this.queues.delete(queue);
  }

  /** Each queue that was refused is as likely as any other to be the first. */
  private tellIfRoom(wasFull: boolean): void {
    if (!wasFull || this.isFull) return;
    const told = [...this.queues].filter(([, asking]) => asking.wantsToKnow);
    if (told.length > 1) this.vm.simulation.random.stream(this.stream).shuffle(told);
    for (const [queue, asking] of told) {
      asking.wantsToKnow = false;
      const resume: ResumeChannel = { type: 'resume', channel: this.channel };
      this.send(queue, resume);
    }
  }
}
