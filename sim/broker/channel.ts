/**
 * A channel: the process in which everything a client does on one channel happens in the order in which it was sent
 * (`rabbit_channel`). What takes longer than a moment is an `Operation`, during which nothing else is taken.
 *
 * Its writer is merged with it: what it writes goes to the socket at once, but while that is full queues do not hear of it (BRK-27).
 */
import type { BasicPublish } from '../amqp/message-methods.ts';
import {
  wireBytes,
  type BasicQos,
  type ChannelMethodFromClient,
  type ChannelMethodFromServer,
} from '../amqp/methods.ts';
import { endsConnection, replyText } from '../amqp/reply-codes.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { ExitReason, Message, Pid } from '../erlang/message.ts';
import { Fifo } from '../kernel/fifo.ts';
import { Priority } from '../kernel/simulation.ts';
import { rule } from '../rules/registry.ts';
import type { BrokerNode } from './broker-node.ts';
import type { BumpCredit, ChannelExit, ChannelOwner } from './channel-owner.ts';
import { cancel, consume, get, recoverConsumers, type Consumer, type ConsumingChannel } from './consuming.ts';
import { costUs, priorityOf } from './channel-turns.ts';
import { ChannelLimit, type LimitedChannel } from './channel-limit.ts';
import { Delivering, TICK_INTERVAL_US, type DeliveringChannel } from './delivering.ts';
import { nameIn } from '../records/resource-name.ts';
import { inVhost, refusalFor } from './local-names.ts';
import { bind, declareExchange, deleteExchange, unbind } from './exchange-methods.ts';
import type { NodeContext } from './node-context.ts';
import { Publishing, type PublishingChannel } from './publishing.ts';
import { typeOf } from './queue-facts.ts';
import { declareQueue, deleteQueue, purgeQueue } from './queue-methods.ts';
import { QueuePort, type PortedChannel } from './queue-port.ts';
import type { QueueRecord } from './queue-record.ts';
import type { ChannelError, QueueClient, QueueDelivery } from './queue-type.ts';
import {
  endTransaction,
  selectConfirms,
  selectTransactions,
  type TransactionalChannel,
} from './transaction.ts';

const BRK_36 = rule('BRK-36');
const BRK_37 = rule('BRK-37');

const TICK: Message = { type: 'tick' };
/** How long the supervisor waits for a channel that is busy before it kills it. */
const SHUTDOWN_PATIENCE_US = 70_000_000;

type Roles = ConsumingChannel &
  PublishingChannel &
  DeliveringChannel &
  PortedChannel &
  TransactionalChannel &
  LimitedChannel;

export class Channel extends ErlangProcess implements Roles {
  readonly node: BrokerNode;
  readonly context: NodeContext;
  readonly process: ErlangProcess = this;
  readonly owner: ChannelOwner;
  readonly channel: number;
  readonly consumers = new Map<string, Consumer>();
  lastDeclared = '';
  prefetch = 0;
  closing = false;
  private readonly publishing = new Publishing(this);
  private readonly delivering = new Delivering(this);
  readonly limit = new ChannelLimit(this);
  private readonly ports: QueuePort[] = [];
  private opened = false;
  private operating = false;
  /** Operations that came up while another was under way. */
  private readonly pending = new Fifo<() => void>();
  private exitAfterOperation: ExitReason | undefined;

  constructor(node: BrokerNode, owner: ChannelOwner, channel: number) {
    super(node.context.vm, `channel ${channel} of ${owner.pid.process.name}`);
    this.node = node;
    this.context = node.context;
    this.owner = owner;
    this.channel = channel;
  }

  get connection(): Pid {
    return this.owner.pid;
  }

  get slowedDown(): boolean {
    return this.ports.some((port) => port.blocked);
  }

  // --- the process --------------------------------------------------------------------------------------------

  protected override priorityOf(message: Message): number {
    return priorityOf(message);
  }

  protected override costUs(message: Message): number {
    return costUs(message);
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'basic.publish') this.publishing.publish(message as BasicPublish);
    else {
      const { ports } = this;
      for (let i = 0; i < ports.length; i += 1) {
        // Confirms that a queue brings are told when there is nothing else to do (BRK-42).
        if (ports[i]!.client.handleMessage(message)) return;
      }
      if (message === TICK) this.delivering.tick();
      else if (message.type === 'terminate') this.operate(() => this.closeClients(() => this.exit('normal')));
      else this.handleMethod(message as ChannelMethodFromClient);
    }
    this.publishing.tellConfirms();
  }

  protected override onIdle(): void {
    this.publishing.tellConfirms();
  }

  private handleMethod(method: ChannelMethodFromClient): void {
    if (method.type === 'channel.close-ok') this.exit('normal');
    else if (method.type === 'channel.close') this.closeForClient();
    else if (!this.closing) this.handleWhileOpen(method);
  }

  private handleWhileOpen(asWritten: ChannelMethodFromClient): void {
    const { transaction } = this.publishing;
    if (transaction?.isEnding === true) {
      transaction.refuseMore();
      return;
    }
    const method = inVhost(asWritten, this.owner.vhost);
    const refusal = refusalFor(this.owner, asWritten, method, nameIn(this.lastDeclared));
    if (refusal !== null) {
      this.fail(refusal);
      return;
    }
    switch (method.type) {
      case 'basic.ack':
        this.delivering.settle('complete', method.deliveryTag, method.multiple);
        return;
      case 'basic.nack':
        this.delivering.settle(method.requeue ? 'requeue' : 'discard', method.deliveryTag, method.multiple);
        return;
      case 'basic.reject':
        this.delivering.settle(method.requeue ? 'requeue' : 'discard', method.deliveryTag, false);
        return;
      case 'basic.qos':
        this.operate(() => this.limitPrefetch(method));
        return;
      case 'confirm.select':
        selectConfirms(this, this.publishing);
        return;
      case 'tx.select':
        selectTransactions(this, this.publishing, this.delivering);
        return;
      case 'tx.commit':
      case 'tx.rollback':
        endTransaction(method.type, this, transaction);
        return;
      case 'channel.open':
        this.open();
        return;
      case 'basic.consume':
        this.operate(() => consume(this, method));
        return;
      case 'basic.cancel':
        this.operate(() => cancel(this, method));
        return;
      case 'basic.get':
        this.operate(() => get(this, method));
        return;
      case 'queue.declare':
        this.operate(() => declareQueue(this, method));
        return;
      case 'queue.delete':
        this.operate(() => deleteQueue(this, method));
        return;
      case 'queue.purge':
        this.operate(() => purgeQueue(this, method));
        return;
      case 'queue.bind':
      case 'exchange.bind':
        this.operate(() => bind(this, method));
        return;
      case 'queue.unbind':
      case 'exchange.unbind':
        this.operate(() => unbind(this, method));
        return;
      case 'exchange.declare':
        this.operate(() => declareExchange(this, method));
        return;
      case 'exchange.delete':
        this.operate(() => deleteExchange(this, method));
        return;
      default:
        // `basic.cancel-ok` answers our own notice; everything else has been taken before.
        return;
    }
  }

  private limitPrefetch(method: BasicQos): void {
    if (method.global !== true) this.prefetch = method.prefetchCount;
    const clients = this.ports.map(({ client }) => client);
    this.limit.set(method, this.delivering.unacknowledged, clients, () =>
      this.finish({ type: 'basic.qos-ok', channel: this.channel }),
    );
  }

  private open(): void {
    if (this.opened) this.fail({ code: 504, text: "second 'channel.open' seen" });
    else {
      this.opened = true;
      this.write({ type: 'channel.open-ok', channel: this.channel });
    }
  }

  write(method: ChannelMethodFromServer): void {
    this.owner.write(method, wireBytes(method));
  }

  // --- operations ---------------------------------------------------------------------------------------------

  /** Runs what ends with `finish`, `refuse` or `end`, and takes nothing else until then. */
  private operate(start: () => void): void {
    if (this.operating) {
      this.pending.push(start);
      return;
    }
    this.operating = true;
    this.suspend();
    start();
  }

  /** An operation is many calls and sleeps: the end of one of them is not the end of standing still. */
  protected override resume(): void {
    if (!this.operating) super.resume();
  }

  end(): void {
    if (!this.alive) return;
    this.operating = false;
    const next = this.pending.shift();
    if (this.exitAfterOperation !== undefined) this.exit(this.exitAfterOperation);
    else if (next !== undefined) this.operate(next);
    else this.resume();
  }

  finish(reply: ChannelMethodFromServer): void {
    this.write(reply);
    this.end();
  }

  pause(durationUs: number, then: () => void): void {
    this.sleep(durationUs, then);
  }

  inventName(prefix: string): string {
    return this.node.inventName(prefix);
  }

  own(queue: string): void {
    this.owner.own(queue);
  }

  // --- ends ---------------------------------------------------------------------------------------------------

  fail(error: ChannelError): void {
    this.operate(() => this.refuse(error));
  }

  /** Queues are told before the client is (BRK-36); an error of the connection's ends everything. */
  refuse(error: ChannelError): void {
    this.closeClients(() => {
      if (endsConnection(error.code)) {
        const exit: ChannelExit = { type: 'channel_exit', error };
        this.send(this.owner.pid, exit);
        this.exit('normal');
        return;
      }
      const { code } = error;
      this.write({ type: 'channel.close', channel: this.channel, code, text: replyText(code, error.text) });
      this.end();
    });
  }

  private closeForClient(): void {
    this.operate(() =>
      this.closeClients(() => {
        this.owner.released(this.channel);
        this.write({ type: 'channel.close-ok', channel: this.channel });
        this.exit('normal');
      }),
    );
  }

  /** Tells the queues that this channel is gone, each type in its turn, once. */
  private closeClients(done: () => void): void {
    if (this.closing) {
      done();
      return;
    }
    this.closing = true;
    this.vm.cite(BRK_36);
    this.consumers.clear();
    this.closeClient(0, done);
  }

  private closeClient(index: number, done: () => void): void {
    const port = this.ports[index];
    if (port === undefined) done();
    else port.client.close(() => this.closeClient(index + 1, done));
  }

  /** The connection is gone: that is taken before anything queued, but not in the middle of an operation (BRK-37). */
  protected override onShutdown(reason: ExitReason): void {
    if (!this.operating) {
      this.exit(reason);
      return;
    }
    this.exitAfterOperation = reason;
    this.vm.simulation.after(SHUTDOWN_PATIENCE_US, Priority.timer, () => this.kill());
  }

  /** What waits in the mailbox is lost: publishes, and deliveries that no queue has any more. */
  protected override onExit(_reason: ExitReason): void {
    this.closing = true;
    this.limit.end();
    this.abandonMailbox();
  }

  /** Writes down what is lost with the mailbox. Also for a VM that dies, whose processes have no last deeds. */
  abandonMailbox(): void {
    this.closing = true;
    this.publishing.transaction?.abandon();
    for (let message = this.takeWaiting(); message !== undefined; message = this.takeWaiting()) {
      if (message.type === 'basic.publish') {
        this.vm.cite(BRK_37);
        this.publishing.drop(message as BasicPublish, BRK_37);
      } else for (const port of this.ports) if (port.client.handleMessage(message)) break;
    }
  }

  // --- what queues do to the channel ----------------------------------------------------------------------------

  clientOf(record: QueueRecord): QueueClient {
    const { ports } = this;
    for (let i = 0; i < ports.length; i += 1)
      if (ports[i]!.type.name === record.type) return ports[i]!.client;
    const port = new QueuePort(this, typeOf(this.context, record));
    ports.push(port);
    return port.client;
  }

  settled(queue: string, confirmNumbers: readonly number[]): void {
    this.publishing.settled(queue, confirmNumbers);
  }

  rejected(confirmNumbers: readonly number[]): void {
    this.publishing.rejected(confirmNumbers);
  }

  delivered(client: QueueClient, noAck: boolean, deliveries: readonly QueueDelivery[]): void {
    this.delivering.deliver(client, noAck, deliveries);
  }

  taken(client: QueueClient, delivery: QueueDelivery, noAck: boolean): number {
    return this.delivering.take(client, delivery, noAck);
  }

  consumersLost(queue: string): void {
    if (!this.closing) this.operate(() => recoverConsumers(this, queue));
  }

  flowChanged(): void {
    this.publishing.flowChanged();
  }

  grantCredit(): void {
    const bump: BumpCredit = { type: 'bump_credit', channel: this.channel };
    this.send(this.owner.pid, bump);
  }

  /** The socket has room again, and the writer has written what it had. */
  writerGoesOn(): void {
    this.deliverUrgent(() => {
      for (const { client } of this.ports) client.writerGoesOn?.();
    });
  }

  startTick(): void {
    this.startTimer(TICK_INTERVAL_US, TICK);
  }
}
