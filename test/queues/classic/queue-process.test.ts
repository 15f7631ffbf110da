import { describe, expect, it } from 'vitest';
import { rule } from '../../../sim/rules/registry.ts';
import type { QueueDelivery } from '../../../sim/broker/queue-type.ts';
import type { AckMessages, DeliverToQueue } from '../../../sim/queues/classic/leader-messages.ts';
import { FSYNC_US, QueueWorld, TestChannel } from './world.ts';

function setUp(options: Parameters<QueueWorld['declare']>[2] = {}) {
  const world = new QueueWorld();
  const node = world.boot('a');
  const record = world.declare(node, 'q', options);
  const publisher = new TestChannel(node);
  const consumer = new TestChannel(node);
  const publish = (...sequences: number[]): void => {
    for (const sequence of sequences) publisher.publish(record, world.message(sequence, false));
    world.settle();
  };
  return { world, node, record, publisher, consumer, publish };
}

describe('delivery', () => {
  it('BRK-27: serves consumers in turn, and lower priorities only while higher ones are not ready', () => {
    const { world, node, record, publish } = setUp();
    const [high1, high2, low] = [10, 10, 1].map((priority) => {
      const channel = new TestChannel(node);
      channel.consume(record, { prefetch: 2, arguments: { 'x-priority': priority } });
      world.settle();
      return channel;
    }) as [TestChannel, TestChannel, TestChannel];
    publish(1, 2, 3, 4, 5, 6, 7);
    expect(high1.sequences()).toEqual([1, 3]);
    expect(high2.sequences()).toEqual([2, 4]);
    expect(low.sequences()).toEqual([5, 6]);
    high2.settle('complete', high2.deliveries[0]!);
    world.settle();
    expect(high2.sequences()).toEqual([2, 4, 7]);
  });

  it('BRK-27: hands a channel no more than 200 that its writer has not reported, and others what it cannot take', () => {
    const { world, node, record, publish } = setUp();
    const far = world.boot('b');
    const [near, behindTheLink] = [node, far].map((at) => {
      const channel = new TestChannel(at);
      channel.consume(record, { noAck: true });
      world.settle();
      return channel;
    }) as [TestChannel, TestChannel];
    world.cut('a', 'b');
    publish(...Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(near.deliveries).toHaveLength(800);
    world.heal('a', 'b');
    world.settle(3);
    expect(behindTheLink.deliveries).toHaveLength(200);
    publish(1_001, 1_002);
    expect(behindTheLink.deliveries).toHaveLength(201);
  });

  it('BRK-27: gets no report while the writer stands still, and all of it when that ends', () => {
    const { world, record, consumer, publish } = setUp();
    consumer.consume(record, { noAck: true });
    world.settle();
    consumer.writerStandsStill = true;
    publish(...Array.from({ length: 300 }, (_, index) => index + 1));
    expect(consumer.deliveries).toHaveLength(200);
    consumer.writerStandsStill = false;
    consumer.do(() => consumer.client.writerGoesOn?.());
    world.settle();
    expect(consumer.deliveries).toHaveLength(300);
  });

  it('BRK-28: never has more than the prefetch out at one consumer, and all of it without one', () => {
    const { world, record, consumer, publish, node } = setUp();
    publish(1, 2, 3, 4, 5);
    consumer.consume(record, { prefetch: 3 });
    world.settle();
    expect(consumer.sequences()).toEqual([1, 2, 3]);
    const greedy = new TestChannel(node);
    greedy.consume(record);
    world.settle();
    expect(greedy.sequences()).toEqual([4, 5]);
  });

  it('BRK-32: gives a requeued message back, flagged, before what came later', () => {
    const { world, record, consumer, publish } = setUp();
    publish(1, 2, 3);
    consumer.consume(record, { prefetch: 1 });
    world.settle();
    consumer.settle('requeue', consumer.deliveries[0]!);
    world.settle();
    expect(consumer.deliveries.map(({ message, redelivered }) => [message.sequence, redelivered])).toEqual([
      [1, false],
      [1, true],
    ]);
  });

  it('BRK-33: hands a persistent message to an auto-ack consumer and confirms it without the disk', () => {
    const { world, record, publisher, consumer } = setUp();
    const stored = world.watch('copy_stored');
    consumer.consume(record, { noAck: true });
    world.settle();
    publisher.publish(record, world.message(1, true));
    world.settle(FSYNC_US / 2 / 1_000_000);
    expect(consumer.sequences()).toEqual([1]);
    expect(publisher.settledNumbers).toEqual([1]);
    expect(stored).toEqual([]);
  });

  it('BRK-34, BRK-31: get takes the head; a rejected message is gone for good', () => {
    const { world, node, record, publish, consumer } = setUp();
    const ended = world.watch('copy_ended');
    publish(1, 2);
    const got: unknown[] = [];
    const take = (noAck: boolean): void => {
      consumer.do(() => consumer.client.get(record, noAck, (answer) => got.push(answer)));
      world.settle();
    };
    take(false);
    const { delivery } = got[0] as { delivery: QueueDelivery };
    consumer.settle('discard', delivery);
    take(true);
    take(true);
    expect(got).toMatchObject([
      { delivery: { message: { sequence: 1 } }, messagesReady: 1 },
      { delivery: { message: { sequence: 2 } }, messagesReady: 0 },
      null,
    ]);
    expect(ended).toMatchObject([{ sequence: 1, how: 'rejected' }]);
    let statistics: unknown;
    consumer.do(() =>
      node.type.statistics(node.context, consumer, record, (answer) => (statistics = answer)),
    );
    world.settle();
    expect(statistics).toEqual({ messagesReady: 0, messagesUnacknowledged: 0, consumers: 0 });
  });

  it('OVR-2: takes an acknowledgement before the publishes that wait in front of it', () => {
    const { world, record, publish, consumer, publisher } = setUp();
    publish(1);
    consumer.consume(record, { prefetch: 1 });
    world.settle();
    const stored = world.watch('copy_stored');
    const leader = record.pid!.process;
    const deliver = (sequence: number): DeliverToQueue => ({
      type: 'deliver',
      delivery: { message: world.message(sequence), confirmNumber: 0, mandatory: false },
      channel: publisher.pid,
      asMirror: false,
    });
    let storedBeforeFinish = -1;
    world.simulation.journal.onAny((type) => {
      if (type.name === 'copy_finished') storedBeforeFinish = stored.length;
    });
    consumer.do(() => {
      for (const sequence of [2, 3, 4]) consumer.send(leader.pid, deliver(sequence));
      const { messageId } = consumer.deliveries[0]!;
      const ack: AckMessages = { type: 'ack', ackTags: [messageId], channel: consumer.pid };
      consumer.send(leader.pid, ack);
    });
    world.settle();
    expect(storedBeforeFinish).toBe(0);
    expect(stored.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  });

  it('MIR-39: after an unknown tag in one acknowledgement, later ones do not count for the prefetch', () => {
    const { world, record, publish, consumer } = setUp();
    publish(1, 2, 3, 4);
    consumer.consume(record, { prefetch: 2 });
    world.settle();
    const [first] = consumer.deliveries as [QueueDelivery];
    consumer.settle('complete', { ...first, messageId: 99 }, first);
    world.settle();
    expect(consumer.sequences()).toEqual([1, 2]);
  });
});

describe('channels and consumers that end', () => {
  it('MIR-40: requeues what a dead channel had, for others to get', () => {
    const { world, node, record, publish, consumer } = setUp();
    publish(1, 2);
    consumer.consume(record);
    world.settle();
    const heir = new TestChannel(node);
    heir.consume(record);
    world.settle();
    expect(heir.deliveries).toEqual([]);
    consumer.exit('shutdown');
    world.settle();
    expect(heir.deliveries.map(({ message, redelivered }) => [message.sequence, redelivered])).toEqual([
      [1, true],
      [2, true],
    ]);
  });

  it('BRK-34: what a dead channel had got without consuming is put back, too', () => {
    const { world, node, record, publish, consumer } = setUp();
    publish(1);
    world.settle();
    let got: unknown;
    consumer.do(() => consumer.client.get(record, false, (answer) => (got = answer)));
    world.settle();
    expect(got).toMatchObject({ delivery: { message: { sequence: 1 } } });
    consumer.exit('shutdown');
    const heir = new TestChannel(node);
    heir.consume(record);
    world.settle();
    expect(heir.sequences()).toEqual([1]);
  });

  it('BRK-36: a channel that closes in order waits until its queues have taken its messages back', () => {
    const { world, node, record, publish, consumer } = setUp();
    publish(1);
    consumer.consume(record);
    world.settle();
    const requeued = world.watch('copy_requeued');
    let requeuedAtClose = -1;
    consumer.do(() => consumer.client.close(() => (requeuedAtClose = requeued.length)));
    world.settle();
    expect(requeuedAtClose).toBe(1);
    const heir = new TestChannel(node);
    heir.consume(record);
    world.settle();
    expect(heir.sequences()).toEqual([1]);
  });

  it('BRK-38: refuses others while a consumer is exclusive, and exclusivity while there are others', () => {
    const { world, node, record, consumer } = setUp();
    const first = consumer.consume(record, { exclusive: true });
    world.settle();
    const other = new TestChannel(node);
    const second = other.consume(record);
    world.settle();
    expect(first.answer).toBeNull();
    expect(second.answer).toMatchObject({ code: 403 });
    consumer.do(() => consumer.client.cancel(record, 'tag', () => {}));
    world.settle();
    const third = other.consume(record);
    world.settle();
    expect(third.answer).toBeNull();
    const fourth = consumer.consume(record, { exclusive: true });
    world.settle();
    expect(fourth.answer).toMatchObject({ code: 403 });
  });

  it('BRK-17: an auto-delete queue goes with its last consumer, cancelled or dead, not before it had one', () => {
    for (const end of ['cancel', 'die'] as const) {
      const { world, node, record, consumer, publish } = setUp({ autoDelete: true });
      const destroyed = world.watch('copy_destroyed');
      publish(1);
      expect(world.record(node, 'q')).toBeDefined();
      consumer.consume(record);
      world.settle();
      if (end === 'die') consumer.exit('shutdown');
      else consumer.do(() => consumer.client.cancel(record, 'tag', () => {}));
      world.settle();
      expect(world.record(node, 'q')).toBeUndefined();
      expect(record.pid!.process.alive).toBe(false);
      expect(destroyed).toMatchObject([{ sequence: 1, why: 'auto_delete', rule: rule('BRK-17').index }]);
    }
  });

  it('BRK-17: a channel that never consumed takes no auto-delete queue along, whatever it had got', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    const record = world.declare(node, 'q', { autoDelete: true });
    const channel = new TestChannel(node);
    channel.publish(record, world.message(1, false));
    world.settle();
    channel.do(() => channel.client.get(record, false, () => {}));
    world.settle();
    channel.exit('shutdown');
    world.settle();
    expect(world.record(node, 'q')).toBeDefined();
    expect(record.pid!.process.alive).toBe(true);
  });

  it('BRK-16: an exclusive queue goes with its owner', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    const owner = new TestChannel(node);
    const record = world.declare(node, 'q', { exclusiveOwner: owner.pid, durable: false });
    owner.exit('shutdown');
    world.settle();
    expect(world.record(node, 'q')).toBeUndefined();
    expect(record.pid!.process.alive).toBe(false);
  });
});

describe('confirms', () => {
  it('MIR-31: a transient publish is confirmed on processing, a persistent one after one fsync', () => {
    const { world, record, publisher } = setUp();
    publisher.publish(record, world.message(1, false));
    publisher.publish(record, world.message(2, true));
    world.settle((FSYNC_US - 100) / 1_000_000);
    expect(publisher.settledNumbers).toEqual([1]);
    world.settle(0.001);
    expect(publisher.settledNumbers).toEqual([1, 2]);
  });

  it('BRK-22: syncs once for all publishes that it processed meanwhile, in one confirm message', () => {
    const { world, record, publisher } = setUp();
    for (let sequence = 1; sequence <= 50; sequence += 1) publisher.publish(record, world.message(sequence));
    world.settle();
    expect(publisher.settledNumbers).toHaveLength(50);
    expect(publisher.messagesFromQueues.filter((type) => type === 'queue_confirm')).toHaveLength(1);
  });

  it('BRK-22: syncs after 200 ms although its mailbox never runs empty', () => {
    const { world, record, publisher, node } = setUp();
    const other = new TestChannel(node);
    publisher.publish(record, world.message(1));
    // 15 µs of work each: more than the leader can do in half a second.
    for (let sequence = 0; sequence < 40_000; sequence += 1) {
      other.publish(record, world.message(sequence, false), false);
    }
    world.settle(0.19);
    expect(publisher.settledNumbers).toEqual([]);
    world.settle(0.02);
    expect(publisher.settledNumbers).toEqual([1]);
  });

  it('BRK-23: flushes after 200 ms of silence when nobody waits for it', () => {
    for (const [waitS, survivors] of [
      [0.199, []],
      [0.21, [1]],
    ] as const) {
      const world = new QueueWorld();
      const node = world.boot('a');
      const record = world.declare(node, 'q');
      const publisher = new TestChannel(node);
      publisher.publish(record, world.message(1), false);
      world.settle(waitS);
      const destroyed = world.watch('copy_destroyed');
      const stored = world.watch('copy_stored');
      world.kill(node);
      world.recover(world.boot('a'));
      expect(stored.map(({ sequence, how }) => [sequence, how])).toEqual(
        survivors.map((s) => [s, 'recover']),
      );
      expect(destroyed).toHaveLength(1 - survivors.length);
    }
  });
});

describe('idle flushes', () => {
  it('BRK-23: the silence is counted from the last message, however often it is looked at', () => {
    for (const [waitS, lost] of [
      [0.19, 3],
      [0.21, 0],
    ] as const) {
      const { world, node, record, publisher } = setUp();
      const destroyed = world.watch('copy_destroyed');
      for (const sequence of [1, 2, 3]) {
        publisher.publish(record, world.message(sequence), false);
        world.settle(sequence < 3 ? 0.15 : waitS);
      }
      world.kill(node);
      expect(destroyed).toHaveLength(lost);
    }
  });
});

describe('the journal', () => {
  it('records the depth at most every 100 ms, only when it changed, and the last change too', () => {
    const { world, record, publisher } = setUp();
    const depths = world.watch('queue_depth');
    for (let burst = 0; burst < 5; burst += 1) {
      for (let i = 0; i < 10; i += 1) publisher.publish(record, world.message(i, false), false);
      world.settle(0.02);
    }
    world.settle(10);
    expect(depths.map(({ ready }) => ready)).toEqual([1, 50]);
  });

  it('BRK-52: accounts for each message of a queue that is purged or deleted', () => {
    const { world, node, record, publish, consumer } = setUp();
    const ended = world.watch('copy_ended');
    publish(1, 2, 3);
    consumer.consume(record, { prefetch: 1 });
    world.settle();
    let purged: unknown;
    consumer.do(() => node.type.purge(node.context, consumer, record, (count) => (purged = count)));
    world.settle();
    expect(purged).toBe(2);
    expect(ended.map(({ sequence }) => sequence)).toEqual([2, 3]);
    let outcome: unknown;
    const options = { ifUnused: false, ifEmpty: false };
    consumer.do(() =>
      node.type.delete(node.context, consumer, record, options, (answer) => (outcome = answer)),
    );
    world.settle();
    expect(outcome).toEqual({ messageCount: 0 });
    expect(ended.map(({ sequence }) => sequence)).toEqual([2, 3, 1]);
    expect(consumer.lost).toEqual(['normal']);
  });
});
