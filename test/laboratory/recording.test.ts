// Repeats of a real run become a recording that the conformance suite reads, with the same questions as a simulated run answers.

import { expect, test } from 'vitest';
import { asRecording } from '../../sim/conformance/recording.ts';
import { downView, type NodeView } from '../../sim/laboratory/end-state.ts';
import type { Observed } from '../../sim/laboratory/experiment.ts';
import { recordingOf, recordingText } from '../../sim/laboratory/recording.ts';

const running: NodeView = { state: 'running', running: ['rabbit2', 'rabbit1'], partitions: [], queues: {} };

function repeat(more: Partial<Observed>): Observed {
  return {
    figures: { published: 10, confirmed: 10 },
    byQueue: new Map(),
    confirmLatencies: [0.001, 0.002, 0.0034],
    timeline: [],
    views: new Map([['rabbit1', running]]),
    commandSeconds: [],
    wasBusy: false,
    ...more,
  };
}

const nodedown = (time: number) => ({ time, event: 'nodedown', node: 'rabbit1', peer: 'rabbit2' });
const recorded = (...repeats: readonly Observed[]) =>
  recordingOf({ name: 'any', description: 'any' }, 'RabbitMQ 3.10.8', repeats);

test('is what the suite reads, and its text reads back as itself', () => {
  const recording = recorded(repeat({}), repeat({ commandSeconds: [0.5004] }));
  expect(asRecording(JSON.parse(recordingText(recording)))).toEqual(recording);
  expect(recording).toMatchObject({ repeats: 2, machine: 'quiet', command_seconds: [0.5] });
  expect(recording.confirm_latency).toEqual({ p50: [0.002, 0.002], p99: [0.003, 0.003] });
});

test('a figure has one value a repeat, and one that is missing in a repeat is zero there', () => {
  const recording = recorded(repeat({}), repeat({ figures: { published: 11, confirmed: 9 } }));
  expect(recording.figures).toEqual({ published: [10, 11], confirmed: [10, 9] });
  expect(recording.answers['every message was confirmed']).toEqual({ yes: 1, no: 1 });
});

test('a queue that a repeat never heard of has figures of zero there', () => {
  const seen = new Map([['q', { delivered: 3, drained_deliveries: 0, duplicated: 0 }]]);
  const recording = recorded(repeat({ byQueue: seen }), repeat({}));
  expect(recording.queue_figures['q']).toEqual({
    delivered: [3, 0],
    drained_deliveries: [0, 0],
    duplicated: [0, 0],
  });
  expect(recording.answers['figure delivered of q']).toEqual({ some: 1, zero: 1 });
  expect(recording.answers['figure duplicated of q']).toEqual({ zero: 2 });
});

test('what a log does not say happened no time', () => {
  const recording = recorded(
    repeat({ timeline: [nodedown(5.1)] }),
    repeat({}),
    repeat({ timeline: [nodedown(5.2)] }),
  );
  expect(recording.answers['rabbit1 nodedown rabbit2']).toEqual({ '1': 2, '0': 1 });
  expect(recording.times['rabbit1 nodedown rabbit2']).toEqual([5.1, 5.2]);
});

test('what a node was asked at the end and did not answer nobody knows', () => {
  const silent = new Map([['rabbit1', { ...running, partitions: null }]]);
  const recording = recorded(repeat({}), repeat({ views: silent }));
  expect(recording.answers['at the end: rabbit1 reports partitions']).toEqual({ '[]': 1 });
  expect(recording.answers['at the end: rabbit1 sees running']).toEqual({ 'rabbit1,rabbit2': 2 });
});

test('a node that is down says nothing of others', () => {
  const recording = recorded(repeat({ views: new Map([['rabbit1', downView]]) }));
  expect(Object.keys(recording.answers).filter((question) => question.startsWith('at the end'))).toEqual([
    'at the end: state of rabbit1',
  ]);
});

test('one busy repeat makes the recording a busy one', () => {
  expect(recorded(repeat({}), repeat({ wasBusy: true })).machine).toBe('busy');
});
