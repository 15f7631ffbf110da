import { describe, expect, test } from 'vitest';
import { closeUps, wholeRun } from '../../reports/views/scene.ts';
import { pixelOf, ticksOf } from '../../reports/views/time-row.ts';
import { sampleReport } from './sample.ts';

const HALF_A_SECOND_US = 500_000;

describe('close-ups', () => {
  test('are of the moments in which lines of the story crowd', () => {
    const lines = closeUps(sampleReport(), HALF_A_SECOND_US).map((scene) =>
      scene.pins.map((pin) => pin.line),
    );
    expect(lines).toEqual([
      [7, 8, 9],
      [10, 11, 12, 13, 14],
    ]);
  });

  test('there are none where nothing crowds, or where the whole run does', () => {
    const sample = sampleReport();
    expect(closeUps({ ...sample, story: sample.story.slice(0, 2) }, HALF_A_SECOND_US)).toEqual([]);
    expect(closeUps(sample, sample.endUs)).toEqual([]);
  });

  test('hold only what is in their time, cut to it', () => {
    const [scene] = closeUps(sampleReport(), HALF_A_SECOND_US).slice(-1);
    const { fromUs, endUs } = scene!;
    const spans = [
      ...scene!.nodeLanes.flatMap((lane) => lane.spans),
      ...scene!.queueLanes.flatMap((lane) => [...lane.leaders, ...lane.mirrors]),
    ];
    expect(spans.length).toBeGreaterThan(5);
    for (const span of spans) {
      expect(span.fromUs).toBeGreaterThanOrEqual(fromUs);
      expect(span.toUs).toBeLessThanOrEqual(endUs);
    }
    expect(scene!.faults).toEqual([]);
    expect(scene!.settleFromUs).toBeNull();
  });

  test('leave out queues to which nothing happens', () => {
    const sample = sampleReport();
    const idle = {
      queue: 'idle',
      type: 'classic' as const,
      leaders: [{ fromUs: 0, toUs: sample.endUs, node: 'rabbit1' }],
      mirrors: [],
      states: [{ fromUs: 0, toUs: sample.endUs, state: 'running' as const }],
    };
    const [scene] = closeUps({ ...sample, queueLanes: [...sample.queueLanes, idle] }, 2_000_000).slice(-1);
    expect(scene!.queueLanes.map((lane) => lane.queue)).toEqual(['ha.q']);
  });
});

describe('the time axis', () => {
  test('spans the whole run, edge to edge', () => {
    const scene = wholeRun(sampleReport());
    expect([pixelOf(scene, 0), pixelOf(scene, scene.endUs)]).toEqual([0, 1000]);
    expect(ticksOf(scene)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
  });

  test.each([
    [1_000, 12],
    [50_000, 12],
    [3_000_000, 12],
    [86_400_000_000, 12],
    [3_000_000_000_000, 12],
  ])('of %i µs has a readable number of lines', (endUs, linesMax) => {
    const ticks = ticksOf({ ...wholeRun(sampleReport()), endUs });
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(linesMax + 1);
  });
});
