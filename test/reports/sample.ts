/**
 * A report made by hand after a recorded run of a real cluster: autoheal, three nodes, rabbit1 cut off for twenty seconds with the
 * queue's leader on its side. Times, counts and states are the recording's; single messages are made up so that they add up to them.
 */
import type { RunReport, StoryStep } from '../../sim/ledger/run-report.ts';
import { flowOf } from './sample-flow.ts';
import { lives } from './sample-lives.ts';
import { clusterMoments, sampleEvents } from './sample-moments.ts';
import { S, depth, latency, perSecond, us } from './sample-series.ts';

const END_US = 46 * S;
const NODES = ['rabbit1', 'rabbit2', 'rabbit3'];

const SOURCE = `# yaml-language-server: $schema=../scenario.schema.json
name: t05-autoheal-minority-master
description: autoheal; [1] | [2,3] for 20 s with the leader on the side that is alone
nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 5s
cluster_partition_handling: autoheal
policies:
  - { name: ha-all, pattern: "^ha\\\\.", definition: { ha-mode: all, ha-sync-mode: automatic } }
queues:
  - { name: ha.q, durable: true, declare_on: rabbit1 }
workloads:
  - { name: pub1, publish: { exchange: "", routing_key: ha.q, via: rabbit1, rate: 50/s, start: 1s, stop: 36s, confirms: true } }
  - { name: pub2, publish: { exchange: "", routing_key: ha.q, via: rabbit2, rate: 50/s, start: 1s, stop: 36s, confirms: true } }
  - { name: con1, consume: { queue: ha.q, via: rabbit1, prefetch: 10, ack: manual, processing_time: 2ms, start: 1s } }
  - { name: con3, consume: { queue: ha.q, via: rabbit3, prefetch: 10, ack: manual, processing_time: 2ms, start: 1s } }
chaos:
  - { at: 8s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 20s }   # longer than the net tick
settle: 10s

expect:
  messages:
    published: { min: 3000 }
    confirmed_lost: 0
    duplicated: { max: 10 }
  at:
    - { time: end, nodes: { rabbit1: running, rabbit2: running, rabbit3: running }, partitions: {} }
  timeline:
    - { event: autoheal_winner, winner: rabbit1 }
`;

const STORY: readonly (readonly [number, string])[] = [
  [
    8,
    'The links between rabbit1 and both rabbit2 and rabbit3 are cut. Nothing closes; confirms begin to wait for the mirrors.',
  ],
  [
    13.091,
    'rabbit1 takes rabbit3 and then rabbit2 for down (net tick), and goes on as the only replica of ha.q. 590 confirms are released.',
  ],
  [13.598, 'rabbit3 takes rabbit1 for down.'],
  [
    13.913,
    'rabbit2 does so too, and is promoted: ha.q now has two leaders. 297 messages of the old one are still in it.',
  ],
  [20.4, 'con3 is served by the new leader and works off the backlog of 600 messages.'],
  [28.002, 'The links are back.'],
  [29.602, 'rabbit1 and rabbit3 meet again and detect the partition; rabbit3 asks rabbit1 to heal it.'],
  [
    29.812,
    'Autoheal decides: rabbit1 wins, rabbit3 has to restart. rabbit2, not yet seen, counts to the winner\u2019s side.',
  ],
  [29.908, 'rabbit3 has stopped its application; con3 loses its connection.'],
  [30.6, 'rabbit3 boots and adds a mirror of ha.q to the leader on rabbit2.'],
  [30.621, 'A second autoheal begins and is aborted, since rabbit3 is taken for down.'],
  [30.632, 'rabbit3\u2019s mirror sees its leader go and is promoted.'],
  [30.636, 'rabbit1 stops its replica of ha.q, and with it 37 confirmed messages.'],
  [30.75, 'rabbit3 stops the last replica. ha.q is down for good; every further publish is refused.'],
];

const TIMELINE: RunReport['result']['timeline'] = [
  { time: 1.005, event: 'connection_opened', workload: 'pub1', node: 'rabbit1' },
  { time: 1.008, event: 'connection_opened', workload: 'con3', node: 'rabbit3' },
  { time: 13.087, event: 'rabbit_down', node: 'rabbit1', peer: 'rabbit3' },
  { time: 13.091, event: 'nodedown', node: 'rabbit1', peer: 'rabbit3', reason: 'net_tick_timeout' },
  { time: 13.093, event: 'nodedown', node: 'rabbit1', peer: 'rabbit2', reason: 'net_tick_timeout' },
  { time: 13.598, event: 'nodedown', node: 'rabbit3', peer: 'rabbit1', reason: 'net_tick_timeout' },
  { time: 13.912, event: 'nodedown', node: 'rabbit2', peer: 'rabbit1', reason: 'net_tick_timeout' },
  { time: 13.913, event: 'queue_promoted', queue: 'ha.q', node: 'rabbit2', synchronised: true },
  { time: 29.6, event: 'nodeup', node: 'rabbit1', peer: 'rabbit3' },
  { time: 29.601, event: 'partition_detected', node: 'rabbit1', peer: 'rabbit3' },
  { time: 29.602, event: 'autoheal_requested', node: 'rabbit3', of: 'rabbit1' },
  { time: 29.811, event: 'partition_detected', node: 'rabbit2', peer: 'rabbit1' },
  { time: 29.812, event: 'autoheal_winner', winner: 'rabbit1', losers: ['rabbit3'] },
  { time: 29.813, event: 'node_restarting', node: 'rabbit3', by: 'rabbit1' },
  {
    time: 29.878,
    event: 'connection_lost',
    workload: 'con3',
    node: 'rabbit3',
    code: 320,
    text: "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
  },
  { time: 29.908, event: 'node_stopped', node: 'rabbit3' },
  { time: 30.571, event: 'waiting_for_tables', node: 'rabbit3' },
  { time: 30.6, event: 'mirror_added', queue: 'ha.q', node: 'rabbit3' },
  { time: 30.621, event: 'autoheal_winner', winner: 'rabbit1', losers: ['rabbit3', 'rabbit2'] },
  { time: 30.622, event: 'autoheal_aborted', node: 'rabbit1', reason: 'rabbit3 down' },
  { time: 30.632, event: 'queue_promoted', queue: 'ha.q', node: 'rabbit3', synchronised: false },
  { time: 30.75, event: 'queue_down', queue: 'ha.q' },
  { time: 30.757, event: 'node_started', node: 'rabbit3' },
  { time: 30.882, event: 'connection_opened', workload: 'con3', node: 'rabbit3' },
];

const DOWN_QUEUE = {
  type: 'classic',
  state: 'down',
  master: 'rabbit3',
  mirrors: [],
  synchronised_mirrors: [],
  messages_ready: 0,
  messages_unacknowledged: 0,
} as const;

/** The sample; a fresh object each time. */
export function sampleReport(): RunReport {
  const messageLives = lives();
  const running = Object.fromEntries(NODES.map((node) => [node, NODES]));
  return {
    result: {
      scenario: 't05-autoheal-minority-master',
      seed: 1,
      matrix: {},
      verdict: 'failed',
      failures: [
        { line: 23, expected: 'confirmed_lost = 0', observed: 37 },
        { line: 26, expected: 'at end: partitions {}', observed: 'rabbit2: [rabbit1]' },
      ],
      duration: 46,
      messages: {
        published: 3498,
        publishes: 3498,
        skipped_while_disconnected: 2,
        confirmed: 2972,
        nacked: 526,
        rolled_back: 0,
        returned: 0,
        delivered: 2938,
        delivered_unique: 2935,
        redelivered: 309,
        acked: 2938,
        delivered_after_ack: 3,
        duplicated: 2,
        drained: 0,
        drained_deliveries: 0,
        confirmed_lost: 37,
        unconfirmed_lost: 526,
        unreachable: 0,
        expired: 0,
        dead_lettered: 0,
        dropped_by_limit: 0,
        dropped_by_delivery_limit: 0,
        rejected: 0,
        purged: 0,
        out_of_order: 9,
      },
      availability: {
        longest_without_confirm: 5.25,
        longest_without_delivery: 5.25,
        confirm_latency_p50: 0.002,
        confirm_latency_p99: 5.546,
      },
      by_workload: { pub1: { published: 1749 }, pub2: { published: 1749 } },
      by_queue: { 'ha.q': { delivered: 2938 } },
      causes: [
        { hazard: 'HAZ-8', rule: 'PAR-26', outcome: 'lost', messages: 37, confirmed: 37, first: 'pub1-1440' },
        {
          hazard: 'HAZ-10',
          rule: 'MIR-48',
          outcome: 'lost',
          messages: 526,
          confirmed: 0,
          first: 'pub1-1480',
        },
        {
          hazard: 'HAZ-12',
          rule: 'MIR-33',
          outcome: 'duplicated',
          messages: 2,
          confirmed: 2,
          first: 'pub2-352',
        },
        {
          hazard: 'HAZ-31',
          rule: 'MIR-41',
          outcome: 'reordered',
          messages: 9,
          confirmed: 9,
          first: 'pub2-360',
        },
      ],
      members: running,
      running,
      nodes: {
        rabbit1: { state: 'running', partitions: [] },
        rabbit2: { state: 'running', partitions: ['rabbit1'] },
        rabbit3: { state: 'running', partitions: [] },
      },
      queues: { 'ha.q': DOWN_QUEUE },
      views: {},
      timeline: TIMELINE,
      rules: [
        'BRK-14',
        'CLU-12',
        'MIR-12',
        'MIR-16',
        'MIR-23',
        'MIR-33',
        'MIR-41',
        'MIR-48',
        'NET-2',
        'NET-3',
        'PAR-17',
        'PAR-26',
      ],
      trace_hash: '7c1e9f52a0b34d6e8f1a2b3c4d5e6f70',
    },
    description: 'autoheal; [1] | [2,3] for 20 s with the leader on the side that is alone',
    verdictSentence: 'Expected no confirmed loss: 37 of 2972 confirmed messages are lost (line 23).',
    causeSentences: [
      'After the cut both sides served ha.q; autoheal restarted rabbit3, and when rabbit1 met the copy led from the other side it gave up its own, with 37 confirmed messages in it (HAZ-8, PAR-26).',
      'No replica was left to lead the queue, so 526 later publishes were refused (HAZ-10, MIR-48).',
    ],
    expectations: [
      { line: 22, expected: 'published ≥ 3000', observed: 3498, held: true, figure: 'published' },
      { line: 23, expected: 'confirmed_lost = 0', observed: 37, held: false, figure: 'confirmed_lost' },
      { line: 24, expected: 'duplicated ≤ 10', observed: 2, held: true, figure: 'duplicated' },
      {
        line: 26,
        expected: 'at end: nodes running, partitions {}',
        observed: 'rabbit2: [rabbit1]',
        held: false,
      },
      { line: 28, expected: 'autoheal_winner, winner rabbit1', observed: 2, held: true },
    ],
    scenarioPath: 'scenarios/partitions/t05-autoheal-minority-master.yaml',
    scenarioSource: SOURCE,
    nodes: NODES,
    partitionHandling: 'autoheal',
    endUs: END_US,
    settleFromUs: us(36),
    drainFromUs: null,
    nodeLanes: [
      { node: 'rabbit1', spans: [{ fromUs: 0, toUs: END_US, state: 'running' }] },
      { node: 'rabbit2', spans: [{ fromUs: 0, toUs: END_US, state: 'running' }] },
      {
        node: 'rabbit3',
        spans: [
          { fromUs: 0, toUs: us(29.908), state: 'running' },
          { fromUs: us(29.908), toUs: us(30.437), state: 'stopped' },
          { fromUs: us(30.437), toUs: us(30.757), state: 'booting' },
          { fromUs: us(30.757), toUs: END_US, state: 'running' },
        ],
      },
    ],
    queueLanes: [
      {
        queue: 'ha.q',
        type: 'classic',
        leaders: [
          { node: 'rabbit1', fromUs: 0, toUs: us(13.913) },
          { node: 'rabbit1', fromUs: us(13.913), toUs: us(30.636), view: ['rabbit1'] },
          { node: 'rabbit2', fromUs: us(13.913), toUs: us(30.62), view: ['rabbit2', 'rabbit3'] },
          { node: 'rabbit3', fromUs: us(30.632), toUs: us(30.75) },
        ],
        mirrors: [
          { node: 'rabbit2', fromUs: 0, toUs: us(13.913), synchronised: true },
          { node: 'rabbit3', fromUs: 0, toUs: us(13.913), synchronised: true },
          { node: 'rabbit3', fromUs: us(13.913), toUs: us(29.9), synchronised: true, leader: 'rabbit2' },
          { node: 'rabbit3', fromUs: us(30.6), toUs: us(30.632), synchronised: false },
        ],
        states: [
          { fromUs: 0, toUs: us(30.75), state: 'running' },
          { fromUs: us(30.75), toUs: END_US, state: 'down' },
        ],
      },
    ],
    faults: [
      { label: 'partition: rabbit1 | rabbit2 rabbit3 for 20 s', fromUs: us(8), toUs: us(28), line: 17 },
    ],
    perSecond: { bucketUs: S, points: perSecond() },
    depth: [{ queue: 'ha.q', points: depth() }],
    confirmLatency: { bucketUs: S, points: latency() },
    messageLives,
    messageLivesTotal: messageLives.length,
    story: STORY.map(([seconds, sentence], index): StoryStep => ({
      timeUs: us(seconds),
      sentence,
      follows: index === 0 ? null : index - 1,
    })),
    configuration: [
      { part: 'cluster', key: 'net_ticktime', value: '8 s' },
      { part: 'queue ha.q', key: 'declare_on', value: 'rabbit1' },
    ],
    clusterMoments: clusterMoments(),
    clusterMomentsTotal: 3,
    events: sampleEvents(),
    flow: flowOf(messageLives),
    replayCommand: 'npx watership run scenarios/partitions/t05-autoheal-minority-master.yaml --seed 1',
    version: '0.1.0',
  };
}
