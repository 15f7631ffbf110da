// Repeats of a real run become a recording that the conformance suite reads, with the same questions as a simulated run answers.

import { expect, test } from 'vitest';
import { asRecording } from '../../sim/conformance/recording.ts';
import { downView, type NodeView } from '../../sim/laboratory/end-state.ts';
import type { Observed } from '../../sim/laboratory/experiment.ts';
import { recordingOf, recordingText } from '../../sim/laboratory/recording.ts';
import { scenarioWith } from './scenario.ts';

const running: NodeView = { state: 'running', running: ['rabbit2', 'rabbit1'], partitions: [], queues: {} };

function repeat(more: Partial<Observed>): Observed {
  return {
    figures: { published: 10, confirmed: 10 },
    byQueue: new Map(),
    byClient: new Map(),
    confirmLatencies: [0.001, 0.002, 0.0034],
    timeline: [],
    views: new Map([['rabbit1', running]]),
    commandSeconds: [],
    wasBusy: false,
    ...more,
  };
}

const nodedown = (time: number) => ({ time, event: 'nodedown', node: 'rabbit1', peer: 'rabbit2' });
const recorded = (...repeats: readonly Observed[]) => recordingOf(scenarioWith(), 'RabbitMQ 3.10.8', repeats);

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

const nothing = { published: 0, confirmed: 0, nacked: 0, returned: 0, delivered: 0, acked: 0 };
const workloads =
  'queues: [{ name: q }]\nworkloads: [{ name: shop, publish: { routing_key: q, messages: 1 } }]\n';

test('each workload of the scenario has its figures, without those that are nothing in every repeat', () => {
  const shop = { ...nothing, published: 5, confirmed: 4 };
  const byClient = new Map([
    ['shop', shop],
    ['amqp#1', shop],
  ]);
  const recording = recordingOf(scenarioWith(workloads), 'RabbitMQ', [repeat({ byClient }), repeat({})]);
  expect(recording.workload_figures).toEqual({ shop: { published: [5, 0], confirmed: [4, 0] } });
  expect(asRecording(JSON.parse(recordingText(recording)))).toEqual(recording);
});

test('where a rule of the scenario may end messages nobody outside knows which were lost, only which were never seen', () => {
  const figures = { published: 9, confirmed: 9, confirmed_lost: 4, unconfirmed_lost: 0, never_seen: 4 };
  const limited = scenarioWith('queues: [{ name: q, arguments: { x-max-length: 5 } }]\n');
  const plain = recordingOf(scenarioWith(), 'RabbitMQ', [repeat({ figures })]);
  const ended = recordingOf(limited, 'RabbitMQ', [repeat({ figures })]);
  expect(plain.figures).toEqual({
    published: [9],
    confirmed: [9],
    confirmed_lost: [4],
    unconfirmed_lost: [0],
    never_seen: [4],
  });
  expect(ended.figures).toEqual({ published: [9], confirmed: [9], never_seen: [4] });
  expect(ended.answers).not.toHaveProperty('figure confirmed_lost');
  expect(ended.answers['figure never_seen']).toEqual({ some: 1 });
});

test('a queue that the broker named has another name each time, and is not spoken of', () => {
  const byQueue = new Map([['amq.gen-x', { delivered: 3, drained_deliveries: 0, duplicated: 0 }]]);
  const recording = recorded(repeat({ byQueue }));
  expect(recording.queue_figures).toEqual({});
  expect(Object.keys(recording.answers).join()).not.toContain('amq.gen');
});

test('a refusal is held word for word', () => {
  const reply = (code: number, text: string) => {
    return { time: 1, event: 'amqp_reply', method: 'queue.declare', node: 'rabbit1', code, text };
  };
  const { answers } = recorded(repeat({ timeline: [reply(404, 'NOT_FOUND'), reply(200, 'ok')] }));
  expect(answers['queue.declare via rabbit1 #1 says']).toEqual({ NOT_FOUND: 1 });
  expect(answers).not.toHaveProperty('queue.declare via rabbit1 #2 says');
});
