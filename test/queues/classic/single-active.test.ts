/** Promise: of the consumers of a queue that wants one active, one gets everything and the next in the row replaces it (BRK-38). */
import { describe, expect, it } from 'vitest';
import { QueueWorld, TestChannel } from './world.ts';

function setUp() {
  const world = new QueueWorld();
  const node = world.boot('a');
  const record = world.declare(node, 'q', { arguments: { 'x-single-active-consumer': true } });
  const publisher = new TestChannel(node);
  const publish = (...sequences: number[]): void => {
    for (const sequence of sequences) publisher.publish(record, world.message(sequence, false));
    world.settle(0.1);
  };
  const consumer = (spec: Parameters<TestChannel['consume']>[1] = {}): TestChannel => {
    const channel = new TestChannel(node);
    channel.consume(record, spec);
    world.settle(0.1);
    return channel;
  };
  return { world, record, publish, consumer };
}

describe('a single active consumer', () => {
  it('gets everything; at its prefetch the others do not step in', () => {
    const { publish, consumer, world } = setUp();
    const [first, second] = [consumer({ prefetch: 2 }), consumer()];
    publish(1, 2, 3);
    expect([first.sequences(), second.sequences()]).toEqual([[1, 2], []]);
    first.settle('complete', first.deliveries[0]!);
    world.settle(0.1);
    expect([first.sequences(), second.sequences()]).toEqual([[1, 2, 3], []]);
  });

  it('is replaced by the next in the row when its channel dies, after what it had was put back', () => {
    const { publish, consumer, world } = setUp();
    const [first, second, third] = [consumer({ prefetch: 2 }), consumer(), consumer()];
    publish(1, 2, 3);
    first.exit('crashed');
    world.settle(0.1);
    publish(4);
    expect([second.sequences(), third.sequences()]).toEqual([[1, 2, 3, 4], []]);
  });

  // Tried on a 3.10.8: see the queue process's handling of basic_cancel, after which nothing is delivered.
  describe('is replaced when it is cancelled, but what was ready stays', () => {
    const cancelled = (successor: { noAck?: boolean }) => {
      const { publish, consumer, world, record } = setUp();
      const [first, second] = [consumer({ prefetch: 1 }), consumer(successor)];
      publish(1, 2, 3);
      first.do(() => first.client.cancel(record, 'tag', () => {}));
      world.settle(0.1);
      expect([first.sequences(), second.sequences()]).toEqual([[1], []]);
      return { publish, consumer, world, second };
    };

    it('until somebody else consumes', () => {
      const { consumer, second } = cancelled({});
      consumer();
      expect(second.sequences()).toEqual([2, 3]);
    });

    it('and is overtaken by what comes, with automatic acknowledgement', () => {
      const { publish, second } = cancelled({ noAck: true });
      publish(4);
      expect(second.sequences()).toEqual([4]);
    });

    it('and the next publish crashes the queue, without', () => {
      const { publish, world, second } = cancelled({});
      publish(4);
      world.settle(0.1);
      expect(second.sequences()).toEqual([]);
      expect(second.lost).toEqual(['crash']);
    });
  });

  it('with nothing out is replaced, too, and messages that wait go on', () => {
    const { publish, consumer, world } = setUp();
    const [first, second] = [consumer({ noAck: true }), consumer()];
    first.exit('crashed');
    world.settle(0.1);
    publish(1);
    expect(second.sequences()).toEqual([1]);
  });

  it('of the highest priority of those that wait comes next', () => {
    const { publish, consumer, world } = setUp();
    const first = consumer();
    const low = consumer();
    const high = consumer({ arguments: { 'x-priority': 5 } });
    first.exit('crashed');
    world.settle(0.1);
    publish(1);
    expect([low.sequences(), high.sequences()]).toEqual([[], [1]]);
  });

  it('leaves no room for an exclusive one', () => {
    const { consumer, world, record } = setUp();
    const other = new TestChannel({ ...world.boot('b'), context: consumer().context });
    const answer = other.consume(record, { exclusive: true });
    world.settle(0.5);
    expect(answer.answer).toMatchObject({ code: 403, text: "queue 'q' in vhost '/' in exclusive use" });
  });
});
