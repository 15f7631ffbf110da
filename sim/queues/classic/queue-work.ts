/**
 * What a queue process does with messages: publishes come in, consumers get them, acknowledgements and requeues come back, publishers
 * get their confirms (the middle part of `rabbit_amqqueue_process`). What limits make of it is in `queue-limits`.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { ConsumeSpec, QueueDelivery } from '../../broker/queue-type.ts';
import type { MonitorRef, Pid } from '../../erlang/message.ts';
import { NumberMap } from '../../kernel/number-map.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { BackingQueue, MessageProperties } from './backing-queue.ts';
import { CopyRecords } from './copy-records.ts';
import type {
  AckMessages,
  DeliverToQueue,
  GetAnswer,
  QueueConfirm,
  QueueRejection,
  RejectMessages,
} from './leader-messages.ts';
import { LimitedChannels } from './limited-channels.ts';
import type { Promotion } from './mirroring.ts';
import { Outbox } from './outbox.ts';
import { QueueConsumers, type Consumer } from './queue-consumers.ts';
import { QueueLimits } from './queue-limits.ts';
import type { QueueProcess } from './queue-process.ts';

const BRK_27 = rule('BRK-27');
const BRK_30 = rule('BRK-30');
const BRK_31 = rule('BRK-31');
const BRK_32 = rule('BRK-32');
const BRK_33 = rule('BRK-33');
const BRK_34 = rule('BRK-34');
const BRK_38 = rule('BRK-38');
const BRK_52 = rule('BRK-52');
const MIR_31 = rule('MIR-31');
const MIR_37 = rule('MIR-37');

/** Handing one message to a consumer. */
const DELIVER_COST_US = 20;
const CONFIRM_BYTES = 100;

const WANTS_CONFIRM: MessageProperties = { needsConfirming: true, expiresAtUs: 0 };
const WANTS_NOTHING: MessageProperties = { needsConfirming: false, expiresAtUs: 0 };

/** A publish whose confirm waits for the disk. */
interface AwaitingConfirm {
  readonly channel: Pid;
  readonly delivery: { readonly confirmNumber: number; readonly message: BasicMessage };
}

type PublishToPlace = [
  BasicMessage,
  MessageProperties,
  channel: Pid,
  confirmNumber: number,
  delivered: boolean,
];

export class QueueWork {
  backingQueue: BackingQueue;
  readonly consumers: QueueConsumers;
  readonly records: CopyRecords;
  readonly process: QueueProcess;
  readonly context: NodeContext;
  readonly queue: string;
  readonly limits: QueueLimits = new QueueLimits(this);
  private readonly durable: boolean;
  readonly limited: LimitedChannels;
  /** The process has found what it takes for impossible. */
  private readonly failed: () => void;
  readonly outbox: Outbox;
  /** Channels that published or consume here. */
  private readonly monitors = new Map<Pid, MonitorRef>();
  private readonly awaitingConfirm = new NumberMap<AwaitingConfirm>();

  constructor(
    process: QueueProcess,
    context: NodeContext,
    { name: queue, durable, arguments: args }: QueueRecord,
    backingQueue: BackingQueue,
    goOn: (work: () => void) => void,
    failed: () => void,
  ) {
    this.process = process;
    this.failed = failed;
    this.context = context;
    this.queue = queue;
    this.durable = durable;
    this.consumers = new QueueConsumers(args['x-single-active-consumer'] === true);
    this.limited = new LimitedChannels(process, this.consumers, () => this.run(), goOn);
    this.outbox = new Outbox(process);
    this.backingQueue = backingQueue;
    this.records = new CopyRecords(context, queue, 'leader');
  }

  knows(channel: Pid): boolean {
    return this.monitors.has(channel);
  }

  // --- publishing --------------------------------------------------------------------------------------------

  publish({ delivery, channel, asMirror }: DeliverToQueue): void {
    if (delivery.message.flow) {
      this.process.credit.acknowledge(this.process, channel);
      // The channel took this replica for a mirror and paid twice (MIR-47).
      if (asMirror) this.process.credit.acknowledge(this.process, channel);
      this.watch(channel);
    }
    this.deliverOrEnqueue(delivery, channel, asMirror);
  }

  /** Takes over what a mirror knew when it was promoted (MIR-33). Limits are looked at anew. */
  takeOver(promotion: Promotion, record: QueueRecord): void {
    for (const channel of promotion.senders) this.watch(channel);
    if (promotion.awaitingConfirm.length > 0) {
      const waiting = new Map(promotion.awaitingConfirm.map((entry) => [entry.serial, entry]));
      for (const { message } of this.backingQueue.all()) {
        const entry = waiting.get(message.serial);
        if (entry === undefined) continue;
        const { channel, confirmNumber } = entry;
        this.awaitingConfirm.set(message.serial, { channel, delivery: { confirmNumber, message } });
      }
    }
    this.limits.configure(record);
    for (const { delivery, channel } of promotion.unmatched) this.deliverOrEnqueue(delivery, channel, true);
  }

  private deliverOrEnqueue(delivery: DeliverToQueue['delivery'], channel: Pid, delivered: boolean): void {
    const { message, confirmNumber } = delivery;
    const { limits } = this;
    if (limits.refuses(message)) {
      this.refuse(message, channel, confirmNumber);
      return;
    }
    if (this.backingQueue.isDuplicate(message)) {
      // Dropped before anything is noted for its confirm, which is therefore never given.
      this.context.vm.cite(MIR_37);
      return;
    }
    let properties = WANTS_NOTHING;
    let confirmNow = false;
    if (confirmNumber > 0) {
      if (this.durable && message.properties.persistent) {
        this.awaitingConfirm.set(message.serial, { channel, delivery });
        properties = WANTS_CONFIRM;
      } else confirmNow = true;
    }
    if (confirmNow) this.confirmAtOnce(message, channel, confirmNumber);
    const expiresAtUs = limits.expiryOf(message);
    if (expiresAtUs !== 0) properties = { needsConfirming: properties.needsConfirming, expiresAtUs };
    const consumer = this.consumers.next();
    if (consumer === undefined || consumer.channel.limiter === null)
      this.place(consumer, message, properties, channel, confirmNumber, delivered);
    else this.placeLimited(consumer, message, properties, channel, confirmNumber, delivered);
  }

  /** Apart from the above, so that what a closure needs costs other publishes nothing. */
  private placeLimited(consumer: Consumer, ...publish: PublishToPlace): void {
    this.outbox.flush();
    this.limited.ask(consumer, (granted) => this.place(granted, ...publish));
  }

  /** To the consumer whose turn it is, or into the queue if there is none. */
  private place(
    consumer: Consumer | undefined,
    message: BasicMessage,
    properties: MessageProperties,
    channel: Pid,
    confirmNumber: number,
    delivered: boolean,
  ): void {
    const { limits } = this;
    if (consumer === undefined) {
      if (limits.dropsWhatNobodyTakes) {
        this.discard(message, channel, confirmNumber);
        limits.expireAtOnce(message);
        return;
      }
      this.backingQueue.publish(message, properties, delivered, channel);
      this.records.stored(message);
      limits.afterPublish(properties.expiresAtUs);
    } else if (consumer.noAck) {
      this.context.vm.cite(BRK_33);
      this.discard(message, channel, confirmNumber);
      this.hand(consumer, message, -1, delivered);
    } else if (this.consumers.isSingleActive && this.backingQueue.length > 0) {
      // Who has become active by a cancel has not been given what was ready, which the real process takes for impossible.
      this.context.vm.cite(BRK_38);
      this.failed();
    } else {
      const ackTag = this.backingQueue.publishDelivered(message, properties, channel);
      this.records.stored(message);
      this.hand(consumer, message, ackTag, delivered);
    }
  }

  /** It is not kept, so there is no disk to be waited for. */
  private discard(message: BasicMessage, channel: Pid, confirmNumber: number): void {
    if (this.awaitingConfirm.delete(message.serial)) this.confirmAtOnce(message, channel, confirmNumber);
    this.backingQueue.discard(message, channel);
  }

  /** The queue is full: who waits for a confirm is told, and so are mirrors, whose copy would wait for ever (MIR-38). */
  private refuse(message: BasicMessage, channel: Pid, confirmNumber: number): void {
    this.limits.refuse(message);
    if (confirmNumber === 0) return;
    const { queue, process } = this;
    const rejection: QueueRejection = { type: 'queue_rejection', queue, replica: process.pid, confirmNumber };
    process.send(channel, rejection, CONFIRM_BYTES);
    this.awaitingConfirm.delete(message.serial);
    this.backingQueue.discard(message, channel);
  }

  private confirmAtOnce(message: BasicMessage, channel: Pid, confirmNumber: number): void {
    this.context.vm.cite(MIR_31);
    this.records.confirmed(message);
    this.sendConfirm(channel, [confirmNumber]);
  }

  /** Confirms what the backing queue reports as safe by now, in one message for each channel. */
  confirmSafeMessages(): void {
    const serials = this.backingQueue.drainConfirmed();
    if (serials.length === 0) return;
    const byChannel = new Map<Pid, number[]>();
    for (const serial of serials) {
      const awaiting = this.awaitingConfirm.get(serial);
      if (awaiting === undefined) continue;
      this.awaitingConfirm.delete(serial);
      this.records.confirmed(awaiting.delivery.message);
      let numbers = byChannel.get(awaiting.channel);
      if (numbers === undefined) byChannel.set(awaiting.channel, (numbers = []));
      numbers.push(awaiting.delivery.confirmNumber);
    }
    for (const [channel, numbers] of byChannel) this.sendConfirm(channel, numbers);
  }

  private sendConfirm(channel: Pid, confirmNumbers: readonly number[]): void {
    const { queue, process } = this;
    const confirm: QueueConfirm = { type: 'queue_confirm', queue, replica: process.pid, confirmNumbers };
    process.send(channel, confirm, CONFIRM_BYTES + 4 * confirmNumbers.length);
  }

  // --- delivering --------------------------------------------------------------------------------------------

  /** Delivers while there is something ready and a consumer for it. */
  run(): void {
    if (this.limited.isAsking) return;
    while (this.backingQueue.length > 0) {
      const consumer = this.consumers.next();
      if (consumer === undefined) return;
      if (consumer.channel.limiter !== null) {
        this.serveLimited(consumer);
        return;
      }
      this.serve(consumer);
    }
  }

  private serveLimited(consumer: Consumer): void {
    this.outbox.flush();
    this.limited.ask(consumer, (granted) => {
      if (granted === undefined) return;
      this.serve(granted);
      this.run();
    });
  }

  private serve(consumer: Consumer): void {
    const fetched = this.backingQueue.fetch(!consumer.noAck)!;
    if (this.backingQueue.mayExpire) this.limits.dropExpired();
    this.hand(consumer, fetched.message, fetched.ackTag, fetched.redelivered);
  }

  /** From here on the message counts as unacknowledged, wherever it is on its way to the client (BRK-30). */
  private hand(consumer: Consumer, message: BasicMessage, ackTag: number, redelivered: boolean): void {
    this.context.vm.cite(BRK_27);
    this.context.vm.cite(BRK_30);
    this.process.work(DELIVER_COST_US);
    this.records.taken(message, redelivered, consumer.noAck);
    if (consumer.noAck) this.records.finished(message);
    else this.consumers.recordDelivery(consumer, ackTag);
    consumer.channel.unsent += 1;
    this.outbox.add(
      consumer.channel.pid,
      consumer.noAck,
      this.delivery(consumer.tag, message, ackTag, redelivered),
    );
  }

  private delivery(tag: string, message: BasicMessage, ackTag: number, redelivered: boolean): QueueDelivery {
    const { queue, process } = this;
    return { queue, consumerTag: tag, queuePid: process.pid, messageId: ackTag, redelivered, message };
  }

  consume(channel: Pid, spec: ConsumeSpec): void {
    this.watch(channel);
    this.consumers.add(channel, spec);
    if (spec.limiter !== undefined) this.limited.set(channel, spec.limiter);
    this.run();
  }

  /** A consumer ends; false when there is no such one. */
  cancel(channel: Pid, tag: string): boolean {
    if (!this.consumers.remove(channel, tag)) return false;
    if (!this.consumers.consumesOn(channel)) this.limited.set(channel, null);
    return true;
  }

  /** Takes the head whatever consumers there are (BRK-34). */
  get(channel: Pid, noAck: boolean): GetAnswer | null {
    this.context.vm.cite(BRK_34);
    const fetched = this.backingQueue.fetch(!noAck);
    if (fetched === undefined) return null;
    const { message, ackTag, redelivered } = fetched;
    this.limits.dropExpired();
    this.records.taken(message, redelivered, noAck);
    if (noAck) this.records.finished(message);
    else {
      this.watch(channel);
      this.consumers.channel(channel).unacked.add(ackTag, null);
    }
    return {
      delivery: this.delivery('', message, ackTag, redelivered),
      messagesReady: this.backingQueue.length,
    };
  }

  // --- coming back -------------------------------------------------------------------------------------------

  ack({ ackTags, channel }: AckMessages): void {
    const effect = this.consumers.subtract(channel, ackTags);
    if (effect === 'unknown') return;
    for (const ackTag of ackTags) {
      const message = this.backingQueue.outstanding(ackTag);
      if (message !== undefined) this.records.finished(message);
    }
    this.backingQueue.ack(ackTags);
    if (effect === 'unblocked') this.run();
  }

  /** Without a dead-letter exchange a message that is refused and not requeued is gone (BRK-31, BRK-40). */
  reject({ ackTags, channel, requeue }: RejectMessages): void {
    const effect = this.consumers.subtract(channel, ackTags);
    if (effect === 'unknown') return;
    if (requeue) this.requeue(ackTags, BRK_32);
    else {
      this.context.vm.cite(BRK_31);
      this.limits.reject(ackTags, BRK_31);
    }
    if (effect === 'unblocked') this.run();
  }

  private requeue(ackTags: readonly number[], why: Rule): void {
    if (ackTags.length === 0) {
      // Whose turn it is may have changed all the same (BRK-38).
      if (this.consumers.isSingleActive) this.run();
      return;
    }
    for (const ackTag of ackTags) {
      const message = this.backingQueue.outstanding(ackTag);
      if (message !== undefined) this.records.requeued(message, why);
    }
    this.backingQueue.requeue(ackTags);
    this.limits.afterRequeue();
    this.run();
  }

  /**
   * A channel is gone: its consumers go and what it had is requeued (MIR-40, BRK-36). `endsWithIt` is asked in between: true if
   * the queue goes with its last consumer, and then nothing is requeued.
   */
  channelDown(channel: Pid, why: Rule, endsWithIt: () => boolean): boolean {
    this.context.vm.cite(why);
    const monitor = this.monitors.get(channel);
    if (monitor !== undefined) this.process.demonitor(monitor);
    this.monitors.delete(channel);
    this.process.credit.forget(channel);
    const ackTags = this.consumers.erase(channel);
    if (ackTags === undefined) return false;
    if (endsWithIt()) return true;
    this.requeue(ackTags, why);
    return false;
  }

  /** Removes what is ready; what is out stays out (BRK-52). */
  purge(): number {
    this.context.vm.cite(BRK_52);
    for (const { message, pending } of this.backingQueue.all()) {
      if (!pending) this.records.ended(message, 'purged', BRK_52);
    }
    return this.backingQueue.purge();
  }

  private watch(channel: Pid): void {
    if (!this.monitors.has(channel)) this.monitors.set(channel, this.process.monitor(channel));
  }
}
