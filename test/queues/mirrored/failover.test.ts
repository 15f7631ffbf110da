import { describe, expect, it } from 'vitest';
import { held, MirrorWorld, mirrorOf, nodesOf, range, TestChannel } from './world.ts';

/** A queue led on a with a backlog of 50, and a mirror on c that came later and got 10 more. */
function lateMirror(definition = {}): MirrorWorld {
  const world = new MirrorWorld(['a', 'b', 'c'], 'late', ['c']);
  world.mirrored(world.node('a'), 'q', { 'ha-mode': 'nodes', 'ha-params': ['a', 'c'], ...definition });
  const channel = new TestChannel(world.node('b'));
  world.publishMany(channel, world.at('b'), 1, 50);
  world.settle(1);
  world.restart('c');
  world.publishMany(channel, world.at('b'), 51, 10);
  world.settle(1);
  return world;
}

describe('promotion', () => {
  it('MIR-18, MIR-23: an unsynchronised mirror is promoted and exactly the older messages are lost', () => {
    const world = lateMirror();
    expect(nodesOf(world.at('a').syncSlavePids)).toEqual([]);
    expect(mirrorOf(world.at('a').slavePids[0]!).depthDelta).toBe(50);
    world.kill(world.node('a'));
    world.settle(2);
    const record = world.at('c');
    expect(record.pid!.node).toBe('c');
    expect(held(record.pid!)).toEqual(range(51, 10));
  });

  it('MIR-17, MIR-20: with when-synced it refuses, and the queue returns with the old leader', () => {
    const world = lateMirror({ 'ha-promote-on-failure': 'when-synced' });
    const destroyed = world.watch('copy_destroyed');
    const old = world.at('b').pid!;
    world.kill(world.node('a'));
    world.settle(2);
    expect(world.at('b').pid).toBe(old);
    expect(
      destroyed.filter(({ why }) => why === 'promotion_refused').map(({ sequence }) => sequence),
    ).toEqual(range(51, 10));
    world.restart('a');
    expect(world.at('b').pid!.node).toBe('a');
    expect(world.at('b').pid).not.toBe(old);
    expect(held(world.at('b').pid!)).toEqual(range(1, 60));
  });

  it('MIR-17: any listed synchronised mirror will do, even one that died with the leader (HAZ-4)', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q', { 'ha-mode': 'all', 'ha-promote-on-failure': 'when-synced' });
    const channel = new TestChannel(world.node('a'));
    world.publishMany(channel, world.at('a'), 1, 10);
    world.settle(1);
    world.kill(world.node('b'));
    world.settle(2);
    world.restart('b');
    expect(nodesOf(world.at('a').syncSlavePids)).toEqual(['c']);
    world.kill(world.node('a'));
    world.kill(world.node('c'));
    world.settle(3);
    expect(world.at('b').pid!.node).toBe('b');
    expect(held(world.at('b').pid!)).toEqual([]);
  });

  it('MIR-33: what the dead leader had out returns to its place', () => {
    const world = new MirrorWorld();
    const record = world.mirrored(world.node('a'), 'q');
    const consumer = new TestChannel(world.node('b'));
    world.publishMany(new TestChannel(world.node('b')), world.at('b'), 1, 10);
    world.settle(1);
    consumer.consume(record, { prefetch: 4 });
    world.settle(1);
    expect(consumer.sequences()).toEqual(range(1, 4));
    consumer.settle('complete', consumer.deliveries[1]!);
    world.settle(1);
    const requeued = world.watch('copy_requeued');
    world.kill(world.node('a'));
    world.settle(2);
    expect(world.at('b').pid!.node).toBe('b');
    expect(requeued.map(({ sequence }) => sequence)).toEqual([1, 3, 4, 5]);
    expect(held(world.at('b').pid!)).toEqual([1, ...range(3, 8)]);
    expect(held(world.at('b').slavePids[0]!)).toEqual([1, ...range(3, 8)]);
  });

  it('MIR-15: takes at least the pause of 100 ms and then well under half a second', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    const killedAtS = world.nowS;
    world.kill(world.node('a'));
    while (world.at('b').pid!.node === 'a') world.settle(0.001);
    expect(world.nowS - killedAtS).toBeGreaterThan(0.1);
    expect(world.nowS - killedAtS).toBeLessThan(0.5);
  });

  it('MIR-21: a stopped leader with a synchronised mirror gives way to it', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    world.publishMany(new TestChannel(world.node('c')), world.at('c'), 1, 5);
    world.settle(1);
    const promoted = world.watch('queue_promoted');
    world.stop(world.node('a'));
    expect(world.at('b').pid!.node).toBe('b');
    expect(promoted.map(({ why }) => why)).toEqual(['shutdown']);
    expect(held(world.at('b').pid!)).toEqual(range(1, 5));

    const two = new MirrorWorld(['a', 'b']);
    two.mirrored(two.node('a'), 'q');
    const promotedOfTwo = two.watch('queue_promoted');
    two.stop(two.node('a'));
    expect(promotedOfTwo.map(({ node, why }) => [node, why])).toEqual([['b', 'shutdown']]);
  });

  it('CLU-22: a node that is ending its replicas starts no mirror, and does end', () => {
    const world = lateMirror();
    world.declare(world.node('b'), 'r');
    const { type, context } = world.node('a');
    const caller = new TestChannel(world.node('a'));
    let ended = false;
    // Its leader waits for a mirror that it cannot reach, and meanwhile another leader wants one here.
    world.cut('a', 'c');
    caller.do(() => type.stop(context, caller, () => (ended = true)));
    world.settle(1);
    expect(ended).toBe(false);
    world.setPolicy('b', { 'ha-mode': 'nodes', 'ha-params': ['a', 'b'] }, 'r');
    world.settle(40);
    expect(ended).toBe(true);
    expect(world.at('b', 'r').slavePids).toEqual([]);
  });

  it('MIR-21: a stopped leader with none deletes its mirrors, unless told to promote always', () => {
    const world = lateMirror();
    const destroyed = world.watch('copy_destroyed');
    world.stop(world.node('a'));
    expect(world.at('b').slavePids).toEqual([]);
    expect(world.at('b').pid!.node).toBe('a');
    expect(destroyed.map(({ node, why }) => [node, why])).toContainEqual(['c', 'mirrors_stopped']);
    world.restart('a');
    expect(held(world.at('b').pid!)).toEqual(range(1, 60));

    const always = lateMirror({ 'ha-promote-on-shutdown': 'always' });
    always.stop(always.node('a'));
    expect(always.at('c').pid!.node).toBe('c');
    expect(held(always.at('c').pid!)).toEqual(range(51, 10));
  });

  it('MIR-23, MIR-49: an old leader that returns is a mirror, empty and unsynchronised', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    world.publishMany(new TestChannel(world.node('c')), world.at('c'), 1, 5);
    world.settle(1);
    world.kill(world.node('a'));
    world.settle(2);
    world.restart('a');
    const record = world.at('b');
    expect(nodesOf(record.slavePids)).toEqual(['c', 'a']);
    expect(nodesOf(record.syncSlavePids)).toEqual(['c']);
    expect(held(record.slavePids[1]!)).toEqual([]);
  });

  it('MIR-14: a mirror that is no neighbour of the dead learns of the promotion, too', () => {
    const world = new MirrorWorld(['a', 'b', 'c', 'd', 'e']);
    world.mirrored(world.node('a'), 'q');
    world.kill(world.node('a'));
    // Well before an idle coordinator makes traffic of its own.
    world.settle(0.6);
    const record = world.at('e');
    expect(record.pid!.node).toBe('b');
    expect(nodesOf(record.slavePids)).toEqual(['c', 'd', 'e']);
    for (const pid of record.slavePids) {
      expect(mirrorOf(pid).gm.viewMembers.length).toBe(4);
      expect(mirrorOf(pid).leader).toBe(record.pid);
    }
  });

  it('MIR-14: in a quiet ring everybody learns of a death by what an idle coordinator says', () => {
    const world = new MirrorWorld(['a', 'b', 'c', 'd', 'e']);
    world.mirrored(world.node('a'), 'q');
    world.kill(world.node('c'));
    world.settle(3);
    const { slavePids } = world.at('a');
    expect(nodesOf(slavePids).toSorted()).toEqual(['b', 'd', 'e']);
    for (const pid of slavePids) expect(mirrorOf(pid).gm.viewMembers.length).toBe(4);
  });

  it('MIR-48: both sides of a cut end with a leader of their own', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    world.publishMany(new TestChannel(world.node('c')), world.at('c'), 1, 5);
    world.settle(1);
    world.cut('a', 'b');
    world.cut('a', 'c');
    world.settle(30);
    expect(world.at('a').pid!.node).toBe('a');
    expect(world.at('b').pid!.node).toBe('b');
    expect(held(world.at('a').pid!)).toEqual(range(1, 5));
    expect(held(world.at('b').pid!)).toEqual(range(1, 5));
  });
});

describe('deletion', () => {
  it('MIR-22: takes all mirrors, their content and the ring with it', () => {
    const world = new MirrorWorld();
    const record = world.mirrored(world.node('a'), 'q');
    world.publishMany(new TestChannel(world.node('c')), world.at('c'), 1, 5);
    world.settle(1);
    const mirrors = world.at('a').slavePids;
    const caller = new TestChannel(world.node('b'));
    let answer: unknown;
    const node = world.node('b');
    caller.do(() =>
      node.type.delete(
        node.context,
        caller,
        record,
        { ifUnused: false, ifEmpty: false },
        (a) => (answer = a),
      ),
    );
    world.settle(2);
    expect(answer).toEqual({ messageCount: 5 });
    expect(world.at('b')).toBeUndefined();
    for (const pid of mirrors) expect(pid.process.alive).toBe(false);
    world.mirrored(world.node('b'), 'q');
    expect(nodesOf(world.at('a').syncSlavePids).toSorted()).toEqual(['a', 'c']);
  });
});
