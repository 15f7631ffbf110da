import { describe, expect, it } from 'vitest';
import { PERFECT_LINK } from '../../sim/network/network.ts';
import { Recorder, SECOND, TestWorld, TICKTIME_US } from './world.ts';

const TICK_S = TICKTIME_US / SECOND;

function pair(phases: [number, number] = [0, 0]) {
  const world = new TestWorld();
  const a = world.vm('a', { tickPhaseUs: phases[0] });
  const b = world.vm('b', { tickPhaseUs: phases[1] });
  const atA = new Recorder(a);
  const atB = new Recorder(b);
  a.monitorNodes(atA);
  b.monitorNodes(atB);
  atA.tell({ node: 'b', name: 'recorder' }, { type: 'hello' });
  world.runUntil(1);
  return { world, a, b, atA, atB };
}

describe('connections between VMs', () => {
  it('NET-10: a send to a node that is not connected connects, and arrives', () => {
    const { atA, atB } = pair();
    expect(atB.types()).toEqual(['nodeup', 'hello']);
    expect(atA.types()).toEqual(['nodeup']);
  });

  it('NET-3, NET-5: a silent link is given up one to one and a quarter ticktimes later, by each end for itself', () => {
    const { world, atA, atB } = pair([0, 0.5 * SECOND]);
    world.cut('a', 'b');
    world.runUntil(20);
    for (const end of [atA, atB]) {
      const down = end.received.find(({ message }) => message.type === 'nodedown')!;
      expect(down.atS).toBeGreaterThanOrEqual(1 + TICK_S);
      expect(down.atS).toBeLessThanOrEqual(1 + 1.25 * TICK_S);
      expect(down.message).toMatchObject({ reason: 'net_tick_timeout' });
    }
    const times = [atA, atB].map(
      (end) => end.received.find(({ message }) => message.type === 'nodedown')!.atS,
    );
    expect(Math.abs(times[0]! - times[1]!)).toBeCloseTo(0.5, 3);
  });

  it('NET-7: what is sent during a short cut arrives late, once and in order, and nobody goes down', () => {
    const { world, atA, atB } = pair();
    world.cut('a', 'b');
    for (const type of ['one', 'two', 'three']) atA.tell({ node: 'b', name: 'recorder' }, { type });
    world.runUntil(4);
    expect(atB.types()).toEqual(['nodeup', 'hello']);
    world.heal('a', 'b');
    world.runUntil(12);
    expect(atB.types()).toEqual(['nodeup', 'hello', 'one', 'two', 'three']);
    expect(atA.types()).toEqual(['nodeup']);
    const late = atB.received.at(-1)!.atS;
    expect(late).toBeGreaterThan(4);
    // NET-8: the sender's next retransmission decides; its back-off is at most as long as the cut was.
    expect(late).toBeLessThan(4 + 4);
  });

  it('NET-2: a long message is a sign of life every 64 KiB, so a link too narrow for that in a ticktime is given up', () => {
    const lastOver = (bandwidthBps: number): string => {
      const { world, a, atB } = pair();
      world.network.link('a', 'b').configure({ ...PERFECT_LINK, bandwidthBps });
      a.send({ node: 'b', name: 'recorder' }, { type: 'long' }, 500_000);
      world.runUntil(1 + 1.3 * TICK_S);
      expect(atB.types().slice(0, 2)).toEqual(['nodeup', 'hello']);
      return atB.types().at(-1)!;
    };
    // 64 KiB take 5.2 s at 100 kbit/s and 10.5 s at 50 kbit/s; the ticktime is 8 s.
    expect(lastOver(100_000)).toBe('hello');
    expect(lastOver(50_000)).toBe('nodedown');
  });

  it('NET-9: a killed VM is known to be dead within a round trip, a powered-off one only after the tick', () => {
    const killed = pair();
    killed.b.kill();
    killed.world.runUntil(1.01);
    expect(killed.atA.types()).toEqual(['nodeup', 'nodedown']);
    const off = pair();
    off.b.powerOff();
    off.world.runUntil(1 + TICK_S - 0.01);
    expect(off.atA.types()).toEqual(['nodeup']);
    off.world.runUntil(1 + 1.25 * TICK_S + 0.01);
    expect(off.atA.types()).toEqual(['nodeup', 'nodedown']);
  });

  it('NET-11: a peer that reconnects forces the other end, which had not noticed, through nodedown and nodeup', () => {
    const { world, atA, atB } = pair([1_100_000, 900_000]);
    world.cut('a', 'b');
    world.runUntil(1 + TICK_S + 0.4);
    expect(atA.types()).toEqual(['nodeup', 'nodedown']);
    expect(atB.types()).toEqual(['nodeup', 'hello']);
    world.heal('a', 'b');
    atA.tell({ node: 'b', name: 'recorder' }, { type: 'again' });
    world.runUntil(1 + TICK_S + 0.5);
    expect(atB.types()).toEqual(['nodeup', 'hello', 'nodedown', 'nodeup', 'again']);
  });

  it('NET-2, NET-4: a link over which nobody says anything lives', () => {
    const { world, atA, atB } = pair();
    world.runUntil(100 * TICK_S);
    expect(atA.types()).toEqual(['nodeup']);
    expect(atB.types()).toEqual(['nodeup', 'hello']);
  });

  it('NET-12: what was said before there was a connection arrives in the order in which it was said', () => {
    const world = new TestWorld();
    const atA = new Recorder(world.vm('a'));
    const atB = new Recorder(world.vm('b'));
    for (const type of ['one', 'two', 'three']) atA.tell({ node: 'b', name: 'recorder' }, { type });
    world.runUntil(1);
    expect(atB.types()).toEqual(['one', 'two', 'three']);
  });

  it('NET-16: while a and b cannot hear each other both stay connected to c', () => {
    const { world, a, b } = pair();
    const c = world.vm('c', { tickPhaseUs: 0 });
    const atC = new Recorder(c);
    atC.tell({ node: 'a', name: 'recorder' }, { type: 'hello' });
    atC.tell({ node: 'b', name: 'recorder' }, { type: 'hello' });
    world.runUntil(2);
    world.cut('a', 'b');
    world.runUntil(120);
    expect([a.connectedNodes(), b.connectedNodes(), c.connectedNodes().toSorted()]).toEqual([
      ['c'],
      ['c'],
      ['a', 'b'],
    ]);
  });

  it('NET-6 as observed: with one direction cut, both ends fall silent and give up', () => {
    const { world, atA, atB } = pair();
    world.network.link('a', 'b').cut();
    world.runUntil(1 + 1.25 * TICK_S + 0.6);
    expect(atA.types()).toContain('nodedown');
    expect(atB.types()).toContain('nodedown');
  });

  it('NET-9, NET-21: a frozen VM takes nothing in; when it wakes after detection it finds its peers gone, then back', () => {
    const { world, b, atA, atB } = pair();
    b.freeze();
    atA.tell({ node: 'b', name: 'recorder' }, { type: 'while_frozen' });
    world.runUntil(1 + 1.25 * TICK_S + 0.1);
    expect(atA.types()).toEqual(['nodeup', 'nodedown']);
    expect(atB.types()).toEqual(['nodeup', 'hello']);
    atA.tell({ node: 'b', name: 'recorder' }, { type: 'dials' });
    world.runUntil(13);
    expect(atA.types()).toEqual(['nodeup', 'nodedown']);
    b.thaw();
    world.runUntil(14);
    expect(atB.types()).toEqual(['nodeup', 'hello', 'nodedown', 'nodeup', 'dials']);
  });

  it('NET-15: a lost connection fires monitors with noconnection, once', () => {
    const { world, b, atA } = pair();
    atA.watch({ node: 'b', name: 'recorder' });
    world.runUntil(2);
    b.kill();
    world.runUntil(3);
    const downs = atA.received.filter(({ message }) => message.type === 'DOWN');
    expect(downs).toHaveLength(1);
    expect(downs[0]!.message).toMatchObject({ reason: 'noconnection' });
  });

  it('a monitor on a name that is not there fires with noproc', () => {
    const { world, atA } = pair();
    atA.watch({ node: 'b', name: 'nobody' });
    world.runUntil(2);
    expect(atA.received.at(-1)!.message).toMatchObject({ type: 'DOWN', reason: 'noproc' });
  });

  it('NET-20: another cookie is refused, and what was queued for the peer is lost', () => {
    const world = new TestWorld();
    const a = new Recorder(world.vm('a', { cookie: 'one' }));
    const b = new Recorder(world.vm('b', { cookie: 'two' }));
    a.watch({ node: 'b', name: 'recorder' });
    a.tell({ node: 'b', name: 'recorder' }, { type: 'hello' });
    world.runUntil(1);
    expect(b.received).toEqual([]);
    expect(a.received[0]!.message).toMatchObject({ type: 'DOWN', reason: 'noconnection' });
  });

  it('both ends dialling at once end with one connection and nothing lost', () => {
    const world = new TestWorld();
    const a = new Recorder(world.vm('a'));
    const b = new Recorder(world.vm('b'));
    a.tell({ node: 'b', name: 'recorder' }, { type: 'from_a' });
    b.tell({ node: 'a', name: 'recorder' }, { type: 'from_b' });
    world.runUntil(1);
    expect(a.types()).toEqual(['from_b']);
    expect(b.types()).toEqual(['from_a']);
    expect(a.vm.connectedNodes()).toEqual(['b']);
    expect(b.vm.connectedNodes()).toEqual(['a']);
  });
});
