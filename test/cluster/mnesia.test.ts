import { describe, expect, it } from 'vitest';
import { Recorder, SECOND, TICKTIME_US, type TestWorld } from '../erlang/world.ts';
import { cluster, facts, laws, type Node } from './world.ts';

describe('replicated metadata', () => {
  it('CLU-12: when all disc nodes are there and none was last, the smallest name loads and the others copy', () => {
    const { nodes } = cluster();
    for (const node of nodes) {
      expect(node.loadedAtS).not.toBeNull();
      expect(node.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
    }
    expect(nodes[0]!.loadedAtS!).toBeLessThan(nodes[1]!.loadedAtS!);
  });

  it('CLU-8: when a transaction is over every running node has it', () => {
    const { world, nodes } = cluster();
    const skies = (): unknown[] => nodes.map((node) => node.mnesia.read(facts, 'sky'));
    let whenOver: unknown[] = [];
    nodes[1]!.mnesia.transaction(
      new Recorder(nodes[1]!.vm, 'painter'),
      { locks: ['facts/sky'] },
      (transaction) => transaction.write(facts, 'sky', 'blue'),
      () => (whenOver = skies()),
    );
    world.runUntil(3);
    expect(whenOver).toEqual(['blue', 'blue', 'blue']);
    expect(skies()).toEqual(['blue', 'blue', 'blue']);
  });

  it('two transactions on one record run one after the other, whoever coordinates', () => {
    const { world, nodes } = cluster();
    for (const node of nodes) {
      for (let round = 0; round < 5; round++) {
        node.mnesia.transaction(
          new Recorder(node.vm, `${node.name}${round}`),
          { locks: ['facts/count'] },
          (transaction) => {
            const count = Number(transaction.read(facts, 'count') ?? '0');
            transaction.write(facts, 'count', String(count + 1));
          },
          () => {},
        );
      }
    }
    world.runUntil(4);
    for (const node of nodes) expect(node.mnesia.read(facts, 'count')).toBe('15');
  });

  it('CLU-9: a write waits for a silent peer until it is known to be down, then goes on by itself', () => {
    const { world, nodes } = cluster();
    world.cut('a', 'c');
    world.cut('b', 'c');
    const done = nodes[0]!.write(facts, 'sky', 'grey');
    world.runUntil(2 + TICKTIME_US / SECOND - 0.1);
    expect(done()).toBeNull();
    world.runUntil(2 + 1.25 * (TICKTIME_US / SECOND) + 0.1);
    expect(done()).not.toBeNull();
    expect(nodes[1]!.mnesia.read(facts, 'sky')).toBe('grey');
    expect(nodes[2]!.mnesia.read(facts, 'sky')).toBeUndefined();
    expect(nodes[0]!.mnesia.runningNodes()).toEqual(['a', 'b']);
  });

  it('CLU-10, CLU-11: after a healed partition the sides stay apart until one restarts and adopts the other', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    world.cut('a', 'c');
    world.cut('b', 'c');
    world.runUntil(14);
    a.write(laws, 'speed', '50');
    c.write(laws, 'speed', '80');
    c.write(laws, 'only here', 'yes');
    world.runUntil(15);
    world.heal('a', 'c');
    world.heal('b', 'c');
    a.vm.netKernel.ping('c', () => {});
    b.vm.netKernel.ping('c', () => {});
    world.runUntil(24);
    expect(a.inconsistencies).toEqual(['c']);
    expect(c.inconsistencies.toSorted()).toEqual(['a', 'b']);
    expect(a.mnesia.runningNodes()).toEqual(['a', 'b']);
    expect(c.mnesia.read(laws, 'speed')).toBe('80');
    c.stop();
    world.runUntil(25);
    c.start();
    world.runUntil(26);
    expect(c.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
    expect(c.mnesia.read(laws, 'speed')).toBe('50');
    expect(c.mnesia.read(laws, 'only here')).toBeUndefined();
    expect(a.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
  });

  it('CLU-12: the node that stopped first waits for the one that stopped last', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    for (const node of [a, b, c]) {
      node.stop();
      world.runUntil(world.nowS + 1);
    }
    a.start();
    b.start();
    world.runUntil(20);
    expect([a.loadedAtS, b.loadedAtS]).toEqual([null, null]);
    c.start();
    world.runUntil(21);
    expect(c.loadedAtS).not.toBeNull();
    expect(a.loadedAtS).not.toBeNull();
    expect(b.loadedAtS).not.toBeNull();
  });

  it('CLU-14: force_boot loads without waiting, and what only the others knew is lost when they come', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    a.stop();
    world.runUntil(3);
    b.write(laws, 'late', 'yes');
    world.runUntil(4);
    b.stop();
    c.stop();
    world.runUntil(5);
    a.directory.forceLoad = true;
    a.start();
    world.runUntil(6);
    expect(a.loadedAtS).not.toBeNull();
    b.start();
    world.runUntil(7);
    expect(b.mnesia.read(laws, 'late')).toBeUndefined();
  });

  it('CLU-7: disc tables survive a stop of all nodes, RAM tables do not', () => {
    const { world, nodes } = cluster(['a']);
    const [a] = nodes as [Node];
    a.write(facts, 'sky', 'blue');
    world.runUntil(3);
    a.write(laws, 'speed', '50');
    world.runUntil(4);
    a.vm.kill();
    a.start();
    world.runUntil(5);
    expect(a.mnesia.read(laws, 'speed')).toBe('50');
    expect(a.mnesia.read(facts, 'sky')).toBeUndefined();
  });

  it('a transaction that runs while two others load, one of a smaller name, ends', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    for (const node of [a, b, c]) {
      node.stop();
      world.runUntil(world.nowS + 1);
    }
    a.start();
    b.start();
    world.runUntil(7);
    c.start();
    const written: (() => number | null)[] = [];
    const writer = setWriter(world, c, written);
    world.runUntil(9);
    expect(writer.started).toBeGreaterThan(20);
    expect(written.filter((done) => done() === null)).toEqual([]);
    for (const node of [a, b]) expect(node.mnesia.read(facts, 'key0')).toBe('value');
  });
});

/** Writes again and again from the moment in which the node has its tables. */
function setWriter(world: TestWorld, node: Node, written: (() => number | null)[]): { started: number } {
  const writer = { started: 0 };
  const write = (): void => {
    if (node.mnesia.isLoaded && writer.started < 100) {
      written.push(node.write(facts, `key${writer.started}`, 'value'));
      writer.started++;
    }
    if (world.simulation.nowUs < 8_500_000) world.simulation.after(37, 3, write);
  };
  write();
  return writer;
}
