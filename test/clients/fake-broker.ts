/**
 * A broker that says what a test tells it to: it shakes hands, opens channels and confirms by itself, and hands every other method to
 * the test. Also the small world around it.
 */
import { BasicAck, BasicDeliver, type BasicPublish } from '../../sim/amqp/message-methods.ts';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { AMQP_PORT, wireBytes, type ClientMethod, type ServerMethod } from '../../sim/amqp/methods.ts';
import type { ClientContext } from '../../sim/clients/amqp-connection.ts';
import { renderRecord, type RenderedRecord } from '../../sim/kernel/journal-text.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Internet } from '../../sim/network/dial.ts';
import { Network, PERFECT_LINK } from '../../sim/network/network.ts';
import type { CloseReason, TcpEnd } from '../../sim/network/tcp.ts';

export const SECOND = 1_000_000;

export class TestWorld {
  readonly simulation = new Simulation({ seed: 'clients' });
  readonly network = new Network(this.simulation, () => PERFECT_LINK);
  readonly internet = new Internet(this.simulation, this.network);
  readonly context: ClientContext = { internet: this.internet, cite: () => {} };
  readonly records: RenderedRecord[] = [];

  constructor() {
    const { journal } = this.simulation;
    journal.onAny((type, timeUs, ...slots) => this.records.push(renderRecord(type, timeUs, slots, journal)));
  }

  /** A broker on this node. */
  broker(node: string): FakeBroker {
    return new FakeBroker(this, node);
  }

  /** Runs to `seconds` from the start. */
  runTo(seconds: number): void {
    this.simulation.run({ untilUs: Math.round(seconds * SECOND), maxEvents: 1e7 });
  }

  of(type: string): RenderedRecord[] {
    return this.records.filter(({ record }) => record === type);
  }

  count(type: string): number {
    return this.of(type).length;
  }
}

/** How a broker behaves on its connections. */
interface Manners {
  readonly heartbeatUs: number;
  readonly confirms: boolean;
  readonly silent: boolean;
  /** True: the test has dealt with the method. */
  readonly answer: (method: ClientMethod, session: Session) => boolean;
}

export class Session {
  readonly received: ClientMethod[] = [];
  closedBy: CloseReason | undefined;
  private readonly broker: Manners;
  private readonly end: TcpEnd;
  private published = 0;
  private deliveries = 0;

  constructor(broker: Manners, end: TcpEnd) {
    this.broker = broker;
    this.end = end;
    end.owner = {
      receive: (payload) => this.receive(payload as ClientMethod),
      closed: (reason) => (this.closedBy = reason),
    };
  }

  send(method: ServerMethod): void {
    this.end.send(method, wireBytes(method));
  }

  deliver(publisher: number, sequence: number, redelivered = false): void {
    this.deliveries += 1;
    const message = new BasicMessage(publisher, sequence, '', 'q', { persistent: true }, 100, sequence);
    this.send(new BasicDeliver(1, 'tag', this.deliveries, redelivered, message));
  }

  break(how: 'fin' | 'reset'): void {
    this.end.close(how);
  }

  of<T extends ClientMethod['type']>(type: T): Extract<ClientMethod, { type: T }>[] {
    return this.received.filter(
      (method): method is Extract<ClientMethod, { type: T }> => method.type === type,
    );
  }

  private receive(method: ClientMethod): void {
    this.received.push(method);
    if (this.broker.silent) return;
    if (this.broker.answer(method, this)) return;
    switch (method.type) {
      case 'protocol-header':
        return this.send({ type: 'connection.start' });
      case 'connection.start-ok':
        return this.send({ type: 'connection.tune', channelMax: 2047, heartbeatUs: this.broker.heartbeatUs });
      case 'connection.open':
        return this.send({ type: 'connection.open-ok' });
      case 'connection.close':
        return this.send({ type: 'connection.close-ok' });
      case 'channel.open':
        return this.send({ type: 'channel.open-ok', channel: method.channel });
      case 'channel.close':
        return this.send({ type: 'channel.close-ok', channel: method.channel });
      case 'confirm.select':
        this.published = 0;
        return this.send({ type: 'confirm.select-ok', channel: method.channel });
      case 'queue.declare':
        return this.send({
          type: 'queue.declare-ok',
          channel: method.channel,
          queue: method.queue,
          messageCount: 0,
          consumerCount: 0,
        });
      case 'basic.qos':
        return this.send({ type: 'basic.qos-ok', channel: method.channel });
      case 'basic.consume':
        return this.send({ type: 'basic.consume-ok', channel: method.channel, consumerTag: 'tag' });
      case 'basic.publish':
        this.published += 1;
        if (this.broker.confirms) this.send(new BasicAck(method.channel, this.published, false));
        return;
      default:
    }
  }
}

class FakeBroker {
  readonly sessions: Session[] = [];
  heartbeatUs = 60 * SECOND;
  confirms = true;
  /** Accepts connections and says nothing. */
  silent = false;
  /** True: the test has dealt with the method. */
  answer: (method: ClientMethod, session: Session) => boolean = () => false;
  private readonly world: TestWorld;
  private readonly node: string;

  constructor(world: TestWorld, node: string) {
    this.world = world;
    this.node = node;
    this.open();
  }

  open(): void {
    this.world.internet
      .host(this.node)
      .listen(AMQP_PORT, (end) => this.sessions.push(new Session(this, end)));
  }

  shut(): void {
    this.world.internet.host(this.node).stopListening(AMQP_PORT);
  }

  get session(): Session {
    return this.sessions.at(-1)!;
  }

  /** Everything published through any connection, in order. */
  get published(): BasicPublish[] {
    return this.sessions.flatMap((session) => session.of('basic.publish'));
  }
}
