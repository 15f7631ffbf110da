import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { QueueRecord } from '../../../sim/broker/queue-record.ts';
import { ErlangProcess } from '../../../sim/erlang/erlang-process.ts';
import type { Message, Pid } from '../../../sim/erlang/message.ts';
import { CreditGrants } from '../../../sim/queues/classic/credit-flow.ts';
import type { DeliverToQueue, QueueConfirm } from '../../../sim/queues/classic/leader-messages.ts';
import { Unconfirmed } from '../../../sim/queues/classic/unconfirmed.ts';
import { newRecord, QueueWorld, TestChannel, type TestNode } from './world.ts';

/** A replica that keeps what it gets and confirms when told to. */
class Replica extends ErlangProcess {
  readonly got: DeliverToQueue[] = [];
  readonly times: number[] = [];
  private readonly grants = new CreditGrants();
  grantsCredit = true;

  constructor(node: TestNode, name: string) {
    super(node.vm, name);
  }

  protected handleMessage(message: Message): void {
    const deliver = message as DeliverToQueue;
    this.got.push(deliver);
    this.times.push(this.scheduler.simulation.nowUs);
    if (!this.grantsCredit) return;
    this.grants.acknowledge(this, deliver.channel);
    if (deliver.asMirror) this.grants.acknowledge(this, deliver.channel);
  }

  confirm(channel: Pid, ...confirmNumbers: number[]): void {
    const confirm: QueueConfirm = { type: 'queue_confirm', queue: 'q', replica: this.pid, confirmNumbers };
    this.send(channel, confirm);
  }
}

function setUp() {
  const world = new QueueWorld();
  const node = world.boot('a');
  const [leader, mirror1, mirror2] = ['leader', 'mirror1', 'mirror2'].map(
    (name) => new Replica(node, name),
  ) as [Replica, Replica, Replica];
  const record: QueueRecord = newRecord('q', { pid: leader.pid, slavePids: [mirror1.pid, mirror2.pid] });
  const channel = new TestChannel(node);
  /** One at a time, so that credit can come back in between. */
  const publish = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      channel.publish(record, world.message(i));
      world.settle(0.001);
    }
  };
  return { world, node, leader, mirror1, mirror2, record, channel, publish };
}

describe('publishing to replicas', () => {
  it('MIR-8: casts to the leader and to each mirror of the record, marked as such', () => {
    const { leader, mirror1, mirror2, publish } = setUp();
    publish(2);
    expect([leader, mirror1, mirror2].map(({ got }) => got.map(({ asMirror }) => asMirror))).toEqual([
      [false, false],
      [true, true],
      [true, true],
    ]);
  });

  it('MIR-30: settles a publish when the last of its replicas has confirmed', () => {
    const { world, channel, leader, mirror1, mirror2, publish } = setUp();
    publish(3);
    leader.confirm(channel.pid, 1, 2, 3);
    mirror1.confirm(channel.pid, 3, 1);
    mirror2.confirm(channel.pid, 1, 2);
    world.settle();
    expect(channel.settledNumbers).toEqual([1]);
    mirror2.confirm(channel.pid, 3);
    world.settle();
    expect(channel.settledNumbers).toEqual([1, 3]);
    expect(channel.rejectedNumbers).toEqual([]);
  });

  it('MIR-30, MIR-32: a benign death is not waited for; without any confirm the publish is rejected', () => {
    const { world, channel, leader, mirror1, mirror2, publish } = setUp();
    publish(2);
    mirror1.confirm(channel.pid, 1);
    for (const replica of [mirror1, mirror2]) replica.exit('shutdown');
    world.settle();
    expect(channel.settledNumbers).toEqual([]);
    leader.exit('{shutdown, dropped}');
    world.settle();
    expect(channel.settledNumbers).toEqual([1]);
    expect(channel.rejectedNumbers).toEqual([2]);
    expect(channel.lost).toEqual(['{shutdown, dropped}']);
  });

  it('MIR-30: an abnormal death of any replica rejects what waits for it, confirmed elsewhere or not', () => {
    const { world, channel, leader, mirror1, mirror2, publish } = setUp();
    publish(2);
    leader.confirm(channel.pid, 1, 2);
    mirror2.confirm(channel.pid, 1, 2);
    mirror1.confirm(channel.pid, 1);
    world.settle();
    mirror1.exit('crash');
    world.settle();
    expect(channel.settledNumbers).toEqual([1]);
    expect(channel.rejectedNumbers).toEqual([2]);
    expect(channel.lost).toEqual([]);
  });

  it('MIR-32: a normal end of the leader means deleted, and settles everything', () => {
    const { world, channel, leader, publish } = setUp();
    publish(3);
    leader.exit('normal');
    world.settle();
    expect(channel.settledNumbers).toEqual([1, 2, 3]);
    expect(channel.rejectedNumbers).toEqual([]);
  });

  it('MIR-47: blocks on the 200th publish when a mirror is silent, the 400th when the leader is, until its death', () => {
    for (const [who, count] of [
      ['mirror1', 200],
      ['leader', 400],
    ] as const) {
      const set = setUp();
      const { channel, publish, world } = set;
      set[who].grantsCredit = false;
      publish(count - 1);
      expect(channel.flows).toEqual([]);
      publish(1);
      expect(channel.flows).toEqual([true]);
      publish(300);
      set[who].exit('shutdown');
      world.settle();
      expect(channel.flows).toEqual([true, false]);
    }
  });

  it('MIR-47: a replica that keeps up never blocks the channel', () => {
    const { channel, publish } = setUp();
    for (let i = 0; i < 20; i += 1) publish(150);
    expect(channel.flows).toEqual([]);
  });

  it('MIR-39: sends acknowledgements to the leader of the moment', () => {
    const { world, node, channel, record, mirror1, publish } = setUp();
    publish(1);
    const next = { ...record, pid: mirror1.pid, slavePids: [] };
    channel.publish(next, world.message(9));
    world.settle();
    const message = world.message(1);
    const old = {
      queue: 'q',
      consumerTag: 't',
      queuePid: record.pid!,
      messageId: 5,
      redelivered: false,
      message,
    };
    channel.settle('complete', old);
    world.settle();
    expect(mirror1.got.at(-1)).toMatchObject({ type: 'ack', ackTags: [5] });
    expect(node.vm.isAlive).toBe(true);
  });
});

describe('unconfirmed publishes', () => {
  it('agree with a map of sets, whatever confirms and deaths come in whatever order', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('add' as const),
          skip: fc.nat(3),
          replicas: fc.integer({ min: 1, max: 7 }),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('confirm' as const),
          numbers: fc.array(fc.nat(60)),
          replica: fc.nat(2),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom('withdraw' as const, 'takeAllOf' as const),
          replica: fc.nat(2),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const unconfirmed = new Unconfirmed();
        const model = new Map<number, { pending: Set<number>; confirmed: boolean }>();
        let last = 0;
        for (const action of steps) {
          if (action.do === 'add') {
            last += 1 + action.skip;
            unconfirmed.add(last, action.replicas);
            const pending = new Set([1, 2, 4].filter((bit) => (action.replicas & bit) !== 0));
            model.set(last, { pending, confirmed: false });
            continue;
          }
          const bit = 1 << action.replica;
          const settled: number[] = [];
          const rejected: number[] = [];
          if (action.do === 'confirm') {
            // A replica confirms only what it was asked, and each once.
            const numbers = [...new Set(action.numbers)].filter(
              (n) => model.get(n)?.pending.has(bit) !== false,
            );
            for (const number of numbers) {
              const entry = model.get(number);
              if (entry === undefined) continue;
              entry.pending.delete(bit);
              entry.confirmed = true;
              if (entry.pending.size > 0) continue;
              settled.push(number);
              model.delete(number);
            }
            expect(unconfirmed.confirm(numbers, bit)).toEqual(settled);
          } else {
            for (const [number, entry] of [...model]) {
              if (!entry.pending.delete(bit)) continue;
              if (action.do === 'takeAllOf') {
                rejected.push(number);
                model.delete(number);
              } else if (entry.pending.size === 0) {
                (entry.confirmed ? settled : rejected).push(number);
                model.delete(number);
              }
            }
            if (action.do === 'withdraw') expect(unconfirmed.withdraw(bit)).toEqual({ settled, rejected });
            else expect(unconfirmed.takeAllOf(bit)).toEqual(rejected);
          }
          expect(unconfirmed.isEmpty).toBe(model.size === 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
