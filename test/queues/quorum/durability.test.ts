// What a quorum queue has confirmed it keeps, through power cuts, restarts of everything and members that lag behind (QQ-4, QQ-9, QQ-27).
import { describe, expect, test } from 'vitest';
import { consumer, publisher, run } from './run.ts';

const all = ['rabbit1', 'rabbit2', 'rabbit3'];

describe('a confirmed message', () => {
  test.each([1, 2, 3])('survives the power cut of all nodes at once (seed %i)', (seed) => {
    const chaos = [
      { at: '4s', power_off: all },
      { at: '8s', start: all },
    ];
    const result = run({ workloads: [publisher('rabbit1', { rate: '200/s' })], chaos, settle: '30s' }, seed);
    expect(result.messages.confirmed_lost).toBe(0);
    expect(result.messages.drained).toBeGreaterThanOrEqual(result.messages.confirmed);
  });

  test('is with a majority: a slow disk of one member holds nobody up, of two it does', () => {
    const slow = (nodes: readonly string[]): number => {
      const disk = { fsync: '200ms' };
      const disks = Object.fromEntries(nodes.map((name) => [name, disk]));
      return run({ disks, workloads: [publisher('rabbit1')] }).availability.confirm_latency_p50!;
    };
    expect(slow(['rabbit3'])).toBeLessThan(0.05);
    expect(slow(['rabbit2', 'rabbit3'])).toBeGreaterThan(0.1);
  });

  test('reaches a member that was away, which may lead then', () => {
    const chaos = [
      { at: '2s', kill: 'rabbit3' },
      { at: '12s', start: 'rabbit3' },
      { at: '25s', kill: ['rabbit1'] },
      { at: '26s', start: ['rabbit1'] },
    ];
    const result = run({ workloads: [publisher('rabbit1', { stop: '9s' })], chaos, settle: '20s' });
    expect(result.messages).toMatchObject({ confirmed_lost: 0, unconfirmed_lost: 0 });
    expect(result.messages.drained).toBe(result.messages.published);
  });

  test('is not sent twice by a channel whose leader is lost, nor out of order', () => {
    const chaos = ['4s', '6s', '8s'].map((at, i) => ({ at, rabbitmqctl: 'stop_app', on: all[i] }));
    const starts = ['5s', '7s', '9s'].map((at, i) => ({ at, rabbitmqctl: 'start_app', on: all[i] }));
    const workloads = [publisher('rabbit3', { stop: '7s' }), consumer('rabbit3', { stop: '7500ms' })];
    const result = run({ workloads, chaos: [...chaos.slice(0, 2), ...starts.slice(0, 2)] });
    expect(result.messages).toMatchObject({ duplicated: 0, out_of_order: 0, unconfirmed_lost: 0 });
  });
});

describe('a member that starts again', () => {
  test('has the settings of its log, not those of the day (QQ-27)', () => {
    const one = { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 1 };
    const chaos = [
      { at: '5s', rabbitmqctl: 'clear_policy short', on: 'rabbit1' },
      { at: '8s', kill: 'rabbit1' },
      { at: '10s', start: 'rabbit1' },
    ];
    const result = run({
      policies: [{ name: 'short', pattern: '^q$', definition: { 'max-length': 5 } }],
      queues: [{ name: 'q', declare_on: 'rabbit1', arguments: one }],
      workloads: [publisher('rabbit1', { messages: 20, stop: undefined })],
      chaos,
      settle: '20s',
    });
    expect(result.messages).toMatchObject({ dropped_by_limit: 15, drained: 5, drained_deliveries: 5 });
  });
});

describe('a log that grows', () => {
  test('is cut where nobody needs it, and a member that comes later gets a snapshot', () => {
    const chaos = [
      { at: '2s', kill: 'rabbit3' },
      { at: '24s', start: 'rabbit3' },
      { at: '40s', kill: 'rabbit1' },
      { at: '41s', start: 'rabbit1' },
    ];
    const workloads = [publisher('rabbit2', { rate: '400/s', stop: '22s' }), consumer('rabbit2')];
    const result = run({ workloads, chaos, settle: '40s' });
    expect(result.messages).toMatchObject({ confirmed_lost: 0, duplicated: 0 });
    expect(result.messages.delivered_unique).toBe(result.messages.published);
    expect(result.queues['q']).toMatchObject({ online: expect.arrayContaining(all) as unknown });
  }, 30_000);
});
