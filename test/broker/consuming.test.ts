/** Promise: consumers get what their queue hands over, on their terms, and outlive its leader (BRK-27 to BRK-36, MIR-43, MIR-45). */
import { describe, expect, test } from 'vitest';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { BasicAck, BasicNack } from '../../sim/amqp/message-methods.ts';
import { rabbitQueue } from '../../sim/broker/queue-record.ts';
import { TIMED_OUT_60_S, type Client, World } from './world.ts';
import type { FakeClient, Poke } from './fake-queue-type.ts';

function message(sequence: number): BasicMessage {
  return new BasicMessage(1, sequence, '', 'q', { persistent: true }, 10, sequence);
}

/** Lets a queue say something inside the latest channel that used it. */
function poke(world: World, run: (client: FakeClient) => void): void {
  const client = world.queues.clients.at(-1)!;
  const said: Poke = { type: 'poke', run };
  client.port.process.receive(said);
  world.run(10_000);
}

/** `count` deliveries to the consumer `t`, with message ids 11, 12 ... */
function deliver(world: World, count: number, noAck = false): void {
  poke(world, (client) => {
    const ids = Array.from({ length: count }, (_each, index) => index + 1);
    client.port.deliver(
      noAck,
      ids.map((id) => world.queues.delivery('q', 't', 10 + id, message(id))),
    );
  });
}

function settlements(world: World): unknown[] {
  return world.queues.seen.flatMap((seen) =>
    seen.what === 'complete' || seen.what === 'requeue' || seen.what === 'discard'
      ? [[seen.what, seen.ids]]
      : [],
  );
}

function consuming(
  world: World,
  options: { noAck?: boolean; cancelOnFailover?: boolean; notified?: boolean } = {},
): Client {
  const client = world.connect({ notified: options.notified ?? true });
  client.declare('q');
  expect(client.consume('q', 't', options)).toMatchObject([{ type: 'basic.consume-ok', consumerTag: 't' }]);
  client.heard.length = 0;
  return client;
}

describe('deliveries', () => {
  test('are numbered from one, and acknowledged one by one or up to a tag (BRK-31)', () => {
    const world = new World();
    const client = consuming(world);
    deliver(world, 5);
    expect(client.heard.map((method) => 'deliveryTag' in method && method.deliveryTag)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    client.ask(new BasicAck(1, 2, false));
    client.ask(new BasicAck(1, 3, true));
    client.ask(new BasicNack(1, 4, false, true));
    client.ask({ type: 'basic.reject', channel: 1, deliveryTag: 5, requeue: false });
    expect(settlements(world)).toEqual([
      ['complete', [12]],
      ['complete', [11, 13]],
      ['requeue', [14]],
      ['discard', [15]],
    ]);
  });

  test('tag 0 and multiple is all there are, even none (BRK-31, BRK-32)', () => {
    const world = new World();
    const client = consuming(world);
    deliver(world, 3);
    client.ask(new BasicNack(1, 0, true, true));
    expect(client.ask(new BasicAck(1, 0, true))).toEqual([]);
    expect(settlements(world)).toEqual([['requeue', [11, 12, 13]]]);
  });

  test.each([
    ['a second ack', [new BasicAck(1, 1, false), new BasicAck(1, 1, false)], 1],
    ['a tag never given', [new BasicAck(1, 9, false)], 9],
    ['multiple up to a tag that is not open', [new BasicAck(1, 9, true)], 9],
  ])('%s is fatal for the channel (BRK-31)', (_what, acks, tag) => {
    const world = new World();
    const client = consuming(world);
    deliver(world, 2);
    client.heard.length = 0;
    for (const ack of acks) client.say(ack);
    world.run(10_000);
    expect(client.heard).toMatchObject([
      { type: 'channel.close', code: 406, text: `PRECONDITION_FAILED - unknown delivery tag ${tag}` },
    ]);
    expect(world.queues.seen.some(({ what }) => what === 'close')).toBe(true);
  });

  test('that nobody acknowledges end the channel between 30 and 31 minutes (BRK-35)', () => {
    const world = new World();
    const client = consuming(world);
    deliver(world, 1);
    const deliveredUs = world.simulation.nowUs;
    client.heard.length = 0;
    world.run(1_790_000_000);
    expect(client.heard).toEqual([]);
    world.run(70_100_000);
    expect(world.simulation.nowUs - deliveredUs).toBeLessThan(31 * 60_000_000 + 200_000);
    expect(client.heard).toMatchObject([
      {
        type: 'channel.close',
        code: 406,
        text: expect.stringContaining(
          'delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms',
        ),
      },
    ]);
  });

  test('prefetch holds for consumers started later, and not without acknowledgements (BRK-28)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.consume('q', 'before');
    client.ask({ type: 'basic.qos', channel: 1, prefetchCount: 7 });
    client.consume('q', 'after');
    client.consume('q', 'auto', { noAck: true });
    const limits = world.queues.seen.flatMap((seen) =>
      seen.what === 'consume' ? [[seen.spec.consumerTag, seen.spec.prefetch]] : [],
    );
    expect(limits).toEqual([
      ['before', 0],
      ['after', 7],
      ['auto', 0],
    ]);
  });

  test('basic.get takes the head or says that there is none (BRK-34)', () => {
    const world = new World();
    const client = consuming(world);
    const get = { type: 'basic.get', channel: 1, queue: 'q', noAck: false } as const;
    expect(client.ask(get)).toMatchObject([{ type: 'basic.get-empty' }]);
    world.queues.ready.push(message(1), message(2));
    expect(client.ask(get)).toMatchObject([{ type: 'basic.get-ok', deliveryTag: 1, messageCount: 1 }]);
    client.ask(new BasicAck(1, 1, false));
    expect(settlements(world)).toEqual([['complete', [7]]]);
  });

  test('a consumer tag in use ends the connection', () => {
    const world = new World();
    const client = consuming(world);
    expect(client.consume('q', 't')).toMatchObject([{ type: 'connection.close', code: 530 }]);
  });
});

describe('a leader that died', () => {
  test('is consumed from again under the same tag as soon as there is a new one, unseen (MIR-43)', () => {
    const world = new World();
    const client = consuming(world);
    world.queues.dead.add('q');
    poke(world, (queue) => queue.port.consumersLost('q', 'noconnection'));
    client.publish('', 'q');
    world.run(500_000);
    expect(world.queues.seen.filter(({ what }) => what === 'deliver')).toEqual([]);
    world.queues.dead.delete('q');
    world.run(100_000);
    expect(client.heard).toEqual([]);
    expect(world.queues.seen.filter(({ what }) => what === 'deliver')).toHaveLength(1);
    const consumed = world.queues.seen.flatMap((seen) =>
      seen.what === 'consume' ? [seen.spec.consumerTag] : [],
    );
    expect(new Set(consumed)).toEqual(new Set(['t']));
  });

  test('cancels who asked for that, and who cannot consume any more (MIR-43, MIR-44)', () => {
    for (const cancelOnFailover of [true, false]) {
      const world = new World();
      const client = consuming(world, { cancelOnFailover });
      if (!cancelOnFailover) world.database.put(rabbitQueue, 'q', undefined);
      poke(world, (queue) => queue.port.consumersLost('q', 'noconnection'));
      expect(client.heard).toMatchObject([{ type: 'basic.cancel', consumerTag: 't' }]);
    }
  });

  test('cancels in silence who could not understand it (MIR-44)', () => {
    const world = new World();
    const client = consuming(world, { cancelOnFailover: true, notified: false });
    poke(world, (queue) => queue.port.consumersLost('q', 'noconnection'));
    expect(client.heard).toEqual([]);
  });

  test('is waited for for a minute, then it is not found (MIR-45)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.queues.dead.add('q');
    client.heard.length = 0;
    client.ask({ type: 'basic.get', channel: 1, queue: 'q', noAck: true }, 59_000_000);
    expect(client.heard).toEqual([]);
    world.run(2_000_000);
    expect(client.heard).toMatchObject([{ type: 'channel.close', code: 404, text: TIMED_OUT_60_S }]);
  });

  test('that is replaced meanwhile answers the operation that waited (MIR-45)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.queues.dead.add('q');
    client.heard.length = 0;
    client.declare('q', { passive: true });
    world.run(1_000_000);
    world.queues.dead.delete('q');
    world.run(40_000);
    expect(client.heard).toMatchObject([{ type: 'queue.declare-ok' }]);
  });

  test.each([
    ['crashed', "NOT_FOUND - queue 'q' in vhost '/' has crashed and failed to restart"],
    ['stopped', "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor"],
  ] as const)('is not waited for when the queue is %s (MIR-45)', (state, text) => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.queues.dead.add('q');
    world.database.put(rabbitQueue, 'q', { ...world.database.read(rabbitQueue, 'q')!, state });
    expect(client.consume('q', 't')).toMatchObject([{ code: 404, text }]);
  });
});
