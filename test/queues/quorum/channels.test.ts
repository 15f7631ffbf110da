// What channels of a quorum queue do where the link to its leader fails them (QQ-10 to QQ-14, QQ-17, QQ-20 to QQ-24).
import { describe, expect, test } from 'vitest';
import { consumer, publisher, run } from './run.ts';

describe('a publisher', () => {
  test('that comes first while there is no majority is refused, and nothing of it is stored (HAZ-62)', () => {
    const chaos = [{ at: '500ms', kill: ['rabbit1', 'rabbit2'] }];
    const result = run({ workloads: [publisher('rabbit3', { stop: '2s' })], chaos });
    expect(result.messages.nacked).toBeGreaterThan(0);
    expect(result.messages.confirmed).toBe(0);
    expect(result.causes).toContainEqual(expect.objectContaining({ hazard: 'HAZ-62', rule: 'QQ-10' }));
  });
});

describe('what was on a link that was reset, the leader being the same', () => {
  const links = [{ between: 'all', latency: '20ms' }];
  const chaos = [{ at: '2010ms', reset: ['rabbit1', 'rabbit3'] }];
  const confirmed = (messages: number): { confirmed: number; published: number; waited: number } => {
    const more = { messages, stop: undefined, confirm_timeout: 'never' };
    const result = run({ links, chaos, workloads: [publisher('rabbit3', more)], settle: '40s' });
    const { messages: figures, availability } = result;
    return {
      confirmed: figures.confirmed,
      published: figures.published,
      waited: availability.longest_without_confirm ?? 0,
    };
  };

  test('is not sent again while fewer than 32 are open, and what follows waits with it (QQ-13)', () => {
    const few = confirmed(70);
    expect(few.published - few.confirmed).toBeGreaterThan(15);
    expect(few.published - few.confirmed).toBeLessThanOrEqual(32);
  });

  test('is sent again ten seconds after the 32nd is open, in order and once (QQ-12, QQ-14)', () => {
    const many = confirmed(200);
    expect(many.confirmed).toBe(many.published);
    expect(many.waited).toBeGreaterThan(10);
    expect(many.waited).toBeLessThan(12);
  });
});

describe('a consumer', () => {
  test('without a limit of its own gets 2000 at a time (QQ-26)', () => {
    const workloads = [
      publisher('rabbit1', { rate: '2000/s', stop: '2500ms' }),
      consumer('rabbit2', { prefetch: 0, ack: 'never' }),
    ];
    expect(run({ workloads, drain: false }).messages.delivered).toBe(2000);
  });

  test('gets a message that it refuses again at the back, without a limit', () => {
    const workloads = [
      publisher('rabbit1', { rate: '100/s', stop: '2s' }),
      consumer('rabbit2', { fail: '10%', requeue: true, start: '3s' }),
    ];
    const result = run({ workloads });
    expect(result.messages.redelivered).toBeGreaterThan(0);
    expect(result.causes).toContainEqual(expect.objectContaining({ hazard: 'HAZ-34', rule: 'QQ-23' }));
  });

  test('gets it no more than the limit allows', () => {
    const args = { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 };
    const workloads = [
      publisher('rabbit1', { stop: '2s' }),
      consumer('rabbit2', { fail: '100%', requeue: true, start: '3s' }),
    ];
    const result = run({ queues: [{ name: 'q', declare_on: 'rabbit1', arguments: args }], workloads });
    expect(result.messages.delivered).toBe(3 * result.messages.published);
    expect(result.messages.dropped_by_delivery_limit).toBe(result.messages.published);
  });

  test('on a node that the leader has lost is suspected, and its late acknowledgements are void', () => {
    const chaos = [{ at: '4s', cut: ['rabbit1', 'rabbit3'], for: '20s' }];
    const workloads = [
      publisher('rabbit1', { stop: '5s' }),
      consumer('rabbit3', { processing_time: '200ms' }),
      consumer('rabbit2', { start: '14s' }),
    ];
    const result = run({ cluster_partition_handling: 'ignore', workloads, chaos, settle: '30s' });
    expect(result.messages.duplicated).toBeGreaterThan(0);
    expect(result.causes).toContainEqual(expect.objectContaining({ hazard: 'HAZ-35', rule: 'QQ-20' }));
    expect(result.messages).toMatchObject({ confirmed_lost: 0, unconfirmed_lost: 0 });
  });
});
