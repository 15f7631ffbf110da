import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rabbitDurableQueue } from '../../../sim/broker/queue-record.ts';
import { rehomeDurableQueues } from '../../../sim/queues/mirrored/rehome.ts';
import { held, MirrorWorld, mirrorOf, nodesOf, range, TestChannel } from './world.ts';

const FOUR = ['a', 'b', 'c', 'd'];

describe('whatever dies', () => {
  it('MIR-53: replicas hold the same messages in the same order, and no confirmed message is lost', () => {
    const step = fc.record({
      waitUs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 300_000 })),
      what: fc.constantFrom('publish', 'publish', 'publish', 'ack', 'reject', 'kill', 'restart', 'stop'),
      target: fc.nat(2),
      count: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.nat(10_000), fc.array(step, { minLength: 4, maxLength: 30 }), (seed, steps) => {
        const world = new MirrorWorld(FOUR, `survivors${seed}`);
        world.mirrored(world.node('a'), 'q', {
          'ha-mode': 'nodes',
          'ha-params': ['a', 'b', 'c'],
          'ha-sync-mode': 'automatic',
        });
        // Clients are on d, which nothing happens to and where no replica lives.
        const publisher = new TestChannel(world.node('d'));
        const consumer = new TestChannel(world.node('d'));
        consumer.consume(world.at('d'), { prefetch: 10 });
        let sequence = 0;
        let acked = 0;
        const finished = new Set<number>();
        const down = new Set<string>();
        for (const { waitUs, what, target, count } of steps) {
          world.settle(waitUs / 1_000_000);
          const name = FOUR[target]!;
          if (what === 'publish') {
            world.publishMany(publisher, world.at('d'), sequence + 1, count);
            sequence += count;
          } else if (what === 'ack' || what === 'reject') {
            const due = consumer.deliveries.slice(acked, acked + count);
            acked += due.length;
            if (due.length === 0) continue;
            if (what === 'ack') for (const { message } of due) finished.add(message.sequence);
            const byLeader = due.filter(({ queuePid }) => queuePid === due[0]!.queuePid);
            consumer.settle(what === 'ack' ? 'complete' : 'requeue', ...byLeader);
          } else if (what === 'restart') {
            if (down.delete(name)) world.restart(name, 0.01);
          } else if (!down.has(name) && down.size < 1) {
            // One at a time, and settled before, so that a synchronised mirror is always there.
            world.settle(3);
            down.add(name);
            if (what === 'kill') world.kill(world.node(name));
            else world.stop(world.node(name), 0.01);
          }
        }
        world.settle(5);
        const record = world.at('d');
        const content = held(record.pid!);
        for (const pid of record.slavePids) expect(held(pid)).toEqual(content);
        expect(nodesOf(record.syncSlavePids).length).toBe(record.slavePids.length);
        for (const pid of record.slavePids) expect(mirrorOf(pid).depthDelta).toBe(0);
        const kept = new Set(content);
        const confirmed = publisher.settledNumbers;
        for (const number of confirmed) expect(kept.has(number) || finished.has(number)).toBe(true);
        expect(new Set(confirmed).size).toBe(confirmed.length);
      }),
      { numRuns: 60 },
    );
  }, 20_000);
});

describe('silent nodes', () => {
  it('MIR-9: declare hangs on a silent node until its detection', () => {
    const world = new MirrorWorld();
    for (const peer of ['a', 'b']) world.cut(peer, 'c');
    const caller = new TestChannel(world.node('a'));
    let declaredAtS = 0;
    const startedAtS = world.nowS;
    const policy = { name: 'ha', definition: { 'ha-mode': 'all' } };
    const { context, type } = world.node('a');
    const record = { ...world.at('a'), ...blank, policy };
    caller.do(() => type.declare(context, caller, record, () => (declaredAtS = world.nowS)));
    world.settle(4);
    expect(declaredAtS).toBe(0);
    world.settle(20);
    expect(declaredAtS - startedAtS).toBeGreaterThan(5);
    expect(nodesOf(world.at('a').slavePids)).toEqual(['b']);
  });
});

const blank = {
  name: 'q',
  type: 'classic' as const,
  durable: true,
  autoDelete: false,
  exclusiveOwner: null,
  arguments: {},
  pid: null,
  slavePids: [],
  syncSlavePids: [],
  gmPids: [],
  recoverableSlaves: [],
  slavePidsPendingShutdown: [],
  policyVersion: 0,
  state: 'live' as const,
};

describe('priorities', () => {
  it('MIR-11: a mirror with a backlog takes what the ring brings before direct copies', () => {
    const world = new MirrorWorld();
    world.mirrored(world.node('a'), 'q');
    const channel = new TestChannel(world.node('b'));
    world.publishMany(channel, world.at('b'), 1, 2_000, false);
    // The mirror on b has 2,000 direct copies before it at once, and the ring's come while it works on them.
    world.settle(0.02);
    const mirror = mirrorOf(world.at('b').slavePids[0]!);
    expect(mirror.pairing.unmatchedOf(channel.pid)).toBeLessThan(2_000);
    expect(mirror.content.length).toBeGreaterThan(0);
    world.settle(1);
    expect(channel.settledNumbers.length).toBe(2_000);
    expect(mirror.pairing.unmatchedOf(channel.pid)).toBe(0);
  });
});

describe('forgetting the node of a leader', () => {
  it('CLU-19, CLU-20: its durable queue is given to the oldest mirror whose node is down, or deleted', () => {
    const world = new MirrorWorld(FOUR);
    world.mirrored(world.node('a'), 'q', { 'ha-mode': 'nodes', 'ha-params': ['a', 'b', 'c'] });
    world.publishMany(new TestChannel(world.node('d')), world.at('d'), 1, 5);
    world.settle(1);
    // The mirrors go first, so that nobody is promoted when the leader does.
    for (const name of ['b', 'c', 'a']) world.stop(world.node(name));
    const { context } = world.node('d');
    const home = (): string | undefined => context.database.read(rabbitDurableQueue, 'q')?.pid?.node;
    const caller = new TestChannel(world.node('d'));
    const forget = (node: string): void => {
      caller.do(() => rehomeDurableQueues(context, caller, node, () => {}));
      world.settle(1);
    };
    expect(home()).toBe('a');
    forget('a');
    expect(home()).toBe('b');
    forget('b');
    expect(home()).toBe('c');
    world.restart('c');
    expect(held(world.at('d').pid!)).toEqual(range(1, 5));

    const alone = new MirrorWorld(FOUR, 'alone');
    alone.declare(alone.node('a'), 'q');
    alone.stop(alone.node('a'));
    const helper = new TestChannel(alone.node('d'));
    helper.do(() => rehomeDurableQueues(alone.node('d').context, helper, 'a', () => {}));
    alone.settle(1);
    expect(alone.node('d').context.database.read(rabbitDurableQueue, 'q')).toBeUndefined();
  });
});
