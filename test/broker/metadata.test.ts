/** Promise: what dies with a node leaves the metadata as CLU-17 says, and what comes back is recovered as CLU-15 says. */
import { describe, expect, test } from 'vitest';
import { bindingKey, rabbitRoute, rabbitSemiDurableRoute } from '../../sim/broker/binding.ts';
import { purgeDeadQueues } from '../../sim/broker/dead-queues.ts';
import { rabbitDurableExchange, rabbitExchange } from '../../sim/broker/exchange.ts';
import { rabbitDurableQueue, rabbitQueue } from '../../sim/broker/queue-record.ts';
import { recoverTopology } from '../../sim/broker/recovery.ts';
import { Pid } from '../../sim/erlang/message.ts';
import { World } from './world.ts';

/** Moves a queue's process to a node that is going to be down. */
function moveTo(world: World, queue: string, node: string, mirrored = false): void {
  const pid = new Pid(node, 1, world.caller());
  const record = world.database.read(rabbitQueue, queue)!;
  const policy = mirrored ? { name: 'ha', definition: { 'ha-mode': 'all' } } : null;
  world.database.put(rabbitQueue, queue, { ...record, pid, policy });
  const durable = world.database.read(rabbitDurableQueue, queue);
  if (durable !== undefined) world.database.put(rabbitDurableQueue, queue, { ...durable, pid, policy });
}

function purge(world: World, node: string): void {
  let done = false;
  purgeDeadQueues(world.context, world.caller(), node, () => (done = true));
  world.run(100_000);
  expect(done).toBe(true);
}

describe('a node that is down (CLU-17)', () => {
  test('leaves durable queues absent (BRK-14), transient ones unknown (BRK-15), mirrored ones alone', () => {
    const world = new World();
    const client = world.connect();
    for (const queue of ['durable', 'ha']) client.declare(queue, { durable: true });
    client.declare('transient');
    client.declare('elsewhere');
    client.bind('durable', 'amq.direct', 'k');
    client.bind('transient', 'amq.direct', 'k');
    for (const queue of ['durable', 'transient']) moveTo(world, queue, 'rabbit2');
    moveTo(world, 'ha', 'rabbit2', true);
    world.database.down.add('rabbit2');
    purge(world, 'rabbit2');
    const live = [...world.database.entries(rabbitQueue)].map(([name]) => name);
    expect(live).toEqual(['ha', 'elsewhere']);
    expect(world.database.read(rabbitDurableQueue, 'durable')).toBeDefined();
    expect([...world.database.entries(rabbitRoute)]).toEqual([]);
    expect([...world.database.entries(rabbitSemiDurableRoute)]).toHaveLength(1);
    expect(world.records('queue_down')).toMatchObject([{ queue: 'durable', node: 'rabbit2' }]);
    expect(world.records('queue_deleted')).toMatchObject([{ queue: 'transient', node: 'rabbit2' }]);
    expect(client.declare('transient')).toMatchObject([{ type: 'queue.declare-ok' }]);
  });

  test('is purged ten queues at a time', () => {
    const world = new World();
    const client = world.connect();
    for (let i = 0; i < 25; i += 1) {
      client.declare(`q${i}`);
      moveTo(world, `q${i}`, 'rabbit2');
    }
    world.database.down.add('rabbit2');
    const { commits } = world.database;
    purge(world, 'rabbit2');
    expect(world.database.commits - commits).toBe(3);
    expect([...world.database.entries(rabbitQueue)]).toEqual([]);
  });

  test('keeps queues whose process is alive after all', () => {
    const world = new World();
    world.connect().declare('q');
    purge(world, 'rabbit1');
    expect(world.database.read(rabbitQueue, 'q')).toBeDefined();
  });
});

describe('a node that boots (CLU-15)', () => {
  test('recovers its own durable queues, exchanges and bindings, and erases the rest', () => {
    const world = new World();
    const client = world.connect();
    client.declareExchange('x', 'fanout', { durable: true });
    client.declare('here', { durable: true });
    client.declare('there', { durable: true });
    client.declare('transient');
    for (const queue of ['here', 'there', 'transient']) client.bind(queue, 'x', '');
    moveTo(world, 'there', 'rabbit2');
    world.database.forgetRam([rabbitQueue, rabbitExchange, rabbitRoute, rabbitSemiDurableRoute]);
    let done = false;
    recoverTopology(world.context, world.caller(), () => (done = true));
    world.run(100_000);
    expect(done).toBe(true);
    expect(world.queues.erased).toEqual([['here']]);
    expect([...world.database.entries(rabbitQueue)].map(([name]) => name)).toEqual(['here']);
    expect(world.database.read(rabbitExchange, 'x')).toBeDefined();
    const here = {
      source: 'x',
      destinationKind: 'queue',
      destination: 'here',
      routingKey: '',
      arguments: {},
    } as const;
    expect([...world.database.entries(rabbitRoute)].map(([key]) => key)).toEqual([bindingKey(here)]);
    expect([...world.database.entries(rabbitSemiDurableRoute)]).toHaveLength(2);
  });

  test('for the first time finds the exchanges that every virtual host has', () => {
    const world = new World();
    for (const name of ['', 'amq.direct', 'amq.fanout', 'amq.topic']) {
      world.database.put(rabbitExchange, name, undefined);
      world.database.put(rabbitDurableExchange, name, undefined);
    }
    recoverTopology(world.context, world.caller(), () => {});
    world.run(100_000);
    expect([...world.database.entries(rabbitExchange)].map(([name]) => name).toSorted()).toEqual([
      '',
      'amq.direct',
      'amq.fanout',
      'amq.headers',
      'amq.match',
      'amq.topic',
    ]);
  });

  test('purges what its own earlier incarnation left', () => {
    const world = new World();
    world.connect().declare('q');
    const record = world.database.read(rabbitQueue, 'q')!;
    world.database.put(rabbitQueue, 'q', { ...record, pid: new Pid('rabbit1', 0, world.caller()) });
    recoverTopology(world.context, world.caller(), () => {});
    world.run(100_000);
    expect(world.database.read(rabbitQueue, 'q')).toBeUndefined();
  });
});
