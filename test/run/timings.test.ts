import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../sim/kernel/random.ts';
import { TimingDraws } from '../../sim/run/timings.ts';
import { linkParameters } from '../../sim/run/topology.ts';
import { loadText } from '../../sim/scenario/load.ts';
import { defaultTimings } from '../../sim/scenario/timings.ts';

function median(draw: () => number): number {
  return Array.from({ length: 1001 }, draw).toSorted((a, b) => a - b)[500]! / 1e6;
}

describe('default timings', () => {
  const draws = new TimingDraws(defaultTimings, new RandomStreams('1'));

  test('are those of the recorded runs on a quiet machine', () => {
    // From `start` to distribution 1.76 s, from there to Mnesia's start 3.43 s; `start_app` 0.39 s and 0.147 s; `stop_app` 0.337 s and 0.073 s.
    expect(median(() => draws.vmBootUs('rabbit1'))).toBeCloseTo(1.76, 1);
    expect(median(() => draws.firstAppBootUs('rabbit1'))).toBeCloseTo(3.43, 1);
    expect(median(() => draws.appBootUs('rabbit1'))).toBeCloseTo(0.39, 2);
    expect(median(() => draws.listenersUs('rabbit1'))).toBeCloseTo(0.147, 2);
    expect(median(() => draws.appStopUs('rabbit1'))).toBeCloseTo(0.073, 2);
    expect(median(() => draws.cliUs('rabbit1'))).toBeCloseTo(0.337, 2);
  });

  test('of one node do not depend on what another draws', () => {
    const alone = new TimingDraws(defaultTimings, new RandomStreams('7'));
    const beside = new TimingDraws(defaultTimings, new RandomStreams('7'));
    beside.vmBootUs('rabbit2');
    expect(beside.vmBootUs('rabbit1')).toBe(alone.vmBootUs('rabbit1'));
  });
});

describe('links', () => {
  const parameters = linkParameters(
    loadText(
      'links.yaml',
      `
name: links
nodes: [a, b, c]
links:
  - { between: all, latency: 1ms, jitter: 50us }
  - { between: [a, b], latency: { median: 5ms, p99: 9ms } }
  - { between: [b, a], loss: 1% }
  - { between: all, clients: { latency: 20ms } }
`,
    )[0]!,
  );

  test('take each key from the last row that has it, in both directions', () => {
    const slow = { latency: { medianUs: 5_000, p99Us: 9_000 }, jitterUs: 50, bandwidthBps: 0, loss: 0.01 };
    expect(parameters('a', 'b')).toEqual(slow);
    expect(parameters('b', 'a')).toEqual(slow);
    expect(parameters('a', 'c')).toMatchObject({ latency: { medianUs: 1_000, p99Us: 1_000 }, loss: 0 });
  });

  test('of clients are the node’s at their end', () => {
    for (const [from, to] of [
      ['client-x', 'a'],
      ['a', 'client-x'],
    ] as const) {
      expect(parameters(from, to).latency).toEqual({ medianUs: 20_000, p99Us: 20_000 });
    }
  });
});
