import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rabbitQueue } from '../../../sim/broker/queue-record.ts';
import { MirrorWorld, TestChannel } from './world.ts';

const NAMES = ['a', 'b', 'c'];

describe('partitions', () => {
  it('MIR-26, MIR-48: whatever is cut and healed, each side keeps at most one leader, and nothing contradicts itself', () => {
    const step = fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 20_000 })),
      what: fc.constantFrom(
        'publish',
        'cut',
        'cut',
        'heal',
        'heal',
        'oneway',
        'kill',
        'restart',
        'policy',
        'ack',
      ),
      target: fc.nat(2),
      count: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(fc.nat(10_000), fc.array(step, { minLength: 3, maxLength: 25 }), (seed, steps) => {
        const world = new MirrorWorld(NAMES, `partition${seed}`);
        world.mirrored(world.node('a'), 'q', { 'ha-mode': 'all', 'ha-sync-mode': 'automatic' });
        const cuts = [0, 0, 0];
        const oneWay = [0, 0, 0];
        let sequence = 0;
        const channels = NAMES.map((name) => new TestChannel(world.node(name)));
        const acked = [0, 0, 0];
        for (const { waitMs, what, target, count } of steps) {
          world.settle(waitMs / 1000);
          const name = NAMES[target]!;
          const peer = NAMES[(target + 1) % 3]!;
          const node = world.node(name);
          if (what === 'cut') {
            world.cut(name, peer);
            cuts[target]!++;
          } else if (what === 'oneway') {
            world.network.link(name, peer).cut();
            oneWay[target]!++;
          } else if (what === 'heal') {
            for (; cuts[target]! > 0; cuts[target]!--) world.heal(name, peer);
            for (; oneWay[target]! > 0; oneWay[target]!--) world.network.link(name, peer).heal();
          } else if (what === 'kill' && node.vm.isAlive) world.kill(node);
          else if (what === 'restart' && !node.vm.isAlive) {
            world.restart(name, 0.01);
            channels[target] = new TestChannel(world.node(name));
            acked[target] = 0;
          } else if (node.vm.isAlive) {
            const record = node.context.database.read(rabbitQueue, 'q');
            if (record === undefined || record.pid === null) continue;
            const channel = channels[target]!;
            if (what === 'publish') {
              world.publishMany(channel, record, sequence + 1, count);
              channel.consume(record, { prefetch: 5, consumerTag: `tag${sequence}` });
              sequence += count;
            } else if (what === 'ack') {
              const due = channel.deliveries.slice(acked[target], acked[target]! + count);
              acked[target]! += due.length;
              for (const delivery of due) channel.settle('complete', delivery);
            } else if (what === 'policy') {
              world.setPolicy(
                name,
                count < 5 ? { 'ha-mode': 'exactly', 'ha-params': 2 } : { 'ha-mode': 'all' },
              );
            }
          }
        }
        world.settle(60);
        for (const name of NAMES) {
          const node = world.node(name);
          if (!node.vm.isAlive) continue;
          const record = node.context.database.read(rabbitQueue, 'q');
          if (record === undefined) continue;
          expect(new Set(record.slavePids).size).toBe(record.slavePids.length);
          expect(record.slavePids).not.toContain(record.pid);
          expect(record.syncSlavePids.every((pid) => record.slavePids.includes(pid))).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  }, 100_000);
});
