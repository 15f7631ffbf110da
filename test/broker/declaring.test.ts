/** Promise: declaring, deleting and binding succeed and fail as BRK-12 to BRK-16 say, in RabbitMQ's words. */
import { describe, expect, test } from 'vitest';
import { rabbitDurableQueue, rabbitQueue } from '../../sim/broker/queue-record.ts';
import { rabbitExchange } from '../../sim/broker/exchange.ts';
import { Pid } from '../../sim/erlang/message.ts';
import { World } from './world.ts';

const HOME_DOWN =
  "NOT_FOUND - home node 'rabbit@rabbit2' of durable queue 'q' in vhost '/' is down or inaccessible";

/** A durable queue that lives on a node which is down. */
function absentQueue(world: World): void {
  const client = world.connect();
  client.declare('q', { durable: true });
  const record = world.database.read(rabbitDurableQueue, 'q')!;
  const pid = new Pid('rabbit2', 1, world.caller());
  world.database.put(rabbitDurableQueue, 'q', { ...record, pid });
  world.database.put(rabbitQueue, 'q', undefined);
}

describe('declaring a queue', () => {
  test('again is answered with what is in it (BRK-12)', () => {
    const world = new World();
    const client = world.connect();
    expect(client.declare('q')).toMatchObject([{ type: 'queue.declare-ok', queue: 'q', messageCount: 0 }]);
    world.queues.messages = 5;
    world.queues.consumers = 2;
    const answer = { type: 'queue.declare-ok', queue: 'q', messageCount: 5, consumerCount: 2 };
    expect(client.declare('q')).toMatchObject([answer]);
    expect(client.declare('q', { passive: true })).toMatchObject([answer]);
  });

  test.each([
    [{ durable: true }, 'durable', 'true', 'false'],
    [{ autoDelete: true }, 'auto_delete', 'true', 'false'],
  ])('differently is refused: %j (BRK-12)', (flags, key, received, current) => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    expect(client.declare('q', flags)).toMatchObject([
      {
        type: 'channel.close',
        code: 406,
        text: `PRECONDITION_FAILED - inequivalent arg '${key}' for queue 'q' in vhost '/': received '${received}' but current is '${current}'`,
      },
    ]);
  });

  test('with other arguments is refused, with classic as type it is the same (BRK-12)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    const declare = {
      type: 'queue.declare',
      channel: 1,
      queue: 'q',
      passive: false,
      durable: false,
      exclusive: false,
      autoDelete: false,
    } as const;
    expect(client.ask({ ...declare, arguments: { 'x-queue-type': 'classic' } })).toMatchObject([
      { type: 'queue.declare-ok' },
    ]);
    expect(client.ask({ ...declare, arguments: { 'x-max-length': 5 } })).toMatchObject([
      {
        code: 406,
        text: "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received the value '5' of type 'signedint' but current is none",
      },
    ]);
  });

  test('with another value for the same argument is told both values, without types (BRK-12)', () => {
    const world = new World();
    const client = world.connect();
    const declare = { type: 'queue.declare', queue: 'q', passive: false } as const;
    const fixed = { durable: true, exclusive: false, autoDelete: false };
    client.ask({ ...declare, ...fixed, channel: 1, arguments: { 'x-max-length': 4 } });
    expect(client.ask({ ...declare, ...fixed, channel: 1, arguments: { 'x-max-length': 5 } })).toMatchObject([
      {
        code: 406,
        text: "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received '5' but current is '4'",
      },
    ]);
  });

  test('passively fails where there is none, and reserved names are refused (BRK-12)', () => {
    const world = new World();
    expect(world.connect().declare('q', { passive: true })).toMatchObject([
      { code: 404, text: "NOT_FOUND - no queue 'q' in vhost '/'" },
    ]);
    expect(world.connect().declare('amq.mine')).toMatchObject([
      { code: 403, text: "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'" },
    ]);
  });

  test('without a name gets one, which an empty name then stands for', () => {
    const world = new World();
    const client = world.connect();
    const [declared] = client.declare('');
    expect(declared).toMatchObject({ type: 'queue.declare-ok', queue: expect.stringMatching(/^amq\.gen-/) });
    expect(client.bind('', 'amq.direct', 'k')).toMatchObject([{ type: 'queue.bind-ok' }]);
  });

  test('durable writes both records, exclusive is never durable (BRK-13)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('d', { durable: true });
    client.declare('e', { durable: true, exclusive: true });
    expect(world.database.read(rabbitDurableQueue, 'd')).toBeDefined();
    expect(world.database.read(rabbitDurableQueue, 'e')).toBeUndefined();
    expect(world.database.read(rabbitQueue, 'e')!.durable).toBe(false);
  });
});

describe('a durable queue whose home node is down (BRK-14)', () => {
  test.each([
    ['declare', { durable: true }],
    ['declare passively', { passive: true }],
  ])('cannot be declared: %s', (_how, flags) => {
    const world = new World();
    absentQueue(world);
    expect(world.connect().declare('q', flags)).toMatchObject([{ code: 404, text: HOME_DOWN }]);
  });

  test('cannot be consumed, got from, bound, unbound, purged or deleted', () => {
    const world = new World();
    absentQueue(world);
    const refused = [{ type: 'channel.close', code: 404, text: HOME_DOWN }];
    const args = {};
    expect(world.connect().consume('q', 't')).toMatchObject(refused);
    expect(world.connect().ask({ type: 'basic.get', channel: 1, queue: 'q', noAck: false })).toMatchObject(
      refused,
    );
    expect(world.connect().bind('q', 'amq.direct', 'k')).toMatchObject(refused);
    expect(
      world.connect().ask({
        type: 'queue.unbind',
        channel: 1,
        queue: 'q',
        exchange: 'amq.direct',
        routingKey: 'k',
        arguments: args,
      }),
    ).toMatchObject(refused);
    expect(world.connect().ask({ type: 'queue.purge', channel: 1, queue: 'q' })).toMatchObject(refused);
    expect(
      world.connect().ask({ type: 'queue.delete', channel: 1, queue: 'q', ifUnused: false, ifEmpty: false }),
    ).toMatchObject(refused);
  });

  test('a publish to it is confirmed and gone', () => {
    const world = new World();
    absentQueue(world);
    const client = world.connect();
    client.ask({ type: 'confirm.select', channel: 1 });
    client.heard.length = 0;
    client.publish('', 'q');
    world.run(10_000);
    expect(client.heard).toMatchObject([{ type: 'basic.ack', deliveryTag: 1 }]);
    expect(world.records('unroutable')).toHaveLength(1);
  });
});

describe('an exclusive queue (BRK-16)', () => {
  test('is its connection’s alone', () => {
    const world = new World();
    const owner = world.connect();
    owner.declare('mine', { exclusive: true });
    expect(owner.declare('mine', { exclusive: true })).toMatchObject([{ type: 'queue.declare-ok' }]);
    const locked = [
      {
        type: 'channel.close',
        code: 405,
        text: expect.stringMatching(
          /^RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine'/,
        ),
      },
    ];
    expect(world.connect().declare('mine', { exclusive: true })).toMatchObject(locked);
    expect(world.connect().declare('mine', { passive: true })).toMatchObject(locked);
    expect(world.connect().consume('mine', 't')).toMatchObject(locked);
    expect(world.connect().bind('mine', 'amq.direct', 'k')).toMatchObject(locked);
    expect(world.connect().ask({ type: 'queue.purge', channel: 1, queue: 'mine' })).toMatchObject(locked);
    expect(owner.declare('mine')).toMatchObject(locked);
  });

  test('is deleted before its connection says goodbye', () => {
    const world = new World();
    const owner = world.connect();
    owner.declare('mine', { exclusive: true });
    expect(owner.ask({ type: 'connection.close', code: 200, text: '' })).toMatchObject([
      { type: 'connection.close-ok' },
    ]);
    expect(world.database.read(rabbitQueue, 'mine')).toBeUndefined();
  });
});

describe('deleting', () => {
  test('a queue can be refused while it is used or not empty, and succeeds if there is none', () => {
    const world = new World();
    const remove = { type: 'queue.delete', channel: 1, queue: 'q', ifUnused: true, ifEmpty: true } as const;
    expect(world.connect().ask(remove)).toMatchObject([{ type: 'queue.delete-ok', messageCount: 0 }]);
    world.connect().declare('q');
    world.queues.messages = 3;
    expect(world.connect().ask(remove)).toMatchObject([
      { code: 406, text: "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty" },
    ]);
    expect(world.connect().ask({ type: 'queue.purge', channel: 1, queue: 'q' })).toMatchObject([
      { type: 'queue.purge-ok', messageCount: 3 },
    ]);
    expect(world.connect().ask({ ...remove, ifEmpty: false })).toMatchObject([
      { type: 'queue.delete-ok', messageCount: 3 },
    ]);
  });

  test('an auto-delete exchange goes with its last binding', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.declareExchange('x', 'direct', { autoDelete: true });
    client.bind('q', 'x', 'k');
    client.ask({ type: 'queue.delete', channel: 1, queue: 'q', ifUnused: false, ifEmpty: false });
    expect(world.database.read(rabbitExchange, 'x')).toBeUndefined();
  });

  test('exchanges: unknown types end the connection, differing ones the channel', () => {
    const world = new World();
    expect(world.connect().declareExchange('x', 'direct')).toMatchObject([{ type: 'exchange.declare-ok' }]);
    expect(world.connect().declareExchange('x', 'fanout')).toMatchObject([
      {
        type: 'channel.close',
        code: 406,
        text: "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost '/': received 'fanout' but current is 'direct'",
      },
    ]);
    expect(world.connect().declareExchange('x', 'odd')).toMatchObject([
      { type: 'connection.close', code: 503, text: "COMMAND_INVALID - unknown exchange type 'odd'" },
    ]);
    expect(
      world.connect().ask({ type: 'exchange.delete', channel: 1, exchange: 'amq.topic', ifUnused: false }),
    ).toMatchObject([{ code: 403 }]);
  });
});
