// Calls over a queue: one reply queue a client, correlation ids, a limit on patience, and what becomes of each call.
import { describe, expect, test } from 'vitest';
import { BasicDeliver } from '../../sim/amqp/message-methods.ts';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { RpcClient, type RpcClientOptions } from '../../sim/clients/rpc-client.ts';
import { RpcServer } from '../../sim/clients/rpc-server.ts';
import { SECOND, TestWorld, type Session } from './fake-broker.ts';

const options = {
  name: 'caller',
  workload: 'caller',
  via: ['rabbit1'],
  startUs: 0,
  stopUs: null,
  reconnectUs: SECOND,
  heartbeatUs: 60 * SECOND,
};

function setUp(spec: Partial<RpcClientOptions>) {
  const world = new TestWorld();
  const broker = world.broker('rabbit1');
  let queues = 0;
  broker.answer = (method, session) => {
    if (method.type !== 'queue.declare') return false;
    queues += 1;
    const queue = `amq.gen-${queues}`;
    session.send({ type: 'queue.declare-ok', channel: 1, queue, messageCount: 0, consumerCount: 0 });
    return true;
  };
  const client = new RpcClient(world.context, options, {
    requestQueue: 'rpc',
    ratePerSecond: null,
    messages: null,
    timeoutUs: 2 * SECOND,
    bodyBytes: 10,
    ...spec,
  });
  return { world, broker, client };
}

function reply(session: Session, correlationId: string): void {
  const message = new BasicMessage(9, 1, '', 'amq.gen-1', { persistent: false, correlationId }, 10, 1);
  session.send(new BasicDeliver(1, 'tag', 1, false, message));
}

function outcomes(world: TestWorld): Record<string, number> {
  const names = ['call_made', 'call_answered', 'call_timed_out', 'call_failed', 'late_reply'];
  return Object.fromEntries(names.map((name) => [name, world.count(name)]));
}

describe('a caller', () => {
  test('has an exclusive queue that the server names, and says in each request where to reply', () => {
    const { world, broker } = setUp({ messages: 1 });
    world.runTo(1);
    expect(broker.session.of('queue.declare')).toMatchObject([{ queue: '', exclusive: true }]);
    expect(broker.session.of('basic.consume')).toMatchObject([{ queue: 'amq.gen-1', noAck: true }]);
    expect(broker.published).toMatchObject([
      { exchange: '', routingKey: 'rpc', properties: { replyTo: 'amq.gen-1', correlationId: 'caller-1' } },
    ]);
  });

  test('without a rate makes one call after the other', () => {
    const { world, broker } = setUp({ messages: 2 });
    world.runTo(1);
    expect(broker.published).toHaveLength(1);
    reply(broker.session, 'caller-1');
    world.runTo(1.5);
    expect(broker.published).toHaveLength(2);
    expect(outcomes(world)).toMatchObject({ call_made: 2, call_answered: 1 });
  });

  test('with a rate calls at its turns, and each reply finds its call', () => {
    const { world, broker } = setUp({ ratePerSecond: 10, messages: 5, timeoutUs: null });
    world.runTo(2);
    for (const call of [5, 3, 1, 2, 4]) reply(broker.session, `caller-${call}`);
    world.runTo(3);
    expect(outcomes(world)).toEqual({
      call_made: 5,
      call_answered: 5,
      call_timed_out: 0,
      call_failed: 0,
      late_reply: 0,
    });
    expect(world.of('call_answered').map(({ message }) => String(message).split('-').at(-1))).toEqual([
      '5',
      '3',
      '1',
      '2',
      '4',
    ]);
  });

  test('waits no longer than its timeout, and knows a late reply for one', () => {
    const { world, broker } = setUp({ messages: 1 });
    world.runTo(2.1);
    expect(outcomes(world)).toMatchObject({ call_timed_out: 1, late_reply: 0 });
    reply(broker.session, 'caller-1');
    world.runTo(3);
    expect(outcomes(world)).toMatchObject({ call_answered: 0, call_timed_out: 1, late_reply: 1 });
  });

  test('loses its calls with its connection, and has another reply queue on the next', () => {
    const { world, broker } = setUp({ ratePerSecond: 10, messages: 3, timeoutUs: 30 * SECOND });
    world.runTo(1);
    broker.session.break('reset');
    world.runTo(3);
    expect(outcomes(world)).toMatchObject({ call_made: 3, call_failed: 3 });
    expect(broker.session.of('basic.consume')).toMatchObject([{ queue: 'amq.gen-2' }]);
  });
});

describe('a server of calls', () => {
  test('replies to where the request says, with its correlation id, and acknowledges then', () => {
    const world = new TestWorld();
    const broker = world.broker('rabbit1');
    const server = new RpcServer(
      world.context,
      { ...options, name: 'server', workload: 'server' },
      {
        queue: 'rpc',
        prefetch: 1,
        processingTimeUs: () => 10_000,
        bodyBytes: 20,
      },
    );
    world.runTo(1);
    const properties = { persistent: false, correlationId: 'caller-7', replyTo: 'amq.gen-1' };
    broker.session.send(
      new BasicDeliver(1, 'tag', 1, false, new BasicMessage(4, 7, '', 'rpc', properties, 10, 1)),
    );
    broker.session.send(
      new BasicDeliver(1, 'tag', 2, false, new BasicMessage(4, 8, '', 'rpc', { persistent: false }, 10, 2)),
    );
    world.runTo(2);
    expect(broker.published).toMatchObject([
      { exchange: '', routingKey: 'amq.gen-1', properties: { correlationId: 'caller-7' }, bodyBytes: 20 },
    ]);
    // Nobody asked for a reply to the second.
    expect(world.count('acked')).toBe(2);
    expect(server.state()).toBe('connected');
  });
});
