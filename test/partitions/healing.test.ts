// Autoheal from the heal of the network to one cluster again, its waits and its aborts.
import { describe, expect, test } from 'vitest';
import { DETECTED_S, TestCluster } from './world.ts';

const AUTOHEAL = { strategy: 'autoheal' } as const;

/** Cut for so long that everybody knows, and healed. */
function healed(
  sides: string[][],
  prepare: (cluster: TestCluster) => void = () => {},
  names?: string[],
): TestCluster {
  const cluster = new TestCluster(AUTOHEAL, names);
  prepare(cluster);
  cluster.partition(...sides);
  cluster.run(DETECTED_S);
  expect(new Set(cluster.states)).toEqual(new Set(['running']));
  cluster.heal(...sides);
  return cluster;
}

/** Runs until somebody has written this. */
function runUntil(cluster: TestCluster, text: string): void {
  for (let steps = 0; !cluster.texts.some((line) => line.startsWith(text)); steps++) {
    if (steps > 20_000) throw new Error(`never: ${text}\n${cluster.texts.join('\n')}`);
    cluster.run(0.001);
  }
}

const restarted = (cluster: TestCluster): string[] =>
  [...new Set(cluster.told('node_restarting').map((text) => text[0]!))].toSorted();

describe('autoheal', () => {
  test('PAR-17, PAR-20: does nothing at the split; after the heal the smaller side restarts, and all share one state', () => {
    const cluster = healed([['a'], ['b', 'c']]);
    cluster.run(15);
    expect(restarted(cluster)).toContain('a');
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-19: decides with the partitions known at the moment, and again with the rest (t05-autoheal-minority-master)', () => {
    const cluster = healed([['a'], ['b', 'c']]);
    cluster.run(15);
    // The leader has heard of one of its two partitions only, as in four of five recorded runs.
    expect(cluster.told('autoheal_winner')).toEqual([
      'a: autoheal_winner a b [a c] [b]',
      'a: autoheal_winner b a [a] [b c]',
    ]);
    expect(cluster.told('autoheal_finished')).toHaveLength(2);
  });

  test('PAR-21: the side with more client connections wins, however small', () => {
    const cluster = healed([['a'], ['b', 'c']], ({ nodes }) => (nodes[0]!.connections = 1));
    cluster.run(15);
    expect(cluster.told('autoheal_winner')[0]).toContain('autoheal_winner a');
    expect(restarted(cluster).length).toBeGreaterThan(0);
    expect(restarted(cluster)).not.toContain('a');
  });

  test('PAR-20: two nodes with equal connections: the greater name wins (t06-two-nodes-autoheal)', () => {
    const cluster = healed([['a'], ['b']], undefined, ['a', 'b']);
    cluster.run(15);
    expect(cluster.told('autoheal_winner')[0]).toBe('a: autoheal_winner b a [a] [b]');
    expect(restarted(cluster)).toEqual(['a']);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-22: the leader, itself a loser, asks how it went after its restart and can lead again', () => {
    const cluster = healed([['a'], ['b', 'c']]);
    cluster.run(15);
    expect(cluster.told('autoheal_finished')).toContain('a: autoheal_finished');
    cluster.partition(['a', 'b'], ['c']);
    cluster.run(DETECTED_S);
    cluster.heal(['a', 'b'], ['c']);
    cluster.run(15);
    expect(restarted(cluster)).toContain('c');
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-23: losers start together, when the last of them has stopped', () => {
    const cluster = healed([['a', 'b'], ['c']], ({ nodes }) => {
      nodes[2]!.connections = 9;
      nodes[0]!.stopUs = 4_000_000;
    });
    runUntil(cluster, 'a: node_restarting');
    cluster.run(3);
    expect(restarted(cluster)).toEqual(['a', 'b']);
    expect(cluster.states).toEqual(['stopping', 'stopped', 'running']);
    cluster.run(1.2);
    expect(cluster.states).toEqual(['booting', 'booting', 'running']);
    cluster.run(5);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-23, PAR-24: a loser waits a minute and no longer for one that does not get to stop', () => {
    const cluster = healed([['a', 'b'], ['c']], ({ nodes }) => {
      nodes[2]!.connections = 9;
      nodes[0]!.stopUs = 100_000_000;
    });
    runUntil(cluster, 'b: node_restarting');
    cluster.run(59);
    expect(cluster.states).toEqual(['stopping', 'stopped', 'running']);
    cluster.run(3);
    expect(cluster.states).toEqual(['stopping', 'running', 'running']);
    // Once all applications have been down, the winner waits for the Mnesia of the one that is up again, and reminds it.
    cluster.run(50);
    expect(cluster.states).toEqual(['stopped', 'running', 'running']);
    cluster.run(60);
    expect(cluster.told('node_restarting').filter((text) => text.startsWith('b:'))).toHaveLength(2);
    cluster.run(10);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-24: a loser whose winner dies starts at once', () => {
    const cluster = healed([['a', 'b'], ['c']], ({ nodes }) => {
      nodes[2]!.connections = 9;
      nodes[0]!.stopUs = 8_000_000;
    });
    runUntil(cluster, 'b: node_restarting');
    cluster.run(1);
    cluster.node('c').kill();
    cluster.run(0.1);
    expect(cluster.node('b').state).toBe('booting');
    cluster.run(20);
    cluster.node('c').start(0);
    cluster.run(10);
    expect(cluster.states).toEqual(['running', 'running', 'running']);
  });

  test('PAR-25: a loser that dies before the others have stopped ends the healing, and they are released', () => {
    const cluster = healed([['a', 'b'], ['c']], ({ nodes }) => {
      nodes[2]!.connections = 9;
      nodes[0]!.stopUs = 8_000_000;
      nodes[1]!.stopUs = 8_000_000;
    });
    runUntil(cluster, 'a: node_restarting');
    cluster.run(1);
    cluster.node('a').kill();
    cluster.run(0.5);
    expect(cluster.told('autoheal_aborted')).toContain('c: autoheal_aborted a down');
    cluster.run(7);
    expect(cluster.node('b').state).toBe('booting');
    cluster.run(5);
    expect(cluster.node('b').mnesia.runningNodes()).toEqual(['b', 'c']);
  });

  test('PAR-23: a loser that dies last has stopped like any other', () => {
    const cluster = healed([['a', 'b'], ['c']], ({ nodes }) => {
      nodes[2]!.connections = 9;
      nodes[0]!.stopUs = 8_000_000;
    });
    runUntil(cluster, 'a: node_restarting');
    cluster.run(1);
    cluster.node('a').kill();
    cluster.run(0.5);
    expect(cluster.told('autoheal_aborted')).toEqual([]);
    expect(cluster.node('b').state).toBe('booting');
  });

  test('PAR-16, PAR-19, PAR-27: nothing is decided before everybody sees everybody', () => {
    const cluster = new TestCluster(AUTOHEAL);
    cluster.partition(['a'], ['b'], ['c']);
    cluster.run(DETECTED_S);
    cluster.heal(['a'], ['b']);
    cluster.run(15);
    expect(cluster.told('partition_detected')).not.toEqual([]);
    expect(cluster.told('autoheal_requested', 'autoheal_winner')).toEqual([]);
    cluster.heal(['a'], ['c']);
    cluster.run(15);
    // a sees everybody and asks itself; b and c do not see each other.
    expect(cluster.told('autoheal_requested')).not.toEqual([]);
    expect(cluster.told('autoheal_denied')[0]).toContain('remote nodes disconnected');
    expect(cluster.told('autoheal_winner')).toEqual([]);
    cluster.heal(['b'], ['c']);
    cluster.run(20);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-2: while it is partitioned a node lists whom it is apart from, and forgets it when the other side is back', () => {
    const cluster = new TestCluster({ strategy: 'ignore' });
    cluster.partition(['a'], ['b', 'c']);
    cluster.run(DETECTED_S);
    expect(cluster.nodes.map((node) => node.partitions)).toEqual([[], [], []]);
    cluster.heal(['a'], ['b', 'c']);
    cluster.run(9);
    expect(cluster.nodes.map((node) => node.partitions)).toEqual([['b', 'c'], ['a'], ['a']]);
    const a = cluster.node('a');
    a.stopApplication(() => a.startApplication());
    cluster.run(5);
    expect(cluster.isWhole).toBe(true);
  });

  test('PAR-24: a woken node restarts although its winner does not know it as a partition, and waits a minute (t08)', () => {
    const cluster = new TestCluster(AUTOHEAL);
    const { vm } = cluster.node('a');
    vm.freeze();
    cluster.run(14);
    vm.thaw();
    cluster.run(30);
    expect(restarted(cluster)).toEqual(['a']);
    expect(cluster.states).toEqual(['stopped', 'running', 'running']);
    cluster.run(40);
    expect(cluster.isWhole).toBe(true);
  });
});
