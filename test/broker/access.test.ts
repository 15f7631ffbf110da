/** Promise: a user may do what the permissions say, is told what was refused in RabbitMQ's words, and others pay nothing for it. */
import { describe, expect, test } from 'vitest';
import { AccessControl } from '../../sim/broker/virtual-hosts.ts';
import { deliveredTo, World, type Client } from './world.ts';

const ROUNDTRIP_US = 10_000;

const vhost = '/';
const clerk = {
  user: 'clerk',
  vhost,
  configure: '^clerk',
  write: '^(clerk|orders$)',
  read: '^(clerk|amq\\.)',
};

function setUp(): { world: World; admin: Client; connect: () => Client } {
  const world = new World({
    permissions: [clerk, { user: 'idle', vhost, configure: '', write: '', read: '' }],
  });
  const admin = world.connect();
  admin.declareExchange('orders', 'fanout');
  admin.declare('secret');
  return { world, admin, connect: () => world.connect({ user: 'clerk' }) };
}

describe('a user with permissions', () => {
  test('does what they are for', () => {
    const { world, connect } = setUp();
    const client = connect();
    expect(client.declare('clerk.in')).toMatchObject([{ type: 'queue.declare-ok' }]);
    expect(client.bind('clerk.in', 'amq.topic', '#')).toMatchObject([{ type: 'queue.bind-ok' }]);
    client.bind('clerk.in', 'orders', '');
    expect(client.heard.at(-1)).toMatchObject({ type: 'channel.close', code: 403 });
    const other = connect();
    other.publish('orders', '');
    world.run(ROUNDTRIP_US);
    expect(other.heard).toEqual([]);
    expect(other.consume('clerk.in', 'c')).toMatchObject([{ type: 'basic.consume-ok' }]);
  });

  test.each<[string, (client: Client) => unknown, string]>([
    ['to declare', (client) => client.declare('other'), "queue 'other'"],
    ['to consume', (client) => client.consume('secret', 'c'), "queue 'secret'"],
    ['to declare an exchange', (client) => client.declareExchange('x', 'fanout'), "exchange 'x'"],
    ['to publish', (client) => client.publish('amq.fanout', 'k'), "exchange 'amq.fanout'"],
    ['to the nameless exchange', (client) => client.publish('', 'secret'), "exchange 'amq.default'"],
    ['what does not exist', (client) => client.publish('nowhere', ''), "exchange 'nowhere'"],
  ])('is refused %s', (_what, act, resource) => {
    const { world, connect } = setUp();
    const client = connect();
    client.heard.length = 0;
    act(client);
    world.run(ROUNDTRIP_US);
    expect(client.heard.at(-1)).toMatchObject({
      type: 'channel.close',
      code: 403,
      text: `ACCESS_REFUSED - access to ${resource} in vhost '/' refused for user 'clerk'`,
    });
    expect(deliveredTo(world)).toEqual([]);
  });

  test('needs to write where its dead letters are to go', () => {
    const { connect } = setUp();
    const client = connect();
    const declare = (exchange: string) =>
      client.ask({
        type: 'queue.declare',
        channel: 1,
        queue: 'clerk.in',
        passive: false,
        durable: true,
        exclusive: false,
        autoDelete: false,
        arguments: { 'x-dead-letter-exchange': exchange },
      });
    expect(declare('orders')).toMatchObject([{ type: 'queue.declare-ok' }]);
    expect(declare('amq.direct')).toMatchObject([{ code: 403 }]);
  });
});

test('who has no permission in the virtual host does not get in; an empty pattern is for nothing', () => {
  const { world } = setUp();
  const stranger = world.connect({ user: 'stranger', channel: false, keepHeard: true });
  expect(stranger.heard.at(-1)).toMatchObject({
    type: 'connection.close',
    code: 530,
    text: "NOT_ALLOWED - access to vhost '/' refused for user 'stranger'",
  });
  const idle = world.connect({ user: 'idle' });
  expect(idle.declare('q')).toMatchObject([{ type: 'channel.close', code: 403 }]);
});

test('guest may do everything until somebody says otherwise', () => {
  const { database } = new World();
  expect(new AccessControl(database, []).of('guest', vhost)).toBeNull();
  const limited = new AccessControl(database, [
    { user: 'guest', vhost, configure: '', write: '.*', read: '.*' },
  ]);
  expect(limited.of('guest', vhost)).not.toBeNull();
  const all = { user: 'root', vhost, configure: '.*', write: '.*', read: '.*' };
  expect(new AccessControl(database, [all]).of('root', vhost)).toBeNull();
  expect(new AccessControl(database, [all]).of('root', 'shop')).toBeUndefined();
});
