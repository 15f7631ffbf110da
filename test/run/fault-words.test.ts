/** Promise: every step of chaos reads as a person would put it, on one line, and never as YAML. */
import { describe, expect, test } from 'vitest';
import { faultWords } from '../../sim/run/fault-words.ts';
import type { ChaosAction } from '../../sim/scenario/chaos-model.ts';

const began = (action: ChaosAction, forUs: number | null = null): string => faultWords(action, forUs).began;

describe('words for a step', () => {
  test('a partition names its sides, how long it lasts, and reads as one when it ends', () => {
    const groups = [['rabbit1'], ['rabbit2', 'rabbit3']];
    expect(faultWords({ verb: 'partition', groups }, 16_000_000)).toEqual({
      began: 'partition: rabbit1 | rabbit2 rabbit3 for 16 s',
      ended: 'the partition rabbit1 | rabbit2 rabbit3 ends',
    });
  });

  test('what is over at once has no end to tell of, and no length', () => {
    const steps: [ChaosAction, string][] = [
      [{ verb: 'kill', nodes: ['rabbit1'] }, 'kill rabbit1'],
      [
        { verb: 'rabbitmqctl', command: 'stop_app', words: ['stop_app'], on: 'rabbit2' },
        'rabbitmqctl stop_app on rabbit2',
      ],
      [{ verb: 'heal', pairs: [['rabbit1', 'rabbit3']] }, 'heal the link between rabbit1 and rabbit3'],
      [{ verb: 'heal', pairs: null }, 'heal every link'],
      [
        { verb: 'amqp', via: 'rabbit1', call: { method: 'queue.purge', queue: 'orders' } },
        'queue.purge orders via rabbit1',
      ],
    ];
    for (const [action, words] of steps) {
      expect(faultWords(action, 5_000_000)).toEqual({ began: words, ended: '' });
    }
  });

  test('quantities have units a person reads', () => {
    expect(began({ verb: 'freeze', nodes: ['rabbit1'] }, 1_500_000)).toBe('freeze rabbit1 for 1.5 s');
    expect(began({ verb: 'delay', between: ['a', 'b'], latency: { kind: 'fixed', us: 250_000 } })).toBe(
      'delay of 250 ms between a and b',
    );
    expect(began({ verb: 'drop', between: ['a', 'b'], loss: 0.07 })).toBe('loss of 7 % between a and b');
    expect(began({ verb: 'throttle', between: ['a', 'b'], bandwidthBitsPerSecond: 30_000_000 })).toBe(
      'limit of 30 Mbit/s between a and b',
    );
  });

  test('a long name is cut, the length of the fault is not; line breaks are blanks', () => {
    const long = began({ verb: 'freeze', nodes: ['x'.repeat(500)] }, 2_000_000);
    expect([...long]).toHaveLength(120);
    expect(long.endsWith('… for 2 s')).toBe(true);
    expect(began({ verb: 'crash_queue', queue: 'a\nb', on: 'rabbit1' })).toBe(
      'crash the process of a b on rabbit1',
    );
  });
});
