// When a quorum queue gets another leader, how soon, and that nobody notices but by waiting (QQ-5, QQ-6, QQ-7, QQ-19).
import { describe, expect, test } from 'vitest';
import { consumer, elections, publisher, run } from './run.ts';

const seeds = [1, 2, 3, 4];

describe('a quorum queue', () => {
  test.each(seeds)('replaces a killed leader within a second (seed %i)', (seed) => {
    const chaos = [{ at: '4s', kill: 'rabbit1' }];
    const result = run({ workloads: [publisher('rabbit2'), consumer('rabbit3')], chaos }, seed);
    const [election] = elections(result);
    expect(election!.time).toBeGreaterThan(4.1);
    expect(election!.time).toBeLessThan(5);
    expect(result.messages).toMatchObject({ duplicated: 0, redelivered: 0, unconfirmed_lost: 0 });
    // The new leader's word is enough for channels to send again what the old one had not answered (QQ-12).
    expect(result.availability.longest_without_confirm).toBeLessThan(1.2);
    expect(result.messages.confirmed).toBe(result.messages.published);
  });

  test.each(seeds)('replaces a leader that was stopped in order within a tenth of that (seed %i)', (seed) => {
    const chaos = [{ at: '4s', rabbitmqctl: 'stop_app', on: 'rabbit1' }];
    const result = run({ workloads: [publisher('rabbit2')], chaos }, seed);
    const down = result.timeline.find(({ event }) => event === 'queue_down')!;
    expect(elections(result)[0]!.time - down.time).toBeLessThan(0.15);
  });

  test.each(seeds)('replaces a black-holed leader before the net tick does (seed %i)', (seed) => {
    const chaos = [{ at: '4s', partition: [['rabbit1'], ['rabbit2', 'rabbit3']], for: '20s' }];
    const workloads = [publisher('rabbit2', { stop: '20s' })];
    const result = run({ net_ticktime: '60s', cluster_partition_handling: 'ignore', workloads, chaos }, seed);
    const [election] = elections(result);
    expect(election!.time).toBeGreaterThan(9);
    expect(election!.time).toBeLessThan(16);
    expect(result.messages.confirmed).toBe(result.messages.published);
  });

  test('keeps its leader through a cut that is shorter than the long timer', () => {
    const chaos = [{ at: '4s', partition: [['rabbit1'], ['rabbit2', 'rabbit3']], for: '1500ms' }];
    const result = run({ net_ticktime: '60s', workloads: [publisher('rabbit2')], chaos });
    expect(elections(result)).toEqual([]);
    expect(result.messages.confirmed).toBe(result.messages.published);
  });

  test('QQ-8: has one working side only, whatever the strategy', () => {
    const chaos = [{ at: '4s', partition: [['rabbit1'], ['rabbit2', 'rabbit3']], for: '25s' }];
    for (const strategy of ['ignore', 'pause_minority', 'autoheal']) {
      const workloads = [publisher('rabbit1', { stop: '20s' }), publisher('rabbit2', { stop: '20s' })];
      const result = run({ cluster_partition_handling: strategy, workloads, chaos, settle: '40s' });
      expect(result.messages.confirmed_lost).toBe(0);
      expect(['rabbit2', 'rabbit3']).toContain(elections(result)[0]!.node);
      expect(elections(result)[0]!.time).toBeLessThan(16);
      const { confirmed, published } = result.by_workload['to-rabbit2']!;
      expect(confirmed).toBe(published);
    }
  });

  test('waits for a majority, and goes on with it', () => {
    const chaos = [
      { at: '4s', kill: ['rabbit1', 'rabbit2'] },
      { at: '8s', start: 'rabbit2' },
    ];
    const result = run({ workloads: [publisher('rabbit3')], chaos });
    const started = result.timeline.find(({ event }) => event === 'node_started')!;
    expect(elections(result)[0]!.time).toBeGreaterThan(8);
    expect(elections(result)[0]!.time).toBeLessThan(started.time + 6);
    expect(result.messages.confirmed_lost).toBe(0);
  });
});
