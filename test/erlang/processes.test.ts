// Processes talk by signals alone: calls that end in exactly one outcome, monitors, links, exits.
import { describe, expect, test } from 'vitest';
import { Actor, pair } from './actor.ts';
import { SECOND, TICKTIME_US } from './world.ts';

describe('a call', () => {
  test('stands the caller still until the answer, which comes before what arrived earlier', () => {
    const { world, caller, callee, toCallee } = pair();
    caller.callOut(toCallee, 'later');
    world.runUntil(2);
    caller.deliver({ type: 'earlier' });
    world.runUntil(3);
    expect(caller.words).toEqual([]);
    callee.answerAll();
    world.runUntil(4);
    expect(caller.words).toEqual(['late answer', 'earlier']);
  });

  test('by ask is the same question without standing still', () => {
    const { world, caller, callee, toCallee } = pair();
    caller.askOut(toCallee, 'later');
    caller.deliver({ type: 'meanwhile' });
    world.runUntil(2);
    callee.answerAll();
    world.runUntil(3);
    expect(caller.words).toEqual(['meanwhile', 'late answer']);
  });

  test.each([
    ['never lived here', { node: 'a', name: 'nobody' }, 'failed: noproc'],
    ['never lived there', { node: 'b', name: 'nobody' }, 'failed: noproc'],
  ])('to somebody who %s fails with noproc', (_where, to, outcome) => {
    for (const how of ['callOut', 'askOut'] as const) {
      const { world, caller } = pair();
      caller[how](to, 'now');
      caller.deliver({ type: 'next' });
      world.runUntil(2);
      expect(caller.words.toSorted()).toEqual([outcome, 'next'].toSorted());
    }
  });

  test('to a local process that has died fails, as does watching for its death', () => {
    const { world, a, caller } = pair();
    const dead = new Actor(a, 'dead');
    dead.kill();
    world.runUntil(2);
    caller.callOut(dead.pid, 'now');
    caller.watchOutOfTurn(dead.pid);
    world.runUntil(3);
    expect(caller.words).toEqual(['failed: noproc', 'down: noproc']);
  });

  test('to a node that must not be connected to fails at once', () => {
    const { world, a, caller } = pair();
    a.netKernel.setAutoConnect(false);
    caller.callOut({ node: 'c', name: 'callee' }, 'now');
    caller.watchOutOfTurn({ node: 'c', name: 'callee' });
    caller.deliver({ type: 'next' });
    world.runUntil(1.001);
    expect(caller.words).toEqual(['failed: noconnection', 'down: noconnection', 'next']);
  });

  test('to somebody who dies of it fails with the reason, once', () => {
    const { world, caller, toCallee } = pair();
    caller.callOut(toCallee, 'crash');
    world.runUntil(2);
    expect(caller.words).toEqual(['failed: crashed']);
  });

  test('NET-15: to a node that is lost fails with noconnection', () => {
    const { world, b, caller, toCallee } = pair();
    caller.callOut(toCallee, 'later');
    world.runUntil(2);
    b.kill();
    world.runUntil(3);
    expect(caller.words).toEqual(['failed: noconnection']);
  });

  test('that times out is over: a late answer is nobody’s', () => {
    const { world, caller, callee, toCallee } = pair();
    caller.callOut(toCallee, 'later', 2 * SECOND);
    world.runUntil(4);
    callee.answerAll();
    world.runUntil(5);
    expect(caller.log).toEqual(['3 failed: timeout']);
  });

  test('across a short cut waits for it, and is answered', () => {
    const { world, caller, toCallee } = pair();
    world.cut('a', 'b');
    caller.callOut(toCallee, 'now');
    world.runUntil(4);
    world.heal('a', 'b');
    world.runUntil(10);
    expect(caller.words).toEqual(['answer']);
  });
});

describe('a process that stands still', () => {
  test('sleeps through its mail and takes it afterwards', () => {
    const { world, caller } = pair();
    caller.nap(SECOND);
    caller.deliver({ type: 'mail' });
    world.runUntil(3);
    expect(caller.log).toEqual(['2 awake', '2 mail']);
  });

  test('hears out of turn that somebody it watches is down', () => {
    const { world, b, caller, toCallee } = pair();
    caller.watchOutOfTurn(toCallee);
    world.runUntil(2);
    caller.nap(5 * SECOND);
    b.kill();
    world.runUntil(10);
    expect(caller.words).toEqual(['down: noconnection', 'awake']);
  });

  test('goes on with what its helper hands it', () => {
    const { world, caller } = pair();
    let finish: (then: () => void) => void = () => {};
    caller.helped((resumeWith) => (finish = resumeWith));
    caller.deliver({ type: 'mail' });
    world.runUntil(2);
    expect(caller.words).toEqual([]);
    finish(() => caller.tell('helped'));
    world.runUntil(3);
    expect(caller.words).toEqual(['helped', 'mail']);
  });

  test('can be killed, and then nothing it waited for happens', () => {
    const { world, caller, callee, toCallee } = pair();
    caller.callOut(toCallee, 'later');
    world.runUntil(2);
    caller.kill();
    world.runUntil(3);
    callee.answerAll();
    world.runUntil(4);
    expect(caller.words).toEqual(['exits: killed']);
  });
});

describe('the end of a process', () => {
  test('is told to monitors with its reason, locally and remotely, and frees its name', () => {
    const { world, b, caller, callee, toCallee } = pair();
    const local = new Actor(b, 'local');
    caller.monitor(toCallee);
    local.monitor(callee.pid);
    world.runUntil(2);
    callee.shutdown();
    world.runUntil(3);
    expect(caller.words).toEqual(['DOWN shutdown']);
    expect(local.words).toEqual(['DOWN shutdown']);
    expect(b.whereis('callee')).toBeUndefined();
    expect(b.isProcessAlive(callee.pid)).toBe(false);
  });

  test('comes as exit signal to those it is linked to, who end with it or, trapping, are told', () => {
    for (const trapExit of [false, true]) {
      const { world, a, b } = pair();
      const one = new Actor(a, 'one', { trapExit });
      const two = new Actor(b, 'two');
      one.link(two.pid);
      world.runUntil(2);
      two.crash();
      world.runUntil(3);
      expect(one.words).toEqual([trapExit ? 'EXIT crash' : 'exits: crash']);
    }
  });

  test('that is normal ends nobody else', () => {
    const { world, a } = pair();
    const one = new Actor(a, 'one');
    const two = new Actor(a, 'two');
    one.link(two.pid);
    two.exit('normal');
    world.runUntil(2);
    expect(one.alive).toBe(true);
  });

  test('concerns nobody who has unlinked or demonitored before', () => {
    const { world, a, b, caller, callee } = pair();
    const one = new Actor(a, 'one');
    one.link(callee.pid);
    const ref = caller.monitor(callee.pid);
    world.runUntil(2);
    one.unlink(callee.pid);
    caller.demonitor(ref);
    world.runUntil(3);
    callee.crash();
    b.kill();
    world.runUntil(4);
    expect(one.words).toEqual([]);
    expect(caller.words).toEqual([]);
  });

  test('NET-15: links to a lost node break, and to a node that cannot be reached, too', () => {
    const { world, a, b, callee } = pair();
    const lost = new Actor(a, 'lost', { trapExit: true });
    lost.link(callee.pid);
    world.runUntil(2);
    b.kill();
    world.runUntil(3);
    expect(lost.words).toEqual(['EXIT noconnection']);
    const late = new Actor(a, 'late', { trapExit: true });
    late.link(callee.pid);
    world.runUntil(20);
    expect(late.words).toEqual(['EXIT noconnection']);
  });

  test('of an earlier incarnation is no news of a later one, and its mail reaches nobody (CLU-27)', () => {
    const { world, b, caller, callee } = pair();
    b.kill();
    world.runUntil(2);
    const again = new Actor(world.vm('b'), 'callee');
    caller.send(callee.pid, { type: 'to the dead' });
    caller.send({ node: 'b', name: 'callee' }, { type: 'to the living' });
    caller.monitor(callee.pid);
    world.runUntil(3);
    expect(again.words).toEqual(['to the living']);
    expect(caller.words).toEqual(['DOWN noproc']);
  });
});

describe('a remote call', () => {
  test('runs on the other node and brings its value back, or fails with the node', () => {
    const { world, a, b } = pair();
    const outcomes: unknown[] = [];
    const outcome = {
      reply: (value: unknown) => outcomes.push(value),
      failed: (reason: string) => outcomes.push(reason),
    };
    a.remoteCall('b', (vm) => vm.node, outcome);
    a.remoteCall('a', (vm) => vm.node, outcome);
    world.runUntil(2);
    expect(outcomes).toEqual(['a', 'b']);
    b.freeze();
    a.remoteCall('b', (vm) => vm.node, outcome);
    world.runUntil(2 + 1.25 * (TICKTIME_US / SECOND));
    expect(outcomes).toEqual(['a', 'b', 'nodedown']);
  });
});
