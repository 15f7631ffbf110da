/** Promise: time to live, length limits and queue expiry end what BRK-17, BRK-39 and BRK-41 say, where they say, and nothing else. */
import { describe, expect, it } from 'vitest';
import { BasicMessage, type FieldTable } from '../../../sim/amqp/basic-message.ts';
import { rabbitExchange } from '../../../sim/broker/exchange.ts';
import type { QueueRecord } from '../../../sim/broker/queue-record.ts';
import { QueueWorld, TestChannel, type TestNode } from './world.ts';

const DEFAULT_EXCHANGE = {
  name: '',
  type: 'direct',
  durable: true,
  autoDelete: false,
  internal: false,
  arguments: {},
  policy: null,
} as const;

class Bench {
  readonly world = new QueueWorld();
  node: TestNode = this.world.boot('a');
  readonly record: QueueRecord;
  readonly dead: QueueRecord;
  readonly publisher: TestChannel;
  readonly ended = this.world.watch('copy_ended');
  private serial = 1000;

  constructor(args: FieldTable, policy: FieldTable | null = null) {
    this.world.metadata.table(rabbitExchange.name).set('', DEFAULT_EXCHANGE);
    this.dead = this.world.declare(this.node, 'dead');
    const definition = policy === null ? null : { name: 'p', definition: policy };
    this.record = this.world.declare(this.node, 'q', { arguments: args, policy: definition });
    this.publisher = new TestChannel(this.node);
  }

  publish(sequence: number, { expirationMs = -1, bodyBytes = 100, confirm = true, persistent = false } = {}) {
    this.serial += 1;
    const properties = { persistent, ...(expirationMs >= 0 && { expirationMs }) };
    const message = new BasicMessage(1, sequence, '', 'q', properties, bodyBytes, this.serial);
    this.publisher.publish(this.record, message, confirm);
  }

  publishAll(...sequences: number[]): void {
    for (const sequence of sequences) this.publish(sequence);
    this.settle(0.01);
  }

  settle(seconds: number): void {
    this.world.settle(seconds);
  }

  consume(record: QueueRecord, spec: Parameters<TestChannel['consume']>[1] = {}): TestChannel {
    const channel = new TestChannel(this.node);
    channel.consume(record, spec);
    this.settle(0.01);
    return channel;
  }

  /** What is ready, head first. */
  ready(queue = 'q'): number[] {
    const record = this.world.record(this.node, queue);
    if (record === undefined) return [-1];
    return this.consume(record).sequences();
  }

  ends(): string[] {
    return this.ended.map(
      ({ sequence, queue, how }) => `${String(queue)} ${String(sequence)} ${String(how)}`,
    );
  }
}

const DEAD_LETTERS = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' };

describe('time to live (BRK-39)', () => {
  it('ends messages when their time is over, and not before', () => {
    const bench = new Bench({ 'x-message-ttl': 1000 });
    bench.publishAll(1);
    bench.settle(0.5);
    bench.publishAll(2);
    bench.settle(0.47);
    expect(bench.ends()).toEqual([]);
    bench.settle(0.1);
    expect(bench.ends()).toEqual(['q 1 expired']);
    bench.settle(1);
    expect(bench.ends()).toEqual(['q 1 expired', 'q 2 expired']);
  });

  it('takes the smaller of argument, policy and the own one', () => {
    const bench = new Bench({ 'x-message-ttl': 3000 }, { 'message-ttl': 2000 });
    bench.publish(1, { expirationMs: 500 });
    bench.settle(0.6);
    bench.publish(2, { expirationMs: 9000 });
    bench.settle(1.9);
    expect(bench.ends()).toEqual(['q 1 expired']);
    bench.settle(0.2);
    expect(bench.ends()).toEqual(['q 1 expired', 'q 2 expired']);
  });

  it('looks at the head only: a shorter life behind a longer one waits', () => {
    const bench = new Bench({});
    bench.publish(1, { expirationMs: 2000 });
    bench.publish(2, { expirationMs: 100 });
    bench.settle(1);
    expect(bench.ends()).toEqual([]);
    bench.settle(1.1);
    expect(bench.ends()).toEqual(['q 1 expired', 'q 2 expired']);
  });

  it('does not touch what is out, and a requeued message keeps its time', () => {
    const bench = new Bench({ 'x-message-ttl': 1000 });
    bench.publishAll(1, 2);
    const consumer = bench.consume(bench.record, { prefetch: 1 });
    bench.settle(2);
    expect(bench.ends()).toEqual(['q 2 expired']);
    consumer.settle('requeue', consumer.deliveries[0]!);
    bench.settle(0.1);
    expect(bench.ends()).toEqual(['q 2 expired', 'q 1 expired']);
    expect(consumer.sequences()).toEqual([1]);
  });

  it('of zero hands to a consumer or ends at once, confirmed', () => {
    const bench = new Bench({ 'x-message-ttl': 0 });
    bench.publish(1, { persistent: true });
    bench.settle(0.1);
    const consumer = bench.consume(bench.record);
    bench.publishAll(2);
    expect(consumer.sequences()).toEqual([2]);
    expect(bench.ends()).toEqual(['q 1 expired']);
    expect(bench.publisher.settledNumbers).toEqual([1, 2]);
  });

  it('survives a restart of the node, and ends dead letters where bindings are back', () => {
    const bench = new Bench({ 'x-message-ttl': 1000, ...DEAD_LETTERS });
    bench.publish(1, { persistent: true });
    bench.settle(0.5);
    bench.world.kill(bench.node);
    bench.settle(2);
    bench.node = bench.world.boot('a');
    bench.world.recover(bench.node);
    expect(bench.ends()).toEqual([]);
    bench.node.type.virtualHostUp(bench.node.context);
    bench.settle(0.1);
    expect(bench.ends()).toEqual(['q 1 dead_lettered']);
    expect(bench.ready('dead')).toEqual([1]);
  });
});

it('limits of a queue that was empty when its node came back hold as before', () => {
  const bench = new Bench({ 'x-message-ttl': 1000, ...DEAD_LETTERS });
  bench.world.kill(bench.node);
  bench.settle(1);
  bench.node = bench.world.boot('a');
  bench.world.recover(bench.node);
  bench.node.type.virtualHostUp(bench.node.context);
  bench.settle(0.1);
  const publisher = new TestChannel(bench.node);
  publisher.publish(bench.world.record(bench.node, 'q')!, bench.world.message(7), false);
  bench.settle(2);
  expect(bench.ends()).toEqual(['q 7 dead_lettered']);
});

describe('dead letters (BRK-40)', () => {
  it('are made of what expired, fell to the limit, or was rejected, and only then', () => {
    const bench = new Bench({ 'x-message-ttl': 1000, 'x-max-length': 2, ...DEAD_LETTERS });
    bench.publishAll(1, 2, 3);
    const consumer = bench.consume(bench.record, { prefetch: 1 });
    consumer.settle('discard', consumer.deliveries[0]!);
    bench.settle(0.1);
    consumer.settle('complete', consumer.deliveries[1]!);
    bench.publishAll(4);
    bench.settle(2);
    expect(bench.ends()).toEqual(['q 1 dead_lettered', 'q 2 dead_lettered']);
    const idle = new Bench({ 'x-message-ttl': 1000, ...DEAD_LETTERS });
    idle.publishAll(5);
    idle.settle(2);
    expect(idle.ready('dead')).toEqual([5]);
  });

  it('need an exchange that exists', () => {
    const bench = new Bench({ 'x-message-ttl': 100, 'x-dead-letter-exchange': 'missing' });
    bench.publishAll(1);
    bench.settle(1);
    expect(bench.ends()).toEqual(['q 1 expired']);
  });
});

describe('length (BRK-41)', () => {
  it('drops the oldest that is ready; what is out does not count', () => {
    const bench = new Bench({ 'x-max-length': 2 });
    bench.publishAll(1, 2);
    bench.consume(bench.record, { prefetch: 2 });
    bench.publishAll(3, 4, 5);
    expect(bench.ends()).toEqual(['q 3 dropped_by_limit']);
    expect(bench.publisher.settledNumbers).toEqual([1, 2, 3, 4, 5]);
  });

  it('in bytes counts bodies', () => {
    const bench = new Bench({ 'x-max-length-bytes': 250 });
    bench.publishAll(1, 2, 3);
    bench.publish(4, { bodyBytes: 300 });
    bench.settle(0.1);
    expect(bench.ends().map((end) => end.split(' ')[1])).toEqual(['1', '2', '3', '4']);
  });

  it('reject-publish refuses what does not fit, in silence without confirms, and takes in again when there is room', () => {
    const bench = new Bench({ 'x-max-length': 2, 'x-overflow': 'reject-publish' });
    const refused = bench.world.watch('publish_refused');
    bench.publishAll(1, 2, 3);
    bench.publish(4, { confirm: false });
    bench.settle(0.1);
    expect(bench.publisher.settledNumbers).toEqual([1, 2]);
    expect(bench.publisher.rejectedNumbers).toEqual([3]);
    expect(refused).toMatchObject([{ sequence: 3 }, { sequence: 4 }]);
    bench.consume(bench.record, { noAck: true });
    bench.publishAll(5);
    expect(bench.publisher.settledNumbers).toContain(4);
  });

  it('reject-publish-dlx refuses and makes a dead letter', () => {
    const bench = new Bench({ 'x-max-length': 1, 'x-overflow': 'reject-publish-dlx', ...DEAD_LETTERS });
    bench.publishAll(1, 2);
    expect(bench.publisher.rejectedNumbers).toEqual([2]);
    expect(bench.ends()).toEqual(['q 2 dead_lettered']);
    expect(bench.ready('dead')).toEqual([2]);
    expect(bench.ready()).toEqual([1]);
  });

  it('by a policy that comes later drops at once', () => {
    const bench = new Bench({});
    bench.publishAll(1, 2, 3);
    const policy = { name: 'p', definition: { 'max-length': 1 } };
    const record = { ...bench.world.record(bench.node, 'q')!, policy };
    bench.world.metadata.table('rabbit_queue').set('q', record);
    bench.node.type.policyChanged(bench.node.context, record);
    bench.settle(0.1);
    expect(bench.ends()).toEqual(['q 1 dropped_by_limit', 'q 2 dropped_by_limit']);
  });
});

describe('queue expiry (BRK-17)', () => {
  const exists = (bench: Bench): boolean => bench.world.record(bench.node, 'q') !== undefined;

  it('deletes a queue that nobody used; publishing is no use', () => {
    const bench = new Bench({ 'x-expires': 5000 });
    bench.settle(3.5);
    bench.publishAll(1);
    expect(exists(bench)).toBe(true);
    bench.settle(0.6);
    expect(exists(bench)).toBe(false);
  });

  it('waits while there is a consumer, and begins anew with a declaration or a get', () => {
    const bench = new Bench({ 'x-expires': 5000 });
    const channel = new TestChannel(bench.node);
    bench.settle(3);
    channel.do(() => channel.client.get(bench.record, true, () => {}));
    bench.settle(4);
    channel.do(() => bench.node.type.statistics(bench.node.context, channel, bench.record, () => {}));
    bench.settle(4);
    const consumer = bench.consume(bench.record);
    bench.settle(9);
    expect(exists(bench)).toBe(true);
    consumer.do(() => consumer.client.cancel(bench.record, 'tag', () => {}));
    bench.settle(4.9);
    expect(exists(bench)).toBe(true);
    bench.settle(0.2);
    expect(exists(bench)).toBe(false);
  });
});
