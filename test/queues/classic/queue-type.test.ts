import { describe, expect, it } from 'vitest';
import { rabbitDurableQueue } from '../../../sim/broker/queue-record.ts';
import type { ChannelError } from '../../../sim/broker/queue-type.ts';
import { rule } from '../../../sim/rules/registry.ts';
import { leaderStatistics } from '../../../sim/queues/classic/statistics.ts';
import { newRecord, QueueWorld, TestChannel, type TestNode } from './world.ts';

function declareAgain(world: QueueWorld, node: TestNode, name: string): unknown {
  const caller = new TestChannel(node);
  let outcome: unknown;
  caller.do(() => node.type.declare(node.context, caller, newRecord(name), (answer) => (outcome = answer)));
  world.settle(20);
  return outcome;
}

function deleteQueue(world: QueueWorld, node: TestNode, name: string, options = {}): unknown {
  const caller = new TestChannel(node);
  const record = world.record(node, name) ?? newRecord(name);
  let outcome: unknown;
  // As a channel hands it over: the method with all its fields.
  const all = { type: 'queue.delete', channel: 1, queue: name, ifUnused: false, ifEmpty: false, ...options };
  caller.do(() => node.type.delete(node.context, caller, record, all, (answer) => (outcome = answer)));
  world.settle(20);
  return outcome;
}

function fill(world: QueueWorld, node: TestNode, name: string, persistent = true): TestChannel {
  const publisher = new TestChannel(node);
  for (const sequence of [1, 2, 3])
    publisher.publish(world.record(node, name)!, world.message(sequence, persistent));
  world.settle();
  return publisher;
}

describe('declaring', () => {
  it('writes the record once, and gives a second declaration the first one', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    const declared = world.watch('queue_declared');
    const first = world.declare(node, 'q');
    const second = declareAgain(world, node, 'q');
    expect(second).toEqual({ record: first, existing: true });
    expect(declared).toEqual([{ queue: 'q', node: 'a', type: 'classic', durable: 1 }]);
  });

  it('BRK-14: refuses a durable queue whose home node is down, and brings it back with that node', () => {
    const world = new QueueWorld();
    const a = world.boot('a');
    const b = world.boot('b');
    world.declare(a, 'q');
    fill(world, a, 'q');
    world.kill(a);
    world.metadata.table('rabbit_queue').delete('q');
    expect(declareAgain(world, b, 'q')).toMatchObject({
      code: 404,
      text: "home node 'rabbit@a' of durable queue 'q' in vhost '/' is down or inaccessible",
    });
    const again = world.boot('a');
    world.recover(again);
    const consumer = new TestChannel(b);
    consumer.consume(world.record(b, 'q')!);
    world.settle(20);
    expect(consumer.deliveries.map(({ message, redelivered }) => [message.sequence, redelivered])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
  });

  it('MIR-7: places leaders by argument before policy before configuration', () => {
    const world = new QueueWorld();
    const nodes = ['c', 'b', 'a'].map((name) => world.boot(name)) as [TestNode, TestNode, TestNode];
    const [c] = nodes;
    const locator = (word: string) => ({ arguments: { 'x-queue-master-locator': word } });
    const home = (name: string, options: Parameters<QueueWorld['declare']>[2] = {}): string =>
      world.declare(c, name, options).pid!.node;
    expect(home('q1')).toBe('c');
    expect([2, 3, 4, 5].map((n) => home(`q${n}`, locator('min-masters')))).toEqual(['a', 'b', 'a', 'b']);
    const policy = { name: 'p', definition: { 'queue-master-locator': 'min-masters' } };
    expect(home('q6', { policy })).toBe('c');
    expect(home('q7', { policy })).toBe('a');
    expect(home('q8', { policy, ...locator('client-local') })).toBe('c');
    const random = Array.from({ length: 30 }, (_, n) => home(`r${n}`, locator('random')));
    expect([...new Set(random)].toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('fails when the node it is to live on has no application running', () => {
    const world = new QueueWorld();
    const a = world.boot('a');
    const b = world.boot('b');
    world.stop(b);
    world.declare(a, 'first');
    const caller = new TestChannel(a);
    let outcome: unknown;
    const record = newRecord('q', { arguments: { 'x-queue-master-locator': 'min-masters' } });
    caller.do(() => a.type.declare(a.context, caller, record, (answer) => (outcome = answer)));
    world.settle();
    expect(outcome).toMatchObject({ code: 541 });
  });
});

describe('the end of a node', () => {
  it('CLU-23, BRK-21: an orderly stop keeps what is persistent, unflagged, and accounts for the rest', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    world.declare(node, 'q');
    const publisher = fill(world, node, 'q');
    publisher.publish(world.record(node, 'q')!, world.message(4, false));
    publisher.publish(world.record(node, 'q')!, world.message(5), false);
    world.settle(0.001);
    const destroyed = world.watch('copy_destroyed');
    world.stop(node);
    expect(destroyed).toMatchObject([{ sequence: 4, why: 'transient' }]);
    expect(world.record(node, 'q')?.state).toBe('stopped');
    node.vm.kill();
    const again = world.boot('a');
    world.recover(again);
    expect(destroyed).toHaveLength(1);
    const consumer = new TestChannel(again);
    consumer.consume(world.record(again, 'q')!);
    world.settle();
    expect(consumer.deliveries.map(({ message, redelivered }) => [message.sequence, redelivered])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [5, false],
    ]);
  });

  it('tells a publisher that waits for a stopped queue no confirm, and of a crashed one a rejection', () => {
    for (const [reason, rejected] of [
      ['shutdown', [4]],
      ['crash', [4]],
    ] as const) {
      const world = new QueueWorld();
      const node = world.boot('a');
      const record = world.declare(node, 'q');
      const publisher = fill(world, node, 'q');
      publisher.publish(record, world.message(4));
      world.settle(0.001);
      if (reason === 'crash') record.pid!.process.exit(reason);
      else record.pid!.process.shutdown(reason);
      world.settle();
      expect(publisher.settledNumbers).toEqual([1, 2, 3]);
      expect(publisher.rejectedNumbers).toEqual(rejected);
      expect(publisher.lost).toEqual([reason]);
    }
  });

  it('says of each message in memory why a dead VM takes it along', () => {
    for (const [durable, persistent, id] of [
      [true, true, 'BRK-23'],
      [true, false, 'BRK-21'],
      [false, true, 'BRK-13'],
    ] as const) {
      const world = new QueueWorld();
      const node = world.boot('a');
      const record = world.declare(node, 'q', { durable });
      const publisher = new TestChannel(node);
      publisher.publish(record, world.message(1, persistent), false);
      world.settle(0.1);
      const destroyed = world.watch('copy_destroyed');
      world.kill(node);
      expect(destroyed).toMatchObject([{ sequence: 1, why: 'vm_died', rule: rule(id).index }]);
    }
  });

  it('MIR-23: erases, and accounts for, the files of queues that are not recovered', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    world.declare(node, 'q');
    fill(world, node, 'q');
    world.kill(node);
    world.metadata.table('rabbit_durable_queue').delete('q');
    const destroyed = world.watch('copy_destroyed');
    world.recover(world.boot('a'));
    expect(destroyed.map(({ sequence, why }) => [sequence, why])).toEqual([
      [1, 'erased'],
      [2, 'erased'],
      [3, 'erased'],
    ]);
    expect(world.disks.get('a')!.list('')).toEqual([]);
  });
});

describe('deleting', () => {
  it('refuses when asked to spare a used or a filled queue', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    const record = world.declare(node, 'q');
    fill(world, node, 'q');
    expect(deleteQueue(world, node, 'q', { ifEmpty: true })).toMatchObject({ code: 406 });
    const consumer = new TestChannel(node);
    consumer.consume(record);
    world.settle();
    expect(deleteQueue(world, node, 'q', { ifUnused: true })).toMatchObject({ code: 406 });
    expect(deleteQueue(world, node, 'q')).toEqual({ messageCount: 0 });
    expect(deleteQueue(world, node, 'q')).toEqual({ messageCount: 0 });
    expect(node.context.database.read(rabbitDurableQueue, 'q')).toBeUndefined();
    expect(world.disks.get('a')!.list('')).toEqual([]);
  });

  it('MIR-46: removes the records of a queue without a living replica, unless it was to be empty', () => {
    const world = new QueueWorld();
    const a = world.boot('a');
    const b = world.boot('b');
    world.declare(a, 'q');
    world.kill(a);
    expect(deleteQueue(world, b, 'q', { ifEmpty: true })).toMatchObject({
      code: 406,
    } satisfies Partial<ChannelError>);
    expect(deleteQueue(world, b, 'q')).toEqual({ messageCount: 0 });
    expect(world.record(b, 'q')).toBeUndefined();
  });
});

describe('a crash of the queue process', () => {
  it('MIR-50: is followed by a new leader with what had been flushed, flagged', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    const record = world.declare(node, 'q');
    const publisher = fill(world, node, 'q');
    publisher.publish(record, world.message(4, false));
    world.settle();
    const destroyed = world.watch('copy_destroyed');
    record.pid!.process.exit('crash');
    world.settle();
    expect(destroyed).toMatchObject([{ sequence: 4, why: 'crash' }]);
    const next = world.record(node, 'q')!;
    expect(next.pid).not.toBe(record.pid);
    expect(next.state).toBe('live');
    expect(leaderStatistics(next.pid!.process)).toMatchObject({ messagesReady: 3, syncing: false });
    expect(leaderStatistics(record.pid!.process)).toBeNull();
  });

  it('MIR-50: the sixth within ten seconds leaves the queue crashed, one every three seconds does not', () => {
    for (const [pauseS, crashes, state] of [
      [0.5, 5, 'live'],
      [0.5, 6, 'crashed'],
      [3, 12, 'live'],
    ] as const) {
      const world = new QueueWorld();
      const node = world.boot('a');
      world.declare(node, 'q');
      for (let i = 0; i < crashes; i += 1) {
        world.record(node, 'q')!.pid!.process.exit('crash');
        world.settle(pauseS);
      }
      expect(world.record(node, 'q')!.state).toBe(state);
    }
  });
});
