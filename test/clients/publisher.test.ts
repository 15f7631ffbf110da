import { describe, expect, test } from 'vitest';
import { BasicNack } from '../../sim/amqp/message-methods.ts';
import type { ClientOptions } from '../../sim/clients/client.ts';
import { Publisher, type PublishOptions } from '../../sim/clients/publisher.ts';
import { SECOND, TestWorld } from './fake-broker.ts';

const options: ClientOptions = {
  name: 'shop',
  workload: 'shop',
  via: ['rabbit1'],
  startUs: SECOND,
  stopUs: 11 * SECOND,
  reconnectUs: SECOND,
  heartbeatUs: 60 * SECOND,
};
const spec: PublishOptions = {
  exchange: '',
  routingKeys: ['q'],
  ratePerSecond: 10,
  messages: null,
  confirms: true,
  persistent: true,
  mandatory: false,
  bodyBytes: 100,
  headers: [],
  priorities: [],
  expirationUs: null,
  confirmTimeoutUs: null,
  republishUnconfirmed: false,
  maxInFlight: null,
};

function setUp(changes: Partial<PublishOptions> = {}, clientChanges: Partial<ClientOptions> = {}) {
  const world = new TestWorld();
  const broker = world.broker('rabbit1');
  const publisher = new Publisher(world.context, { ...options, ...clientChanges }, { ...spec, ...changes });
  return { world, broker, publisher };
}

describe('a publisher with a rate', () => {
  test('takes turn n at start + n/rate, before its stop, and skips the one that comes while it connects', () => {
    const { world } = setUp();
    world.runTo(20);
    expect(world.count('publish_skipped')).toBe(1);
    expect(world.count('published')).toBe(99);
    expect(world.of('published').map(({ time }) => Number(time))).toEqual(
      Array.from({ length: 99 }, (_, index) => (11 + index) / 10),
    );
    expect(world.count('confirmed')).toBe(99);
  });

  test('skips the turns of an outage and goes on with consecutive ids', () => {
    const { world, broker } = setUp();
    world.runTo(3.05);
    broker.shut();
    broker.session.break('reset');
    world.runTo(5.5);
    broker.open();
    world.runTo(20);
    expect(world.of('connection_lost')).toMatchObject([
      { code: 0, text: 'read ECONNRESET', node: 'rabbit1' },
    ]);
    // Lost at 3.05; attempts at 4.05 and 5.05 are refused, the one at 6.05 succeeds.
    expect(world.of('connection_opened').map(({ time }) => Math.floor(Number(time) * 10))).toEqual([10, 60]);
    expect(world.count('publish_skipped')).toBe(1 + 30);
    const ids = broker.published.map(({ sequence }) => sequence);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1));
  });

  test('keeps its connection after its stop, so that late confirms count', () => {
    const { world, broker } = setUp();
    broker.confirms = false;
    world.runTo(15);
    broker.session.send({ type: 'basic.ack', channel: 1, deliveryTag: 99, multiple: true });
    world.runTo(16);
    expect(world.count('confirmed')).toBe(99);
    expect(broker.session.of('connection.close')).toEqual([]);
  });

  test('tries its nodes in turn, one step an attempt', () => {
    const { world, broker } = setUp({}, { via: ['rabbit1', 'rabbit2'] });
    const other = world.broker('rabbit2');
    world.runTo(2.05);
    broker.session.send({
      type: 'connection.close',
      code: 320,
      text: "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
    });
    world.runTo(4);
    expect(other.sessions).toHaveLength(1);
    expect(broker.session.of('connection.close-ok')).toHaveLength(1);
    expect(world.of('connection_lost')).toMatchObject([{ code: 320 }]);
    other.session.break('fin');
    world.runTo(6);
    expect(broker.sessions).toHaveLength(2);
  });

  test('uses lists in turn', () => {
    const { world, broker } = setUp({
      routingKeys: ['a', 'b'],
      headers: [{ n: 0 }, { n: 1 }, { n: 2 }],
      priorities: [7],
    });
    world.runTo(2.05);
    expect(
      broker.published
        .slice(0, 4)
        .map(({ routingKey, properties }) => [routingKey, properties.headers?.['n'], properties.priority]),
    ).toEqual([
      ['a', 0, 7],
      ['b', 1, 7],
      ['a', 2, 7],
      ['b', 0, 7],
    ]);
  });

  test('holds back what would exceed max_in_flight and catches up', () => {
    const { world, broker } = setUp({ maxInFlight: 3 });
    broker.confirms = false;
    world.runTo(2.05);
    expect(broker.published).toHaveLength(3);
    broker.session.send({ type: 'basic.ack', channel: 1, deliveryTag: 2, multiple: true });
    world.runTo(2.06);
    expect(broker.published).toHaveLength(5);
    expect(world.count('publish_skipped')).toBe(1);
  });
});

describe('a publisher with a number of messages', () => {
  test('waits for its connection instead of skipping', () => {
    const { world, broker } = setUp({ messages: 20 });
    broker.shut();
    world.runTo(4.5);
    broker.open();
    world.runTo(20);
    expect(world.count('publish_skipped')).toBe(0);
    expect(broker.published).toHaveLength(20);
  });

  test('without a rate writes all of them as fast as its program can', () => {
    const { world, broker } = setUp({ messages: 1000, ratePerSecond: null });
    world.runTo(1.02);
    expect(broker.published).toHaveLength(1000);
    expect(new Set(world.of('published').map(({ time }) => time)).size).toBe(10);
  });
});

describe('what was not confirmed', () => {
  test('is forgotten when the connection ends', () => {
    const { world, broker } = setUp();
    broker.confirms = false;
    world.runTo(2.05);
    broker.session.break('fin');
    world.runTo(4);
    expect(new Set(broker.published.map(({ sequence }) => sequence)).size).toBe(broker.published.length);
  });

  test('is published again, first and in order, under the same ids by a reliable publisher (CLI-19)', () => {
    const { world, broker } = setUp({ republishUnconfirmed: true });
    broker.confirms = false;
    world.runTo(1.55);
    broker.session.send({ type: 'basic.ack', channel: 1, deliveryTag: 2, multiple: false });
    world.runTo(1.56);
    broker.session.break('fin');
    world.runTo(2.65);
    expect(
      broker.sessions.map((session) => session.of('basic.publish').map(({ sequence }) => sequence)),
    ).toEqual([
      [1, 2, 3, 4, 5],
      [1, 3, 4, 5, 6],
    ]);
    expect(world.of('published').filter(({ attempt }) => attempt === 2)).toHaveLength(4);
  });

  test('is given up after the confirm timeout, but a late confirm is noted (CLI-9)', () => {
    const { world, broker } = setUp({ confirmTimeoutUs: 2 * SECOND, maxInFlight: 1 });
    broker.confirms = false;
    world.runTo(4.5);
    expect(broker.published.map(({ sequence }) => sequence)).toEqual([1, 2]);
    broker.session.send({ type: 'basic.ack', channel: 1, deliveryTag: 1, multiple: false });
    world.runTo(4.6);
    expect(world.of('confirmed').map(({ message }) => String(message).split('-')[1])).toEqual(['1']);
  });

  test('is published again after the wait when the broker refused it', () => {
    const { world, broker } = setUp({ republishUnconfirmed: true, messages: 1 });
    broker.confirms = false;
    world.runTo(1.2);
    broker.session.send(new BasicNack(1, 1, false, false));
    world.runTo(2.1);
    expect(broker.published).toHaveLength(1);
    world.runTo(3);
    expect(broker.published.map(({ sequence }) => sequence)).toEqual([1, 1]);
    expect(world.count('nacked')).toBe(1);
  });

  test('is not published a third time when a refusal comes after the timeout for which it was published again', () => {
    const { world, broker } = setUp({
      republishUnconfirmed: true,
      messages: 1,
      confirmTimeoutUs: 2 * SECOND,
    });
    broker.confirms = false;
    world.runTo(3.5);
    expect(broker.published.map(({ sequence }) => sequence)).toEqual([1, 1]);
    broker.session.send(new BasicNack(1, 1, false, false));
    broker.session.send({ type: 'basic.ack', channel: 1, deliveryTag: 2, multiple: false });
    world.runTo(10);
    expect(world.count('nacked')).toBe(1);
    expect(world.count('confirmed')).toBe(1);
    expect(broker.published).toHaveLength(2);
  });
});

describe('a client whose machine goes wrong', () => {
  test('that is killed loses its connection without a word and comes back', () => {
    const { world, broker, publisher } = setUp();
    world.runTo(2.05);
    publisher.kill();
    world.runTo(4);
    expect(broker.sessions[0]!.closedBy).toBe('reset');
    expect(broker.sessions[0]!.of('connection.close')).toEqual([]);
    expect(world.of('connection_lost')).toMatchObject([{ text: 'killed by the scenario' }]);
    expect(broker.sessions).toHaveLength(2);
  });

  test('that stands still publishes and hears nothing, then catches up', () => {
    const { world, broker, publisher } = setUp();
    world.runTo(2.05);
    publisher.freeze(true);
    world.runTo(5.05);
    const before = broker.published.length;
    expect(before).toBe(10);
    publisher.freeze(false);
    world.runTo(5.06);
    expect(broker.published).toHaveLength(before + 30);
  });
});
