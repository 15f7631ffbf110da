import { describe, expect, test } from 'vitest';
import { askOnce, type OneShotCall } from '../../sim/clients/one-shot.ts';
import { Consumer } from '../../sim/clients/consumer.ts';
import { drain } from '../../sim/clients/drain.ts';
import { SECOND, TestWorld } from './fake-broker.ts';

const declare: OneShotCall = {
  method: 'queue.declare',
  queue: 'q',
  passive: true,
  durable: true,
  exclusive: false,
  autoDelete: false,
  arguments: {},
};

function consumerOn(world: TestWorld, heartbeatSeconds: number): Consumer {
  const client = {
    name: 'c',
    workload: 'c',
    via: ['rabbit1'],
    startUs: 0,
    stopUs: null,
    reconnectUs: SECOND,
    heartbeatUs: heartbeatSeconds * SECOND,
  };
  return new Consumer(world.context, client, {
    queue: 'q',
    prefetch: 0,
    ack: 'manual',
    processingTimeUs: () => 0,
    fail: 0,
    requeue: false,
    arguments: {},
    exclusive: false,
    declare: null,
    dedupe: false,
    resubscribe: true,
  });
}

describe('heartbeats', () => {
  test('the smaller proposal counts, and zero leaves it to the other side (CLI-2)', () => {
    for (const [client, server, negotiated] of [
      [10, 60, 10],
      [60, 10, 10],
      [0, 60, 60],
    ] as const) {
      const world = new TestWorld();
      const broker = world.broker('rabbit1');
      broker.heartbeatUs = server * SECOND;
      consumerOn(world, client);
      world.runTo(1);
      expect(broker.session.of('connection.tune-ok')).toMatchObject([{ heartbeatUs: negotiated * SECOND }]);
    }
  });

  test('a client gives up between two and three intervals after the last sign of life (CLI-3)', () => {
    const world = new TestWorld();
    world.broker('rabbit1');
    const consumer = consumerOn(world, 10);
    world.runTo(95);
    for (const [from, to] of [
      ['rabbit1', 'client-c'],
      ['client-c', 'rabbit1'],
    ] as const)
      world.network.link(from, to).cut();
    world.runTo(114);
    expect(consumer.state()).toBe('connected');
    world.runTo(130);
    expect(consumer.state()).toBe('disconnected');
    expect(world.of('connection_lost')).toMatchObject([{ text: 'Heartbeat timeout' }]);
  });

  test('an idle healthy hour costs few events and no connection', () => {
    const world = new TestWorld();
    world.broker('rabbit1');
    consumerOn(world, 60);
    world.runTo(1);
    const before = world.simulation.eventsExecuted;
    world.runTo(3600);
    expect(world.simulation.eventsExecuted - before).toBeLessThan(60);
    expect(world.count('connection_lost')).toBe(0);
  });
});

describe('connecting', () => {
  test('to a broker that accepts and says nothing ends after four seconds', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    broker.silent = true;
    consumerOn(world, 60);
    world.runTo(4.9);
    expect(broker.sessions).toHaveLength(1);
    world.runTo(5.1);
    expect(broker.sessions).toHaveLength(2);
  });
});

describe('one question by a fresh client', () => {
  test('notes the answer', () => {
    const world = new TestWorld();
    world.broker('rabbit1');
    askOnce(world.context, 'amqp.1', 'rabbit1', declare);
    world.runTo(1);
    expect(world.of('amqp_reply')).toMatchObject([{ method: 'queue.declare', node: 'rabbit1', code: 200 }]);
  });

  test('notes a refusal with its code and text', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    const text = "NOT_FOUND - no queue 'q' in vhost '/'";
    broker.answer = (method, session) => {
      if (method.type !== 'queue.declare') return false;
      session.send({ type: 'channel.close', channel: 1, code: 404, text });
      return true;
    };
    askOnce(world.context, 'amqp.1', 'rabbit1', declare);
    world.runTo(1);
    expect(world.of('amqp_reply')).toMatchObject([{ code: 404, text }]);
    expect(broker.session.closedBy).toBe('fin');
  });

  test('notes that nobody listens, and that nobody answers', () => {
    const world = new TestWorld();
    askOnce(world.context, 'amqp.1', 'rabbit1', declare);
    const broker = world.broker('rabbit2');
    broker.answer = (method) => method.type === 'queue.declare';
    askOnce(world.context, 'amqp.2', 'rabbit2', declare);
    world.runTo(20);
    expect(world.of('amqp_reply')).toMatchObject([
      { node: 'rabbit1', code: 0, text: 'connect ECONNREFUSED rabbit1:5672' },
      { node: 'rabbit2', code: 0, text: 'timeout' },
    ]);
  });

  test('publishes and tells of its fate', () => {
    const world = new TestWorld();
    world.broker('rabbit1');
    askOnce(world.context, 'amqp.1', 'rabbit1', {
      method: 'basic.publish',
      exchange: '',
      routingKey: 'q',
      mandatory: false,
      persistent: true,
      headers: {},
      priority: null,
      expirationUs: null,
      bodyBytes: 10,
    });
    world.runTo(1);
    expect([world.count('published'), world.count('confirmed')]).toEqual([1, 1]);
    expect(world.of('amqp_reply')).toMatchObject([{ code: 200, text: 'ok' }]);
  });
});

describe('the drain', () => {
  test('takes everything out, queue by queue and node by node, and gives up on what does not answer', () => {
    const world = new TestWorld();
    const first = world.broker('rabbit1');
    const second = world.broker('rabbit2');
    first.answer = (method, session) => {
      if (method.type === 'queue.declare' && method.queue === 'stuck') return true;
      if (method.type !== 'basic.consume') return false;
      session.send({ type: 'basic.consume-ok', channel: method.channel, consumerTag: 'tag' });
      session.deliver(0, 1);
      session.deliver(0, 2, true);
      return true;
    };
    let isDone = false;
    const queues = ['q', 'stuck', 'other'].map((name) => ({ vhost: '/', name }));
    drain(world.context, ['rabbit1', 'rabbit2', 'rabbit3'], queues, () => (isDone = true));
    world.runTo(60);
    expect(isDone).toBe(true);
    expect(world.of('drained').map(({ queue, node, redelivered }) => [queue, node, redelivered])).toEqual([
      ['q', 'rabbit1', false],
      ['q', 'rabbit1', true],
    ]);
    expect(second.session.of('queue.declare').map(({ queue }) => queue)).toEqual(['q', 'stuck', 'other']);
    expect(first.session.of('basic.ack')).toHaveLength(2);
  });
});
