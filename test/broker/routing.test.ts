/** Promise: a message goes to the queues that BRK-1 to BRK-10 name, once each, and its publisher learns what is due. */
import { describe, expect, test } from 'vitest';
import { BasicPublish } from '../../sim/amqp/message-methods.ts';
import { rabbitQueue } from '../../sim/broker/queue-record.ts';
import { deliveredTo, World } from './world.ts';

const ROUNDTRIP_US = 10_000;

describe('routing', () => {
  test('the nameless exchange leads to the queue of that name (BRK-1)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q1');
    client.declare('q2');
    client.publish('', 'q2');
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['q2']]);
    expect(world.records('routed')).toMatchObject([{ queue: 'q2', node: 'rabbit1' }]);
    expect(client.bind('q1', '', 'x')).toMatchObject([{ type: 'channel.close', code: 403 }]);
  });

  test('direct needs an equal key, fanout none (BRK-2), topic a pattern (BRK-3)', () => {
    const world = new World();
    const client = world.connect();
    for (const queue of ['d', 'f', 't']) client.declare(queue);
    client.declareExchange('fan', 'fanout');
    client.bind('d', 'amq.direct', 'key');
    client.bind('f', 'fan', 'key');
    client.bind('t', 'amq.topic', 'a.*');
    for (const key of ['key', 'a.b']) {
      for (const exchange of ['amq.direct', 'fan', 'amq.topic']) client.publish(exchange, key);
    }
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['d'], ['f'], ['f'], ['t']]);
  });

  test('two matching bindings and a loop of exchanges make one copy (BRK-5)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.declareExchange('x', 'topic');
    client.declareExchange('y', 'fanout');
    client.bind('q', 'x', '#');
    client.bind('q', 'x', 'a.*');
    client.bind('q', 'y', '');
    client.declare('behind');
    client.bind('behind', 'y', '');
    for (const [source, destination] of [
      ['x', 'y'],
      ['y', 'x'],
    ] as const) {
      client.ask({ type: 'exchange.bind', channel: 1, source, destination, routingKey: '#', arguments: {} });
    }
    client.publish('x', 'a.b');
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['behind', 'q']]);
  });

  test('a change of bindings or queues changes where the next message goes', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q1');
    client.declare('q2');
    client.bind('q1', 'amq.fanout', '');
    client.publish('amq.fanout', '');
    client.bind('q2', 'amq.fanout', '');
    client.publish('amq.fanout', '');
    client.ask({ type: 'queue.delete', channel: 1, queue: 'q1', ifUnused: false, ifEmpty: false });
    client.publish('amq.fanout', '');
    client.ask({
      type: 'queue.unbind',
      channel: 1,
      queue: 'q2',
      exchange: 'amq.fanout',
      routingKey: '',
      arguments: {},
    });
    client.publish('amq.fanout', '');
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['q1'], ['q1', 'q2'], ['q2']]);
  });

  test('a missing exchange closes the channel; what follows is dropped, what came before stands (BRK-8)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.publish('', 'q');
    client.publish('nowhere', 'q');
    client.publish('', 'q');
    world.run(ROUNDTRIP_US);
    expect(client.heard.at(-1)).toMatchObject({
      type: 'channel.close',
      code: 404,
      text: "NOT_FOUND - no exchange 'nowhere' in vhost '/'",
    });
    expect(deliveredTo(world)).toEqual([['q']]);
    expect(world.records('publish_dropped')).toHaveLength(2);
    expect(client.ask({ type: 'channel.close-ok', channel: 1 })).toEqual([]);
    expect(client.ask({ type: 'channel.open', channel: 1 })).toMatchObject([{ type: 'channel.open-ok' }]);
  });

  test('a message larger than the limit closes the channel, one of just that size does not (BRK-47)', () => {
    const world = new World({ maxMessageBytes: 300 });
    const client = world.connect();
    client.declare('q');
    for (const bytes of [300, 301]) {
      client.say(new BasicPublish(1, '', 'q', false, 1, 1, { persistent: true }, bytes));
    }
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['q']]);
    expect(client.heard.at(-1)).toMatchObject({
      code: 406,
      text: 'PRECONDITION_FAILED - message size 301 is larger than configured max size 300',
    });
  });

  test('mandatory and unroutable: returned first, then confirmed (BRK-9, BRK-10)', () => {
    const world = new World();
    const client = world.connect();
    client.ask({ type: 'confirm.select', channel: 1 });
    client.heard.length = 0;
    client.publish('', 'none', true);
    world.run(ROUNDTRIP_US);
    expect(client.heard).toMatchObject([
      { type: 'basic.return', code: 312, text: 'NO_ROUTE' },
      { type: 'basic.ack', deliveryTag: 1 },
    ]);
    expect(world.records('unroutable')).toHaveLength(1);
  });

  test('unroutable without mandatory: confirmed as if all were well (BRK-10)', () => {
    const world = new World();
    const client = world.connect();
    client.ask({ type: 'confirm.select', channel: 1 });
    client.heard.length = 0;
    client.publish('', 'none');
    world.run(ROUNDTRIP_US);
    expect(client.heard).toMatchObject([{ type: 'basic.ack', deliveryTag: 1 }]);
  });

  test('a queue whose leader is dead is routed to and not returned (BRK-9)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.queues.dead.add('q');
    client.heard.length = 0;
    client.publish('', 'q', true);
    world.run(ROUNDTRIP_US);
    expect(client.heard).toEqual([]);
    expect(deliveredTo(world)).toEqual([['q']]);
  });

  test('each publish has a serial of its own', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    for (let i = 0; i < 3; i += 1) client.publish('', 'q');
    world.run(ROUNDTRIP_US);
    const serials = world.queues.seen.flatMap((seen) =>
      seen.what === 'deliver' ? [seen.delivery.message.serial] : [],
    );
    expect(new Set(serials).size).toBe(3);
    expect(world.database.read(rabbitQueue, 'q')).toBeDefined();
  });
});
