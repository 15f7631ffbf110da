// QQ-25 in a cluster: the worker beside the leader, what stands in its way, and what a change of the leader means. What is said to be as a real broker
// did was seen in the laboratory on 20 November: RabbitMQ 3.10.8, three nodes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../../sim/ledger/result.ts';
import { publisher, run, type Experiment } from './run.ts';

const KEEPING = {
  'x-queue-type': 'quorum',
  'x-message-ttl': 500,
  'x-overflow': 'reject-publish',
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': 'parked',
  'x-dead-letter-strategy': 'at-least-once',
};

/** A queue `q` whose messages die after half a second. */
function source(more: object = {}, name = 'q'): object {
  return { name, durable: true, declare_on: 'rabbit1', arguments: { ...KEEPING, ...more } };
}

function target(more: object = {}): object {
  return { name: 'parked', durable: true, declare_on: 'rabbit1', ...more };
}

function few(messages: number, more: object = {}): object {
  return publisher('rabbit2', { rate: '10/s', messages, stop: undefined, ...more });
}

function dead(queues: readonly object[], more: Experiment = {}, seed = 1): RunResult {
  return run({ queues, settle: '10s', ...more }, seed);
}

function kept(result: RunResult, queue = 'q'): number {
  const found = result.queues[queue]!;
  return found.type === 'quorum' ? (found.messages_dlx ?? 0) : 0;
}

describe('a dead letter that is kept (QQ-25)', () => {
  test('is settled when its target has it, and says how it died', () => {
    const result = dead([source(), target()], { workloads: [few(20)] });
    expect(result.messages).toMatchObject({ dead_lettered: 20, drained: 20, confirmed_lost: 0 });
    expect(kept(result)).toBe(0);
  });

  test('whose target is missing stays, and is not lost', () => {
    const result = dead([source()], { workloads: [few(20)] });
    expect(result.messages).toMatchObject({
      dead_lettered: 0,
      drained: 0,
      confirmed_lost: 0,
      unreachable: 0,
    });
    expect(kept(result)).toBe(20);
    const [found] = result.rules.filter((id) => id === 'QQ-25');
    expect(found).toBe('QQ-25');
  });

  test('that every queue but one has taken stays for that one', () => {
    const exchanges = [{ name: 'morgue', type: 'fanout', durable: true }];
    const bindings = ['one', 'two'].map((destination) => ({ source: 'morgue', destination }));
    const queues = [
      source({ 'x-dead-letter-exchange': 'morgue' }),
      target({ name: 'one' }),
      target({ name: 'two', arguments: { 'x-max-length': 3, 'x-overflow': 'reject-publish' } }),
    ];
    const result = dead(queues, { exchanges, bindings, workloads: [few(5)] });
    expect(kept(result)).toBe(2);
    expect(result.by_queue['one']).toMatchObject({ drained_deliveries: 5 });
    expect(result.by_queue['two']).toMatchObject({ drained_deliveries: 3, confirmed_lost: 0 });
  });

  test('that would go round for ever stays where it died', () => {
    const result = dead([source({ 'x-dead-letter-routing-key': 'q' })], { workloads: [few(3)] });
    expect(kept(result)).toBe(3);
  });

  test('is unreachable where its queue has no majority at the end', () => {
    const chaos = [{ at: '6s', kill: ['rabbit2', 'rabbit3'] }];
    const result = dead([source()], { chaos, workloads: [few(4, { via: 'rabbit1' })] });
    expect(result.messages).toMatchObject({ confirmed_lost: 4, unreachable: 4 });
    expect(result.causes).toContainEqual(expect.objectContaining({ hazard: 'HAZ-62', rule: 'QQ-3' }));
  });

  test('ends with its queue', () => {
    const chaos = [{ at: '6s', amqp: { 'queue.delete': { queue: 'q' } }, via: 'rabbit1' }];
    const result = dead([source()], { chaos, workloads: [few(4)] });
    expect(result.messages).toMatchObject({ purged: 4, confirmed_lost: 0 });
  });
});

describe('a dead letter that is not kept', () => {
  test('is sent once, by the leader alone (QQ-16)', () => {
    const result = dead([source({ 'x-dead-letter-strategy': 'at-most-once' }), target()], {
      workloads: [few(20)],
    });
    expect(result.messages).toMatchObject({ dead_lettered: 20, drained: 20, drained_deliveries: 20 });
    expect(result.by_queue['parked']!.publishes).toBe(20);
  });
});

describe('as a real broker did (QQ-25)', () => {
  test('a full target takes one at the first timer: each waits three minutes from its own publish', () => {
    const full = target({ arguments: { 'x-max-length': 5, 'x-overflow': 'reject-publish' } });
    const chaos = [{ at: '10s', amqp: { 'queue.purge': { queue: 'parked' } }, via: 'rabbit1' }];
    const result = dead([source({ 'x-max-length': 20 }), full], {
      chaos,
      settle: '195s',
      workloads: [few(60)],
    });
    // 5 had gone on, 20 and one more fill the queue, whose dead letters count; the rest is refused.
    expect(result.messages).toMatchObject({
      confirmed: 26,
      nacked: 34,
      purged: 5,
      drained: 1,
      confirmed_lost: 0,
    });
    expect(kept(result)).toBe(20);
  });

  test('an exchange that comes later gets the new ones at once, those that it was too late for with the timer', () => {
    const args = { 'x-dead-letter-exchange': 'later', 'x-dead-letter-routing-key': undefined };
    const chaos = [
      {
        at: '11s',
        amqp: { 'exchange.declare': { exchange: 'later', type: 'fanout', durable: true } },
        via: 'rabbit1',
      },
      { at: '12s', amqp: { 'queue.bind': { queue: 'parked', exchange: 'later' } }, via: 'rabbit1' },
    ];
    const at = [
      { time: '20s', queues: { q: { messages_dlx: 5 }, parked: { messages_ready: 5 } } },
      { time: '175s', queues: { q: { messages_dlx: 5 }, parked: { messages_ready: 5 } } },
      { time: '185s', queues: { q: { messages_dlx: 0 }, parked: { messages_ready: 10 } } },
    ];
    const workloads = [few(5), { ...few(5, { start: '15s' }), name: 'second' }];
    const result = dead([source(args), target()], { chaos, workloads, settle: '175s', expect: { at } });
    expect(result.failures).toEqual([]);
  });

  test('a policy that goes back to at-most-once deletes what is kept', () => {
    const definition = { 'dead-letter-exchange': 'nowhere', overflow: 'reject-publish', 'message-ttl': 500 };
    const policies = [
      { name: 'p', pattern: '^q$', definition: { ...definition, 'dead-letter-strategy': 'at-least-once' } },
    ];
    const command = `set_policy p ^q$ '${JSON.stringify(definition)}'`;
    const chaos = [{ at: '22s', rabbitmqctl: command, on: 'rabbit1' }];
    const at = [{ time: '20s', queues: { q: { messages_dlx: 7 } } }];
    const queues = [{ name: 'q', declare_on: 'rabbit1', arguments: { 'x-queue-type': 'quorum' } }];
    const result = dead(queues, { policies, chaos, workloads: [few(7)], expect: { at } });
    expect(result.failures).toEqual([]);
    expect(result.messages).toMatchObject({ purged: 7, confirmed_lost: 0 });
    expect(kept(result)).toBe(0);
  });

  test('any policy that comes to apply makes the worker try at once what it could not route', () => {
    const chaos = [
      {
        at: '10s',
        amqp: { 'exchange.declare': { exchange: 'later', type: 'fanout', durable: true } },
        via: 'rabbit1',
      },
      { at: '11s', amqp: { 'queue.bind': { queue: 'parked', exchange: 'later' } }, via: 'rabbit1' },
      { at: '20s', rabbitmqctl: 'set_policy any ^q$ \'{"max-length":1000}\'', on: 'rabbit1' },
    ];
    const at = [
      { time: '19s', queues: { q: { messages_dlx: 40 }, parked: { messages_ready: 0 } } },
      { time: '23s', queues: { q: { messages_dlx: 0 }, parked: { messages_ready: 40 } } },
    ];
    const args = { 'x-dead-letter-exchange': 'later', 'x-dead-letter-routing-key': undefined };
    const workloads = [few(40, { rate: '20/s' })];
    const result = dead([source(args), target()], { chaos, workloads, expect: { at } });
    expect(result.failures).toEqual([]);
  });

  test('drop-head falls back to at-most-once', () => {
    const result = dead([source({ 'x-overflow': 'drop-head', 'x-dead-letter-exchange': 'nowhere' })], {
      workloads: [few(9)],
    });
    expect(result.messages.expired).toBe(9);
  });
});

describe('the worker (QQ-25)', () => {
  const queues = [source(), target({ declare_on: 'rabbit2', arguments: { 'x-queue-type': 'quorum' } })];
  const steady = publisher('rabbit2', { rate: '100/s', stop: '12s' });

  test('of the next leader sends again what the last had not settled: nothing is lost, some comes twice', () => {
    const reader = {
      name: 'reader',
      consume: { queue: 'parked', via: 'rabbit3', prefetch: 50, start: '1s' },
    };
    const chaos = [{ at: '6004ms', kill: 'rabbit1' }];
    const result = dead(queues, { chaos, workloads: [steady, reader] });
    expect(result.messages.confirmed_lost).toBe(0);
    expect(result.messages.dead_lettered).toBe(result.messages.confirmed);
    expect(result.messages.duplicated).toBeGreaterThan(0);
    expect(result.causes).toEqual([
      expect.objectContaining({ hazard: 'HAZ-36', rule: 'QQ-25', outcome: 'duplicated' }),
    ]);
  });

  test('moves with a leader that is handed over, and stays beside one that keeps its role', () => {
    const chaos = [
      { at: '4s', 'rabbitmq-upgrade': 'drain', on: 'rabbit1' },
      { at: '8s', 'rabbitmq-upgrade': 'revive', on: 'rabbit1' },
    ];
    const result = dead(queues, { chaos, workloads: [steady] });
    expect(result.messages.confirmed_lost).toBe(0);
    expect(kept(result)).toBe(0);
  });

  test('gets the answer of a target without a majority when that has one again', () => {
    const local = { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 1 };
    const parked = target({ declare_on: 'rabbit3', arguments: local });
    const chaos = [
      { at: '6s', kill: 'rabbit3' },
      { at: '20s', start: 'rabbit3' },
    ];
    const workloads = [publisher('rabbit2', { rate: '20/s', stop: '8s' })];
    const result = dead([source(), parked], { chaos, workloads, settle: '400s' });
    expect(result.messages).toMatchObject({ confirmed_lost: 0, unconfirmed_lost: 0 });
    expect(kept(result)).toBe(0);
    expect(result.by_queue['parked']).toMatchObject({ confirmed_lost: 0 });
  });

  test('loses nothing between source and target, whoever is killed and when', () => {
    const kill = fc.record({
      node: fc.constantFrom('rabbit1', 'rabbit2', 'rabbit3'),
      atMs: fc.integer({ min: 1_500, max: 11_000 }),
      downMs: fc.integer({ min: 500, max: 4_000 }),
    });
    const kinds = fc.constantFrom('classic', 'quorum');
    fc.assert(
      fc.property(
        fc.array(kill, { minLength: 1, maxLength: 3 }),
        kinds,
        fc.nat(1_000),
        (kills, type, seed) => {
          const chaos = kills.flatMap(({ node, atMs, downMs }) => [
            { at: `${atMs}ms`, kill: node },
            { at: `${atMs + downMs}ms`, start: node },
          ]);
          const parked = target({ declare_on: 'rabbit3', arguments: { 'x-queue-type': type } });
          const result = dead([source(), parked], { chaos, workloads: [steady], settle: '30s' }, seed + 1);
          expect(result.messages.confirmed_lost).toBe(0);
          expect(
            result.causes.filter(({ outcome, hazard }) => outcome === 'lost' && hazard === 'HAZ-27'),
          ).toEqual([]);
        },
      ),
      { numRuns: 12, seed: 25 },
    );
  });
});
