import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../sim/clients/client.ts';
import { Consumer, type ConsumeOptions } from '../../sim/clients/consumer.ts';
import { Getter } from '../../sim/clients/getter.ts';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { SECOND, TestWorld } from './fake-broker.ts';

const options: ClientOptions = {
  name: 'warehouse',
  workload: 'warehouse',
  via: ['rabbit1'],
  startUs: SECOND,
  stopUs: null,
  reconnectUs: SECOND,
  heartbeatUs: 60 * SECOND,
};
const spec: ConsumeOptions = {
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
  resubscribe: true,
};

function setUp(changes: Partial<ConsumeOptions> = {}, clientChanges: Partial<ClientOptions> = {}) {
  const world = new TestWorld();
  const broker = world.broker('rabbit1');
  const consumer = new Consumer(world.context, { ...options, ...clientChanges }, { ...spec, ...changes });
  world.runTo(1.5);
  return { world, broker, consumer };
}

describe('subscribing', () => {
  test('declares where asked, sets its prefetch, consumes', () => {
    const declare = { durable: false, exclusive: true, autoDelete: true, arguments: {} };
    const { world, broker } = setUp({ declare, prefetch: 7, ack: 'auto' });
    expect(broker.session.of('queue.declare')).toMatchObject([
      { queue: 'q', exclusive: true, passive: false },
    ]);
    expect(broker.session.of('basic.qos')).toMatchObject([{ prefetchCount: 7 }]);
    expect(broker.session.of('basic.consume')).toMatchObject([{ queue: 'q', noAck: true }]);
    expect(world.of('consumer_started')).toMatchObject([
      { workload: 'warehouse', queue: 'q', node: 'rabbit1' },
    ]);
  });

  test('tries again on a new channel after an error, every `reconnect`', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    const text = "NOT_FOUND - no queue 'q' in vhost '/'";
    broker.answer = (method, session) => {
      if (method.type !== 'basic.consume') return false;
      session.send({ type: 'channel.close', channel: method.channel, code: 404, text });
      return true;
    };
    const consumer = new Consumer(world.context, options, spec);
    world.runTo(4.5);
    expect(world.of('channel_closed').map(({ code, time }) => [code, Math.floor(Number(time))])).toEqual([
      [404, 1],
      [404, 2],
      [404, 3],
      [404, 4],
    ]);
    expect(broker.sessions).toHaveLength(1);
    expect(consumer.state()).toBe('connected');
  });

  test('subscribes again after a cancel by the server, and is cancelled meanwhile', () => {
    const { world, broker, consumer } = setUp();
    broker.session.send({ type: 'basic.cancel', channel: 1, consumerTag: 'tag' });
    world.runTo(2);
    expect(consumer.state()).toBe('cancelled');
    expect(world.count('consumer_cancelled')).toBe(1);
    world.runTo(3);
    expect(consumer.state()).toBe('connected');
    expect(world.count('consumer_started')).toBe(2);
  });

  test('stays cancelled with `resubscribe: false`', () => {
    const { world, broker, consumer } = setUp({ resubscribe: false });
    broker.session.send({ type: 'basic.cancel', channel: 1, consumerTag: 'tag' });
    world.runTo(10);
    expect(consumer.state()).toBe('cancelled');
    expect(world.count('consumer_started')).toBe(1);
  });

  test('closes its connection at its stop and is silent about it', () => {
    const { world, broker, consumer } = setUp({}, { stopUs: 2 * SECOND });
    world.runTo(3);
    expect(broker.session.of('connection.close')).toHaveLength(1);
    expect(broker.session.closedBy).toBe('fin');
    expect(world.count('connection_lost')).toBe(0);
    expect(consumer.state()).toBe('disconnected');
  });
});

describe('working', () => {
  test('acknowledges each delivery at once without a processing time', () => {
    const { world, broker } = setUp();
    for (let sequence = 1; sequence <= 3; sequence += 1) broker.session.deliver(0, sequence);
    world.runTo(2);
    expect(
      broker.session.of('basic.ack').map(({ deliveryTag, multiple }) => [deliveryTag, multiple]),
    ).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
  });

  test('processes one message at a time', () => {
    const { world, broker } = setUp({ processingTimeUs: () => 100_000 });
    for (let sequence = 1; sequence <= 3; sequence += 1) broker.session.deliver(0, sequence);
    world.runTo(3);
    const times = world.of('acked').map(({ time }) => Math.round(Number(time) * 10));
    expect(times).toEqual([16, 17, 18]);
  });

  test('never answers with `ack: never`, nor with `ack: auto`', () => {
    for (const ack of ['never', 'auto'] as const) {
      const { world, broker } = setUp({ ack });
      broker.session.deliver(0, 1);
      world.runTo(2);
      expect(world.count('delivered')).toBe(1);
      expect(broker.session.of('basic.ack')).toEqual([]);
    }
  });

  test('rejects the share that fails', () => {
    const { world, broker } = setUp({ fail: 1, requeue: true });
    broker.session.deliver(0, 1);
    world.runTo(2);
    expect(broker.session.of('basic.reject')).toMatchObject([{ deliveryTag: 1, requeue: true }]);
    expect(world.of('reject_sent')).toMatchObject([{ requeue: true }]);
    expect(world.count('acked')).toBe(0);
  });

  test('drops what it has handled before, but not what it failed to handle (CLI-20)', () => {
    const { world, broker } = setUp({ dedupe: true, processingTimeUs: () => 1000 });
    broker.session.deliver(0, 1);
    broker.session.deliver(0, 2);
    broker.session.deliver(0, 1, true);
    world.runTo(2);
    expect(world.of('deduplicated')).toHaveLength(1);
    expect(broker.session.of('basic.ack')).toHaveLength(3);

    const failing = setUp({ dedupe: true, fail: 1 });
    failing.broker.session.deliver(0, 1);
    failing.broker.session.deliver(0, 1, true);
    failing.world.runTo(2);
    expect(failing.world.of('deduplicated')).toHaveLength(0);
  });

  test('forgets what it held when the connection ends: a stale acknowledgement is never sent (CLI-6)', () => {
    const { world, broker } = setUp({ processingTimeUs: () => 2 * SECOND });
    broker.session.deliver(0, 1);
    world.runTo(2);
    broker.session.break('reset');
    world.runTo(8);
    expect(world.count('acked')).toBe(0);
    expect(broker.session.of('basic.ack')).toEqual([]);
  });
});

describe('a poller', () => {
  test('asks every so often, one question at a time', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    let asked = 0;
    broker.answer = (method, session) => {
      if (method.type !== 'basic.get') return false;
      asked += 1;
      const message = new BasicMessage(0, asked, '', 'q', { persistent: true }, 100, asked);
      if (asked === 1) session.send({ type: 'basic.get-empty', channel: 1 });
      if (asked === 2)
        session.send({
          type: 'basic.get-ok',
          channel: 1,
          deliveryTag: 1,
          redelivered: false,
          messageCount: 0,
          message,
        });
      return true;
    };
    const getter = new Getter(world.context, options, { queue: 'q', everyUs: SECOND, ack: 'manual' });
    world.runTo(6.5);
    expect(asked).toBe(3);
    expect(world.count('delivered')).toBe(1);
    expect(broker.session.of('basic.ack')).toHaveLength(1);
    expect(getter.state()).toBe('connected');
  });
});
