/** Promise: mirrors hold what the leader holds, whatever it drops, and a promoted one goes on with the same limits (MIR-10, MIR-33). */
import { describe, expect, it } from 'vitest';
import { rabbitExchange } from '../../../sim/broker/exchange.ts';
import { recoverTopology } from '../../../sim/broker/recovery.ts';
import { held, MirrorWorld, mirrorOf, range, TestChannel } from './world.ts';

const ALL = { 'ha-mode': 'all' };

/** A cluster whose metadata has the exchanges of every virtual host. */
function cluster(): MirrorWorld {
  const world = new MirrorWorld();
  const { context } = world.node('a');
  const caller = new TestChannel(world.node('a'));
  caller.do(() => recoverTopology(context, caller, () => {}));
  world.settle(1);
  expect(context.database.read(rabbitExchange, '')).toBeDefined();
  return world;
}

function replicas(world: MirrorWorld, queue = 'q'): number[][] {
  const { pid, slavePids } = world.at('b', queue);
  return [pid!, ...slavePids].map(held);
}

describe('a mirrored queue with limits', () => {
  it('drops the same at every replica: length', () => {
    const world = cluster();
    const record = world.mirrored(world.node('a'), 'q', { ...ALL, 'max-length': 10 });
    const channel = new TestChannel(world.node('c'));
    world.publishMany(channel, world.at('c'), 1, 30);
    world.settle(2);
    expect(replicas(world)).toEqual([range(21, 10), range(21, 10), range(21, 10)]);
    expect(channel.settledNumbers.toSorted((x, y) => x - y)).toEqual(range(1, 30));
    expect(record.policy?.definition['max-length']).toBe(10);
  });

  it('drops the same at every replica: time to live, also after a promotion', () => {
    const world = cluster();
    world.mirrored(world.node('a'), 'q', { ...ALL, 'message-ttl': 4000 });
    const channel = new TestChannel(world.node('c'));
    world.publishMany(channel, world.at('c'), 1, 20);
    world.settle(1);
    world.kill(world.node('a'));
    world.settle(2);
    expect(world.at('c').pid!.node).toBe('b');
    expect(replicas(world)).toEqual([range(1, 20), range(1, 20)]);
    world.settle(2);
    expect(replicas(world)).toEqual([[], []]);
  });

  it('dead-letters into another mirrored queue, whose replicas pair both copies', () => {
    const world = cluster();
    world.mirrored(world.node('b'), 'dead');
    const args = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' };
    world.mirrored(world.node('a'), 'q', { ...ALL, 'max-length': 5 }, { arguments: args });
    const channel = new TestChannel(world.node('c'));
    world.publishMany(channel, world.at('c'), 1, 500);
    world.settle(3);
    expect(replicas(world)).toEqual([range(496, 5), range(496, 5), range(496, 5)]);
    const sorted = replicas(world, 'dead');
    expect(sorted).toEqual([range(1, 495), range(1, 495), range(1, 495)]);
    const source = world.at('a').pid!;
    for (const pid of world.at('b', 'dead').slavePids)
      expect(mirrorOf(pid).pairing.unmatchedOf(source)).toBe(0);
  });

  it('refuses with a nack although its mirrors would confirm; without confirms it wedges them (MIR-38)', () => {
    const world = cluster();
    world.mirrored(world.node('a'), 'q', { ...ALL, 'max-length': 5, overflow: 'reject-publish' });
    const careful = new TestChannel(world.node('c'));
    world.publishMany(careful, world.at('c'), 1, 8);
    world.settle(1);
    expect(careful.settledNumbers.toSorted((x, y) => x - y)).toEqual(range(1, 5));
    expect(careful.rejectedNumbers).toEqual([6, 7, 8]);
    const careless = new TestChannel(world.node('c'));
    careless.publish(world.at('c'), world.message(9), false);
    world.settle(1);
    const { slavePids } = world.at('c');
    expect(slavePids.map((pid) => mirrorOf(pid).pairing.unmatchedOf(careful.pid))).toEqual([0, 0]);
    expect(slavePids.map((pid) => mirrorOf(pid).pairing.unmatchedOf(careless.pid))).toEqual([1, 1]);
  });

  it('brings a new mirror the expiries with the messages (MIR-28)', () => {
    const world = cluster();
    world.declare(world.node('a'), 'q', { arguments: { 'x-message-ttl': 8000 } });
    const channel = new TestChannel(world.node('a'));
    world.publishMany(channel, world.at('a'), 1, 10);
    world.settle(1);
    world.setPolicy('a', { 'ha-mode': 'all', 'ha-sync-mode': 'automatic' });
    world.settle(2);
    expect(replicas(world)).toEqual([range(1, 10), range(1, 10), range(1, 10)]);
    world.kill(world.node('a'));
    world.settle(1);
    expect(replicas(world)).toEqual([range(1, 10), range(1, 10)]);
    world.settle(4);
    expect(replicas(world)).toEqual([[], []]);
  });
});
