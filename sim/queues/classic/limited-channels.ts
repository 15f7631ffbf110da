/**
 * A queue's dealings with the limiters of channels that are limited as a whole (BRK-29): it asks before each delivery and
 * stands still until the answer comes, so that one limiter behind a silent link holds up everybody who uses the queue.
 */
import type { CanSend, LimiterRegister } from '../../broker/limiter.ts';
import type { Pid } from '../../erlang/message.ts';
import type { Consumer, QueueConsumers } from './queue-consumers.ts';
import type { QueueProcess } from './queue-process.ts';

export class LimitedChannels {
  private readonly process: QueueProcess;
  private readonly consumers: QueueConsumers;
  /** Does what had to wait for an answer, and what follows every message. */
  private readonly goOn: (work: () => void) => void;
  private readonly run: () => void;
  private asking = false;

  /** `run` delivers what there is to whoever may get it. */
  constructor(
    process: QueueProcess,
    consumers: QueueConsumers,
    run: () => void,
    goOn: (work: () => void) => void,
  ) {
    this.process = process;
    this.consumers = consumers;
    this.run = run;
    this.goOn = goOn;
  }

  /** An answer is waited for, and what comes of it will look for more to do. */
  get isAsking(): boolean {
    return this.asking;
  }

  /**
   * Asks whether the consumer's channel may get a message more. Without room it is the next one's turn, or nobody's; a limiter that is
   * gone with its channel grants everything.
   */
  ask(consumer: Consumer, then: (consumer: Consumer | undefined) => void): void {
    const { limiter } = consumer.channel;
    if (limiter === null) {
      this.goOn(() => then(consumer));
      return;
    }
    this.asking = true;
    const answered = (granted: boolean): void => {
      this.asking = false;
      if (!granted) consumer.channel.isSuspended = true;
      const next = granted ? consumer : this.consumers.next();
      if (granted || next === undefined) this.goOn(() => then(next));
      else this.ask(next, then);
    };
    const request: CanSend = { type: 'can_send', queue: this.process.pid, needsAck: !consumer.noAck };
    this.process.call<boolean>(limiter, request, { reply: answered, failed: () => answered(true) });
  }

  /** The channel is limited by this process from now on, or by nobody. */
  set(channel: Pid, limiter: Pid | null): void {
    const before = this.consumers.limit(channel, limiter);
    if (before === undefined) return;
    const type = limiter === null ? 'limiter_unregister' : 'limiter_register';
    const message: LimiterRegister = { type, queue: this.process.pid };
    this.process.send((limiter ?? before)!, message);
    if (limiter === null) this.resume(channel);
  }

  /** The channel's limiter has room again. */
  resume(channel: Pid): void {
    if (this.consumers.resume(channel)) this.run();
  }
}
