// A frozen VM does nothing until it wakes, and then finds what has become of its connections; a deliberate disconnect is orderly.
import { describe, expect, test } from 'vitest';
import { Actor, pair } from './actor.ts';
import { Recorder, SECOND, TestWorld } from './world.ts';

describe('a frozen VM', () => {
  test('does nothing: neither its mail, nor its timers, nor what its calls were waiting for', () => {
    const { world, a, caller, callee, toCallee } = pair();
    caller.callOut(toCallee, 'later');
    const sleeper = new Actor(a, 'sleeper');
    sleeper.startTimer(SECOND, { type: 'timer' });
    world.runUntil(1.5);
    a.freeze();
    callee.answerAll();
    world.runUntil(4);
    expect([...caller.log, ...sleeper.log]).toEqual([]);
    a.thaw();
    world.runUntil(5);
    expect(caller.log).toEqual([expect.stringMatching(/^4\.0\d+ late answer$/)]);
    expect(sleeper.log).toEqual([expect.stringMatching(/^4\.0\d+ timer$/)]);
  });

  test('NET-10: neither dials nor gives up a dial; that comes when it runs again', () => {
    const world = new TestWorld();
    const a = world.vm('a');
    const recorder = new Recorder(a);
    world.cut('a', 'c');
    recorder.watch({ node: 'c', name: 'x' });
    world.runUntil(1);
    a.freeze();
    world.runUntil(30);
    expect(recorder.received).toEqual([]);
    a.thaw();
    world.runUntil(31);
    expect(recorder.received).toMatchObject([{ message: { type: 'DOWN', reason: 'noconnection' } }]);
    expect(recorder.received[0]!.atS).toBeGreaterThanOrEqual(30);
    expect(recorder.received[0]!.atS).toBeLessThan(30.03);
  });

  test('NET-9, t08: two peers that gave it up and dial again are seen down, then up, in moments', () => {
    const world = new TestWorld();
    const vms = ['a', 'b', 'c'].map((node, index) => world.vm(node, { tickPhaseUs: index * 100_000 }));
    const recorders = vms.map((vm) => new Recorder(vm));
    vms.forEach((vm, index) => vm.monitorNodes(recorders[index]!));
    const [a, b, c] = recorders as [Recorder, Recorder, Recorder];
    for (const from of [b, c]) from.tell({ node: 'a', name: 'recorder' }, { type: 'hello' });
    world.runUntil(1);
    a.vm.freeze();
    world.runUntil(14);
    for (const from of [b, c]) from.tell({ node: 'a', name: 'recorder' }, { type: 'again' });
    world.runUntil(16);
    a.received.length = 0;
    a.vm.thaw();
    world.runUntil(16.1);
    const news = a.types().filter((type) => type !== 'again');
    expect(news).toEqual(['nodedown', 'nodedown', 'nodeup', 'nodeup']);
    expect(a.received.at(-1)!.atS).toBeLessThan(16.03);
  });

  test('that is woken before anybody noticed has only been late', () => {
    const { world, b, caller, callee, toCallee } = pair();
    const watcher = new Recorder(caller.vm);
    caller.vm.monitorNodes(watcher);
    b.freeze();
    caller.send(toCallee, { type: 'patience' });
    world.runUntil(5);
    b.thaw();
    world.runUntil(20);
    expect(callee.log).toEqual([expect.stringMatching(/^5\.0\d+ patience$/)]);
    expect(watcher.received).toEqual([]);
  });

  test('that is killed instead of woken never does what it had put off', () => {
    const { world, b, caller, callee, toCallee } = pair();
    b.freeze();
    caller.send(toCallee, { type: 'too late' });
    world.runUntil(2);
    b.kill();
    world.runUntil(4);
    expect(callee.log).toEqual([]);
  });
});

describe('a deliberate disconnect', () => {
  test('PAR-14: lets out what was said before it, and both ends see the other go at once', () => {
    const { world, a, b, caller, callee, toCallee } = pair();
    const atB = new Recorder(b);
    b.monitorNodes(atB);
    caller.send(toCallee, { type: 'farewell' });
    a.netKernel.disconnect('b');
    expect(a.connectedNodes()).toEqual([]);
    world.runUntil(1.01);
    expect(callee.words).toEqual(['farewell']);
    expect(atB.types()).toEqual(['nodedown']);
  });

  test('NET-19: by a reset takes along what had arrived and was not read', () => {
    const { world, a, b, caller, callee, toCallee } = pair();
    b.freeze();
    caller.send(toCallee, { type: 'unread' });
    world.runUntil(1.5);
    a.netKernel.disconnect('b', 'connection_closed');
    world.runUntil(2);
    b.thaw();
    world.runUntil(3);
    expect(callee.words).toEqual([]);
  });

  test('NET-19: by a reset loses what was on the way', () => {
    const { world, a, caller, callee, toCallee } = pair();
    caller.send(toCallee, { type: 'lost' });
    a.netKernel.disconnect('b', 'connection_closed');
    world.runUntil(2);
    expect(callee.words).toEqual([]);
  });
});
