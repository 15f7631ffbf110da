/** Promise: a limiter lets all consumers of its channel together have so many deliveries unsettled, and no more (BRK-29). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Limiter, type CanSend, type LimitPrefetch, type ResumeChannel } from '../../sim/broker/limiter.ts';
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import type { Message } from '../../sim/erlang/message.ts';
import { World } from './world.ts';

class Asker extends ErlangProcess {
  readonly resumed: string[] = [];
  protected handleMessage(message: Message): void {
    if (message.type === 'resume') this.resumed.push((message as ResumeChannel).channel.process.name);
  }
}

function setUp() {
  const world = new World();
  const channel = new Asker(world.vm, 'channel');
  const limiter = new Limiter(world.context, channel.pid);
  const queue = (name: string): Asker => {
    const asker = new Asker(world.vm, name);
    asker.send(limiter.pid, { type: 'limiter_register', queue: asker.pid } as Message);
    world.run(1_000);
    return asker;
  };
  const mayI = (asker: Asker, needsAck = true): boolean => {
    let answer = false;
    const request: CanSend = { type: 'can_send', queue: asker.pid, needsAck };
    asker.ask<boolean>(limiter.pid, request, { reply: (value) => (answer = value), failed: () => {} });
    world.run(1_000);
    return answer;
  };
  const limit = (count: number, unacknowledged = 0): void => {
    const request: LimitPrefetch = { type: 'limit_prefetch', limit: count, unacknowledged };
    channel.ask(limiter.pid, request, { reply: () => {}, failed: () => {} });
    world.run(1_000);
  };
  const settle = (count: number): void => {
    channel.send(limiter.pid, { type: 'limiter_ack', count } as Message);
    world.run(1_000);
  };
  return { world, limiter, queue, mayI, limit, settle };
}

describe('BRK-29: a limiter', () => {
  test('counts for all queues together, and tells those that it refused when there is room', () => {
    const { queue, mayI, limit, settle } = setUp();
    const [a, b, c] = [queue('a'), queue('b'), queue('c')];
    limit(2);
    expect([mayI(a), mayI(b), mayI(a), mayI(b)]).toEqual([true, true, false, false]);
    settle(1);
    expect([a.resumed.length, b.resumed.length, c.resumed.length]).toEqual([1, 1, 0]);
    expect([mayI(b), mayI(a)]).toEqual([true, false]);
  });

  test('does not count what needs no acknowledgement, which it refuses all the same when it is full', () => {
    const { queue, mayI, limit } = setUp();
    const a = queue('a');
    limit(1);
    expect([mayI(a, false), mayI(a, false), mayI(a), mayI(a, false)]).toEqual([true, true, true, false]);
  });

  test('begins with what the client has, and a higher limit or none makes room', () => {
    const { queue, mayI, limit } = setUp();
    const a = queue('a');
    limit(2, 2);
    expect(mayI(a)).toBe(false);
    limit(3);
    expect([a.resumed.length, mayI(a), mayI(a)]).toEqual([1, true, false]);
    limit(0);
    expect([a.resumed.length, mayI(a), mayI(a)]).toEqual([2, true, true]);
  });

  test('forgets a queue that has died or asks no more', () => {
    const { world, limiter, queue, mayI, limit, settle } = setUp();
    const [a, b] = [queue('a'), queue('b')];
    limit(1);
    expect([mayI(a), mayI(a), mayI(b)]).toEqual([true, false, false]);
    a.exit('normal');
    b.send(limiter.pid, { type: 'limiter_unregister', queue: b.pid } as Message);
    world.run(1_000);
    settle(1);
    expect([a.resumed, b.resumed]).toEqual([[], []]);
  });

  test('tells the queues that it refused in any order', () => {
    const orders = new Set<string>();
    const { world, queue, mayI, limit, settle } = setUp();
    const queues = ['a', 'b', 'c'].map((name) => queue(name));
    const told: string[] = [];
    for (const asker of queues) {
      const { resumed } = asker;
      resumed.push = (...items) => told.push(asker.name) * items.length;
    }
    for (let round = 0; round < 30; round += 1) {
      limit(1);
      for (const asker of [queues[0]!, ...queues]) mayI(asker);
      settle(1);
      world.run(1_000);
      orders.add(told.splice(0).join(''));
    }
    expect(orders.size).toBe(6);
  });

  test('never lets more be out than its limit, whatever is asked and settled', () => {
    const step = fc.oneof(fc.constant('ask' as const), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 40 }), (most, steps) => {
        const { queue, mayI, limit, settle } = setUp();
        const asker = queue('q');
        limit(most);
        let out = 0;
        for (const each of steps) {
          if (each === 'ask') out += mayI(asker) ? 1 : 0;
          else if (each <= out) {
            settle(each);
            out -= each;
          }
          expect(out).toBeLessThanOrEqual(most);
        }
        expect(mayI(asker)).toBe(out < most);
      }),
      { numRuns: 25 },
    );
  });
});
