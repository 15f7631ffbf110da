/** The ring alone: members that only note what they are given. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExitReason, Message, Pid } from '../../../sim/erlang/message.ts';
import { Gm } from '../../../sim/queues/mirrored/gm.ts';
import { gmGroup } from '../../../sim/queues/mirrored/gm-group.ts';
import type { GmCallback } from '../../../sim/queues/mirrored/gm-messages.ts';
import type { Batch, Instruction } from '../../../sim/queues/mirrored/instructions.ts';
import { MirrorWorld, range } from './world.ts';

class Witness implements GmCallback {
  /** Numbers in the order in which they came. */
  readonly heard: number[] = [];
  readonly batches: number[] = [];
  readonly deathsHeard: Pid[] = [];
  readonly heardAtUs = new Map<number, number>();
  /** How much had been heard when a death was announced. */
  readonly heardBeforeDeath = new Map<Pid, number>();
  hasJoined = false;
  ended: ExitReason | undefined;

  joined(): void {
    this.hasJoined = true;
  }
  takeBatch(gm: Gm, batch: Batch): void {
    this.batches.push(batch.instructions.length);
    for (const instruction of batch.instructions) {
      const number = (instruction as { depth: number }).depth;
      this.heard.push(number);
      this.heardAtUs.set(number, gm.vm.simulation.nowUs);
    }
  }
  takeOne(_gm: Gm, instruction: Instruction): ExitReason | undefined {
    return instruction.type === 'delete_and_terminate' ? '{shutdown, ring_shutdown}' : undefined;
  }
  deaths(_gm: Gm, deaths: readonly Pid[], _reason: ExitReason, then: () => void): void {
    this.deathsHeard.push(...deaths);
    for (const pid of deaths) this.heardBeforeDeath.set(pid, this.heard.length);
    then();
  }
  terminated(_gm: Gm, reason: ExitReason): void {
    this.ended = reason;
  }
}

class Ring {
  readonly world: MirrorWorld;
  readonly witnesses = new Map<string, Witness>();
  readonly members = new Map<string, Gm>();

  constructor(names: readonly string[], seed: string) {
    this.world = new MirrorWorld(names, seed);
    for (const name of names) {
      this.join(name);
      this.world.settle(0.1);
    }
    // Births are heard of as lazily as deaths.
    for (const member of this.members.values()) member.receive({ type: 'hibernate_heartbeat' });
    this.world.settle(0.1);
  }

  join(name: string): void {
    const witness = new Witness();
    this.witnesses.set(name, witness);
    this.members.set(name, new Gm(this.world.node(name).context, 'ring', witness));
  }

  /** A number, as the instruction that is cheapest to make. */
  say(name: string, number: number): void {
    this.members.get(name)!.receive({ type: 'depth', depth: number } as Message);
  }

  order(): string[] {
    return this.group('a');
  }

  group(name: string): string[] {
    return this.world
      .node(name)
      .context.database.read(gmGroup, 'ring')!
      .members.map(({ pid, dead }) => `${dead ? 'dead ' : ''}${pid.node}`);
  }
}

const FIVE = ['a', 'b', 'c', 'd', 'e'];

describe('the ring', () => {
  it('MIR-13: newcomers join to the right of a random member', () => {
    const orders = new Set(range(0, 8).map((seed) => new Ring(FIVE, `join${seed}`).order().join('')));
    expect(orders.size).toBeGreaterThan(3);
    for (const order of orders) expect([...order].toSorted()).toEqual(FIVE);
  });

  it('MIR-12: a broadcast reaches the members in ring order, each a latency later', () => {
    const ring = new Ring(FIVE, 'order');
    const order = ring.order();
    const sender = order[0]!;
    ring.say(sender, 1);
    ring.world.settle(0.1);
    const times = order.slice(1).map((name) => ring.witnesses.get(name)!.heardAtUs.get(1)!);
    expect(times).toEqual(times.toSorted((x, y) => x - y));
    for (let i = 1; i < times.length; i += 1) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(100);
    expect(ring.witnesses.get(sender)!.heard).toEqual([]);
  });

  it('MIR-12: what is said in one turn travels as one batch, and is forgotten after two laps', () => {
    const ring = new Ring(['a', 'b', 'c'], 'batch');
    for (const number of range(1, 500)) ring.say('a', number);
    ring.world.settle(1);
    for (const name of ['b', 'c']) {
      expect(ring.witnesses.get(name)!.heard).toEqual(range(1, 500));
      expect(ring.witnesses.get(name)!.batches).toEqual([500]);
    }
    const members = (ring.members.get('b') as unknown as { members: Map<Pid, { isSettled: boolean }> })
      .members;
    expect([...members.values()].every((state) => state.isSettled)).toBe(true);
  });

  it('MIR-15, MIR-14: the right neighbour erases the dead; the left one hears of it with the next message', () => {
    const ring = new Ring(['a', 'b', 'c'], 'erase');
    const order = ring.order();
    const [left, dead, right] = [order[0]!, order[1]!, order[2]!];
    const pid = ring.members.get(dead)!.pid;
    ring.world.kill(ring.world.node(dead));
    ring.world.settle(0.09);
    expect(ring.group(left)).toHaveLength(3);
    expect(ring.group(left)).not.toContain(`dead ${dead}`);
    ring.world.settle(1);
    expect([...ring.group(left)].toSorted()).toEqual([left, right].toSorted());
    expect(ring.witnesses.get(right)!.deathsHeard).toEqual([pid]);
    expect(ring.witnesses.get(left)!.deathsHeard).toEqual([]);
    ring.say(right, 1);
    ring.world.settle(0.1);
    expect(ring.witnesses.get(left)!.deathsHeard).toEqual([pid]);
  });

  it('MIR-15: a last survivor erases at once', () => {
    const ring = new Ring(['a', 'b'], 'last');
    const b = ring.members.get('b')!.pid;
    ring.world.kill(ring.world.node('b'));
    ring.world.settle(1);
    expect(ring.group('a')).toEqual(['a']);
    expect(ring.witnesses.get('a')!.deathsHeard).toEqual([b]);
  });

  it('MIR-26: a member that finds itself unlisted stops', () => {
    const ring = new Ring(['a', 'b', 'c'], 'unlisted');
    ring.world.cut('a', 'b');
    ring.world.cut('a', 'c');
    ring.world.settle(30);
    // Each side has recorded the other's death in its own copy of the group; a hears of b's copy from b.
    const { database } = ring.world.node('a').context;
    database.transaction(
      new Gm(ring.world.node('a').context, 'other', new Witness()),
      { locks: [] },
      (transaction) => transaction.write(gmGroup, 'ring', { version: 99, members: [] }),
      () => {},
    );
    ring.world.settle(1);
    ring.members
      .get('a')!
      .receive({ type: '$gm', version: 99, body: { kind: 'check_neighbours' } } as Message);
    ring.world.settle(1);
    expect(ring.members.get('a')!.alive).toBe(false);
    expect(ring.witnesses.get('a')!.ended).toBe('shutdown');
  });

  it('MIR-22: a ring that is told to end does so once everybody has heard everything', () => {
    const ring = new Ring(['a', 'b', 'c'], 'end');
    for (const number of range(1, 20)) ring.say('a', number);
    ring.members.get('a')!.receive({ type: 'delete_and_terminate', reason: 'normal', rule: 0 } as Message);
    ring.world.settle(1);
    for (const name of ['a', 'b', 'c']) {
      expect(ring.members.get(name)!.alive).toBe(false);
      expect(ring.witnesses.get(name)!.ended).toBe('{shutdown, ring_shutdown}');
    }
  });

  it('MIR-53, MIR-12: survivors of any deaths agree on what each sender said, in its order, before they hear of its death', () => {
    const step = fc.record({
      waitUs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 250_000 })),
      speaker: fc.nat(4),
      count: fc.integer({ min: 1, max: 4 }),
      kill: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.nat(1000), fc.array(step, { minLength: 5, maxLength: 40 }), (seed, steps) => {
        const ring = new Ring(FIVE, `agree${seed}`);
        const { world } = ring;
        const said = new Map<string, number>();
        const dead = new Set<string>();
        for (const { waitUs, speaker, count, kill } of steps) {
          world.settle(waitUs / 1_000_000);
          const name = FIVE[speaker]!;
          if (dead.has(name)) continue;
          if (kill && dead.size < 3) {
            dead.add(name);
            world.kill(world.node(name));
            continue;
          }
          for (let i = 0; i < count; i += 1) {
            const number = said.get(name) ?? 0;
            said.set(name, number + 1);
            ring.say(name, speaker * 1000 + number);
          }
        }
        world.settle(2);
        const survivors = FIVE.filter((name) => !dead.has(name));
        // Notices of death are lazy (MIR-14): traffic brings them round, and may itself end what a dead member had under way.
        for (let round = 0; round < 3; round += 1) {
          for (const name of survivors) {
            const number = said.get(name) ?? 0;
            said.set(name, number + 1);
            ring.say(name, FIVE.indexOf(name) * 1000 + number);
          }
          world.settle(0.5);
        }
        for (const [speaker, name] of FIVE.entries()) {
          const versions = survivors
            .filter((survivor) => survivor !== name)
            .map((survivor) =>
              ring.witnesses.get(survivor)!.heard.filter((n) => Math.floor(n / 1000) === speaker),
            );
          for (const version of versions) {
            expect(version).toEqual(versions[0]);
            expect(version).toEqual(range(speaker * 1000, version.length));
            if (!dead.has(name) && survivors.length > 1) expect(version.length).toBe(said.get(name) ?? 0);
          }
        }
        for (const survivor of survivors) {
          const { deathsHeard, heard, heardBeforeDeath } = ring.witnesses.get(survivor)!;
          for (const [pid, before] of heardBeforeDeath) {
            const afterwards = heard.slice(before).map((n) => FIVE[Math.floor(n / 1000)]);
            expect(afterwards).not.toContain(pid.node);
          }
          expect(deathsHeard.map((pid) => pid.node).toSorted()).toEqual([...dead].toSorted());
          expect(ring.group(survivor).toSorted()).toEqual(survivors);
        }
      }),
      { numRuns: 100 },
    );
  });
});
