/** Promise: what the page holds of messages is what the journal had, step by step, in few bytes and within bounds that it names. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMessage, unpackFlow } from '../../reports/data/flow.ts';
import { lifeOf, messageNamed, messagesWith, messageToBeginWith, nameOf } from '../../reports/script/life.ts';
import { sequenceOf } from '../../reports/script/sequence-layout.ts';
import { Ledger } from '../../sim/ledger/ledger.ts';
import { LifeCollector, logSteps } from '../../sim/ledger/lives.ts';
import { messageFlow } from '../../sim/ledger/message-flow.ts';
import { PackedBytes } from '../../sim/ledger/packed-bytes.ts';
import type { EventRows, MessageFlow } from '../../sim/ledger/run-report.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import { consumer, publisher, Script } from '../ledger/script.ts';

const workloads = [publisher('shop'), consumer('warehouse')];
const NO_EVENTS: EventRows = { kinds: [], names: [], rows: [], total: 0 };

function unpacked(flow: MessageFlow) {
  const { bytes, ...head } = flow;
  return unpackFlow(head, bytes);
}

/** The flow of what `write` writes. */
function flowFrom(write: (script: Script) => void): MessageFlow {
  const script = new Script();
  const ledger = new Ledger(script.journal, { workloads });
  const log = logSteps(script.journal);
  write(script);
  const { groups } = ledger.close({ endUs: 100_000_000, observation: null });
  const collector = new LifeCollector(script.journal, ledger.interestingIds(200));
  return messageFlow({
    journal: script.journal,
    log,
    livesLog: null,
    hasLife: collector.wanted,
    publisherName: (number) => ledger.publisherName(number),
    groups,
  });
}

function delivery(script: Script, id: string): void {
  script.take(id, 'q', 'rabbit1');
  script.write(messages.delivered, {
    workload: 'warehouse',
    message: id,
    queue: 'q',
    node: 'rabbit2',
    redelivered: false,
  });
  script.write(messages.acked, { workload: 'warehouse', message: id, queue: 'q' });
  script.write(messages.copyFinished, { message: id, queue: 'q', node: 'rabbit1' });
}

describe('the flow of a run', () => {
  const flow = flowFrom((script) => {
    script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
    for (let n = 1; n <= 20; n += 1) {
      script.at(n).publish(`shop-${n}`, 'q').store(`shop-${n}`, 'q', 'rabbit1');
      script.at(n + 0.001234).confirm(`shop-${n}`);
      if (n % 5 !== 0) {
        script.at(n + 0.5);
        delivery(script, `shop-${n}`);
      }
    }
    script.at(30);
    script.destroy('shop-10', 'q', 'rabbit1', 'erased at boot');
  });
  const held = unpacked(flow);

  test('holds each message with its own times, and each course once', () => {
    expect(held.messages).toBe(20);
    expect(held.courses).toBe(3);
    const life = lifeOf(held, NO_EVENTS, messageNamed(held, 'shop-7'));
    expect(life.rows.map(({ timeUs, node, what }) => [timeUs, node, what])).toEqual([
      [7_000_000, 'shop', 'publishes to rabbit1'],
      [7_000_000, 'rabbit1', 'routes it to q'],
      [7_000_000, 'rabbit1', 'takes it in (publish)'],
      [7_001_234, 'shop', 'is told by rabbit1 that it is safe'],
      [7_500_000, 'rabbit1', "hands it to a consumer's channel"],
      [7_500_000, 'warehouse', 'receives it from q through rabbit2'],
      [7_500_000, 'warehouse', 'acknowledges it to q'],
      [7_500_000, 'rabbit1', 'removes it: finished'],
    ]);
    expect(life.rows.map(({ rule }) => rule)).toContain('BRK-31');
  });

  test('begins with the worst that came to a message, else with one that nothing came to', () => {
    const begin = (of: typeof held) => {
      const found = messageToBeginWith(of);
      return found && [nameOf(of, found.message), found.harm];
    };
    expect(begin(held)).toEqual(['shop-10', 'lost']);
    const [lost] = held.fates;
    const fate = (outcome: 'duplicated' | 'reordered', number: number, confirmed: number) => ({
      ...lost!,
      outcome,
      confirmed,
      ranges: [[0, number, number + 1]] as const,
    });
    const harmed = [fate('reordered', 3, 1), fate('duplicated', 4, 0), fate('duplicated', 6, 1)];
    expect(begin({ ...held, fates: harmed })).toEqual(['shop-6', 'duplicated']);
    expect(begin({ ...held, fates: [] })).toEqual(['shop-1', null]);
    expect(begin(unpacked(flowFrom(() => undefined)))).toBeNull();
  });

  test('finds messages by id and by outcome', () => {
    expect(messageNamed(held, 'shop-21')).toBe(-1);
    expect(messageNamed(held, 'nobody-1')).toBe(-1);
    expect(messageNamed(held, '')).toBe(-1);
    const names = (outcome: Parameters<typeof messagesWith>[1]) =>
      messagesWith(held, outcome, 99).messages.map((message) => nameOf(held, message));
    expect(names('lost')).toContain('shop-10');
    expect(names('undelivered')).toEqual(['shop-5', 'shop-10', 'shop-15', 'shop-20']);
    expect(names('well')).toHaveLength(16);
    expect(messagesWith(held, 'well', 3)).toMatchObject({ total: 16, messages: { length: 3 } });
    const [lost] = lifeOf(held, NO_EVENTS, messageNamed(held, 'shop-10')).fates;
    expect(lost).toMatchObject({ outcome: 'lost', hazard: expect.any(String), rule: 'MIR-23' });
  });

  test('lets a diagram draw who dealt with whom', () => {
    const { actors, arrows } = sequenceOf(lifeOf(held, NO_EVENTS, messageNamed(held, 'shop-7')).rows);
    expect(actors.map(({ node, process }) => `${process}@${node}`)).toEqual([
      'shop@shop',
      'channel@rabbit1',
      'q leader@rabbit1',
      'channel@rabbit2',
      'warehouse@warehouse',
    ]);
    expect(arrows.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
      [1, 0],
      [2, 2],
      [3, 4],
      [4, 2],
      [2, 2],
    ]);
  });
});

test('a message that is put back again and again keeps its beginning and its end', () => {
  const held = unpacked(
    flowFrom((script) => {
      script.publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1');
      for (let n = 1; n <= 1_000; n += 1) script.at(n / 100).take('shop-1', 'q', 'rabbit1');
      script.at(11).publish('shop-2', 'q');
    }),
  );
  const { rows } = lifeOf(held, NO_EVENTS, 0);
  expect(rows).toHaveLength(401);
  expect(rows.map(({ what }) => what)).toContain('603 steps are left out here');
  expect(rows.at(-1)?.timeUs).toBe(10_000_000);
  expect(lifeOf(held, NO_EVENTS, findMessage(held, 0, 2)).rows[0]?.timeUs).toBe(11_000_000);
});

test('numbers are read back as they were written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ sequence: fc.nat(5), wait: fc.maxSafeNat() }), { minLength: 1 }),
      (list) => {
        const bytes = new PackedBytes();
        // One course of one kind; each message its number, course and time.
        for (const value of [1, 0, list.length]) bytes.push(value);
        let before = 0;
        list.forEach(({ sequence, wait }) => {
          const time = Math.floor(wait / 8);
          bytes.push(sequence);
          bytes.push(0);
          bytes.pushSigned(time - before);
          before = time;
        });
        const kinds = [{ record: 'published', node: '', process: '', what: '', queue: '' }];
        const head = {
          publishers: ['shop'],
          kinds,
          fates: [],
          courses: 1,
          messages: list.length,
          steps: list.length,
          oneOf: 1,
          quantumUs: 1,
        };
        const flow = unpackFlow(head, bytes.take());
        expect([...flow.timesUs]).toEqual(list.map(({ wait }) => Math.floor(wait / 8)));
        expect(flow.sequence[list.length - 1]).toBe(
          list.reduce((sum, { sequence }) => sum + sequence + 1, -1),
        );
      },
    ),
  );
});

test('a run with too many steps is held as a fair sample, in coarser times, with what came to harm', () => {
  const flow = flowFrom((script) => {
    script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
    const { journal } = script;
    const [q, shop, rabbit1, leader, publish] = ['q', 'shop', 'rabbit1', 'leader', 'publish'].map((name) =>
      journal.intern(name),
    ) as [number, number, number, number, number];
    const [number] = script.message('shop-1');
    for (let n = 1; n <= 450_000; n += 1) {
      script.at(n / 10_000);
      journal.write(messages.published, shop, number, n, 1, rabbit1);
      journal.write(messages.routed, number, n, q, rabbit1);
      journal.write(messages.copyStored, number, n, q, rabbit1, leader, publish);
      journal.write(messages.confirmed, shop, number, n, rabbit1);
    }
    script.destroy('shop-4', 'q', 'rabbit1', 'erased at boot');
    script.destroy('shop-5', 'q', 'rabbit1', 'erased at boot');
  });
  expect(flow.oneOf).toBe(2);
  expect(flow.quantumUs).toBe(100);
  expect(flow.steps).toBeLessThan(1_500_000);
  expect(flow.bytes.length).toBeLessThan(2_000_000);
  const held = unpacked(flow);
  expect(Math.abs(held.messages - 225_000)).toBeLessThan(2_000);
  for (const id of ['shop-4', 'shop-5']) expect(messageNamed(held, id)).not.toBe(-1);
});
