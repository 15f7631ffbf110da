// The state of a quorum queue, command by command (`rabbit_fifo`).
import { beforeEach, describe, expect, test } from 'vitest';
import type { Pid } from '../../../sim/erlang/message.ts';
import type { FifoCommand } from '../../../sim/queues/quorum/commands.ts';
import { Machine, pid } from './machine.ts';

let machine: Machine;
let shop: Pid;
let house: Pid;

beforeEach(() => {
  machine = new Machine();
  shop = pid('a');
  house = pid('b');
});

describe('enqueues', () => {
  test('are taken once, in the order of their numbers', () => {
    expect(machine.publish(shop, 1)).toBe('ok');
    expect(machine.publish(shop, 1)).toBe('ok');
    expect(machine.publish(shop, 3)).toBe('not_enqueued');
    expect(machine.publish(shop, 2)).toBe('ok');
    expect(machine.state.messagesReady).toBe(2);
  });

  test('over the limit drop the head', () => {
    machine = new Machine({ maxLength: 2 });
    for (const sequence of [1, 2, 3]) machine.publish(shop, sequence);
    expect(machine.told).toEqual(['maxlen 1']);
  });

  test('over the limit make the queue refuse, until it is down to four fifths', () => {
    machine = new Machine({ maxLength: 5, overflow: 'reject-publish' });
    for (let sequence = 1; sequence <= 6; sequence += 1) machine.publish(shop, sequence);
    expect(machine.told).toEqual(['reject_publish']);
    machine.consume(house, 'c', 1);
    expect(machine.told).toEqual(['reject_publish']);
    machine.do({ kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [0] });
    expect(machine.told).toContain('go');
  });

  test('expire at the head, whoever consumes', () => {
    machine.publish(shop, 1, 5);
    machine.publish(shop, 2);
    machine.do({ kind: 'expire' }, 4_999);
    expect(machine.told).toEqual([]);
    machine.do({ kind: 'expire' }, 5_000);
    expect(machine.told).toEqual(['expired 1']);
    expect(machine.state.messagesReady).toBe(1);
  });
});

describe('consumers', () => {
  test('are served in turn, by priority, as far as their credit goes', () => {
    machine.consume(house, 'low', 10, 0);
    machine.consume(house, 'one', 2, 5);
    machine.consume(house, 'two', 2, 5);
    for (let sequence = 1; sequence <= 6; sequence += 1) machine.publish(shop, sequence);
    expect(machine.got('one')).toEqual([1, 3]);
    expect(machine.got('two')).toEqual([2, 4]);
    expect(machine.got('low')).toEqual([5, 6]);
  });

  test('get more when they have settled, and what they settle twice counts once', () => {
    machine.consume(house, 'c', 1);
    for (const sequence of [1, 2, 3]) machine.publish(shop, sequence);
    const settle: FifoCommand = { kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [0] };
    machine.do(settle);
    machine.do(settle);
    expect(machine.got('c')).toEqual([1, 2]);
    expect(machine.told).toEqual(['finished 1']);
  });

  test('of a lost node lose what they hold to others, and are there again with the node', () => {
    const other = pid('c');
    machine.consume(house, 'c', 2);
    for (const sequence of [1, 2]) machine.publish(shop, sequence);
    machine.consume(other, 'd', 10);
    machine.do({ kind: 'down', pid: house, reason: 'noconnection' });
    expect(machine.got('d')).toEqual([1, 2]);
    expect(machine.delivered.at(-1)!.item.queued.deliveryCount).toBe(1);
    machine.do({ kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [0, 1] });
    expect(machine.told).toEqual([]);
    machine.do({ kind: 'nodeup', node: 'b' });
    machine.publish(shop, 3);
    machine.publish(shop, 4);
    expect(machine.got('c')).toContain(3 + machine.got('d').filter((sequence) => sequence === 3).length);
  });

  test('that end give back what they hold', () => {
    machine.consume(house, 'c', 2);
    for (const sequence of [1, 2]) machine.publish(shop, sequence);
    machine.do({ kind: 'down', pid: house, reason: 'normal' });
    expect(machine.state.messagesReady).toBe(2);
    expect(machine.state.consumerCount).toBe(0);
  });

  test('that are cancelled keep what they hold until they have settled it', () => {
    machine.consume(house, 'c', 2);
    machine.publish(shop, 1);
    machine.do({ kind: 'cancel', consumer: { tag: 'c', pid: house } });
    machine.publish(shop, 2);
    expect(machine.got('c')).toEqual([1]);
    machine.do({ kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [0] });
    expect(machine.state.consumerCount).toBe(0);
    expect(machine.state.total).toBe(1);
  });

  test('take turns where one may be active at a time', () => {
    machine = new Machine({ singleActive: true });
    const other = pid('c');
    machine.consume(house, 'c', 1);
    machine.consume(other, 'd', 1);
    machine.publish(shop, 1);
    machine.publish(shop, 2);
    expect([machine.got('c'), machine.got('d')]).toEqual([[1], []]);
    machine.do({ kind: 'down', pid: house, reason: 'normal' });
    expect(machine.got('d')).toEqual([1]);
  });
});

describe('returned messages', () => {
  test('go to the front, or to the back as a new entry', () => {
    machine.consume(house, 'c', 1);
    for (const sequence of [1, 2, 3]) machine.publish(shop, sequence);
    machine.do({ kind: 'return', consumer: { tag: 'c', pid: house }, ids: [0] });
    machine.do({ kind: 'requeue', consumer: { tag: 'c', pid: house }, id: 1 });
    expect(machine.got('c')).toEqual([1, 1, 2]);
    expect(machine.delivered[1]!.item.queued.deliveryCount).toBe(1);
  });

  test('are given up when they have come back too often', () => {
    machine = new Machine({ deliveryLimit: 1 });
    machine.consume(house, 'c', 1);
    machine.publish(shop, 1);
    for (const id of [0, 1]) machine.do({ kind: 'return', consumer: { tag: 'c', pid: house }, ids: [id] });
    expect(machine.got('c')).toEqual([1, 1]);
    expect(machine.told).toEqual(['delivery_limit 1']);
    expect(machine.state.total).toBe(0);
  });
});

describe('the log behind it', () => {
  test('is not needed once the queue is empty', () => {
    machine.consume(house, 'c', 1);
    machine.publish(shop, 1);
    expect(machine.released).toEqual([]);
    machine.do({ kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [0] });
    expect(machine.released).toEqual([3]);
  });

  test('is not needed up to a state that was kept, once all that was in it is done with', () => {
    machine.consume(house, 'c', 1);
    const count = 5_000;
    for (let sequence = 1; sequence <= count; sequence += 1) machine.publish(shop, sequence);
    for (let id = 0; id < 2_100; id += 1)
      machine.do({ kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [id] });
    expect(machine.released).toHaveLength(1);
    const [released] = machine.released;
    expect(released).toBeLessThan(machine.state.smallestIndex!);
    expect(released).toBeGreaterThan(2_000);
  });

  test('gives way to a copy that does not change with the queue', () => {
    machine.consume(house, 'c', 1);
    for (const sequence of [1, 2, 3]) machine.publish(shop, sequence);
    const copy = machine.state.copy();
    machine.do({ kind: 'settle', consumer: { tag: 'c', pid: house }, ids: [0] });
    machine.do({ kind: 'purge' });
    expect([copy.total, copy.messagesReady]).toEqual([3, 2]);
    expect([...copy.all()].map(({ sequence }) => sequence)).toEqual([2, 3, 1]);
  });
});
