// The real clients that do more than publish or consume, on a library that is played: in which order they say what to the broker.

import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { Clock } from '../../sim/laboratory/clock.ts';
import { makeClients } from '../../sim/laboratory/clients/make.ts';
import type { Client, Surroundings } from '../../sim/laboratory/clients/client.ts';
import { Tally } from '../../sim/laboratory/tally.ts';
import { scenarioWith } from './scenario.ts';

type Answer = (error: Error | null) => void;
type Properties = Readonly<Record<string, unknown>>;

/** A channel that writes down what is asked of it, and delivers what the test gives it. */
class PlayedChannel extends EventEmitter {
  readonly said: string[] = [];
  readonly answers: Answer[] = [];
  private deliver: (message: unknown) => void = () => {};

  async prefetch(count: number): Promise<void> {
    this.said.push(`prefetch ${count}`);
  }

  async assertQueue(queue: string, options: { exclusive: boolean }): Promise<{ queue: string }> {
    this.said.push(`declare ${queue || 'any'}${options.exclusive ? ' exclusive' : ''}`);
    return { queue: queue || 'amq.gen-played' };
  }

  async bindQueue(queue: string, exchange: string, key: string): Promise<void> {
    this.said.push(`bind ${queue} to ${exchange} by ${key}`);
  }

  async consume(queue: string, take: (message: unknown) => void): Promise<void> {
    this.said.push(`consume ${queue}`);
    this.deliver = take;
  }

  publish(_exchange: string, key: string, _body: Buffer, properties: Properties, answer?: Answer): boolean {
    const { messageId, correlationId = '-', replyTo = '-' } = properties;
    this.said.push(`publish ${String(messageId)} to ${key} ${String(correlationId)} ${String(replyTo)}`);
    if (answer !== undefined) this.answers.push(answer);
    return true;
  }

  ack({ properties }: { properties: Properties }): void {
    this.said.push(`ack ${String(properties['messageId'])}`);
  }

  reject({ properties }: { properties: Properties }, requeue: boolean): void {
    this.said.push(`${requeue ? 'requeue' : 'reject'} ${String(properties['messageId'])}`);
  }

  async rpc(method: number, _fields: object, answer: number): Promise<void> {
    this.said.push(`${method} answered by ${answer}`);
  }

  delivers(messageId: string, more: Properties = {}, redelivered = false): void {
    this.deliver({ properties: { messageId, ...more }, fields: { redelivered } });
  }
}

class PlayedConnection extends EventEmitter {
  readonly connection = {};

  async createChannel(): Promise<PlayedChannel> {
    return channel;
  }

  async createConfirmChannel(): Promise<PlayedChannel> {
    return channel;
  }

  async close(): Promise<void> {
    this.emit('close');
  }
}

let channel = new PlayedChannel();
let dialled: Properties[] = [];

vi.mock('amqplib', () => ({
  default: {
    connect: async (options: Properties) => {
      dialled.push(options);
      return new PlayedConnection();
    },
  },
}));

beforeEach(() => {
  channel = new PlayedChannel();
  dialled = [];
});

interface Playing {
  readonly tally: Tally;
  readonly end: () => Promise<void>;
}

function play(workload: string, queues = '{ name: in }, { name: out }', more = ''): Playing {
  const { workloads } = scenarioWith(`workloads:\n  - ${workload}\nqueues: [${queues}]\n${more}`);
  const clock = new Clock();
  const tally = new Tally();
  tally.published('shop', 1, 0);
  const surroundings: Surroundings = {
    clock,
    tally,
    hostOf: () => 'nowhere',
    queueKeyOf: (_target, vhost, queue) => (vhost === undefined ? queue : `${vhost}/${queue}`),
    note: () => {},
  };
  const clients: readonly Client[] = makeClients(workloads, surroundings);
  const end = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.close()));
    clock.stop();
  };
  return { tally, end };
}

const said = async (count: number): Promise<readonly string[]> => {
  await vi.waitFor(() => expect(channel.said.length).toBeGreaterThanOrEqual(count));
  return channel.said;
};

test('a service acknowledges what came in when what went out is confirmed', async () => {
  const { tally, end } = play(
    '{ name: pay, service: { queue: in, publish: { routing_key: out, confirms: true } } }',
  );
  expect(await said(1)).toEqual(['consume in']);
  channel.delivers('shop-1');
  expect(await said(2)).toEqual(['consume in', 'publish pay-1 to out - -']);
  channel.answers[0]!(null);
  expect(await said(3)).toEqual(['consume in', 'publish pay-1 to out - -', 'ack shop-1']);
  expect(tally.figures()).toMatchObject({ published: 2, confirmed: 1, acked: 1, delivered: 1 });
  await end();
});

test('a service puts back what came in when what went out is refused', async () => {
  const { tally, end } = play(
    '{ name: pay, service: { queue: in, publish: { routing_key: out, confirms: true } } }',
  );
  expect(await said(1)).toEqual(['consume in']);
  channel.delivers('shop-1');
  channel.answers[0]!(new Error('message nacked'));
  expect(await said(3)).toEqual(['consume in', 'publish pay-1 to out - -', 'requeue shop-1']);
  expect(tally.figures()).toMatchObject({ nacked: 1, acked: 0 });
  await end();
});

test('a service in transactions selects first, and commits a message with its acknowledgement', async () => {
  const { tally, end } = play(
    '{ name: pay, service: { queue: in, publish: { routing_key: out, transaction: true } } }',
  );
  expect(await said(2)).toEqual(['5898250 answered by 5898251', 'consume in']);
  channel.delivers('shop-1');
  expect(await said(5)).toEqual([
    '5898250 answered by 5898251',
    'consume in',
    'publish pay-1 to out - -',
    'ack shop-1',
    '5898260 answered by 5898261',
  ]);
  await vi.waitFor(() => expect(tally.figures()).toMatchObject({ confirmed: 1 }));
  await end();
});

test('a publisher in transactions commits each full one and the rest, and confirms what was committed', async () => {
  const { tally, end } = play('{ name: pub, publish: { routing_key: out, messages: 3, transaction: 2 } }');
  expect(await said(6)).toEqual([
    '5898250 answered by 5898251',
    'publish pub-1 to out - -',
    'publish pub-2 to out - -',
    '5898260 answered by 5898261',
    'publish pub-3 to out - -',
    '5898260 answered by 5898261',
  ]);
  await vi.waitFor(() => expect(tally.figures()).toMatchObject({ confirmed: 3 }));
  await end();
});

test('what a publisher rolls back is not confirmed', async () => {
  const { tally, end } = play(
    '{ name: pub, publish: { routing_key: out, messages: 1, transaction: { messages: 1, rollback: 100% } } }',
  );
  expect(await said(3)).toEqual([
    '5898250 answered by 5898251',
    'publish pub-1 to out - -',
    '5898270 answered by 5898271',
  ]);
  expect(tally.figures()).toMatchObject({ confirmed: 0 });
  await end();
});

test('a server replies to where a request says, with its correlation id, before it acknowledges', async () => {
  const { end } = play('{ name: srv, rpc: { role: server, queue: in, prefetch: 2 } }');
  expect(await said(2)).toEqual(['prefetch 2', 'consume in']);
  channel.delivers('shop-1', { replyTo: 'amq.gen-x', correlationId: 'c' });
  expect(await said(4)).toEqual(['prefetch 2', 'consume in', 'publish srv-1 to amq.gen-x c -', 'ack shop-1']);
  await end();
});

test('a caller without a rate makes each call when the one before it is answered', async () => {
  const { end } = play('{ name: cal, rpc: { role: client, queue: in, messages: 2, timeout: 60s } }');
  const first = [
    'declare any exclusive',
    'consume amq.gen-played',
    'publish cal-1 to in cal-1 amq.gen-played',
  ];
  expect(await said(3)).toEqual(first);
  channel.delivers('srv-1', { correlationId: 'cal-1' });
  expect(await said(4)).toEqual([...first, 'publish cal-2 to in cal-2 amq.gen-played']);
  await end();
});

test('a consumer binds the queue that it declares, and skips by the flag what was redelivered', async () => {
  const { tally, end } = play(
    '{ name: con, consume: { queue: own, declare: {}, bind: [{ exchange: amq.topic, routing_key: k }], dedupe: by_flag } }',
  );
  expect(await said(3)).toEqual(['declare own', 'bind own to amq.topic by k', 'consume own']);
  channel.delivers('shop-1', {}, true);
  expect(await said(4)).toEqual(['declare own', 'bind own to amq.topic by k', 'consume own', 'ack shop-1']);
  expect(tally.figures()).toMatchObject({ delivered: 1, redelivered: 1, duplicated: 0 });
  await end();
});

test('a client connects as its user to its virtual host, whose queues are called after it', async () => {
  const { tally, end } = play(
    '{ name: con, consume: { queue: in, user: clerk, vhost: shop } }',
    '{ name: in, vhost: shop }',
    'vhosts: [{ name: shop }]\nusers: [{ name: clerk }]\npermissions: [{ user: clerk, vhost: shop, configure: "", write: "", read: ".*" }]\n',
  );
  expect(await said(1)).toEqual(['consume in']);
  expect(dialled).toMatchObject([{ username: 'clerk', password: 'clerk', vhost: 'shop' }]);
  channel.delivers('shop-1');
  expect([...tally.byQueue().keys()]).toEqual(['shop/in']);
  await end();
});
