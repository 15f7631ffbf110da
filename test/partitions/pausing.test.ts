// pause_minority and pause_if_all_down: who pauses, for how long, and what it must not confirm.
import { describe, expect, test } from 'vitest';
import { pingAll } from '../../sim/partitions/alive.ts';
import type { MonitorPort } from '../../sim/partitions/port.ts';
import { TestWorld } from '../erlang/world.ts';
import { DETECTED_S, TestCluster } from './world.ts';

const PAUSE_MINORITY = { strategy: 'pause_minority' } as const;

test('NET-17: a round of pings costs 7 s for each member that is silent, even if attempts to all of them had begun together', () => {
  const world = new TestWorld();
  const [a] = ['a', 'b', 'c'].map((name) => world.vm(name));
  world.cut('a', 'b');
  world.cut('a', 'c');
  for (const node of ['b', 'c']) a!.netKernel.ping(node, () => {});
  let overAtS: number | null = null;
  pingAll({ vm: a!, members: () => ['b', 'c'] } as unknown as MonitorPort, () => (overAtS = world.nowS));
  world.runUntil(30);
  expect(overAtS).toBeCloseTo(14, 1);
});

describe('pause_minority', () => {
  test('PAR-6, PAR-7: the lone node pauses when it notices and is back when it sees a majority again', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    cluster.partition(['a'], ['b', 'c']);
    cluster.run(DETECTED_S);
    expect(cluster.states).toEqual(['stopped', 'running', 'running']);
    expect(cluster.told('node_paused')).toEqual(['a: node_paused']);
    cluster.run(10);
    expect(cluster.states).toEqual(['stopped', 'running', 'running']);
    expect(cluster.node('a').vm.isAlive).toBe(true);
    const healedAtS = cluster.world.nowS;
    cluster.heal(['a'], ['b', 'c']);
    cluster.run(9);
    expect(cluster.isWhole).toBe(true);
    expect(cluster.atS('b: rabbit_up a') - healedAtS).toBeLessThan(8.7);
    expect(cluster.told('partition_detected')).toEqual([]);
  });

  test('PAR-8: two nodes: a cut pauses both, and both come back together', () => {
    const cluster = new TestCluster(PAUSE_MINORITY, ['a', 'b']);
    cluster.partition(['a'], ['b']);
    cluster.run(DETECTED_S);
    expect(cluster.states).toEqual(['stopped', 'stopped']);
    cluster.heal(['a'], ['b']);
    cluster.run(10);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-8: two nodes: the death of one pauses the other until the first VM is back', () => {
    const cluster = new TestCluster(PAUSE_MINORITY, ['a', 'b']);
    cluster.node('b').kill();
    cluster.run(20);
    expect(cluster.states).toEqual(['stopped', 'dead']);
    cluster.node('b').start(0);
    cluster.run(5);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-8: two and two: both sides pause', () => {
    const cluster = new TestCluster(PAUSE_MINORITY, ['a', 'b', 'c', 'd']);
    cluster.partition(['a', 'b'], ['c', 'd']);
    cluster.run(DETECTED_S + 1);
    expect(new Set(cluster.states)).toEqual(new Set(['stopped']));
    cluster.heal(['a', 'b'], ['c', 'd']);
    cluster.run(10);
    expect(cluster.isWhole).toBe(true);
  });

  test('three ways: everybody pauses, everybody comes back, with one state (t05-pause-minority-three-ways)', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    cluster.partition(['a'], ['b'], ['c']);
    cluster.run(DETECTED_S + 1);
    expect(cluster.states).toEqual(['stopped', 'stopped', 'stopped']);
    cluster.heal(['a'], ['b'], ['c']);
    cluster.run(12);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-7: two paused nodes that see each other are a majority, whether the third runs or not', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    cluster.node('c').kill();
    cluster.run(1);
    cluster.partition(['a'], ['b']);
    cluster.run(DETECTED_S + 1);
    expect(cluster.states).toEqual(['stopped', 'stopped', 'dead']);
    cluster.heal(['a'], ['b']);
    cluster.run(20);
    expect(cluster.states).toEqual(['running', 'running', 'dead']);
  });

  test('PAR-3, PAR-4, CLU-18: stopped applications are no reason to pause', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    cluster.node('a').stopApplication();
    cluster.node('b').stopApplication();
    cluster.run(20);
    expect(cluster.states).toEqual(['stopped', 'stopped', 'running']);
    expect(cluster.told('rabbit_down')).toContain('c: rabbit_down a');
    expect(cluster.told('nodedown', 'node_paused')).toEqual([]);
  });

  test('PAR-4: a node that boots alone is never asked whether it has a majority', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    for (const node of cluster.nodes) node.kill();
    cluster.run(1);
    cluster.node('b').directory.forceLoad = true;
    cluster.node('b').start(0);
    cluster.run(30);
    expect(cluster.states).toEqual(['dead', 'running', 'dead']);
  });

  test('a blip that nobody notices has no effect (t05-blip-shorter-than-tick)', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    cluster.partition(['a'], ['b', 'c']);
    cluster.run(3);
    cluster.heal(['a'], ['b', 'c']);
    cluster.run(30);
    expect(cluster.texts).toEqual([]);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-10: from the moment its VM has noticed, the lone node confirms nothing', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    const a = cluster.node('a');
    a.stopUs = 5_000_000;
    cluster.partition(['a'], ['b', 'c']);
    while (cluster.told('nodedown').filter((text) => text.startsWith('a:')).length < 2) {
      const connected = a.vm.connectedNodes().length;
      expect(a.mayConfirm).toBe(connected > 0);
      cluster.run(0.001);
    }
    expect(a.state).toBe('stopping');
    expect(a.mayConfirm).toBe(false);
    cluster.run(1);
    expect([cluster.node('b').mayConfirm, cluster.node('c').mayConfirm]).toEqual([true, true]);
  });

  test('PAR-6: while one pause boots the application again there is no second one', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    cluster.node('a').bootUs = 20_000_000;
    cluster.partition(['a'], ['b', 'c']);
    cluster.run(DETECTED_S + 1);
    cluster.heal(['a'], ['b', 'c']);
    cluster.run(10);
    expect(cluster.node('a').state).toBe('booting');
    // Cut when the node monitor is there again, but the outside process has not ended: it is not asked to pause again.
    cluster.run(12);
    cluster.partition(['a'], ['b', 'c']);
    cluster.run(DETECTED_S);
    expect(cluster.told('node_paused').filter((text) => text.startsWith('a:'))).toHaveLength(2);
    expect(cluster.states).toEqual(['stopped', 'running', 'running']);
  });

  test('HAZ-64: a frozen node that wakes up after detection does not pause (t08-freeze-mirror-pause-minority)', () => {
    const cluster = new TestCluster(PAUSE_MINORITY);
    const { vm } = cluster.node('c');
    vm.freeze();
    // The others have given it up and are dialling when it wakes.
    cluster.run(14);
    expect(cluster.told('nodedown').toSorted()).toEqual([
      'a: nodedown c net_tick_timeout',
      'b: nodedown c net_tick_timeout',
    ]);
    vm.thaw();
    cluster.run(10);
    expect(cluster.told('node_paused')).toEqual([]);
    expect(cluster.told('nodedown')).toHaveLength(4);
    expect(cluster.told('partition_detected')).toContain('c: partition_detected a');
    expect(cluster.states).toEqual(['running', 'running', 'running']);
  });
});

describe('pause_if_all_down', () => {
  const listing = (nodes: string[], recover: 'ignore' | 'autoheal' = 'ignore') =>
    ({ strategy: 'pause_if_all_down', nodes, recover }) as const;

  test('PAR-28: whoever sees none of the listed nodes pauses until it sees one', () => {
    const cluster = new TestCluster(listing(['c']));
    cluster.partition(['a', 'b'], ['c']);
    cluster.run(DETECTED_S);
    expect(cluster.states).toEqual(['stopped', 'stopped', 'running']);
    cluster.heal(['a'], ['c']);
    cluster.run(20);
    expect(cluster.states).toEqual(['running', 'stopped', 'running']);
    cluster.heal(['b'], ['c']);
    cluster.run(10);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-28: a listed node counts itself, and a list without members pauses nobody', () => {
    for (const nodes of [['a', 'b', 'c'], ['elsewhere']]) {
      const cluster = new TestCluster(listing(nodes));
      cluster.partition(['a'], ['b'], ['c']);
      cluster.run(DETECTED_S + 1);
      expect(cluster.states).toEqual(['running', 'running', 'running']);
    }
  });

  test('PAR-30: who sees no listed node confirms nothing', () => {
    const cluster = new TestCluster(listing(['c']));
    for (const node of cluster.nodes) node.stopUs = 5_000_000;
    cluster.partition(['a'], ['b', 'c']);
    cluster.run(DETECTED_S);
    expect(cluster.nodes.map((node) => node.mayConfirm)).toEqual([false, true, true]);
  });

  test('PAR-29: where several sides stay up, the recovery mode decides what becomes of them', () => {
    for (const recover of ['ignore', 'autoheal'] as const) {
      const cluster = new TestCluster(listing(['a', 'b'], recover));
      cluster.partition(['a'], ['b', 'c']);
      cluster.run(DETECTED_S);
      expect(cluster.states).toEqual(['running', 'running', 'running']);
      cluster.heal(['a'], ['b', 'c']);
      cluster.run(15);
      expect(cluster.told('partition_detected').length).toBeGreaterThan(0);
      expect(cluster.isWhole).toBe(recover === 'autoheal');
      expect(cluster.states).toEqual(['running', 'running', 'running']);
    }
  });
});
