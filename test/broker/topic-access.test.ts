/** Promise: where something is said about a user's topics, keys that it does not name are refused, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { clearTopicPermissions, setTopicPermission } from '../../sim/broker/topic-access.ts';
import { type Client, World } from './world.ts';

const vhost = '/';

function setUp(write: string, read = '.*'): { world: World; connect: () => Client } {
  const world = new World({
    permissions: [{ user: 'clerk', vhost, configure: '.*', write: '.*', read: '.*' }],
  });
  const admin = world.connect();
  admin.declareExchange('news', 'topic');
  admin.declareExchange('plain', 'direct');
  for (const exchange of ['news', 'plain'])
    setTopicPermission(
      world.context,
      world.caller(),
      { user: 'clerk', vhost, exchange, write, read },
      () => {},
    );
  world.run(10_000);
  return { world, connect: () => world.connect({ user: 'clerk' }) };
}

function refusals(world: World, client: Client): unknown[] {
  world.run(10_000);
  return client.heard.flatMap((method) => (method.type === 'channel.close' ? [method.text] : []));
}

describe('a user with topic permissions', () => {
  test.each([
    ['^a\\.', 'a.b', true],
    ['^a\\.', 'b.a', false],
    ['^{username}$', 'clerk', true],
    ['^{username}$', '{username}', false],
    ['{vhost}', 'x/y', true],
    ['', '', true],
    ['', 'a', false],
  ])('of %j publishes with %j: %j', (write, key, allowed) => {
    const { world, connect } = setUp(write);
    const client = connect();
    client.publish('news', key);
    const text = `ACCESS_REFUSED - access to topic '${key}' in exchange topic 'news' in vhost '/' refused for user 'clerk'`;
    expect(refusals(world, client)).toEqual(allowed ? [] : [text]);
  });

  test('binds by what it may read, and is free where the exchange is none of topics', () => {
    const { world, connect } = setUp('.*', '^b');
    const client = connect();
    client.declare('q');
    client.bind('q', 'news', 'b');
    client.bind('q', 'plain', 'a');
    client.publish('plain', 'a');
    expect(refusals(world, client)).toEqual([]);
    client.bind('q', 'news', 'a');
    expect(refusals(world, client)).toHaveLength(1);
  });

  test('is bound by them as they were when it connected', () => {
    const { world, connect } = setUp('^a');
    const before = connect();
    clearTopicPermissions(world.context, world.caller(), vhost, 'clerk', null, () => {});
    world.run(10_000);
    const after = connect();
    after.publish('news', 'b');
    before.publish('news', 'b');
    expect([refusals(world, after).length, refusals(world, before).length]).toEqual([0, 1]);
  });
});
