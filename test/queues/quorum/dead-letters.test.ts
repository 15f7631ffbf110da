// QQ-25, command by command: what a queue with at-least-once dead lettering keeps, whom it gives it to, and when it lets go (`rabbit_fifo_dlx`).
import { beforeEach, describe, expect, test } from 'vitest';
import type { Pid } from '../../../sim/erlang/message.ts';
import type { FifoConfig } from '../../../sim/queues/quorum/fifo-config.ts';
import { fifoConfig } from '../../../sim/queues/quorum/fifo-config.ts';
import type { QueueRecord } from '../../../sim/broker/queue-record.ts';
import { Machine, NOTHING, pid } from './machine.ts';

const KEEPING: Partial<FifoConfig> = {
  overflow: 'reject-publish',
  deadLetter: { exchange: 'morgue', routingKey: null },
  keepsDeadLetters: true,
};

let machine: Machine;
let shop: Pid;
let worker: Pid;

function keeping(config: Partial<FifoConfig> = {}): void {
  machine = new Machine({ ...KEEPING, ...config });
}

/** Publishes what dies at once. */
function die(...sequences: readonly number[]): void {
  for (const sequence of sequences) machine.publish(shop, sequence, 1);
  machine.do({ kind: 'expire' }, 1_000_000);
}

function attach(process: Pid = worker, prefetch = 32): void {
  machine.do({ kind: 'dead_letter_checkout', pid: process, prefetch });
}

function settle(...ids: readonly number[]): void {
  machine.do({ kind: 'dead_letter_settle', ids });
}

beforeEach(() => {
  keeping();
  shop = pid('a');
  worker = pid('a');
});

describe('what dies (QQ-25)', () => {
  test('is kept, whatever it died of', () => {
    keeping({ deliveryLimit: 0 });
    machine.consume(shop, 'c', 1);
    machine.publish(shop, 1);
    machine.do({ kind: 'discard', consumer: { tag: 'c', pid: shop }, ids: [0] });
    machine.publish(shop, 2);
    machine.do({ kind: 'return', consumer: { tag: 'c', pid: shop }, ids: [1] });
    machine.do({ kind: 'cancel', consumer: { tag: 'c', pid: shop } });
    die(3);
    expect(machine.told).toEqual(['kept rejected 1', 'kept delivery_limit 2', 'kept expired 3']);
    expect([machine.state.total, machine.state.deadLetters.count]).toEqual([0, 3]);
  });

  test('goes to the worker in the order in which it died, as many at a time as it asked for', () => {
    die(1, 2, 3);
    expect(machine.toWorker).toEqual([]);
    attach(worker, 2);
    expect(machine.toWorker).toEqual(['0: 1', '1: 2']);
    settle(1);
    expect(machine.toWorker).toEqual(['0: 1', '1: 2', '2: 3']);
    expect(machine.told.slice(3)).toEqual(['passed on 2']);
  });

  test('leaves only when it is settled, once, and then for good', () => {
    attach();
    die(1, 2);
    settle(0, 0, 7);
    expect(machine.told).toEqual(['kept expired 1', 'kept expired 2', 'passed on 1']);
    expect(machine.state.deadLetters.count).toBe(1);
    settle(1);
    expect([machine.state.deadLetters.count, machine.state.deadLetters.bytes]).toEqual([0, 0]);
  });

  test('goes to the next worker anew, oldest first, under numbers that begin anew', () => {
    attach(worker, 2);
    die(1, 2, 3);
    const next = pid('b');
    attach(next, 2);
    expect(machine.toWorker).toEqual(['0: 1', '1: 2', '0: 1', '1: 2']);
    expect(machine.state.deadLetters.workerPid).toBe(next);
    settle(0, 1);
    expect(machine.toWorker.at(-1)).toBe('2: 3');
  });

  test('counts against the limits of the queue as if it still waited', () => {
    keeping({ maxLength: 2 });
    die(1, 2);
    expect(machine.told).not.toContain('reject_publish');
    die(3);
    expect(machine.told).toContain('reject_publish');
    attach();
    settle(0);
    expect(machine.told).not.toContain('go');
    settle(1);
    expect(machine.told).toContain('go');
    keeping({ maxLengthBytes: 25 });
    die(1, 2);
    expect(machine.told).not.toContain('reject_publish');
    die(3);
    expect(machine.told).toContain('reject_publish');
  });

  test('is no concern of a purge, and goes with the queue', () => {
    die(1);
    machine.publish(shop, 2);
    expect(machine.do({ kind: 'purge' })).toEqual({ purged: 1 });
    expect([...machine.state.all()].map(({ sequence }) => sequence)).toEqual([1]);
  });

  test('needs its place in the log as long as it is kept', () => {
    die(1);
    expect(machine.released).toEqual([]);
    expect(machine.state.smallestIndex).toBe(1);
    attach();
    settle(0);
    expect(machine.released).toHaveLength(1);
    expect(machine.state.smallestIndex).toBeUndefined();
  });

  test('is in a copy of the state, which does not change with the queue', () => {
    die(1, 2);
    attach(worker, 1);
    const copy = machine.state.copy();
    settle(0);
    die(3);
    expect([...copy.all()].map(({ sequence }) => sequence)).toEqual([2, 1]);
    expect(copy.deadLetters.settle([0])).toHaveLength(1);
  });
});

describe('a change of the settings (QQ-25)', () => {
  const sentOnce: FifoConfig = { ...NOTHING, deadLetter: { exchange: 'morgue', routingKey: null } };
  const kept: FifoConfig = { ...NOTHING, ...KEEPING };

  test('to at-most-once drops what is kept and ends the worker', () => {
    attach(worker, 1);
    die(1, 2);
    machine.do({ kind: 'update_config', config: sentOnce });
    expect(machine.told.slice(2)).toEqual(['worker: end', 'purged 2', 'purged 1']);
    expect(machine.state.deadLetters.count).toBe(0);
    machine.publish(shop, 3, 1);
    machine.do({ kind: 'expire' }, 2_000_000);
    expect(machine.told.at(-1)).toBe('expired 3');
    settle(0);
    attach();
    expect(machine.state.deadLetters.workerPid).toBeNull();
  });

  test('to at-least-once starts a worker, and one that leaves it so sends the worker to look where they go', () => {
    machine = new Machine(sentOnce);
    machine.do({ kind: 'update_config', config: kept });
    expect(machine.told).toEqual(['start worker']);
    attach();
    machine.do({ kind: 'update_config', config: kept });
    expect(machine.told).toEqual(['start worker', 'worker: topology']);
  });
});

describe('a queue keeps its dead letters (QQ-25)', () => {
  const args = {
    'x-queue-type': 'quorum',
    'x-dead-letter-exchange': 'morgue',
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
  const keeps = (
    queueArguments: QueueRecord['arguments'],
    definition?: QueueRecord['arguments'],
  ): boolean => {
    const policy = definition === undefined ? null : { name: 'p', definition };
    const record: Partial<QueueRecord> = { name: 'q', arguments: queueArguments, policy };
    return fifoConfig(record as QueueRecord).keepsDeadLetters;
  };

  test('with the strategy, an exchange, and reject-publish: without any of them it sends them once', () => {
    expect(keeps(args)).toBe(true);
    for (const missing of ['x-dead-letter-exchange', 'x-dead-letter-strategy', 'x-overflow'])
      expect([missing, keeps({ ...args, [missing]: undefined! })]).toEqual([missing, false]);
    expect(keeps({ ...args, 'x-overflow': 'drop-head' })).toBe(false);
  });

  test('by its policy as well; of the strategy the argument counts, of the overflow the policy', () => {
    const { 'x-dead-letter-strategy': _, 'x-overflow': __, ...others } = args;
    const policy = { 'dead-letter-strategy': 'at-least-once', overflow: 'reject-publish' };
    expect(keeps(others, policy)).toBe(true);
    expect(keeps({ ...others, 'x-dead-letter-strategy': 'at-most-once' }, policy)).toBe(false);
    expect(keeps(args, { overflow: 'drop-head' })).toBe(false);
  });
});
