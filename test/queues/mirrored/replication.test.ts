import { describe, expect, it } from 'vitest';
import { rabbitDurableQueue } from '../../../sim/broker/queue-record.ts';
import { newRecord } from '../classic/world.ts';
import { held, MirrorWorld, mirrorOf, nodesOf, range, TestChannel } from './world.ts';

describe('a mirrored queue', () => {
  it('MIR-9: has all its mirrors, synchronised, when it is declared', () => {
    const world = new MirrorWorld();
    const record = world.mirrored(world.node('a'), 'q');
    expect(record.pid!.node).toBe('a');
    const now = world.at('b');
    expect(nodesOf(now.slavePids)).toEqual(['b', 'c']);
    expect(nodesOf(now.syncSlavePids).toSorted()).toEqual(['b', 'c']);
    expect(now.recoverableSlaves).toEqual(['b', 'c']);
  });

  it('MIR-9: has them at the moment in which the declaration is answered', () => {
    const world = new MirrorWorld();
    const caller = new TestChannel(world.node('a'));
    const policy = { name: 'ha', definition: { 'ha-mode': 'all' } };
    let mirrorsWhenAnswered: readonly string[] = [];
    caller.do(() =>
      world.node('a').type.declare(world.node('a').context, caller, newRecord('q', { policy }), () => {
        mirrorsWhenAnswered = nodesOf(world.at('a').slavePids);
      }),
    );
    world.settle(2);
    expect(mirrorsWhenAnswered.toSorted()).toEqual(['b', 'c']);
  });

  it('OVR-3, MIR-30, MIR-31: confirms once every replica has both copies; all hold the same messages', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    const record = world.at('c');
    const channel = new TestChannel(world.node('c'));
    world.publishMany(channel, record, 1, 100);
    world.settle(2);
    expect(channel.settledNumbers.toSorted((x, y) => x - y)).toEqual(range(1, 100));
    for (const pid of [record.pid!, ...record.slavePids]) expect(held(pid)).toEqual(range(1, 100));
    expect(mirrorOf(record.slavePids[0]!).pairing.unmatchedOf(channel.pid)).toBe(0);
  });

  it('MIR-16, MIR-34: the oldest mirror is promoted when the leader dies, and everything is redelivered', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    const channel = new TestChannel(world.node('c'));
    world.publishMany(channel, world.at('c'), 1, 20);
    world.settle(1);
    const promoted = world.watch('queue_promoted');
    world.kill(world.node('a'));
    world.settle(2);
    const record = world.at('c');
    expect(record.pid!.node).toBe('b');
    expect(nodesOf(record.slavePids)).toEqual(['c']);
    const asked = { promote: 'always', listed: 'c b', mirrors: 'c' };
    expect(promoted).toEqual([
      { queue: 'q', node: 'b', synchronised: 1, messages: 20, why: 'failure', ...asked },
    ]);
    channel.consume(record);
    world.settle(1);
    expect(channel.sequences()).toEqual(range(1, 20));
    expect(channel.deliveries.every(({ redelivered }) => redelivered)).toBe(true);
  });
});

it('MIR-6: the live record lists mirrors by age and who is synchronised; on disc are the leader and where the queue could be recovered', () => {
  const world = new MirrorWorld(['a', 'b', 'c']);
  world.mirrored(world.node('a'), 'q');
  world.publishMany(new TestChannel(world.node('a')), world.at('a'), 1, 5);
  world.settle(1);
  const [oldest] = nodesOf(world.at('a').slavePids);
  world.kill(world.node(oldest!));
  world.settle(2);
  world.restart(oldest!);
  const live = world.at('a');
  expect(nodesOf(live.slavePids).at(-1)).toBe(oldest);
  expect(nodesOf(live.syncSlavePids)).not.toContain(oldest);
  expect(live.gmPids.map(({ replica }) => replica.node).toSorted()).toEqual(['a', 'b', 'c']);
  expect(live.recoverableSlaves.toSorted()).toEqual(['b', 'c']);
  const durable = world.node('a').mnesia.read(rabbitDurableQueue, 'q')!;
  expect(durable.pid!.node).toBe('a');
  expect(durable.recoverableSlaves).toEqual(live.recoverableSlaves);
  expect([durable.slavePids.length, durable.syncSlavePids.length, durable.gmPids.length]).toEqual([0, 0, 0]);
});
