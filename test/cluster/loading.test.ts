// A starting Mnesia never loads a copy that is older than one it could wait for (CLU-11, CLU-12).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECOND, TestWorld } from '../erlang/world.ts';
import { cluster, facts, laws, Node } from './world.ts';

/** Stops the nodes one after another, each of those that remain writing down who is left. */
function stopInOrder(world: TestWorld, order: readonly Node[]): void {
  order.forEach((node, index) => {
    node.stop();
    world.runUntil(world.nowS + 1);
    order[index + 1]?.write(laws, 'last seen', order[index + 1]!.name);
    world.runUntil(world.nowS + 1);
  });
}

describe('after a full stop', () => {
  test('CLU-12: the node that went down last has the newest copy, and everybody gets it', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    stopInOrder(world, [a, b, c]);
    a.start();
    b.start();
    world.runUntil(world.nowS + 5);
    c.start();
    world.runUntil(world.nowS + 1);
    for (const node of nodes) expect(node.mnesia.read(laws, 'last seen')).toBe('c');
  });

  test('CLU-12: the last one needs nobody, and is not held up by one who waits', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    stopInOrder(world, [a, b, c]);
    a.start();
    c.start();
    world.runUntil(world.nowS + 1);
    expect([a.mnesia.isLoaded, c.mnesia.isLoaded]).toEqual([true, true]);
    expect(a.mnesia.read(laws, 'last seen')).toBe('c');
  });

  test('CLU-12: any order of stopping and starting ends with the copy of the last one everywhere', () => {
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    const delays = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(order, order, delays, (stops, starts, delaysUs) => {
        const { world, nodes } = cluster();
        stopInOrder(
          world,
          stops.map((index) => nodes[index]!),
        );
        starts.forEach((index, turn) => {
          nodes[index]!.start();
          world.simulation.run({
            untilUs: world.simulation.nowUs + delaysUs[turn]!,
            maxEvents: 1_000_000,
          });
        });
        world.runUntil(world.nowS + 2);
        const last = nodes[stops[2]!]!.name;
        for (const node of nodes) {
          expect(node.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
          expect(node.mnesia.read(laws, 'last seen')).toBe(last);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('CLU-12: killed together, nobody was last: all wait for all, then the smallest name loads', () => {
    const { world, nodes } = cluster();
    nodes[0]!.write(laws, 'speed', '50');
    world.runUntil(3);
    for (const node of nodes) node.vm.kill();
    world.runUntil(4);
    nodes[1]!.start();
    nodes[2]!.start();
    world.runUntil(30);
    expect([nodes[1]!.loadedAtS, nodes[2]!.loadedAtS]).toEqual([null, null]);
    nodes[0]!.start();
    world.runUntil(31);
    expect(nodes.map((node) => node.mnesia.read(laws, 'speed'))).toEqual(['50', '50', '50']);
    expect(nodes[0]!.loadedAtS!).toBeLessThan(nodes[1]!.loadedAtS!);
  });

  test('CLU-12: one who waits does not take for its own the copy of those who come and go before they have loaded', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    stopInOrder(world, [a, b, c]);
    for (const node of nodes) node.vm.kill();
    world.cut('b', 'c');
    a.start();
    b.start();
    world.runUntil(20);
    // The last one reaches a, but still tries to reach b when it dies again.
    c.start();
    world.runUntil(22);
    c.vm.kill();
    b.vm.kill();
    world.runUntil(60);
    expect(a.loadedAtS).toBeNull();
    expect(a.mnesia.read(laws, 'last seen')).toBeUndefined();
  });

  test('PAR-9: when every side paused and each saw the others go first, one defines the metadata and all agree', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    for (const [one, other] of [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ] as const)
      world.cut(one, other);
    world.runUntil(15);
    for (const node of nodes) node.write(laws, 'alone', node.name);
    world.runUntil(16);
    for (const node of nodes) node.stop();
    for (const [one, other] of [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ] as const)
      world.heal(one, other);
    world.runUntil(30);
    for (const node of [b, c, a]) node.start();
    world.runUntil(32);
    expect(new Set(nodes.map((node) => node.mnesia.read(laws, 'alone'))).size).toBe(1);
    for (const node of nodes) expect(node.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
  });
});

describe('a node without a disc copy', () => {
  test('CLU-5: waits for one that has one', () => {
    const world = new TestWorld();
    const [disc, ram] = ['disc', 'ram'].map((name) => new Node(world, name, ['disc', 'ram'], ['ram'])) as [
      Node,
      Node,
    ];
    ram.start();
    world.runUntil(20);
    expect(ram.loadedAtS).toBeNull();
    disc.start();
    world.runUntil(21);
    expect(disc.loadedAtS).not.toBeNull();
    expect(ram.loadedAtS).not.toBeNull();
  });
});

describe('while others run', () => {
  test('CLU-11: a node that loses its source while it loads goes on to the next', () => {
    for (const delayUs of [100, 300, 500, 700, 900, 1_100, 1_300, 1_500]) {
      const { world, nodes } = cluster();
      const [a, b, c] = nodes as [Node, Node, Node];
      a.write(laws, 'speed', '50');
      c.stop();
      world.runUntil(4);
      c.start();
      world.simulation.run({ untilUs: 4 * SECOND + delayUs, maxEvents: 100_000 });
      a.vm.kill();
      world.runUntil(6);
      expect(c.mnesia.runningNodes()).toEqual(['b', 'c']);
      expect(b.mnesia.runningNodes()).toEqual(['b', 'c']);
      expect(c.mnesia.read(laws, 'speed')).toBe('50');
    }
  });

  test('CLU-11: two that load at once from a third, and find each other only later, share its state together', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    a.stop();
    b.stop();
    world.runUntil(3);
    // The connection between them is silent when they ask each other, and its end is what both have waited for.
    world.cut('a', 'b');
    a.start();
    b.start();
    world.runUntil(5);
    world.heal('a', 'b');
    a.vm.netKernel.disconnect('b', 'connection_closed');
    b.vm.netKernel.disconnect('a', 'connection_closed');
    world.runUntil(8);
    for (const node of [a, b, c]) expect(node.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
  });

  test('CLU-10: two sides share what is written after a third has started between them, not what came apart', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    c.stop();
    world.runUntil(3);
    a.vm.netKernel.disconnect('b', 'connection_closed');
    world.runUntil(5);
    expect([a, b].map((node) => node.mnesia.runningNodes())).toEqual([['a'], ['b']]);
    a.write(facts, 'side', 'of a');
    b.write(facts, 'side', 'of b');
    world.runUntil(6);
    expect([a, b].map((node) => node.mnesia.runningNodes())).toEqual([['a'], ['b']]);
    c.start();
    world.runUntil(9);
    for (const node of nodes) expect(node.mnesia.runningNodes()).toEqual(['a', 'b', 'c']);
    expect([a, b].map((node) => node.mnesia.read(facts, 'side'))).toEqual(['of a', 'of b']);
    expect(['of a', 'of b']).toContain(c.mnesia.read(facts, 'side'));
    a.write(laws, 'later', 'for all');
    world.runUntil(10);
    expect(nodes.map((node) => node.mnesia.read(laws, 'later'))).toEqual(['for all', 'for all', 'for all']);
    b.stop();
    world.runUntil(13);
    expect(a.mnesia.runningNodes()).toEqual(['a', 'c']);
  });

  test('CLU-11: no change falls between the copy and the contact, whenever a node comes', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 10, maxLength: 40 });
    const starts = fc.tuple(fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 0, max: 6_000 }));
    fc.assert(
      fc.property(gaps, starts, fc.constantFrom(0, 1, 2), (gapsUs, startsUs, staying) => {
        const { world, nodes } = cluster();
        const stayer = nodes[staying]!;
        const comers = nodes.filter((node) => node !== stayer);
        for (const node of comers) node.stop();
        world.runUntil(3);
        comers.forEach((node, index) => world.simulation.after(startsUs[index]!, 3, () => node.start()));
        let atUs = 0;
        const counts: (() => number | null)[] = [];
        for (const gapUs of gapsUs) {
          atUs += gapUs;
          world.simulation.after(atUs, 3, () => counts.push(stayer.count()));
        }
        world.runUntil(5);
        expect(counts.every((done) => done() !== null)).toBe(true);
        for (const node of nodes) expect(node.mnesia.read(facts, 'count')).toBe(String(gapsUs.length));
      }),
      { numRuns: 60 },
    );
  });
});
