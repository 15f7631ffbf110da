import { describe, expect, it } from 'vitest';
import { VariableQueue } from '../../../sim/queues/classic/variable-queue.ts';
import { createReplicaParts } from '../../../sim/queues/classic/classic-queue-type.ts';
import { leaderStatistics } from '../../../sim/queues/classic/statistics.ts';
import type { DeliverToQueue } from '../../../sim/queues/classic/leader-messages.ts';
import type { LeaderPort, Mirroring } from '../../../sim/queues/classic/mirroring.ts';
import { QueueProcess, type QueueBehaviour } from '../../../sim/queues/classic/queue-process.ts';
import { QueueWorld, TestChannel } from './world.ts';

const NOTHING: QueueBehaviour = {
  handleMessage() {},
  handleCall() {},
  priorityOf: () => 0,
  costUs: () => 0,
  onIdle() {},
  onExit() {},
  onShutdown() {},
  onVmDeath() {},
};

/** Mirroring that mirrors nothing: it notes what it is asked, and each test says what it does. */
class StubMirroring implements Mirroring {
  readonly asked: string[] = [];
  /** How long mirrors take to start. */
  startUs = 0;

  isMirrored(): boolean {
    return true;
  }

  eligibleLeaders(): null {
    return null;
  }

  startMirroring({ process }: LeaderPort, done: () => void): void {
    this.asked.push('start');
    if (this.startUs === 0) done();
    else process.ask(process.pid, { type: 'never' }, { reply: done, failed: done, timeoutUs: this.startUs });
  }

  policyChanged(): void {
    this.asked.push('policy');
  }

  handleLeaderMessage(leader: LeaderPort, message: { type: string }): boolean {
    if (message.type === 'sync_mirrors') leader.blockForSync();
    else if (message.type === 'cancel_sync_mirrors') leader.resumeFromSync();
    else return false;
    return true;
  }

  beforeShutdown(_leader: LeaderPort, done: () => void): void {
    this.asked.push('shutdown');
    done();
  }

  beforeDelete(_leader: LeaderPort, done: () => void): void {
    this.asked.push('delete');
    done();
  }

  restartAsMirror(): QueueBehaviour {
    this.asked.push('mirror');
    return NOTHING;
  }

  virtualHostUp(): void {}

  stop(_context: unknown, _caller: unknown, done: () => void): void {
    done();
  }
}

describe('what mirroring gets from the queue process', () => {
  it('MIR-28: a leader that synchronises answers info and nothing else, even if a fsync was due', () => {
    const world = new QueueWorld();
    const node = world.boot('a', new StubMirroring());
    const record = world.declare(node, 'q');
    const publisher = new TestChannel(node);
    const operator = new TestChannel(node);
    const call = (type: string): unknown[] => {
      const answers: unknown[] = [];
      const outcome = { reply: (value: unknown) => answers.push(value), failed: () => {} };
      operator.do(() => operator.ask(record.pid!, { type }, outcome));
      return answers;
    };
    publisher.publish(record, world.message(1));
    world.settle(0.000_05);
    // Both wait for the first one's fsync; then the second one wants a fsync of its own.
    publisher.publish(record, world.message(2));
    call('sync_mirrors');
    world.settle(0.01);
    publisher.publish(record, world.message(3));
    world.settle();
    const info = call('info');
    const stat = call('stat');
    world.settle();
    expect(info).toMatchObject([{ messagesReady: 2 }]);
    expect(publisher.settledNumbers).toEqual([1]);
    expect(stat).toEqual([]);
    expect(leaderStatistics(record.pid!.process)?.syncing).toBe(true);
    call('cancel_sync_mirrors');
    world.settle();
    // Before the third publish, which has no priority (OVR-2).
    expect(stat).toMatchObject([{ messagesReady: 2 }]);
    expect(publisher.settledNumbers).toEqual([1, 2, 3]);
    expect(leaderStatistics(record.pid!.process)?.syncing).toBe(false);
  });

  it('MIR-9: publishes that come before the mirrors have started wait for that', () => {
    const world = new QueueWorld();
    const mirroring = new StubMirroring();
    mirroring.startUs = 100_000;
    const node = world.boot('a', mirroring);
    const caller = new TestChannel(node);
    const publisher = new TestChannel(node);
    const stored = world.watch('copy_stored');
    let declared = false;
    const record = { ...world.declare(node, 'other'), name: 'q', pid: null };
    caller.do(() => node.type.declare(node.context, caller, record, () => (declared = true)));
    world.settle(0.05);
    publisher.publish(world.record(node, 'q')!, world.message(1));
    world.settle(0.01);
    expect(declared).toBe(false);
    expect(stored).toEqual([]);
    world.settle();
    expect(declared).toBe(true);
    expect(publisher.settledNumbers).toEqual([1]);
  });

  it('MIR-50: a crashed leader becomes a mirror when another leader lives, and waits while a mirror may be promoted', () => {
    const world = new QueueWorld();
    const mirroring = new StubMirroring();
    const a = world.boot('a', mirroring);
    const b = world.boot('b');
    const record = world.declare(a, 'q');
    const mirror = new QueueProcess(b.vm, 'mirror', () => NOTHING);
    const queues = world.metadata.table('rabbit_queue');
    queues.set('q', { ...record, slavePids: [mirror.pid] });
    world.settle();
    record.pid!.process.exit('crash');
    world.settle(20);
    expect(mirroring.asked).toEqual(['start']);
    queues.set('q', { ...record, pid: mirror.pid, slavePids: [] });
    world.settle(0.1);
    expect(mirroring.asked).toEqual(['start', 'mirror']);
  });

  it('MIR-22: a dropped leader leaves nothing behind and deletes no records', () => {
    const world = new QueueWorld();
    const node = world.boot('a', new StubMirroring());
    const record = world.declare(node, 'q');
    const publisher = new TestChannel(node);
    publisher.publish(record, world.message(1));
    world.settle();
    const destroyed = world.watch('copy_destroyed');
    record.pid!.process.shutdown('{shutdown, dropped}');
    world.settle();
    expect(destroyed).toMatchObject([{ sequence: 1, why: 'dropped' }]);
    expect(world.disks.get('a')!.list('')).toEqual([]);
    expect(world.record(node, 'q')).toBeDefined();
  });

  it('MIR-33: a promoted mirror keeps its pid, confirms what waited for the disk and enqueues what was unmatched', () => {
    const world = new QueueWorld();
    const node = world.boot('a');
    const record = world.declare(node, 'other');
    const publisher = new TestChannel(node);
    const process = new QueueProcess(node.vm, 'mirror', () => NOTHING);
    const parts = createReplicaParts(() => null);
    const content = parts.openBackingQueue(node.context, process, record);
    const channel = publisher.pid;
    const [held, late] = [world.message(1), world.message(2)];
    content.publish(held, { needsConfirming: true, expiresAtUs: 0 }, true, channel);
    const delivery = { message: late, confirmNumber: 8, mandatory: false };
    const unmatched: DeliverToQueue = { type: 'deliver', delivery, channel, asMirror: true };
    publisher.do(() => {
      publisher.client.deliver([{ ...record, pid: process.pid }], {
        ...delivery,
        message: held,
        confirmNumber: 7,
      });
      publisher.client.deliver([{ ...record, pid: process.pid }], { ...delivery, confirmNumber: 8 });
    });
    world.settle();
    process.become(
      parts.lead(node.context, process, record, {
        backingQueue: content,
        awaitingConfirm: [{ serial: held.serial, channel, confirmNumber: 7 }],
        unmatched: [unmatched],
        senders: [channel],
      }),
    );
    world.settle();
    // Nothing has woken the process yet: its sync timer does.
    expect(publisher.settledNumbers).toEqual([7, 8]);
    const consumer = new TestChannel(node);
    consumer.consume({ ...record, pid: process.pid });
    world.settle();
    expect(consumer.deliveries.map(({ message, redelivered }) => [message.sequence, redelivered])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(content).toBeInstanceOf(VariableQueue);
  });
});
