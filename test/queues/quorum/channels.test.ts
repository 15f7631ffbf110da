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

describe('a consumer', () => {
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
