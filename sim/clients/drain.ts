/**
 * What a person does when all is over: empties every queue through node after node, to see what was left. A queue that does not
 * answer within six seconds is given up on that node. Every message taken out becomes a `drained` record.
 */
import { BasicAck, type BasicDeliver } from '../amqp/message-methods.ts';
import { DEFAULT_VHOST, resourceName } from '../records/resource-name.ts';
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import { Priority, type EventHandle, type Simulation } from '../kernel/simulation.ts';
import { drained } from '../records/messages.ts';
import { queueKey } from '../records/queue-key.ts';
import { AmqpConnection, type ClientContext, type ConnectionOwner } from './amqp-connection.ts';

const CHANNEL_TIMEOUT_US = 3_000_000;
const ANSWER_TIMEOUT_US = 6_000_000;
const CLOSE_TIMEOUT_US = 2_000_000;
const PREFETCH = 1000;
/** A queue is empty when nothing came for so long; longer while it has not given what it said it holds. */
const IDLE_US = 500_000;
const IDLE_WHILE_OWING_US = 2_500_000;
const LOOK_INTERVAL_US = 50_000;
const HEARTBEAT_US = 60_000_000;

export interface QueueToDrain {
  readonly vhost: string;
  readonly name: string;
}

/** Empties `queues` through each of `nodes` in turn, then calls `done`. */
export function drain(
  context: ClientContext,
  nodes: readonly string[],
  queues: readonly QueueToDrain[],
  done: () => void,
): void {
  const vhosts = [...new Set([DEFAULT_VHOST, ...queues.map(({ vhost }) => vhost)])];
  const places = nodes.flatMap((node) => vhosts.map((vhost) => ({ node, vhost })));
  const next = (): void => {
    const place = places.shift();
    if (place === undefined) done();
    else {
      const there = queues.filter(({ vhost }) => vhost === place.vhost).map(({ name }) => name);
      new NodeDrain(context, place.node, place.vhost, there, next).begin();
    }
  };
  next();
}

class NodeDrain implements ConnectionOwner {
  private readonly context: ClientContext;
  private readonly simulation: Simulation;
  private readonly node: string;
  private readonly nodeId: number;
  private readonly vhost: string;
  private readonly queues: readonly string[];
  private readonly done: () => void;
  private connection: AmqpConnection | undefined;
  private next = 0;
  private queueId = 0;
  private channel = 1;
  private promised = 0;
  private taken = 0;
  private lastUs = 0;
  private timer: EventHandle = 0;
  private over = false;

  constructor(
    context: ClientContext,
    node: string,
    vhost: string,
    queues: readonly string[],
    done: () => void,
  ) {
    this.context = context;
    this.simulation = context.internet.simulation;
    this.node = node;
    this.vhost = vhost;
    this.nodeId = this.simulation.journal.intern(node);
    this.queues = queues;
    this.done = done;
  }

  begin(): void {
    const from = this.context.internet.host('client-drain');
    this.connection = new AmqpConnection(
      this.context,
      { from, node: this.node, heartbeatUs: HEARTBEAT_US, vhost: this.vhost },
      this,
    );
  }

  connected(): void {
    this.nextQueue('was-closed');
  }

  connectFailed(): void {
    this.finish();
  }

  connectionLost(): void {
    this.finish();
  }

  blocked(): void {}

  unblocked(): void {}

  /** Each queue has a channel of its own, since a refusal costs the channel. A number is free again once that is closed. */
  private nextQueue(channel: 'was-closed' | 'may-be-open'): void {
    const queue = this.queues[this.next];
    if (queue === undefined) {
      this.connection?.close();
      this.finish();
      return;
    }
    this.next += 1;
    if (channel === 'may-be-open') this.channel += 1;
    this.taken = 0;
    const cluster = this.context.clusterOf?.(this.node) ?? '';
    const shown = resourceName(this.vhost, queue);
    this.queueId = this.simulation.journal.intern(queueKey(cluster, shown));
    this.connection?.send({ type: 'channel.open', channel: this.channel });
    this.wait(CHANNEL_TIMEOUT_US, () => this.nextQueue('may-be-open'));
  }

  channelMethod(method: ChannelMethodFromServer): void {
    const { channel } = this;
    if (method.channel !== channel || this.over) return;
    const queue = this.queues[this.next - 1]!;
    switch (method.type) {
      case 'basic.deliver':
        this.take(method);
        return;
      case 'channel.open-ok':
        this.connection?.send({
          type: 'queue.declare',
          channel,
          queue,
          passive: true,
          durable: false,
          exclusive: false,
          autoDelete: false,
          arguments: {},
        });
        this.wait(ANSWER_TIMEOUT_US, () => this.nextQueue('may-be-open'));
        return;
      case 'queue.declare-ok':
        this.promised = method.messageCount;
        this.lastUs = this.simulation.nowUs;
        this.connection?.send({ type: 'basic.qos', channel, prefetchCount: PREFETCH });
        return;
      case 'basic.qos-ok':
        this.connection?.send({
          type: 'basic.consume',
          channel,
          queue,
          consumerTag: '',
          noAck: false,
          exclusive: false,
          arguments: {},
        });
        this.wait(ANSWER_TIMEOUT_US, () => this.nextQueue('may-be-open'));
        return;
      case 'basic.consume-ok':
        this.look();
        return;
      case 'channel.close':
        this.connection?.send({ type: 'channel.close-ok', channel });
        this.nextQueue('was-closed');
        return;
      case 'channel.close-ok':
        this.nextQueue('was-closed');
        return;
      default:
    }
  }

  private take(delivery: BasicDeliver): void {
    const { publisher, sequence } = delivery.message;
    const redelivered = delivery.redelivered ? 1 : 0;
    this.taken += 1;
    this.lastUs = this.simulation.nowUs;
    this.simulation.journal.write(drained, publisher, sequence, this.queueId, this.nodeId, redelivered);
    this.connection?.sendSmall(new BasicAck(delivery.channel, delivery.deliveryTag, false));
  }

  private look(): void {
    const idleUs = this.taken < this.promised ? IDLE_WHILE_OWING_US : IDLE_US;
    if (this.simulation.nowUs - this.lastUs < idleUs) {
      this.wait(LOOK_INTERVAL_US, () => this.look());
      return;
    }
    this.connection?.send({ type: 'channel.close', channel: this.channel, code: 200, text: 'Goodbye' });
    this.wait(CLOSE_TIMEOUT_US, () => this.nextQueue('may-be-open'));
  }

  private wait(delayUs: number, action: () => void): void {
    this.simulation.cancel(this.timer);
    this.timer = this.simulation.after(delayUs, Priority.timer, action);
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.simulation.cancel(this.timer);
    this.done();
  }
}
