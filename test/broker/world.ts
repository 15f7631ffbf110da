/** A node with everything a broker needs above it, and clients that say what a test tells them to. */
import { BasicPublish } from '../../sim/amqp/message-methods.ts';
import { AMQP_PORT, wireBytes } from '../../sim/amqp/methods.ts';
import type { ClientMethod, ServerMethod } from '../../sim/amqp/methods.ts';
import { AmqpListener } from '../../sim/broker/amqp-listener.ts';
import { BrokerNode, type BrokerOptions } from '../../sim/broker/broker-node.ts';
import { MessageSerials } from '../../sim/broker/message-serials.ts';
import { Router } from '../../sim/broker/router.ts';
import { PREDECLARED_EXCHANGES, rabbitDurableExchange, rabbitExchange } from '../../sim/broker/exchange.ts';
import type { NodeContext } from '../../sim/broker/node-context.ts';
import { Disk } from '../../sim/erlang/disk.ts';
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import { Vm } from '../../sim/erlang/vm.ts';
import { Scheduler } from '../../sim/kernel/turns.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Internet } from '../../sim/network/dial.ts';
import { Network, PERFECT_LINK } from '../../sim/network/network.ts';
import type { CloseReason, TcpEnd, TcpOwner } from '../../sim/network/tcp.ts';
import { FakeDatabase } from './fake-database.ts';
import { FakeQueueType } from './fake-queue-type.ts';

const NODE = 'rabbit1';

/** What an operation says that waited for a leader in vain. */
export const TIMED_OUT_60_S =
  "NOT_FOUND - failed to perform operation on queue 'q' in vhost '/' due to timeout";

/** A record of the journal in readable form. */
export interface Witnessed {
  readonly record: string;
  readonly [field: string]: number | string;
}

export class Caller extends ErlangProcess {
  protected handleMessage(): void {}
}

export class World {
  readonly simulation = new Simulation({ seed: 'broker' });
  readonly network = new Network(this.simulation, () => PERFECT_LINK);
  readonly internet = new Internet(this.simulation, this.network);
  readonly scheduler = new Scheduler(this.simulation);
  readonly database = new FakeDatabase(this.simulation, [NODE, 'rabbit2']);
  readonly queues = new FakeQueueType();
  readonly cited = new Set<number>();
  readonly witnessed: Witnessed[] = [];
  readonly vm: Vm;
  readonly context: NodeContext;
  readonly node: BrokerNode;
  readonly listener: AmqpListener;
  mayConfirm = true;

  constructor(options: BrokerOptions = {}) {
    const disk = new Disk(this.simulation, () => 1000);
    this.vm = new Vm(this.scheduler, this.internet, {
      node: NODE,
      creation: 1,
      disk,
      netTicktimeUs: 60_000_000,
      cookie: 'c',
      tickPhaseUs: 1,
      cite: (rule) => this.cited.add(rule.index),
    });
    const intern = (text: string): number => this.simulation.journal.intern(text);
    this.context = {
      vm: this.vm,
      node: NODE,
      database: this.database,
      config: {
        queueMasterLocator: 'client-local',
        heartbeatUs: 60_000_000,
        channelMax: 2047,
        consumerTimeoutUs: 1_800_000_000,
        mirroringSyncBatchSize: 4096,
        mirroringSyncMaxThroughput: 0,
        channelOperationTimeoutUs: 15_000_000,
      },
      queueTypes: new Map([['classic', this.queues]]),
      mayConfirm: () => this.mayConfirm,
      router: new Router(this.vm, this.database, intern),
      serials: new MessageSerials(),
      intern,
      queueId: intern,
    };
    for (const exchange of PREDECLARED_EXCHANGES) {
      this.database.put(rabbitExchange, exchange.name, exchange);
      this.database.put(rabbitDurableExchange, exchange.name, exchange);
    }
    this.simulation.journal.onAny((type, _timeUs, ...slots) => {
      const witnessed: { record: string; [field: string]: number | string } = { record: type.name };
      let slot = 0;
      for (const { name, type: kind } of type.fields) {
        witnessed[name] = kind === 'name' ? this.simulation.journal.text(slots[slot]!) : slots[slot]!;
        if (kind === 'message') witnessed[name] = slots[++slot]!;
        slot += 1;
      }
      this.witnessed.push(witnessed);
    });
    this.node = new BrokerNode(this.context, options);
    this.listener = new AmqpListener(this.node);
    this.listener.open();
  }

  run(durationUs: number): void {
    this.simulation.run({ untilUs: this.simulation.nowUs + durationUs, maxEvents: Infinity });
  }

  /** A client that has a connection; channel 1 is open unless told otherwise. */
  connect(
    options: {
      heartbeatUs?: number;
      host?: string;
      notified?: boolean;
      channel?: boolean;
      user?: string;
      keepHeard?: boolean;
    } = {},
  ): Client {
    const client = new Client(this, options.host ?? 'client');
    client.connect(options.heartbeatUs ?? 0, options.notified ?? true, options.user);
    if (options.channel !== false) client.say({ type: 'channel.open', channel: 1 });
    this.run(10_000);
    if (options.keepHeard !== true) client.heard.length = 0;
    return client;
  }

  caller(): Caller {
    return new Caller(this.vm, 'caller');
  }

  records(name: string): Witnessed[] {
    return this.witnessed.filter(({ record }) => record === name);
  }
}

const NO_ARGUMENTS = {};

export class Client implements TcpOwner {
  readonly heard: ServerMethod[] = [];
  closedBy: CloseReason | undefined;
  closedAtUs = 0;
  end!: TcpEnd;
  private readonly world: World;
  private readonly host: string;
  private sequence = 0;

  constructor(world: World, host: string) {
    this.world = world;
    this.host = host;
  }

  receive(payload: object): void {
    this.heard.push(payload as ServerMethod);
  }

  closed(reason: CloseReason): void {
    this.closedBy = reason;
    this.closedAtUs = this.world.simulation.nowUs;
  }

  /** Opens a socket and says nothing. */
  dial(chatterIntervalUs: number): void {
    this.world.internet.dial({
      from: this.world.internet.host(this.host),
      to: NODE,
      port: AMQP_PORT,
      timeoutUs: 1_000_000,
      options: { chatterIntervalUs },
      opened: (end) => {
        this.end = end;
        end.owner = this;
      },
      failed: () => {},
    });
    this.world.run(10_000);
  }

  connect(heartbeatUs: number, notified: boolean, user?: string): void {
    this.dial(heartbeatUs);
    this.say({ type: 'protocol-header' });
    this.say({
      type: 'connection.start-ok',
      consumerCancelNotify: notified,
      connectionBlocked: true,
      ...(user !== undefined && { user }),
    });
    this.say({ type: 'connection.tune-ok', channelMax: 0, heartbeatUs });
    this.say({ type: 'connection.open' });
  }

  say(method: ClientMethod): void {
    this.end.send(method, wireBytes(method));
  }

  /** Says something and returns what came back within a while. */
  ask(method: ClientMethod, durationUs = 10_000): ServerMethod[] {
    this.heard.length = 0;
    this.say(method);
    this.world.run(durationUs);
    return [...this.heard];
  }

  declare(
    queue: string,
    flags: Partial<Record<'durable' | 'exclusive' | 'passive' | 'autoDelete', boolean>> = {},
  ) {
    return this.ask({
      type: 'queue.declare',
      channel: 1,
      queue,
      passive: false,
      durable: false,
      exclusive: false,
      autoDelete: false,
      arguments: NO_ARGUMENTS,
      ...flags,
    });
  }

  declareExchange(
    exchange: string,
    exchangeType: string,
    flags: { durable?: boolean; autoDelete?: boolean } = {},
  ) {
    return this.ask({
      type: 'exchange.declare',
      channel: 1,
      exchange,
      exchangeType,
      passive: false,
      durable: false,
      autoDelete: false,
      internal: false,
      arguments: NO_ARGUMENTS,
      ...flags,
    });
  }

  bind(queue: string, exchange: string, routingKey: string) {
    return this.ask({ type: 'queue.bind', channel: 1, queue, exchange, routingKey, arguments: NO_ARGUMENTS });
  }

  consume(queue: string, consumerTag: string, options: { noAck?: boolean; cancelOnFailover?: boolean } = {}) {
    const args: Record<string, boolean> = options.cancelOnFailover ? { 'x-cancel-on-ha-failover': true } : {};
    const noAck = options.noAck ?? false;
    return this.ask({
      type: 'basic.consume',
      channel: 1,
      queue,
      consumerTag,
      noAck,
      exclusive: false,
      arguments: args,
    });
  }

  /** Publishes without waiting; returns the sequence number. */
  publish(exchange: string, routingKey: string, mandatory = false): number {
    this.sequence += 1;
    const properties = { persistent: true };
    this.say(new BasicPublish(1, exchange, routingKey, mandatory, 1, this.sequence, properties, 100));
    return this.sequence;
  }
}

/** The queues that each publish was delivered to, in order. */
export function deliveredTo(world: World): string[][] {
  return world.queues.seen.flatMap((seen) => (seen.what === 'deliver' ? [seen.queues] : []));
}
