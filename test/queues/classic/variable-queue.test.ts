import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BasicMessage } from '../../../sim/amqp/basic-message.ts';
import { Disk } from '../../../sim/erlang/disk.ts';
import type { Pid } from '../../../sim/erlang/message.ts';
import type { Vm } from '../../../sim/erlang/vm.ts';
import { VariableQueue } from '../../../sim/queues/classic/variable-queue.ts';
import { FSYNC_US, QueueWorld } from './world.ts';

/** A queue on a disk that outlives its VM, with what a test does to it. */
class Bench {
  readonly world = new QueueWorld();
  readonly disk = new Disk(this.world.simulation, () => FSYNC_US);
  vm: Vm = this.world.vm('a', { disk: this.disk });
  queue = VariableQueue.create(this.vm, 'q', true);
  readonly channel = null as unknown as Pid;

  publish(message: BasicMessage, { confirm = false, delivered = false } = {}): void {
    this.queue.publish(message, { needsConfirming: confirm, expiresAtUs: 0 }, delivered, this.channel);
  }

  sync(): void {
    this.queue.sync(() => {});
    this.wait(FSYNC_US);
  }

  wait(us: number): void {
    this.world.simulation.run({ untilUs: this.world.simulation.nowUs + us, maxEvents: 1_000 });
  }

  crash(): void {
    this.vm.kill();
    this.reopen();
  }

  restart(): void {
    this.queue.terminate('shutdown');
    this.reopen();
  }

  private reopen(): void {
    this.vm = this.world.vm('a', { disk: this.disk });
    this.queue = VariableQueue.recover(this.vm, 'q');
  }

  drain(): { sequence: number; redelivered: boolean }[] {
    const taken: { sequence: number; redelivered: boolean }[] = [];
    for (let next = this.queue.fetch(false); next !== undefined; next = this.queue.fetch(false)) {
      taken.push({ sequence: next.message.sequence, redelivered: next.redelivered });
    }
    return taken;
  }
}

interface Entry {
  readonly number: number;
  readonly message: BasicMessage;
  readonly confirm: boolean;
  out: boolean;
  flushed: boolean;
}

/** The rules, taken literally: a sorted list, searched from the front. */
class Model {
  entries: Entry[] = [];
  /** Numbers on disk whose acknowledgement has not been flushed. */
  disk = new Map<number, BasicMessage>();
  unflushedAcks: number[] = [];
  next = 0;
  watermark = 0;
  confirmed: number[] = [];

  add(message: BasicMessage, confirm: boolean, out: boolean): Entry {
    const entry = { number: this.next, message, confirm, out, flushed: false };
    this.next += 1;
    this.entries.push(entry);
    if (confirm && !message.properties.persistent) this.confirmed.push(message.serial);
    return entry;
  }

  pass(number: number): void {
    if (number === this.watermark) this.watermark += 1;
  }

  remove(entry: Entry): void {
    this.entries = this.entries.filter((other) => other !== entry);
    if (entry.flushed) this.unflushedAcks.push(entry.number);
    else if (entry.confirm && entry.message.properties.persistent) this.confirmed.push(entry.message.serial);
  }

  ready(): Entry[] {
    return this.entries.filter(({ out }) => !out);
  }

  outstanding(): Entry[] {
    return this.entries.filter(({ out }) => out);
  }

  sync(): void {
    for (const entry of this.entries) {
      if (entry.flushed || !entry.message.properties.persistent) continue;
      entry.flushed = true;
      this.disk.set(entry.number, entry.message);
      if (entry.confirm) this.confirmed.push(entry.message.serial);
    }
    for (const number of this.unflushedAcks) this.disk.delete(number);
    this.unflushedAcks = [];
  }

  reopen(clean: boolean): void {
    if (clean) this.sync();
    const last = Math.max(-1, ...this.disk.keys());
    if (!clean) this.next = this.watermark = Math.ceil((last + 1) / 2048) * 2048;
    this.entries = [...this.disk].map(([number, message]) => ({
      number,
      message,
      confirm: false,
      out: false,
      flushed: true,
    }));
    this.unflushedAcks = [];
    this.confirmed = [];
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      persistent: fc.boolean(),
      confirm: fc.boolean(),
      delivered: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('publishDelivered' as const),
      persistent: fc.boolean(),
      confirm: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fetch' as const), ack: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('ack' as const), picks: fc.array(fc.nat(20), { maxLength: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('requeue' as const),
      picks: fc.array(fc.nat(20), { maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sync' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('purge' as const, 'crash' as const, 'restart' as const) }),
  },
);

describe('the variable queue', () => {
  it('does what a sorted list, a watermark and a flushed index would, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const bench = new Bench();
        const model = new Model();
        let sequence = 0;
        for (const action of steps) {
          const { queue } = bench;
          switch (action.do) {
            case 'publish': {
              const message = bench.world.message((sequence += 1), action.persistent);
              bench.publish(message, action);
              const { number } = model.add(message, action.confirm, false);
              if (action.delivered) model.pass(number);
              break;
            }
            case 'publishDelivered': {
              if (model.ready().length > 0) break;
              const message = bench.world.message((sequence += 1), action.persistent);
              const tag = queue.publishDelivered(
                message,
                { needsConfirming: action.confirm, expiresAtUs: 0 },
                bench.channel,
              );
              const { number } = model.add(message, action.confirm, true);
              model.pass(number);
              expect(tag).toBe(number);
              break;
            }
            case 'fetch': {
              const expected = model.ready()[0];
              const redelivered = expected !== undefined && expected.number < model.watermark;
              const fetched = queue.fetch(action.ack);
              expect(fetched?.message).toBe(expected?.message);
              if (expected === undefined) break;
              expect(fetched).toMatchObject({ redelivered, ackTag: action.ack ? expected.number : -1 });
              model.pass(expected.number);
              if (action.ack) expected.out = true;
              else model.remove(expected);
              break;
            }
            case 'ack':
            case 'requeue': {
              const out = model.outstanding();
              const chosen = [...new Set(action.picks)].map((pick) => out[pick]?.number ?? 1_000_000 + pick);
              const hit = chosen.flatMap((number) => out.filter((entry) => entry.number === number));
              expect(queue[action.do](chosen)).toEqual(hit.map(({ message }) => message.serial));
              for (const entry of hit) {
                if (action.do === 'ack') model.remove(entry);
                else entry.out = false;
              }
              break;
            }
            case 'sync':
              bench.sync();
              model.sync();
              break;
            case 'purge':
              expect(queue.purge()).toBe(model.ready().length);
              for (const entry of model.ready()) {
                model.pass(entry.number);
                model.remove(entry);
              }
              break;
            case 'crash':
              bench.crash();
              model.reopen(false);
              break;
            case 'restart':
              bench.restart();
              model.reopen(true);
          }
          expect(bench.queue.length).toBe(model.ready().length);
          expect(bench.queue.depth).toBe(model.entries.length);
          expect([...bench.queue.all()]).toEqual(
            model.entries.map(({ number, message, out }) => ({
              message,
              ackTag: number,
              pending: out,
              expiresAtUs: 0,
            })),
          );
          expect([...bench.queue.drainConfirmed()].toSorted((a, b) => a - b)).toEqual(
            model.confirmed.toSorted((a, b) => a - b),
          );
          model.confirmed = [];
        }
      }),
      { numRuns: 300 },
    );
  });

  it('BRK-32: puts requeued messages back where they were, flagged, ahead of what was never delivered', () => {
    const bench = new Bench();
    for (let sequence = 1; sequence <= 5; sequence += 1) bench.publish(bench.world.message(sequence));
    const tags = [1, 2, 3].map(() => bench.queue.fetch(true)!.ackTag);
    bench.queue.requeue([tags[2]!, tags[0]!]);
    expect(bench.drain()).toEqual([
      { sequence: 1, redelivered: true },
      { sequence: 3, redelivered: true },
      { sequence: 4, redelivered: false },
      { sequence: 5, redelivered: false },
    ]);
  });

  it('BRK-24: a transient message dropped by a clean restart leaves the watermark stuck for ever', () => {
    const bench = new Bench();
    bench.publish(bench.world.message(1, false));
    bench.publish(bench.world.message(2, true));
    bench.restart();
    const first = bench.queue.fetch(true)!;
    expect(first).toMatchObject({ redelivered: false });
    bench.queue.requeue([first.ackTag]);
    expect(bench.drain()).toEqual([{ sequence: 2, redelivered: false }]);
  });

  it('BRK-26: after a clean stop only what had been delivered is flagged, after a crash everything is', () => {
    for (const how of ['restart', 'crash'] as const) {
      const bench = new Bench();
      for (let sequence = 1; sequence <= 3; sequence += 1) bench.publish(bench.world.message(sequence));
      bench.queue.fetch(true);
      bench.sync();
      bench[how]();
      expect(bench.drain().map(({ redelivered }) => redelivered)).toEqual([
        true,
        how === 'crash',
        how === 'crash',
      ]);
    }
  });

  it('BRK-23, BRK-25: a crash takes unflushed publishes and brings back unflushed acknowledgements', () => {
    const bench = new Bench();
    bench.publish(bench.world.message(1));
    bench.publish(bench.world.message(2));
    bench.sync();
    bench.queue.ack([bench.queue.fetch(true)!.ackTag]);
    bench.publish(bench.world.message(3));
    expect([...bench.queue.unsaved()].map(({ sequence }) => sequence)).toEqual([3]);
    bench.crash();
    expect(bench.drain().map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('loses a write whose fsync was under way when the VM died, and keeps it one fsync later', () => {
    for (const [waitUs, kept] of [
      [FSYNC_US - 1, []],
      [FSYNC_US, [1]],
    ] as const) {
      const bench = new Bench();
      bench.publish(bench.world.message(1));
      bench.queue.sync(() => {});
      bench.wait(waitUs);
      bench.crash();
      expect(bench.drain().map(({ sequence }) => sequence)).toEqual(kept);
    }
  });

  it('BRK-22, BRK-23: asks for a sync at once when the journal is full, soon for a publisher, some time otherwise', () => {
    const bench = new Bench();
    expect(bench.queue.syncNeed).toBe('none');
    bench.publish(bench.world.message(1, false), { confirm: false });
    expect(bench.queue.syncNeed).toBe('none');
    bench.publish(bench.world.message(2));
    expect(bench.queue.syncNeed).toBe('idle');
    bench.publish(bench.world.message(3), { confirm: true });
    expect(bench.queue.syncNeed).toBe('confirms');
    for (let i = 0; i < 32_767; i += 1) bench.publish(bench.world.message(4));
    expect(bench.queue.syncNeed).toBe('full');
    bench.sync();
    expect(bench.queue.syncNeed).toBe('none');
  });
});
