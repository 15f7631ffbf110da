import { describe, expect, it } from 'vitest';
import type { BasicMessage } from '../../../sim/amqp/basic-message.ts';
import type { Message, Pid } from '../../../sim/erlang/message.ts';
import type { DeliverToQueue } from '../../../sim/queues/classic/leader-messages.ts';
import type { QueueRecord } from '../../../sim/broker/queue-record.ts';
import { held, MirrorWorld, mirrorOf, range, TestChannel } from './world.ts';

/** A copy of a publish, to one replica only. */
function sendTo(
  channel: TestChannel,
  to: Pid,
  message: BasicMessage,
  confirmNumber: number,
  asMirror: boolean,
): void {
  const copy: DeliverToQueue = {
    type: 'deliver',
    delivery: { message, confirmNumber, mandatory: false },
    channel: channel.pid,
    asMirror,
  };
  channel.do(() => channel.send(to, copy));
}

/** Counts confirms of replicas, by node, without a queue client in between. */
class BareChannel extends TestChannel {
  readonly confirms: string[] = [];

  protected override handleMessage(message: Message): void {
    if (message.type !== 'queue_confirm') return;
    const { replica, confirmNumbers } = message as unknown as { replica: Pid; confirmNumbers: number[] };
    for (const number of confirmNumbers) this.confirms.push(`${replica.node}${number}`);
  }
}

function setUp(): {
  world: MirrorWorld;
  record: QueueRecord;
  channel: BareChannel;
  leader: Pid;
  mirror: Pid;
} {
  const world = new MirrorWorld(['a', 'b', 'c'], 'pairing');
  world.mirrored(world.node('a'), 'q', { 'ha-mode': 'nodes', 'ha-params': ['a', 'b'] });
  const record = world.at('c');
  const channel = new BareChannel(world.node('c'));
  return { world, record, channel, leader: record.pid!, mirror: record.slavePids[0]! };
}

describe('the two copies of a publish', () => {
  it('MIR-31: a mirror confirms when it has both, whichever came first', () => {
    const { world, channel, leader, mirror } = setUp();
    const [first, second] = [world.message(1), world.message(2)];
    sendTo(channel, mirror, first, 1, true);
    world.settle(0.5);
    expect(channel.confirms).toEqual([]);
    sendTo(channel, leader, first, 1, false);
    world.settle(0.5);
    expect(channel.confirms.toSorted()).toEqual(['a1', 'b1']);
    sendTo(channel, leader, second, 2, false);
    world.settle(0.5);
    expect(channel.confirms.filter((confirm) => confirm.startsWith('b'))).toEqual(['b1']);
    sendTo(channel, mirror, second, 2, true);
    world.settle(0.5);
    expect(channel.confirms.filter((confirm) => confirm.startsWith('b'))).toEqual(['b1', 'b2']);
  });

  it('MIR-31: a persistent message is confirmed by a mirror only after its own disk sync', () => {
    const { world, channel, leader, mirror } = setUp();
    world.disks.get('b')!.fsyncUs = () => 300_000;
    const message = world.message(1);
    sendTo(channel, leader, message, 1, false);
    sendTo(channel, mirror, message, 1, true);
    const fleeting = world.message(2, false);
    world.settle(0.2);
    expect(channel.confirms).toEqual(['a1']);
    world.settle(0.3);
    expect(channel.confirms).toEqual(['a1', 'b1']);
    sendTo(channel, leader, fleeting, 2, false);
    sendTo(channel, mirror, fleeting, 2, true);
    world.settle(0.1);
    expect(channel.confirms.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('MIR-38: a direct copy with no broadcast wedges the channel at this mirror, and a promotion enqueues all again', () => {
    const { world, channel, leader, mirror } = setUp();
    sendTo(channel, mirror, world.message(99), 0, true);
    for (const sequence of range(1, 5)) {
      const message = world.message(sequence);
      sendTo(channel, leader, message, sequence, false);
      sendTo(channel, mirror, message, sequence, true);
    }
    world.settle(1);
    expect(channel.confirms).toEqual(range(1, 5).map((number) => `a${number}`));
    expect(mirrorOf(mirror).pairing.unmatchedOf(channel.pid)).toBe(6);
    expect(held(mirror)).toEqual(range(1, 5));
    world.kill(world.node('a'));
    world.settle(2);
    expect(held(world.at('c').pid!)).toEqual([...range(1, 5), 99, ...range(1, 5)]);
  });

  it('MIR-37: a direct copy that comes after the promotion is dropped, and its confirm with it', () => {
    const { world, channel, leader, mirror } = setUp();
    const message = world.message(1);
    sendTo(channel, leader, message, 1, false);
    world.settle(0.5);
    channel.confirms.length = 0;
    world.kill(world.node('a'));
    world.settle(2);
    sendTo(channel, mirror, message, 1, true);
    world.settle(2);
    expect(held(world.at('c').pid!)).toEqual([1]);
    // On disk since long before, and unconfirmed for ever.
    expect(channel.confirms).toEqual([]);
    const next = world.message(2);
    sendTo(channel, mirror, next, 2, true);
    world.settle(2);
    expect(channel.confirms).toEqual(['b2']);
  });

  it('MIR-33: what only came directly is enqueued by the promoted mirror', () => {
    const { world, channel, leader, mirror } = setUp();
    const [first, second] = [world.message(1), world.message(2)];
    sendTo(channel, leader, first, 1, false);
    sendTo(channel, mirror, first, 1, true);
    world.settle(0.5);
    sendTo(channel, mirror, second, 2, true);
    world.settle(0.5);
    world.kill(world.node('a'));
    world.settle(2);
    expect(held(world.at('c').pid!)).toEqual([1, 2]);
    expect(channel.confirms).toContain('b2');
  });

  it('MIR-36: what a dead channel left unmatched is forgotten once the leader has seen its death, too', () => {
    const { world, channel, leader, mirror } = setUp();
    sendTo(channel, leader, world.message(1), 0, false);
    sendTo(channel, mirror, world.message(2), 0, true);
    world.settle(0.5);
    const { pairing } = mirrorOf(mirror);
    expect(pairing.unmatchedOf(channel.pid)).toBe(1);
    channel.kill();
    world.settle(0.5);
    expect(pairing.unmatchedOf(channel.pid)).toBe(0);
  });

  it('MIR-36: a mirror that alone knew the channel asks the leader to look, after 20 seconds', () => {
    const { world, channel, mirror } = setUp();
    sendTo(channel, mirror, world.message(2), 0, true);
    world.settle(0.5);
    channel.kill();
    world.settle(19);
    expect(mirrorOf(mirror).pairing.unmatchedOf(channel.pid)).toBe(1);
    world.settle(2);
    expect(mirrorOf(mirror).pairing.unmatchedOf(channel.pid)).toBe(0);
  });

  it('MIR-47: a mirror takes two credits for each message and gives them back in steps of 200', () => {
    const { world, record } = setUp();
    const channel = new TestChannel(world.node('c'));
    const grants = (): number => channel.messagesFromQueues.filter((type) => type === 'bump_credit').length;
    world.publishMany(channel, record, 1, 99);
    world.settle(1);
    expect(grants()).toBe(0);
    world.publishMany(channel, record, 100, 1);
    world.settle(1);
    expect(grants()).toBe(1);
    world.publishMany(channel, record, 101, 100);
    world.settle(1);
    expect(grants()).toBe(3);
  });
});

describe('stale and duplicate replicas', () => {
  it('MIR-26: a mirror that is not listed any more stops at the next instruction', () => {
    const { world, record, channel, leader, mirror } = setUp();
    const { database } = world.node('a').context;
    const caller = new TestChannel(world.node('a'));
    caller.do(() =>
      database.transaction(
        caller,
        { locks: [] },
        (transaction) =>
          transaction.write({ name: 'rabbit_queue', storage: 'ram' }, 'q', { ...record, slavePids: [] }),
        () => {},
      ),
    );
    world.settle(0.5);
    sendTo(channel, leader, world.message(1), 1, false);
    world.settle(0.5);
    expect(mirror.process.alive).toBe(false);
  });

  it('MIR-50: a mirror that crashes starts again, empty, while its leader lives', () => {
    const { world, channel, leader, mirror } = setUp();
    sendTo(channel, leader, world.message(1), 0, false);
    world.settle(0.5);
    const destroyed = world.watch('copy_destroyed');
    mirrorOf(mirror).crash();
    world.settle(3);
    expect(destroyed.map(({ node, sequence }) => [node, sequence])).toEqual([['b', 1]]);
    const [next] = world.at('c').slavePids;
    expect(next).not.toBe(mirror);
    expect(held(next!)).toEqual([]);
    expect(mirrorOf(next!).depthDelta).toBe(1);
  });

  it('MIR-50, MIR-23: a mirror that is killed loses what it held, and each copy is accounted for once', () => {
    const { world, channel, leader, mirror } = setUp();
    for (const sequence of range(1, 3))
      sendTo(channel, leader, world.message(sequence, sequence > 1), 0, false);
    world.settle(1);
    const destroyed = world.watch('copy_destroyed');
    mirror.process.kill();
    world.settle(3);
    expect(destroyed.map(({ node }) => node)).toEqual(['b', 'b', 'b']);
    expect(destroyed.map(({ sequence }) => sequence as number).toSorted((x, y) => x - y)).toEqual(
      range(1, 3),
    );
    expect(held(world.at('c').slavePids[0]!)).toEqual([]);
  });
});
