import { describe, expect, it } from 'vitest';
import { cancelSyncQueue, syncQueue } from '../../../sim/queues/mirrored/operator-calls.ts';
import { held, MirrorWorld, mirrorOf, nodesOf, range, TestChannel } from './world.ts';

/** A queue led on a with `backlog` messages; the mirror on c came after them. */
function behind(backlog: number, definition = {}): MirrorWorld {
  const world = new MirrorWorld(['a', 'b', 'c'], 'behind', ['c']);
  world.mirrored(world.node('a'), 'q', { 'ha-mode': 'nodes', 'ha-params': ['a', 'c'], ...definition });
  world.publishMany(new TestChannel(world.node('a')), world.at('a'), 1, backlog);
  world.settle(1);
  world.restart('c');
  return world;
}

function sync(world: MirrorWorld): { outcome: unknown } {
  const caller = new TestChannel(world.node('b'));
  const result: { outcome: unknown } = { outcome: undefined };
  caller.do(() => syncQueue(caller, world.at('b'), (outcome) => (result.outcome = outcome)));
  return result;
}

describe('natural synchronisation', () => {
  it('MIR-27: a mirror is synchronised when what it never had is consumed', () => {
    const world = behind(20);
    const [mirror] = world.at('a').slavePids;
    const synchronised = world.watch('mirror_synchronised');
    expect(mirrorOf(mirror!).depthDelta).toBe(20);
    const publisher = new TestChannel(world.node('b'));
    world.publishMany(publisher, world.at('b'), 21, 5);
    const consumer = new TestChannel(world.node('b'));
    consumer.consume(world.at('b'), { prefetch: 1 });
    world.settle(1);
    for (let i = 0; i < 19; i += 1) {
      consumer.settle('complete', consumer.deliveries.at(-1)!);
      world.settle(0.05);
    }
    expect(synchronised).toEqual([]);
    consumer.settle('complete', consumer.deliveries.at(-1)!);
    world.settle(1);
    expect(synchronised).toEqual([{ queue: 'q', node: 'c', by: 'c', leader: 'a' }]);
    expect(nodesOf(world.at('b').syncSlavePids)).toEqual(['c']);
    expect(held(mirror!)).toEqual(range(21, 5));
  });

  it('MIR-42: automatic acknowledgement counts likewise', () => {
    const world = behind(20);
    const consumer = new TestChannel(world.node('b'));
    consumer.consume(world.at('b'), { noAck: true });
    world.settle(1);
    expect(consumer.sequences()).toEqual(range(1, 20));
    expect(nodesOf(world.at('b').syncSlavePids)).toEqual(['c']);
  });
});

describe('eager synchronisation', () => {
  it('MIR-28: fills the mirror, what is out included, and blocks the leader meanwhile', () => {
    const world = behind(5000);
    const consumer = new TestChannel(world.node('b'));
    consumer.consume(world.at('b'), { prefetch: 3 });
    world.settle(1);
    const started = world.watch('sync_started');
    const result = sync(world);
    world.settle(0.005);
    expect(started).toEqual([{ queue: 'q', node: 'a', messages: 5000 }]);
    const publisher = new TestChannel(world.node('b'));
    world.publishMany(publisher, world.at('b'), 5001, 1);
    world.settle(0.02);
    expect(publisher.settledNumbers).toEqual([]);
    world.settle(1);
    expect(result.outcome).toBe('ok');
    expect(publisher.settledNumbers).toEqual([1]);
    const [mirror] = world.at('b').syncSlavePids;
    expect(held(mirror!)).toEqual(range(1, 5001));
    expect(mirrorOf(mirror!).acks.size).toBe(3);
    world.kill(world.node('a'));
    world.settle(2);
    expect(held(world.at('c').pid!)).toEqual(range(1, 5001));
  });

  it('MIR-28: starts by itself when it is automatic', () => {
    const world = behind(100, { 'ha-sync-mode': 'automatic' });
    expect(nodesOf(world.at('b').syncSlavePids)).toEqual(['c']);
    expect(held(world.at('b').slavePids[0]!)).toEqual(range(1, 100));
  });

  it('MIR-28: does nothing when every mirror is synchronised', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    world.settle(1);
    const started = world.watch('sync_started');
    const result = sync(world);
    world.settle(1);
    expect(result.outcome).toBe('ok');
    expect(started).toEqual([]);
  });

  it('MIR-29: cancelled, the mirror is empty, does not know how far it is behind, and draining does not help', () => {
    const world = behind(20_000);
    const [mirror] = world.at('b').slavePids;
    sync(world);
    world.settle(0.1);
    expect(held(mirror!).length).toBeGreaterThan(0);
    const caller = new TestChannel(world.node('b'));
    let outcome: unknown;
    caller.do(() => cancelSyncQueue(caller, world.at('b'), (answer) => (outcome = answer)));
    world.settle(0.5);
    expect(outcome).toBe('ok');
    expect(held(mirror!)).toEqual([]);
    expect(mirrorOf(mirror!).depthDelta).toBeUndefined();
    const consumer = new TestChannel(world.node('b'));
    consumer.consume(world.at('b'), { noAck: true });
    world.settle(2);
    expect(consumer.deliveries.length).toBe(20_000);
    expect(world.at('b').syncSlavePids).toEqual([]);
  });

  it('MIR-29: a leader that dies in the middle leaves an empty mirror to be promoted', () => {
    const world = behind(20_000);
    const destroyed = world.watch('copy_destroyed');
    sync(world);
    world.settle(0.1);
    world.kill(world.node('a'));
    world.settle(3);
    expect(world.at('c').pid!.node).toBe('c');
    expect(held(world.at('c').pid!)).toEqual([]);
    expect(destroyed.some(({ node, why }) => node === 'c' && why === 'sync_interrupted')).toBe(true);
  });

  it('MIR-28: its bytes take their time on a slow link', () => {
    const world = behind(5000);
    world.network.link('a', 'c').degrade({ bandwidthBps: 1_000_000 });
    const finished = world.watch('mirror_synchronised');
    sync(world);
    // 5,000 messages of 260 bytes and more are over 10 Mbit.
    world.settle(9);
    expect(finished).toEqual([]);
    world.settle(10);
    expect(finished).toEqual([{ queue: 'q', node: 'c', by: 'c', leader: 'a' }]);
  });

  it('MIR-28: what a mirror had is destroyed before it is filled', () => {
    const world = behind(10);
    world.publishMany(new TestChannel(world.node('b')), world.at('b'), 11, 3);
    world.settle(1);
    const destroyed = world.watch('copy_destroyed');
    sync(world);
    world.settle(1);
    expect(destroyed.map(({ sequence, why }) => [sequence, why])).toEqual([
      [11, 'purged_for_sync'],
      [12, 'purged_for_sync'],
      [13, 'purged_for_sync'],
    ]);
    expect(held(world.at('b').syncSlavePids[0]!)).toEqual(range(1, 13));
  });
});
