/**
 * Who consumes from a queue: consumers in the order of service within their priorities, and for each channel what it has not
 * acknowledged and what its writer has not sent (`rabbit_queue_consumers`). Where only one consumer is to be active, the others wait
 * in the same rows (BRK-38).
 */
import { Fifo } from '../../kernel/fifo.ts';
import type { Pid } from '../../erlang/message.ts';
import type { ConsumeSpec } from '../../broker/queue-type.ts';
import type { NotifySent } from './leader-messages.ts';
import { UnackedList } from './unacked-list.ts';

/** A channel gets nothing more while so many messages wait for its writer (BRK-27). */
const UNSENT_MESSAGE_LIMIT = 200;

export class Consumer {
  readonly channel: ConsumingChannel;
  readonly tag: string;
  readonly noAck: boolean;
  /** 0 is unlimited. */
  readonly prefetch: number;
  readonly priority: number;
  /** Delivered and not acknowledged, while there is a limit. */
  outstanding = 0;

  constructor(channel: ConsumingChannel, spec: ConsumeSpec) {
    this.channel = channel;
    this.tag = spec.consumerTag;
    this.noAck = spec.noAck;
    // Automatic acknowledgement knows no prefetch (BRK-28).
    this.prefetch = spec.noAck ? 0 : spec.prefetch;
    const priority = spec.arguments['x-priority'];
    this.priority = typeof priority === 'number' ? priority : 0;
  }

  get isReady(): boolean {
    return !this.channel.isBlocked && (this.prefetch === 0 || this.outstanding < this.prefetch);
  }
}

/** A channel with consumers or unacknowledged messages. */
export class ConsumingChannel {
  readonly pid: Pid;
  readonly unacked = new UnackedList();
  consumers = 0;
  /** Consumers that were passed over because they may not get more now. */
  blocked: Consumer[] = [];
  /** Who is asked before each delivery, where the whole channel is limited (BRK-29). */
  limiter: Pid | null = null;
  /** The limiter has refused, and has not said since that there is room. */
  isSuspended = false;
  /** Handed to the channel, and not yet reported by its writer. */
  unsent = 0;

  constructor(pid: Pid) {
    this.pid = pid;
  }

  get isBlocked(): boolean {
    return this.isSuspended || this.unsent >= UNSENT_MESSAGE_LIMIT;
  }
}

interface PriorityGroup {
  readonly priority: number;
  ring: Fifo<Consumer>;
}

export class QueueConsumers {
  private readonly channels = new Map<Pid, ConsumingChannel>();
  /** Highest priority first. */
  private groups: PriorityGroup[] = [];
  private total = 0;
  private readonly singleActive: boolean;
  /** Who gets everything, where only one is to. */
  private active: Consumer | undefined;

  /** `singleActive`: one consumer gets all, the others are there to replace it. */
  constructor(singleActive = false) {
    this.singleActive = singleActive;
  }

  get isSingleActive(): boolean {
    return this.singleActive;
  }

  get count(): number {
    return this.total;
  }

  knows(channel: Pid): boolean {
    return this.channels.has(channel);
  }

  consumesOn(channel: Pid): boolean {
    return (this.channels.get(channel)?.consumers ?? 0) > 0;
  }

  channel(pid: Pid): ConsumingChannel {
    let channel = this.channels.get(pid);
    if (channel === undefined) this.channels.set(pid, (channel = new ConsumingChannel(pid)));
    return channel;
  }

  add(pid: Pid, spec: ConsumeSpec): void {
    const channel = this.channel(pid);
    channel.consumers += 1;
    this.total += 1;
    const consumer = new Consumer(channel, spec);
    this.enter(consumer);
    if (this.singleActive) this.active ??= consumer;
  }

  /** False when there is no such consumer. Its unacknowledged messages stay with its channel. */
  remove(pid: Pid, tag: string): boolean {
    const channel = this.channels.get(pid);
    if (channel === undefined) return false;
    const isIt = (consumer: Consumer): boolean => consumer.channel === channel && consumer.tag === tag;
    const blockedBefore = channel.blocked.length;
    channel.blocked = channel.blocked.filter((consumer) => !isIt(consumer));
    const removed = blockedBefore !== channel.blocked.length || this.leave(isIt) > 0;
    if (!removed) return false;
    channel.consumers -= 1;
    this.total -= 1;
    if (this.active !== undefined && isIt(this.active)) this.replaceActive();
    this.forgetIfIdle(channel);
    return true;
  }

  /** Removes a channel and its consumers; returns its unacknowledged ack tags, oldest first, or undefined if it is unknown. */
  erase(pid: Pid): readonly number[] | undefined {
    const channel = this.channels.get(pid);
    if (channel === undefined) return undefined;
    this.channels.delete(pid);
    this.leave((consumer) => consumer.channel === channel);
    this.total -= channel.consumers;
    if (this.active?.channel === channel) this.replaceActive();
    return channel.unacked.ackTags();
  }

  /**
   * Whose turn it is: among the ready consumers of the highest priority the one served longest ago (BRK-27), which goes to the back of
   * its row. Undefined when none is ready. The caller hands it a message.
   */
  next(): Consumer | undefined {
    if (this.singleActive) return this.activeIfReady();
    for (const group of this.groups) {
      for (let consumer = group.ring.shift(); consumer !== undefined; consumer = group.ring.shift()) {
        if (consumer.isReady) {
          group.ring.push(consumer);
          return consumer;
        }
        consumer.channel.blocked.push(consumer);
      }
    }
    return undefined;
  }

  private activeIfReady(): Consumer | undefined {
    const { active } = this;
    if (active === undefined || active.isReady) return active;
    // It waits beside the rows, as others do, so that an acknowledgement finds it.
    if (this.leave((consumer) => consumer === active) > 0) active.channel.blocked.push(active);
    return undefined;
  }

  /** The active consumer has gone: the first of those that wait takes its place. */
  private replaceActive(): void {
    this.active = this.groups.find(({ ring }) => ring.length > 0)?.ring.peek();
  }

  /** Whether a consumer of at least this priority could be given a message now. */
  hasReady(least: number): boolean {
    for (const { priority, ring } of this.groups) {
      if (priority < least) return false;
      for (const consumer of ring) if (consumer.isReady) return true;
    }
    return false;
  }

  recordDelivery(consumer: Consumer, ackTag: number): void {
    consumer.channel.unacked.add(ackTag, consumer);
    if (consumer.prefetch > 0) consumer.outstanding += 1;
  }

  /**
   * Takes acknowledged tags off a channel's account. `unknown`: the queue has nothing to do with this channel; `unblocked`: a consumer
   * may get more again.
   */
  subtract(pid: Pid, ackTags: readonly number[]): 'unknown' | 'unchanged' | 'unblocked' {
    const channel = this.channels.get(pid);
    if (channel === undefined) return 'unknown';
    channel.unacked.subtract(ackTags);
    const unblocked = this.unblock(channel);
    this.forgetIfIdle(channel);
    return unblocked ? 'unblocked' : 'unchanged';
  }

  /** The channel's writer has sent so many; true if a consumer may get more again. */
  notifySent({ channel: pid, count }: NotifySent): boolean {
    const channel = this.channels.get(pid);
    if (channel === undefined) return false;
    const wasBlocked = channel.isBlocked;
    channel.unsent -= count;
    const unblocked = wasBlocked && this.unblock(channel);
    this.forgetIfIdle(channel);
    return unblocked;
  }

  /** The channel's limiter has room, or limits no more; true if a consumer may get more again. */
  resume(pid: Pid): boolean {
    const channel = this.channels.get(pid);
    if (channel === undefined || !channel.isSuspended) return false;
    channel.isSuspended = false;
    return this.unblock(channel);
  }

  /** Who limits the channel from now on; returns who did, or undefined where nothing changes. */
  limit(pid: Pid, limiter: Pid | null): Pid | null | undefined {
    const channel = this.channels.get(pid);
    if (channel === undefined || channel.limiter === limiter) return undefined;
    const before = channel.limiter;
    channel.limiter = limiter;
    return before;
  }

  private unblock(channel: ConsumingChannel): boolean {
    if (channel.blocked.length === 0) return false;
    const ready = channel.blocked.filter((consumer) => consumer.isReady);
    if (ready.length === 0) return false;
    channel.blocked = channel.blocked.filter((consumer) => !consumer.isReady);
    for (const consumer of ready) this.enter(consumer);
    return true;
  }

  private enter(consumer: Consumer): void {
    let at = 0;
    while (at < this.groups.length && this.groups[at]!.priority > consumer.priority) at += 1;
    let group = this.groups[at];
    if (group === undefined || group.priority !== consumer.priority) {
      group = { priority: consumer.priority, ring: new Fifo<Consumer>() };
      this.groups.splice(at, 0, group);
    }
    group.ring.push(consumer);
  }

  /** Takes consumers out of the rows; returns how many. */
  private leave(leaves: (consumer: Consumer) => boolean): number {
    let left = 0;
    for (const group of this.groups) {
      const stay = new Fifo<Consumer>();
      for (const consumer of group.ring) {
        if (leaves(consumer)) left += 1;
        else stay.push(consumer);
      }
      group.ring = stay;
    }
    return left;
  }

  private forgetIfIdle(channel: ConsumingChannel): void {
    const { consumers, unacked, unsent } = channel;
    if (consumers === 0 && unacked.length === 0 && unsent === 0) this.channels.delete(channel.pid);
  }
}
