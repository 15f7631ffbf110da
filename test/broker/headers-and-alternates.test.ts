/** Promise: headers exchanges match as BRK-4 says, alternates take what nobody else does (BRK-6), CC and BCC add keys (BRK-7). */
import { describe, expect, test } from 'vitest';
import type { FieldTable } from '../../sim/amqp/basic-message.ts';
import { BasicPublish } from '../../sim/amqp/message-methods.ts';
import { headersMatch } from '../../sim/broker/headers-match.ts';
import { clearPolicy, setPolicy } from '../../sim/broker/policies.ts';
import { deliveredTo, World, type Client } from './world.ts';

const ROUNDTRIP_US = 10_000;

function publishWith(client: Client, exchange: string, routingKey: string, headers: FieldTable): void {
  client.say(new BasicPublish(1, exchange, routingKey, false, 1, 1, { persistent: true, headers }, 100));
}

function declareWith(client: Client, exchange: string, exchangeType: string, args: FieldTable) {
  return client.ask({
    type: 'exchange.declare',
    channel: 1,
    exchange,
    exchangeType,
    passive: false,
    durable: true,
    autoDelete: false,
    internal: false,
    arguments: args,
  });
}

describe('a binding of a headers exchange (BRK-4)', () => {
  const both = { k: 1, l: 'red' };
  test.each<[string, FieldTable, FieldTable, boolean]>([
    ['all is the default', both, both, true],
    ['all wants every one', { 'x-match': 'all', ...both }, { k: 1 }, false],
    ['any wants one', { 'x-match': 'any', ...both }, { k: 2, l: 'red' }, true],
    ['any of nothing matches nothing', { 'x-match': 'any' }, both, false],
    ['all of nothing matches everything', { 'x-match': 'all' }, {}, true],
    ['a void asks for presence', { k: null }, { k: 'whatever' }, true],
    ['a void does not match absence', { k: null }, { l: 1 }, false],
    ['x- is passed over', { k: 1, 'x-kind': 'a' }, { k: 1 }, true],
    ['unless the mode says so', { 'x-match': 'all-with-x', k: 1, 'x-kind': 'a' }, { k: 1 }, false],
    ['any-with-x counts it', { 'x-match': 'any-with-x', k: 1, 'x-kind': 'a' }, { 'x-kind': 'a' }, true],
    ['text is no number', { k: 1 }, { k: '1' }, false],
    ['tables are compared whole', { k: { a: 1 } }, { k: { a: 1 } }, true],
  ])('%s', (_says, args, headers, matches) => {
    expect(headersMatch(args, headers)).toBe(matches);
  });

  test('with an unknown mode is refused', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    const refused = client.ask({
      type: 'queue.bind',
      channel: 1,
      queue: 'q',
      exchange: 'amq.match',
      routingKey: '',
      arguments: { 'x-match': 'some' },
    });
    expect(refused).toMatchObject([
      {
        type: 'channel.close',
        code: 406,
        text: 'PRECONDITION_FAILED - Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x',
      },
    ]);
  });
});

test('headers decide, message by message, also behind another exchange (BRK-4, BRK-5)', () => {
  const world = new World();
  const client = world.connect();
  for (const queue of ['red', 'blue']) {
    client.declare(queue);
    client.ask({
      type: 'queue.bind',
      channel: 1,
      queue,
      exchange: 'amq.headers',
      routingKey: 'ignored',
      arguments: { colour: queue },
    });
  }
  client.declareExchange('front', 'fanout');
  client.ask({
    type: 'exchange.bind',
    channel: 1,
    source: 'front',
    destination: 'amq.headers',
    routingKey: '',
    arguments: {},
  });
  for (const colour of ['red', 'blue', 'green', 'red']) publishWith(client, 'front', 'k', { colour });
  client.publish('front', 'k');
  world.run(ROUNDTRIP_US);
  expect(deliveredTo(world)).toEqual([['red'], ['blue'], ['red']]);
});

describe('an alternate exchange (BRK-6)', () => {
  test('takes what its exchange leads nowhere, and only that; alternates follow each other', () => {
    const world = new World();
    const client = world.connect();
    client.declare('known');
    client.declare('rest');
    declareWith(client, 'x', 'direct', { 'alternate-exchange': 'y' });
    declareWith(client, 'y', 'topic', { 'alternate-exchange': 'z' });
    declareWith(client, 'z', 'fanout', {});
    client.bind('known', 'x', 'k');
    client.bind('rest', 'z', '');
    for (const key of ['k', 'other']) client.publish('x', key);
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['known'], ['rest']]);
  });

  test('that does not exist, or leads back, makes the message unroutable', () => {
    const world = new World();
    const client = world.connect();
    declareWith(client, 'x', 'direct', { 'alternate-exchange': 'missing' });
    declareWith(client, 'y', 'direct', { 'alternate-exchange': 'y' });
    client.publish('x', 'k');
    client.publish('y', 'k');
    world.run(ROUNDTRIP_US);
    expect(world.records('unroutable')).toHaveLength(2);
  });

  test('comes by policy, too; the argument counts before it', () => {
    const world = new World();
    const client = world.connect();
    for (const queue of ['a', 'p']) client.declare(queue);
    declareWith(client, 'to-a', 'fanout', {});
    declareWith(client, 'to-p', 'fanout', {});
    declareWith(client, 'x.own', 'direct', { 'alternate-exchange': 'to-a' });
    declareWith(client, 'x.none', 'direct', {});
    client.bind('a', 'to-a', '');
    client.bind('p', 'to-p', '');
    const policy = {
      name: 'ae',
      vhost: '/',
      pattern: '^x',
      definition: { 'alternate-exchange': 'to-p' },
      priority: 0,
      applyTo: 'exchanges',
    } as const;
    setPolicy(world.context, world.caller(), policy, () => {});
    world.run(ROUNDTRIP_US);
    declareWith(client, 'x.late', 'direct', {});
    for (const exchange of ['x.own', 'x.none', 'x.late']) client.publish(exchange, 'k');
    world.run(ROUNDTRIP_US);
    clearPolicy(world.context, world.caller(), 'ae', () => {});
    world.run(ROUNDTRIP_US);
    client.publish('x.none', 'k');
    world.run(ROUNDTRIP_US);
    expect(deliveredTo(world)).toEqual([['a'], ['p'], ['p']]);
    expect(world.records('unroutable')).toHaveLength(1);
  });

  test('is part of what a declaration must repeat (BRK-12)', () => {
    const world = new World();
    const client = world.connect();
    declareWith(client, 'x', 'direct', { 'alternate-exchange': 'y' });
    expect(declareWith(client, 'x', 'direct', {})).toMatchObject([
      {
        code: 406,
        text:
          "PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in vhost '/': " +
          "received none but current is the value 'y' of type 'longstr'",
      },
    ]);
  });
});

test('CC and BCC add routing keys; consumers see the first only (BRK-7)', () => {
  const world = new World();
  const client = world.connect();
  for (const queue of ['to', 'cc', 'bcc']) client.declare(queue);
  publishWith(client, '', 'to', { CC: ['cc', 'to'], BCC: ['bcc'] });
  world.run(ROUNDTRIP_US);
  expect(deliveredTo(world)).toEqual([['bcc', 'cc', 'to']]);
  const [seen] = world.queues.seen;
  expect(seen).toMatchObject({ what: 'deliver' });
  const { headers } = seen?.what === 'deliver' ? seen.delivery.message.properties : {};
  expect(headers).toEqual({ CC: ['cc', 'to'] });
});

test('an internal exchange takes messages from exchanges only (BRK-8)', () => {
  const world = new World();
  const client = world.connect();
  client.declare('q');
  client.ask({
    type: 'exchange.declare',
    channel: 1,
    exchange: 'inner',
    exchangeType: 'fanout',
    passive: false,
    durable: false,
    autoDelete: false,
    internal: true,
    arguments: {},
  });
  client.bind('q', 'inner', '');
  declareWith(client, 'outer', 'direct', { 'alternate-exchange': 'inner' });
  client.publish('outer', 'k');
  client.publish('inner', 'k');
  world.run(ROUNDTRIP_US);
  expect(deliveredTo(world)).toEqual([['q']]);
  expect(client.heard.at(-1)).toMatchObject({
    code: 403,
    text: "ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'",
  });
});
