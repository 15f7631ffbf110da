// What client libraries do by themselves: RabbitMQ's Java client and Spring AMQP beside amqplib.
import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../sim/clients/client.ts';
import { Consumer, type ConsumeOptions } from '../../sim/clients/consumer.ts';
import { LIBRARIES, type LibraryName } from '../../sim/clients/library.ts';
import { Publisher, type PublishOptions } from '../../sim/clients/publisher.ts';
import { SECOND, TestWorld } from './fake-broker.ts';

function optionsOf(library: LibraryName, changes: Partial<ClientOptions> = {}): ClientOptions {
  return {
    name: 'app',
    workload: 'app',
    via: ['rabbit1'],
    startUs: 0,
    stopUs: null,
    reconnectUs: 5 * SECOND,
    heartbeatUs: 60 * SECOND,
    library: LIBRARIES[library],
    ...changes,
  };
}

const consuming: ConsumeOptions = {
  queue: 'q',
  prefetch: 10,
  ack: 'manual',
  processingTimeUs: () => 0,
  fail: 0,
  requeue: false,
  arguments: {},
  exclusive: false,
  declare: null,
  dedupe: false,
  resubscribe: false,
};

const publishing: PublishOptions = {
  exchange: '',
  routingKeys: ['q'],
  ratePerSecond: 10,
  messages: null,
  confirms: false,
  persistent: true,
  mandatory: false,
  bodyBytes: 10,
  headers: [],
  priorities: [],
  expirationUs: null,
  confirmTimeoutUs: null,
  republishUnconfirmed: false,
  maxInFlight: null,
};

const seconds = (world: TestWorld, record: string): number[] =>
  world.of(record).map(({ time }) => Math.round(Number(time)));

describe('the Java client', () => {
  test('CLI-1: gives up when its first attempt fails at every address', () => {
    const world = new TestWorld();
    const consumer = new Consumer(
      world.context,
      optionsOf('java', { via: ['rabbit1', 'rabbit2'] }),
      consuming,
    );
    world.runTo(1);
    world.broker('rabbit2');
    world.runTo(60);
    expect(consumer.state()).toBe('disconnected');
    expect(world.of('client_stopped')).toMatchObject([{ workload: 'app', client: 'app' }]);
  });

  test('CLI-4: waits five seconds before its first attempt to recover, then tries all addresses, again and again', () => {
    const world = new TestWorld();
    const [first, second] = [world.broker('rabbit1'), world.broker('rabbit2')];
    const via = ['rabbit1', 'rabbit2'];
    const consumer = new Consumer(world.context, optionsOf('java', { via }), consuming);
    world.runTo(2);
    for (const broker of [first, second]) broker.shut();
    for (const session of [...first.sessions, ...second.sessions]) session.break('reset');
    world.runTo(10);
    expect(consumer.state()).toBe('disconnected');
    second.open();
    world.runTo(13);
    expect(seconds(world, 'connection_opened')).toEqual([0, 12]);
  });

  test('CLI-6: leaves a channel closed that the server closed for an error, also on the next connection', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    const consumer = new Consumer(world.context, optionsOf('java'), consuming);
    world.runTo(1);
    broker.session.send({ type: 'channel.close', channel: 1, code: 404, text: 'NOT_FOUND' });
    world.runTo(20);
    expect(broker.session.of('channel.open')).toHaveLength(1);
    expect(consumer.state()).toBe('connected');
    broker.session.break('fin');
    world.runTo(30);
    expect(world.count('connection_opened')).toBe(2);
    expect(broker.session.of('channel.open')).toHaveLength(0);
  });

  test('CLI-3: takes a silent server for dead after nine reads of a quarter of the heartbeat', () => {
    const world = new TestWorld();
    world.broker('rabbit1');
    const consumer = new Consumer(world.context, optionsOf('java', { heartbeatUs: 20 * SECOND }), consuming);
    world.runTo(100);
    world.internet.host('rabbit1').powerOff();
    world.runTo(144.9);
    expect(consumer.state()).toBe('connected');
    world.runTo(145.1);
    expect(world.of('connection_lost')).toMatchObject([
      { text: expect.stringContaining('Heartbeat missing with heartbeat = 20 seconds') as string },
    ]);
  });

  test('waits a minute for TCP, and ten seconds for the handshake', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    broker.silent = true;
    const consumer = new Consumer(world.context, optionsOf('java'), consuming);
    world.runTo(9.9);
    expect(world.count('client_stopped')).toBe(0);
    world.runTo(10.1);
    expect(world.count('client_stopped')).toBe(1);
    expect(consumer.state()).toBe('disconnected');
    const dark = new TestWorld();
    dark.internet.host('rabbit1').powerOff();
    const other = new Consumer(dark.context, optionsOf('java'), consuming);
    dark.runTo(59.9);
    expect(dark.count('client_stopped')).toBe(0);
    dark.runTo(60.1);
    expect(dark.count('client_stopped')).toBe(1);
    expect(other.state()).toBe('disconnected');
  });
});

describe('Spring AMQP', () => {
  test('CLI-11: asks for its queue four times, five seconds apart, and stops the container', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    broker.answer = (method, session) => {
      if (method.type !== 'queue.declare') return false;
      expect(method.passive).toBe(true);
      session.send({ type: 'channel.close', channel: method.channel, code: 404, text: 'NOT_FOUND' });
      return true;
    };
    const consumer = new Consumer(world.context, optionsOf('spring'), consuming);
    world.runTo(14);
    expect(consumer.state()).toBe('connected');
    world.runTo(60);
    expect(seconds(world, 'channel_closed')).toEqual([0, 5, 10, 15]);
    expect(seconds(world, 'client_stopped')).toEqual([15]);
    expect(consumer.state()).toBe('disconnected');
  });

  test('CLI-11: a queue that is there at the third try is consumed', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    let asked = 0;
    broker.answer = (method, session) => {
      if (method.type !== 'queue.declare' || (asked += 1) > 2) return false;
      session.send({ type: 'channel.close', channel: method.channel, code: 404, text: 'NOT_FOUND' });
      return true;
    };
    const consumer = new Consumer(world.context, optionsOf('spring'), consuming);
    world.runTo(60);
    expect(seconds(world, 'consumer_started')).toEqual([10]);
    expect(consumer.state()).toBe('connected');
  });

  test('CLI-12: its template connects when there is something to publish, in the order of its list, and fails the turn that cannot', () => {
    const world = new TestWorld();
    const second = world.broker('rabbit2');
    const via = ['rabbit1', 'rabbit2'];
    const publisher = new Publisher(
      world.context,
      optionsOf('spring', { via, startUs: 5 * SECOND }),
      publishing,
    );
    world.runTo(6.95);
    expect(seconds(world, 'connection_opened')).toEqual([5]);
    expect(second.published).toHaveLength(20);
    second.shut();
    second.session.break('reset');
    world.runTo(8.95);
    expect(world.count('publish_skipped')).toBe(20);
    second.open();
    world.runTo(9.95);
    expect(world.count('publish_skipped')).toBe(20);
    expect(second.published).toHaveLength(30);
    expect(publisher.state()).toBe('connected');
  });

  test('CLI-13: a container that is stopped finishes what it has, within five seconds', () => {
    for (const [takesS, finished] of [
      [1, 3],
      [2, 2],
    ] as const) {
      const world = new TestWorld();
      const broker = world.broker('rabbit1');
      const consumer = new Consumer(world.context, optionsOf('spring', { stopUs: 2 * SECOND }), {
        ...consuming,
        processingTimeUs: () => takesS * SECOND,
      });
      world.runTo(1.9);
      for (const sequence of [1, 2, 3]) broker.session.deliver(7, sequence);
      world.runTo(10);
      expect(broker.session.of('basic.cancel')).toMatchObject([{ consumerTag: 'tag' }]);
      expect(world.count('acked')).toBe(finished);
      expect(consumer.state()).toBe('disconnected');
    }
  });
});
