import { describe, expect, it } from 'vitest';
import { held, MirrorWorld, nodesOf, range, TestChannel } from './world.ts';

const FOUR = ['a', 'b', 'c', 'd'];

describe('placement', () => {
  it('MIR-2: all: a node that joins later gets a mirror', () => {
    const world = new MirrorWorld(FOUR, 'all', ['d']);
    world.mirrored(world.node('a'), 'q');
    expect(nodesOf(world.at('a').slavePids)).toEqual(['b', 'c']);
    world.restart('d');
    expect(nodesOf(world.at('a').slavePids)).toEqual(['b', 'c', 'd']);
    expect(nodesOf(world.at('a').syncSlavePids)).toContain('d');
  });

  it('MIR-3, MIR-19, MIR-24: exactly: a random node replaces a dead mirror, which then stays out', () => {
    const chosen = new Set<string>();
    for (let seed = 0; seed < 12; seed += 1) {
      const world = new MirrorWorld(FOUR, `exactly${seed}`);
      world.mirrored(world.node('a'), 'q', { 'ha-mode': 'exactly', 'ha-params': 2 });
      const [mirror] = nodesOf(world.at('a').slavePids);
      chosen.add(mirror!);
      if (seed > 0) continue;
      world.kill(world.node(mirror!));
      world.settle(2);
      const after = nodesOf(world.at('a').slavePids);
      expect(after.length).toBe(1);
      expect(after).not.toContain(mirror);
      world.restart(mirror!);
      expect(nodesOf(world.at('a').slavePids)).toEqual(after);
    }
    expect(chosen.size).toBeGreaterThan(1);
  });

  it('MIR-4: nodes: the leader moves to a listed node once a mirror there is synchronised, without loss', () => {
    const world = new MirrorWorld(FOUR);
    const record = world.mirrored(world.node('a'), 'q', { 'ha-mode': 'all' });
    world.publishMany(new TestChannel(world.node('d')), record, 1, 10);
    world.settle(1);
    const promoted = world.watch('queue_promoted');
    world.setPolicy('a', { 'ha-mode': 'nodes', 'ha-params': ['rabbit@c', 'rabbit@d'] });
    world.settle(3);
    expect(promoted.map(({ node, why }) => [node, why])).toEqual([['c', 'policy']]);
    const after = world.at('d');
    expect(after.pid!.node).toBe('c');
    expect(nodesOf(after.slavePids)).toEqual(['d']);
    expect(held(after.pid!)).toEqual(range(1, 10));
  });

  it('MIR-4: nodes: a leader that is not listed stays until a listed mirror has become synchronised', () => {
    const world = new MirrorWorld(FOUR);
    const record = world.declare(world.node('a'), 'q');
    const channel = new TestChannel(world.node('d'));
    world.publishMany(channel, record, 1, 10);
    world.settle(1);
    world.setPolicy('a', { 'ha-mode': 'nodes', 'ha-params': ['c', 'd'] });
    world.settle(3);
    expect(world.at('b').pid!.node).toBe('a');
    expect(nodesOf(world.at('b').slavePids).toSorted()).toEqual(['c', 'd']);
    const consumer = new TestChannel(world.node('b'));
    consumer.consume(world.at('b'));
    world.settle(1);
    for (const delivery of consumer.deliveries) consumer.settle('complete', delivery);
    world.settle(3);
    expect(['c', 'd']).toContain(world.at('b').pid!.node);
  });

  it('MIR-4: nodes: a queue declared elsewhere is created there and moves away', () => {
    const world = new MirrorWorld(FOUR);
    world.mirrored(world.node('a'), 'q', { 'ha-mode': 'nodes', 'ha-params': ['b', 'c'] });
    world.settle(3);
    expect(world.at('d').pid!.node).toBe('b');
    expect(nodesOf(world.at('d').slavePids)).toEqual(['c']);
  });

  it('MIR-22: a mirror that is not wanted any more goes, content and all', () => {
    const world = new MirrorWorld(FOUR);
    const record = world.mirrored(world.node('a'), 'q');
    world.publishMany(new TestChannel(world.node('d')), record, 1, 3);
    world.settle(1);
    const destroyed = world.watch('copy_destroyed');
    const removed = world.watch('mirror_removed');
    world.setPolicy('a', { 'ha-mode': 'exactly', 'ha-params': 2 });
    world.settle(3);
    expect(nodesOf(world.at('d').slavePids)).toEqual(['b']);
    expect(destroyed.map(({ node, why }) => [node, why])).toEqual([
      ...Array.from({ length: 3 }, () => ['c', 'dropped']),
      ...Array.from({ length: 3 }, () => ['d', 'dropped']),
    ]);
    expect(removed.map(({ node }) => node)).toHaveLength(2);
    expect(removed.map(({ why }) => why)).toEqual(['policy', 'policy']);
  });

  it('MIR-5: an exclusive queue is not mirrored', () => {
    const world = new MirrorWorld();
    const owner = new TestChannel(world.node('a')).pid;
    world.mirrored(world.node('a'), 'q', { 'ha-mode': 'all' }, { exclusiveOwner: owner });
    expect(world.at('a').slavePids).toEqual([]);
    expect(world.at('a').gmPids.length).toBe(0);
  });

  it('MIR-1: a policy without ha-mode mirrors nothing', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q', { 'queue-master-locator': 'client-local' });
    expect(world.at('a').slavePids.length).toBe(0);
    expect(world.at('a').gmPids.length).toBe(0);
  });

  it('MIR-25: a policy starts mirroring of a queue with messages, and stops it', () => {
    const world = new MirrorWorld();
    const record = world.declare(world.node('a'), 'q');
    world.publishMany(new TestChannel(world.node('a')), record, 1, 10);
    world.settle(1);
    world.setPolicy('a', { 'ha-mode': 'all' });
    expect(nodesOf(world.at('b').slavePids)).toEqual(['b', 'c']);
    expect(world.at('b').syncSlavePids).toEqual([]);
    const mirrors = world.at('b').slavePids;
    world.setPolicy('a', null);
    world.settle(2);
    expect(world.at('b').slavePids).toEqual([]);
    expect(world.at('b').gmPids).toEqual([]);
    for (const pid of mirrors) expect(pid.process.alive).toBe(false);
    expect(held(world.at('b').pid!)).toEqual(range(1, 10));
  });
});
