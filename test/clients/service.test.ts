// A service passes on what it handled, with its trace; what it publishes are messages of their own.
import { describe, expect, test } from 'vitest';
import { BasicAck, BasicDeliver, BasicNack } from '../../sim/amqp/message-methods.ts';
import { BasicMessage, type FieldTable } from '../../sim/amqp/basic-message.ts';
import { Service, type ServiceOptions } from '../../sim/clients/service.ts';
import { beginTrace, continueTrace, traceRoot } from '../../sim/clients/trace.ts';
import { SECOND, TestWorld, type Session } from './fake-broker.ts';

const spec: ServiceOptions = {
  queue: 'orders',
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
  publish: {
    exchange: 'paid',
    routingKeys: ['a', 'b'],
    confirms: false,
    persistent: true,
    mandatory: false,
    bodyBytes: 50,
  },
};

function setUp(publish: Partial<ServiceOptions['publish']> = {}, changes: Partial<ServiceOptions> = {}) {
  const world = new TestWorld();
  const broker = world.broker('rabbit1');
  broker.confirms = false;
  const options = {
    name: 'payment',
    workload: 'payment',
    via: ['rabbit1'],
    startUs: 0,
    stopUs: null,
    reconnectUs: SECOND,
    heartbeatUs: 60 * SECOND,
  };
  const service = new Service(world.context, options, {
    ...spec,
    ...changes,
    publish: { ...spec.publish, ...publish },
  });
  world.runTo(1);
  return { world, broker, service };
}

function hand(session: Session, sequence: number, headers?: FieldTable): void {
  const message = new BasicMessage(
    5,
    sequence,
    '',
    'orders',
    { persistent: true, ...(headers && { headers }) },
    10,
    1,
  );
  session.send(new BasicDeliver(1, 'tag', sequence, false, message));
}

describe('a service', () => {
  test('publishes one message for each it handled, its keys in turn, and says what it follows from', () => {
    const { world, broker } = setUp();
    for (const sequence of [1, 2, 3]) hand(broker.session, sequence);
    world.runTo(2);
    expect(
      broker.published.map(({ exchange, routingKey, sequence }) => [exchange, routingKey, sequence]),
    ).toEqual([
      ['paid', 'a', 1],
      ['paid', 'b', 2],
      ['paid', 'a', 3],
    ]);
    expect(world.of('followed')).toHaveLength(3);
    expect(world.count('acked')).toBe(3);
    const order = world.records
      .map(({ record }) => record)
      .filter((name) => ['followed', 'published', 'acked'].includes(String(name)));
    expect(order.slice(0, 3)).toEqual(['followed', 'published', 'acked']);
  });

  test('carries headers on: the same trace, a new span whose parent is the one before', () => {
    const { world, broker, service } = setUp();
    const headers: FieldTable = { customer: 'x', ...beginTrace(5, 17) };
    hand(broker.session, 17, headers);
    world.runTo(2);
    const sent = broker.published[0]!.properties.headers!;
    expect(sent).toMatchObject({
      customer: 'x',
      'X-B3-TraceId': headers['X-B3-TraceId'],
      'X-B3-ParentSpanId': headers['X-B3-SpanId'],
    });
    expect(sent['X-B3-SpanId']).not.toBe(headers['X-B3-SpanId']);
    expect(traceRoot(sent)).toEqual({ publisher: 5, sequence: 17 });
    expect(world.of('traced')).toHaveLength(1);
    expect(service.state()).toBe('connected');
  });

  test('with confirms acknowledges what came in when what went out is safe', () => {
    const { world, broker } = setUp({ confirms: true });
    hand(broker.session, 1);
    hand(broker.session, 2);
    world.runTo(2);
    expect(world.count('acked')).toBe(0);
    broker.session.send(new BasicAck(1, 2, true));
    world.runTo(3);
    expect(world.count('acked')).toBe(2);
    expect(broker.session.of('basic.ack').map(({ deliveryTag }) => deliveryTag)).toEqual([1, 2]);
  });

  test('with confirms puts back what it could not pass on', () => {
    const { world, broker } = setUp({ confirms: true, mandatory: true });
    hand(broker.session, 1);
    hand(broker.session, 2);
    world.runTo(2);
    broker.session.send(new BasicNack(1, 1, false, false));
    const message = new BasicMessage(
      world.simulation.journal.intern('payment'),
      2,
      'paid',
      'b',
      { persistent: true },
      50,
      2,
    );
    broker.session.send({ type: 'basic.return', channel: 1, code: 312, text: 'NO_ROUTE', message });
    broker.session.send(new BasicAck(1, 2, false));
    world.runTo(3);
    expect(world.count('acked')).toBe(0);
    expect(
      broker.session.of('basic.reject').map(({ deliveryTag, requeue }) => [deliveryTag, requeue]),
    ).toEqual([
      [1, true],
      [2, true],
    ]);
  });

  test('publishes again what is delivered again, unless it knows it', () => {
    for (const dedupe of [false, true]) {
      const { world, broker } = setUp({}, { dedupe });
      hand(broker.session, 1);
      hand(broker.session, 1);
      world.runTo(2);
      expect(broker.published).toHaveLength(dedupe ? 1 : 2);
    }
  });
});

describe('a trace', () => {
  test('begins where a message comes without one', () => {
    expect(traceRoot(continueTrace({ a: 1 }, 3, 4))).toEqual({ publisher: 3, sequence: 4 });
  });

  test('that somebody else began is carried on, though nobody here knows its message', () => {
    const headers = continueTrace({ 'X-B3-TraceId': 'their own' }, 3, 4);
    expect(headers).toMatchObject({ 'X-B3-TraceId': 'their own', 'X-B3-ParentSpanId': 'their own' });
    expect(traceRoot(headers)).toBeNull();
    expect(traceRoot(undefined)).toBeNull();
  });
});
