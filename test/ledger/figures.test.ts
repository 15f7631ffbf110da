/** Promise: every figure of the result is what its sentence in the contract says, on journals written by hand. */
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import type { Observation, ObservedQueue } from '../../sim/records/observation.ts';
import { consumer, publisher, Script } from './script.ts';

const workloads = [publisher('shop', 1_000_000, 60_000_000), consumer('warehouse', 0)];

function open(): { script: Script; ledger: Ledger } {
  const script = new Script();
  return { script, ledger: new Ledger(script.journal, { workloads }) };
}

function close(ledger: Ledger) {
  return ledger.close({ endUs: 80_000_000, observation: null });
}

/** An observation of nothing but an empty queue `q`. */
function endOf(
  queue: Pick<ObservedQueue, 'state'> & { readonly master?: string; readonly messages_ready?: number },
): Observation {
  const seen: ObservedQueue = {
    type: 'classic',
    master: null,
    mirrors: [],
    synchronised_mirrors: [],
    messages_ready: 0,
    messages_unacknowledged: 0,
    ...queue,
  };
  return { timeUs: null, nodes: {}, members: {}, running: {}, queues: { q: seen }, seenBy: {}, clients: {} };
}

describe('figures of messages', () => {
  test('an ordinary life counts once everywhere', () => {
    const { script, ledger } = open();
    for (let n = 1; n <= 5; n += 1) script.at(n).wholeLife(`shop-${n}`, 'q');
    const { messages: figures, byWorkload, byQueue, causes } = close(ledger);
    expect(figures).toMatchObject({
      published: 5,
      publishes: 5,
      confirmed: 5,
      delivered: 5,
      delivered_unique: 5,
      acked: 5,
      duplicated: 0,
      confirmed_lost: 0,
      unconfirmed_lost: 0,
      out_of_order: 0,
    });
    expect(byWorkload.get('shop')).toMatchObject({ published: 5, confirmed: 5, delivered: 0 });
    expect(byWorkload.get('warehouse')).toMatchObject({ published: 0, delivered: 5, acked: 5 });
    expect(byQueue.get('q')).toMatchObject({ published: 5, confirmed: 5, delivered: 5 });
    expect(causes).toEqual([]);
  });

  test('a republished id is one id and two publishes; its second delivery is a duplicate', () => {
    const { script, ledger } = open();
    script.at(1).publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1');
    script.at(2).publish('shop-1', 'q', 'rabbit2', 2).store('shop-1', 'q', 'rabbit1').confirm('shop-1');
    for (const _ of [1, 2]) {
      script.at(3).take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q').ack('shop-1', 'q');
      script.finish('shop-1', 'q', 'rabbit1');
    }
    const { messages: figures, causes } = close(ledger);
    expect(figures).toMatchObject({
      published: 1,
      publishes: 2,
      delivered: 2,
      delivered_unique: 1,
      duplicated: 1,
      delivered_after_ack: 1,
    });
    expect(causes).toEqual([
      { hazard: 'HAZ-32', rule: 'CLI-19', outcome: 'duplicated', messages: 1, confirmed: 1, first: 'shop-1' },
    ]);
  });

  test('a repeat that an idempotent consumer drops is delivered but not duplicated', () => {
    const { script, ledger } = open();
    script.at(1).wholeLife('shop-1', 'q').take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
    script.write(messages.deduplicated, { workload: 'warehouse', message: 'shop-1', queue: 'q' });
    const { messages: figures, byWorkload } = close(ledger);
    expect(figures).toMatchObject({ delivered: 2, duplicated: 0, delivered_after_ack: 1 });
    expect(byWorkload.get('warehouse')).toMatchObject({ duplicated: 0 });
  });

  test('drained counts ids that only the drain saw, drained_deliveries everything it took', () => {
    const { script, ledger } = open();
    script.at(1).wholeLife('shop-1', 'q').drain('shop-1', 'q');
    script.publish('shop-2', 'q').store('shop-2', 'q', 'rabbit1').drain('shop-2', 'q').drain('shop-2', 'q');
    expect(close(ledger).messages).toMatchObject({ drained: 1, drained_deliveries: 3, unconfirmed_lost: 0 });
  });

  test('a returned id is confirmed and not lost; an unroutable one without mandatory is confirmed_lost', () => {
    const { script, ledger } = open();
    for (const id of ['shop-1', 'shop-2']) {
      script.at(1).write(messages.published, { workload: 'shop', message: id, attempt: 1, node: 'rabbit1' });
      script.write(messages.unroutable, { message: id, node: 'rabbit1', rule: 'BRK-10' });
    }
    script.write(messages.returned, { workload: 'shop', message: 'shop-1', node: 'rabbit1', code: 312 });
    script.confirm('shop-1').confirm('shop-2');
    const { messages: figures, causes } = close(ledger);
    expect(figures).toMatchObject({ returned: 1, confirmed: 2, confirmed_lost: 1 });
    expect(causes).toMatchObject([{ hazard: 'HAZ-1', rule: 'BRK-10', first: 'shop-2' }]);
  });

  test('what policy ended is counted by how it ended and is not lost', () => {
    const { script, ledger } = open();
    const ways = ['expired', 'dropped_by_limit', 'dropped_by_delivery_limit', 'rejected', 'purged'];
    ways.forEach((how, index) => {
      const id = `shop-${index + 1}`;
      script.at(1).publish(id, 'q').store(id, 'q', 'rabbit1').confirm(id);
      script.write(messages.copyEnded, { message: id, queue: 'q', node: 'rabbit1', how, rule: 'BRK-39' });
    });
    const { messages: figures } = close(ledger);
    for (const how of ways) expect(figures).toMatchObject({ [how]: 1 });
    expect(figures).toMatchObject({ confirmed_lost: 0, unconfirmed_lost: 0 });
  });

  test('a dead letter lives on in its new queue, and is lost if no queue took it', () => {
    const { script, ledger } = open();
    for (const id of ['shop-1', 'shop-2']) {
      script.at(1).publish(id, 'q').store(id, 'q', 'rabbit1').confirm(id);
      const fields = { message: id, queue: 'q', node: 'rabbit1', how: 'dead_lettered', rule: 'BRK-40' };
      script.write(messages.copyEnded, fields);
    }
    script.write(messages.routed, { message: 'shop-1', queue: 'dlq', node: 'rabbit1' });
    script.store('shop-1', 'dlq', 'rabbit1').drain('shop-1', 'dlq');
    const { messages: figures, causes } = close(ledger);
    expect(figures).toMatchObject({ dead_lettered: 2, confirmed_lost: 1, drained: 1 });
    expect(causes).toMatchObject([{ hazard: 'HAZ-27', first: 'shop-2' }]);
  });

  test('a first delivery after a later id of its publisher is out of order, a repeat is not', () => {
    const { script, ledger } = open();
    for (const id of ['shop-2', 'shop-1', 'shop-1']) {
      script.at(1).publish(id, 'q').store(id, 'q', 'rabbit1').take(id, 'q', 'rabbit1').deliver(id, 'q');
    }
    script.confirm('shop-1');
    const { messages: figures, causes } = close(ledger);
    expect(figures.out_of_order).toBe(1);
    expect(causes.find(({ outcome }) => outcome === 'reordered')).toMatchObject({
      messages: 1,
      confirmed: 1,
    });
  });

  test('a skipped turn is counted for its publisher', () => {
    const { script, ledger } = open();
    script.at(1).write(messages.publishSkipped, { workload: 'shop' });
    const { messages: figures, byWorkload } = close(ledger);
    expect(figures.skipped_while_disconnected).toBe(1);
    expect(byWorkload.get('shop')?.skipped_while_disconnected).toBe(1);
  });
});

describe('availability', () => {
  test('a gap counts only while a publisher wanted confirms', () => {
    const { script, ledger } = open();
    script.at(2).wholeLife('shop-1', 'q').at(12).wholeLife('shop-2', 'q').at(59).wholeLife('shop-3', 'q');
    const { availability } = close(ledger);
    // 12 s to 59 s; the twenty seconds after the publisher's stop do not count.
    expect(availability.longest_without_confirm).toBe(47);
    expect(availability.longest_without_delivery).toBe(47);
  });

  test('latency runs from publish to confirm and is off by less than half a percent', () => {
    const { script, ledger } = open();
    for (let n = 1; n <= 100; n += 1)
      script
        .at(n / 10)
        .publish(`shop-${n}`, 'q')
        .store(`shop-${n}`, 'q', 'rabbit1');
    for (let n = 1; n <= 100; n += 1) script.at(10 + n / 10).confirm(`shop-${n}`);
    const { availability } = close(ledger);
    expect(Math.abs(availability.confirm_latency_p50! - 10)).toBeLessThan(0.05);
  });

  test('where nobody wanted anything nothing was measured', () => {
    const script = new Script();
    const ledger = new Ledger(script.journal, { workloads: [] });
    expect(close(ledger).availability).toEqual({
      longest_without_confirm: null,
      longest_without_delivery: null,
      confirm_latency_p50: null,
      confirm_latency_p99: null,
    });
  });
});

describe('conservation', () => {
  test('a copy that its empty queue still holds is an internal error that names it', () => {
    const { script, ledger } = open();
    script.at(1).publish('shop-7', 'q').store('shop-7', 'q', 'rabbit1').confirm('shop-7');
    const observation = endOf({ state: 'down' });
    const { messages: figures, causes } = ledger.close({ endUs: 1, observation });
    expect(figures).toMatchObject({ unreachable: 1, confirmed_lost: 1 });
    expect(causes).toMatchObject([{ outcome: 'stuck', hazard: 'HAZ-48', messages: 1 }]);
  });

  test('what a synchronisation keeps from the drain is unreachable; without a drain it waits', () => {
    const ends = [true, false].map((drains) => {
      const { script, ledger } = open();
      script.at(1).publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1').confirm('shop-1');
      if (drains) script.at(5).write(cluster.phase, { phase: 'drain' });
      const observation = endOf({ state: 'syncing', master: 'rabbit1', messages_ready: 1 });
      return ledger.close({ endUs: 1, observation });
    });
    expect(ends.map(({ messages: figures }) => figures.unreachable)).toEqual([1, 0]);
    expect(ends.map(({ messages: figures }) => figures.confirmed_lost)).toEqual([1, 0]);
    expect(ends[0]!.causes).toMatchObject([{ outcome: 'stuck', hazard: 'HAZ-51', rule: 'MIR-28' }]);
  });

  test('what an empty leader has and nobody took is an internal error', () => {
    const { script, ledger } = open();
    script.at(1).write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: 1 });
    script.publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1').confirm('shop-1');
    const observation = endOf({ state: 'running', master: 'rabbit1' });
    expect(() => ledger.close({ endUs: 1, observation })).toThrow('conservation: shop-1 stored in q');
  });

  test('what a leader has that lives on behind a mirror of the same node is lost', () => {
    const { script, ledger } = open();
    script.at(1).write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: 1 });
    script.publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1').confirm('shop-1');
    script
      .at(5)
      .write(cluster.mirrorAdded, { queue: 'q', node: 'rabbit1', by: 'rabbit1', leader: 'rabbit2' });
    script.at(6).write(cluster.queuePromoted, { queue: 'q', node: 'rabbit1', why: 'failure' });
    const observation = endOf({ state: 'running', master: 'rabbit1' });
    const { messages: figures } = ledger.close({ endUs: 1, observation });
    expect(figures).toMatchObject({ confirmed_lost: 1, unreachable: 0 });
  });
});

describe('size', () => {
  test('an hour of ordinary traffic keeps as many pages as three minutes of it', () => {
    const sizes = [6_000, 120_000].map((count) => {
      const { script, ledger } = open();
      for (let n = 1; n <= count; n += 1) script.at(n / 33).wholeLife(`shop-${n}`, 'q');
      close(ledger);
      return ledger.size.distinctPages;
    });
    expect(sizes[1]).toBeLessThanOrEqual(sizes[0]! + 2);
  });

  test('a hundred thousand waiting messages cost far less than 40 bytes each', () => {
    const { script, ledger } = open();
    const count = 100_000;
    for (let n = 1; n <= count; n += 1) {
      const id = `shop-${n}`;
      script
        .at(n / 1_000)
        .publish(id, 'q')
        .store(id, 'q', 'rabbit1')
        .store(id, 'q', 'rabbit2', 'mirror')
        .confirm(id);
    }
    const { openPages, words } = ledger.size;
    expect((words * 4) / count).toBeLessThan(40);
    expect(openPages).toBeLessThanOrEqual(1_024);
  });
});
