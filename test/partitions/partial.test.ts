// A and B lose each other while both reach C: what each strategy makes of it depends on who notices first (PAR-13 to PAR-15).
import { describe, expect, test } from 'vitest';
import type { PartitionHandling } from '../../sim/partitions/port.ts';
import { DETECTED_S, TestCluster } from './world.ts';

/** a looks 1.5 s before b. */
const A_FIRST = [0.2, 1.7, 1] as const;

function cutWhere(handling: PartitionHandling, phasesS: readonly number[] = A_FIRST): TestCluster {
  const cluster = new TestCluster(handling, ['a', 'b', 'c'], phasesS);
  cluster.partition(['a'], ['b']);
  cluster.run(DETECTED_S + 2);
  return cluster;
}

/** Both ends are told by the network at the same instant. */
function resetWhere(handling: PartitionHandling): TestCluster {
  const cluster = new TestCluster(handling);
  cluster.partition(['a'], ['b']);
  cluster.node('a').vm.netKernel.disconnect('b', 'connection_closed');
  cluster.node('b').vm.netKernel.disconnect('a', 'connection_closed');
  cluster.run(5);
  return cluster;
}

describe('a permanent cut between two of three nodes', () => {
  test('PAR-15, pause_minority: who notices first pauses until all are there; the other two go on', () => {
    const cluster = cutWhere({ strategy: 'pause_minority' });
    expect(cluster.told('nodedown')).toEqual([
      'a: nodedown b net_tick_timeout',
      'b: nodedown a net_tick_timeout',
    ]);
    expect(cluster.told('partial_partition_detected')).toEqual(['a: partial_partition_detected b c']);
    expect(cluster.told('node_paused')).toEqual(['a: node_paused']);
    expect(cluster.atS('a: node_paused') - cluster.atS('a: nodedown b')).toBeLessThan(0.01);
    cluster.run(30);
    expect(cluster.states).toEqual(['stopped', 'running', 'running']);
    cluster.heal(['a'], ['b']);
    cluster.run(15);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-15, pause_minority: if both notice at once both pause, and the third goes on alone', () => {
    const cluster = resetWhere({ strategy: 'pause_minority' });
    expect(cluster.states).toEqual(['stopped', 'stopped', 'running']);
    expect(cluster.told('nodedown').filter((text) => text.startsWith('c:'))).toEqual([]);
    cluster.heal(['a'], ['b']);
    cluster.run(15);
    expect(cluster.isWhole).toBe(true);
  });

  test.each(['ignore', 'autoheal'] as const)(
    'PAR-14, PAR-15, %s: who notices first leaves the third, which knows it and waits as long (t07-partial-ignore)',
    (strategy) => {
      const cluster = cutWhere({ strategy });
      expect(cluster.told('intentional_disconnect')).toEqual(['a: intentional_disconnect c']);
      const leftAtS = cluster.atS('a: intentional_disconnect c');
      // Both node monitors sleep for a second, with the deaths that they have caused in their mailboxes.
      expect(cluster.atS('a: rabbit_down c') - leftAtS).toBeCloseTo(1, 1);
      expect(cluster.atS('c: rabbit_down a') - leftAtS).toBeCloseTo(1, 1);
      expect(cluster.told('partial_partition_detected')).toEqual(['a: partial_partition_detected b c']);
      expect(cluster.told('partition_detected').toSorted()).toEqual([
        'a: partition_detected c',
        'c: partition_detected a',
      ]);
      expect(cluster.nodes.map((node) => node.mnesia.runningNodes())).toEqual([
        ['a'],
        ['b', 'c'],
        ['b', 'c'],
      ]);
      expect(cluster.states).toEqual(['running', 'running', 'running']);
    },
  );

  test('PAR-15: if both notice at once, at least one leaves the third, and nobody shares a state with whom it lost', () => {
    const cluster = resetWhere({ strategy: 'ignore' });
    const leaving = cluster.told('intentional_disconnect').toSorted();
    const sides = cluster.nodes.map((node) => node.mnesia.runningNodes().join(' '));
    expect([
      { leaving: ['a: intentional_disconnect c'], sides: ['a', 'b c', 'b c'] },
      { leaving: ['b: intentional_disconnect c'], sides: ['a c', 'b', 'a c'] },
      {
        leaving: ['a: intentional_disconnect c', 'b: intentional_disconnect c'],
        sides: ['a', 'b', 'c'],
      },
    ]).toContainEqual({ leaving, sides });
  });

  test('PAR-15, PAR-27, autoheal: nothing is healed while the cut lasts, everything afterwards', () => {
    const cluster = cutWhere({ strategy: 'autoheal' });
    cluster.run(30);
    expect(cluster.told('autoheal_winner')).toEqual([]);
    expect(cluster.isWhole).toBe(false);
    cluster.heal(['a'], ['b']);
    cluster.run(20);
    expect(cluster.told('autoheal_winner')).not.toEqual([]);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-14, pause_if_all_down: who sees a listed node leaves the third; who does not pauses anyway', () => {
    const preferred = cutWhere({ strategy: 'pause_if_all_down', nodes: ['a', 'b'], recover: 'ignore' });
    expect(preferred.told('intentional_disconnect')).toEqual(['a: intentional_disconnect c']);
    expect(preferred.states).toEqual(['running', 'running', 'running']);
    const other = cutWhere({ strategy: 'pause_if_all_down', nodes: ['b'], recover: 'ignore' });
    expect(other.told('intentional_disconnect')).toEqual([]);
    expect(other.states).toEqual(['stopped', 'running', 'running']);
  });
});

describe('what is no partial partition', () => {
  test('PAR-13: a dead node, a node that was restarted at once, a full partition', () => {
    const dead = new TestCluster({ strategy: 'pause_minority' });
    dead.node('b').kill();
    dead.run(5);
    const restarted = new TestCluster({ strategy: 'pause_minority' });
    restarted.node('b').kill();
    restarted.node('b').start(0);
    restarted.run(5);
    const full = new TestCluster({ strategy: 'pause_minority' }, ['a', 'b', 'c'], A_FIRST);
    full.partition(['a'], ['b', 'c']);
    full.run(DETECTED_S + 2);
    for (const cluster of [dead, restarted, full]) {
      expect(cluster.told('nodedown').length).toBeGreaterThanOrEqual(2);
      expect(cluster.told('partial_partition_detected')).toEqual([]);
    }
    expect(restarted.isWhole).toBe(true);
  });
});
