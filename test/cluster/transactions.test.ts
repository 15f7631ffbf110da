// A transaction happens on all running nodes or on none, whoever dies or falls silent while it runs (CLU-8, CLU-9).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Recorder, SECOND, TICKTIME_US } from '../erlang/world.ts';
import { cluster, facts, laws, type Node } from './world.ts';

const DETECTED_S = (1.25 * TICKTIME_US) / SECOND + 0.5;

/** Links of different speed, so that what one node sends at one instant arrives at different ones. */
function uneven(world: ReturnType<typeof cluster>['world'], latenciesUs: readonly number[]): void {
  const names = ['a', 'b', 'c'];
  let next = 0;
  for (const from of names) {
    for (const to of names) {
      if (from === to) continue;
      const medianUs = latenciesUs[next++ % latenciesUs.length]!;
      world.network
        .link(from, to)
        .configure({ latency: { medianUs, p99Us: medianUs }, jitterUs: 0, bandwidthBps: 0, loss: 0 });
    }
  }
}

describe('a transaction', () => {
  test('reads what it has written, sees what it deletes as gone, and writes nothing before it commits', () => {
    const { world, nodes } = cluster(['a']);
    const [a] = nodes as [Node];
    a.write(facts, 'old', '1');
    world.runUntil(3);
    const seen: unknown[] = [];
    a.change(['facts'], (transaction) => {
      transaction.write(facts, 'new', '2');
      transaction.delete(facts, 'old');
      seen.push(transaction.read(facts, 'new'), transaction.read(facts, 'old'), transaction.keys(facts));
      seen.push(a.mnesia.read(facts, 'old'));
    });
    world.runUntil(4);
    expect(seen).toEqual(['2', undefined, ['new'], '1']);
    expect(a.content()).toEqual(['facts/new=2']);
  });

  test('stands its process still, unless asked otherwise', () => {
    const { world, nodes } = cluster();
    const [a] = nodes as [Node];
    for (const suspends of [true, false]) {
      const worker = new Recorder(a.vm, `worker ${suspends}`);
      a.mnesia.transaction(
        worker,
        { locks: ['facts/sky'], suspends },
        () => {},
        () => worker.deliver({ type: 'done' }),
      );
      worker.deliver({ type: 'mail' });
      world.runUntil(world.nowS + 1);
      const [first, second] = worker.received.map(({ atS }) => atS);
      expect(worker.types().toSorted()).toEqual(['done', 'mail']);
      expect(first === second).toBe(suspends);
    }
  });

  test('CLU-9: takes a flush of the local disk when it writes a disc table, and none otherwise', () => {
    const { world, nodes } = cluster();
    const [a] = nodes as [Node];
    a.vm.disk.fsyncUs = () => 500_000;
    const ram = a.write(facts, 'sky', 'blue');
    const disc = a.write(laws, 'speed', '50');
    world.runUntil(4);
    expect(ram()!).toBeLessThan(2.1);
    expect(disc()!).toBeGreaterThan(2.5);
  });

  test('whose process has died still commits, and tells nobody', () => {
    const { world, nodes } = cluster();
    const [a, b] = nodes as [Node, Node, Node];
    let told = false;
    const worker = new Recorder(a.vm, 'short-lived');
    a.mnesia.transaction(
      worker,
      { locks: ['facts/sky'] },
      (transaction) => transaction.write(facts, 'sky', 'blue'),
      () => (told = true),
    );
    worker.kill();
    world.runUntil(3);
    expect(b.mnesia.read(facts, 'sky')).toBe('blue');
    expect(told).toBe(false);
  });

  test('grows the version of the tables it writes, on every node, and of no other', () => {
    const { world, nodes } = cluster();
    const before = nodes.map((node) => [node.mnesia.version(facts), node.mnesia.version(laws)]);
    nodes[1]!.write(facts, 'sky', 'blue');
    world.runUntil(3);
    nodes.forEach((node, index) => {
      expect(node.mnesia.version(facts)).toBeGreaterThan(before[index]![0]!);
      expect(node.mnesia.version(laws)).toBe(before[index]![1]);
    });
  });
});

describe('when a node dies', () => {
  const momentUs = fc.integer({ min: 0, max: 2_500 });
  const latenciesUs = fc.array(fc.integer({ min: 50, max: 900 }), { minLength: 6, maxLength: 6 });

  test('CLU-8: at any moment, those that remain agree, and every transaction of theirs is over', () => {
    fc.assert(
      fc.property(momentUs, latenciesUs, fc.constantFrom(0, 1, 2), (atUs, latencies, victim) => {
        const { world, nodes } = cluster();
        uneven(world, latencies);
        const counts = nodes.flatMap((node) => [node.count(), node.count(node.name), node.count()]);
        world.simulation.after(atUs, 0, () => nodes[victim]!.vm.kill());
        world.runUntil(4);
        const left = nodes.filter((_, index) => index !== victim);
        counts.forEach((done, index) => {
          if (Math.floor(index / 3) !== victim) expect(done()).not.toBeNull();
        });
        expect(left[0]!.content()).toEqual(left[1]!.content());
        expect(Number(left[0]!.mnesia.read(facts, 'count'))).toBeGreaterThanOrEqual(4);
        const after = left[0]!.count();
        world.runUntil(5);
        expect(after()).not.toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  test('CLU-9: falls silent at any moment, the others wait for it, then agree and go on', () => {
    fc.assert(
      fc.property(momentUs, latenciesUs, fc.constantFrom(0, 1, 2), (atUs, latencies, victim) => {
        const { world, nodes } = cluster();
        uneven(world, latencies);
        const counts = nodes.map((node) => node.count());
        world.simulation.after(atUs, 0, () => nodes[victim]!.vm.powerOff());
        world.runUntil(2 + DETECTED_S);
        const left = nodes.filter((_, index) => index !== victim);
        counts.forEach((done, index) => {
          if (index !== victim) expect(done()).not.toBeNull();
        });
        expect(left[0]!.content()).toEqual(left[1]!.content());
      }),
      { numRuns: 60 },
    );
  });

  test('only its Mnesia: the same, without a lost connection', () => {
    for (let atUs = 0; atUs <= 1_500; atUs += 100) {
      const { world, nodes } = cluster();
      const [a, b, c] = nodes as [Node, Node, Node];
      const counts = [a.count(), b.count()];
      c.count();
      world.simulation.after(atUs, 0, () => c.stop());
      world.runUntil(3);
      expect(counts.map((done) => done() !== null)).toEqual([true, true]);
      expect(a.content()).toEqual(b.content());
      expect(a.mnesia.runningNodes()).toEqual(['a', 'b']);
    }
  });
});

test('CLU-9: a lock that a silent node holds is free once it is known to be down', () => {
  const { world, nodes } = cluster();
  const [a, b, c] = nodes as [Node, Node, Node];
  c.count();
  world.simulation.after(250, 0, () => c.vm.freeze());
  world.runUntil(3);
  const waiting = [a.count(), b.count()];
  world.runUntil(2 + TICKTIME_US / SECOND - 0.1);
  expect(waiting.map((done) => done())).toEqual([null, null]);
  world.runUntil(2 + DETECTED_S);
  expect(waiting.every((done) => done() !== null)).toBe(true);
});

test('CLU-9: and so it is where nobody is left to be asked about it', () => {
  const { world, nodes } = cluster(['a', 'b']);
  const [a, b] = nodes as [Node, Node];
  b.count();
  world.simulation.after(250, 0, () => b.vm.freeze());
  world.runUntil(3);
  const waiting = a.count();
  world.runUntil(2 + DETECTED_S);
  expect(waiting()).not.toBeNull();
});
