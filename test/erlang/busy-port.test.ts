// NET-14: who fills the output queue of a connection stands still until it drains, and who refuses to stand still is dropped.
import { describe, expect, test } from 'vitest';
import { BUSY_LIMIT_BYTES } from '../../sim/erlang/busy-port.ts';
import { PERFECT_LINK } from '../../sim/network/network.ts';
import { pair } from './actor.ts';

const HALF = BUSY_LIMIT_BYTES / 2;

/** The link is cut, and so much less than the limit waits on it. */
function nearlyFull() {
  const pairUp = pair();
  const { world, caller, toCallee } = pairUp;
  world.cut('a', 'b');
  caller.send(toCallee, { type: 'large' }, BUSY_LIMIT_BYTES - 100);
  return pairUp;
}

describe('NET-14: a busy connection', () => {
  test('suspends whoever reaches the limit, whatever comes for it, and nobody before', () => {
    const { world, caller, toCallee } = nearlyFull();
    caller.deliver({ type: 'free' });
    world.runUntil(2);
    expect(caller.words).toEqual(['free']);
    caller.send(toCallee, { type: 'last' }, 100);
    caller.deliver({ type: 'message' });
    caller.deliverUrgent(() => caller.tell('urgent'));
    world.runUntil(3);
    expect(caller.words).toEqual(['free']);
  });

  test('lets them go once half has drained; what they had sent arrives', () => {
    const { world, caller, callee, toCallee } = nearlyFull();
    caller.send(toCallee, { type: 'last' }, 100);
    caller.deliver({ type: 'message' });
    world.runUntil(3);
    world.heal('a', 'b');
    world.runUntil(8);
    expect(callee.words).toEqual(['large', 'last']);
    expect(caller.words).toEqual(['message']);
  });

  test('holds on while more than half still waits', () => {
    const { world, caller, callee, toCallee } = pair();
    // Two seconds for each half, one after the other.
    world.network.link('a', 'b').configure({ ...PERFECT_LINK, bandwidthBps: HALF * 4 });
    caller.send(toCallee, { type: 'first half' }, HALF);
    world.runUntil(1.001);
    caller.send(toCallee, { type: 'second half' }, HALF);
    caller.deliver({ type: 'message' });
    world.runUntil(2.9);
    expect([callee.words, caller.words]).toEqual([[], []]);
    world.runUntil(4);
    expect([callee.words, caller.words]).toEqual([['first half'], []]);
    world.runUntil(6);
    expect([callee.words, caller.words]).toEqual([['first half', 'second half'], ['message']]);
  });

  test('lets them go when it is given up, with what they sent lost', () => {
    const { world, caller, callee, toCallee } = nearlyFull();
    caller.send(toCallee, { type: 'last' }, 100);
    caller.deliver({ type: 'message' });
    world.runUntil(20);
    expect(caller.words).toEqual(['message']);
    expect(callee.words).toEqual([]);
  });

  test('drops what must not suspend its sender', () => {
    const { world, a, caller, callee, toCallee } = nearlyFull();
    expect(a.sendIfConnected(toCallee, { type: 'raft' }, 10)).toBe(true);
    caller.send(toCallee, { type: 'last' }, 100);
    expect(a.sendIfConnected(toCallee, { type: 'refused' }, 10)).toBe(false);
    world.heal('a', 'b');
    world.runUntil(8);
    expect(callee.words).toEqual(['large', 'raft', 'last']);
  });

  test('does not wake whom somebody else has suspended as well', () => {
    const { world, caller, toCallee } = nearlyFull();
    const operator = {};
    caller.suspendBy(operator);
    caller.send(toCallee, { type: 'last' }, 100);
    caller.deliver({ type: 'message' });
    world.heal('a', 'b');
    world.runUntil(8);
    expect(caller.words).toEqual([]);
    caller.resumeBy(operator);
    world.runUntil(9);
    expect(caller.words).toEqual(['message']);
  });
});
