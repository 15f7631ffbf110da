/**
 * A lane a queue, with a line for each node that ever held a replica: where it led, where it mirrored and whether that mirror was
 * synchronised. Two leaders at one time are a split brain, and look like it. A last line shows when the queue was not simply running.
 * With more queues than can be looked at, those to which something happened come first and the rest is in the table.
 */
import type { MirrorSpan, QueueLane } from '../../sim/ledger/run-report.ts';
import { formatTime } from '../page/format.ts';
import { type LaneName, laneNames } from '../page/gutter.ts';
import { printable } from '../page/markup.ts';
import { LEADER_FILL, QUEUE_FILLS, SYNCHRONISED_FILL, UNSYNCHRONISED_FILL } from '../page/patterns.ts';
import { dataTable } from '../page/table.ts';
import { type LaneSpan, type View, laneLayers, laneSpan, timeRow } from './time-row.ts';
import type { Scene } from './scene.ts';

const QUEUE_LANES_MAX = 12;

const HEADING_HEIGHT = 18;
const LINE_HEIGHT = 19;
const BAR_HEIGHT = 15;
const PADDING = 4;

/** The chart of queue replicas; null without queues. */
export function queuesView(scene: Scene): View | null {
  if (scene.queueLanes.length === 0) return null;
  const drawn = lanesToDraw(scene.queueLanes);
  const names: LaneName[] = [];
  const spans: LaneSpan[] = [];
  let top = PADDING;
  for (const lane of drawn) {
    names.push({ text: lane.queue, topPx: top, heightPx: HEADING_HEIGHT, heading: true });
    top += HEADING_HEIGHT;
    for (const node of nodesOf(scene, lane)) {
      names.push({ text: node, topPx: top, heightPx: LINE_HEIGHT });
      spans.push(...replicaSpans(scene, lane, node, top + 2));
      top += LINE_HEIGHT;
    }
    if (lane.states.some((span) => span.state !== 'running')) {
      names.push({ text: 'queue state', topPx: top, heightPx: LINE_HEIGHT });
      spans.push(...stateSpans(scene, lane, top + 2));
      top += LINE_HEIGHT;
    }
    top += PADDING;
  }
  const left = scene.queueLanes.length - drawn.length;
  return {
    name: 'queues',
    heading:
      left === 0 ? 'Queues' : `Queues: the ${drawn.length} with most changes of ${scene.queueLanes.length}`,
    spec: timeRow(scene, top, laneLayers(scene, spans, top)),
    heightPx: top,
    gutter: laneNames(names),
    description: `Leader and mirrors of each queue over time: ${drawn
      .map(
        (lane) =>
          `${lane.queue} led by ${lane.leaders
            .map((span) => `${span.node} from ${formatTime(span.fromUs)}`)
            .slice(0, 12)
            .join(', ')}`,
      )
      .join('; ')}.`,
    table: dataTable(
      'Leaders, mirrors and states of queues',
      ['queue', 'what', 'node', 'from', 'to'],
      scene.queueLanes.flatMap((lane) => [
        ...lane.leaders.map((span) => [
          lane.queue,
          span.view === undefined ? 'leader' : `leader to ${span.view.join(', ')}`,
          span.node,
          formatTime(span.fromUs),
          formatTime(span.toUs),
        ]),
        ...lane.mirrors.map((span) => [
          lane.queue,
          `mirror${span.leader === undefined ? '' : ` of ${span.leader}`}, ${syncWord(span)}`,
          span.node,
          formatTime(span.fromUs),
          formatTime(span.toUs),
        ]),
        ...lane.states.map((span) => [
          lane.queue,
          span.state,
          '',
          formatTime(span.fromUs),
          formatTime(span.toUs),
        ]),
      ]),
    ),
  };
}

function lanesToDraw(lanes: readonly QueueLane[]): readonly QueueLane[] {
  if (lanes.length <= QUEUE_LANES_MAX) return lanes;
  const changes = (lane: QueueLane) => lane.leaders.length + lane.mirrors.length + lane.states.length;
  const busiest = new Set(lanes.toSorted((a, b) => changes(b) - changes(a)).slice(0, QUEUE_LANES_MAX));
  return lanes.filter((lane) => busiest.has(lane));
}

/** Nodes that held a replica, in the cluster's order. */
function nodesOf(scene: Scene, lane: QueueLane): readonly string[] {
  const holders = new Set([...lane.leaders, ...lane.mirrors].map((span) => span.node));
  const known = scene.nodes.filter((node) => holders.delete(node));
  return [...known, ...holders];
}

function replicaSpans(scene: Scene, lane: QueueLane, node: string, topPx: number): LaneSpan[] {
  const word = lane.type === 'quorum' ? 'follower' : 'mirror';
  const mirrors = lane.mirrors
    .filter((span) => span.node === node)
    .map((span) => {
      const ofLeader =
        span.leader === undefined ? [] : [printable(`${word} of ${span.leader}, ${syncWord(span)}`)];
      return span.synchronised
        ? laneSpan(scene, span, topPx, BAR_HEIGHT, SYNCHRONISED_FILL, [
            ...ofLeader,
            `${word}, synchronised`,
            word,
            'M',
          ])
        : laneSpan(scene, span, topPx, BAR_HEIGHT, UNSYNCHRONISED_FILL, [
            ...ofLeader,
            `${word}, not synchronised`,
            'not sync.',
            'U',
          ]);
    });
  const leaders = lane.leaders
    .filter((span) => span.node === node)
    .map((span) =>
      laneSpan(scene, span, topPx, BAR_HEIGHT, LEADER_FILL, [
        ...(span.view === undefined ? [] : [printable(`leads, as ${seers(span.view)} it`), 'leads a side']),
        'leads',
        'L',
      ]),
    );
  return [...mirrors, ...leaders];
}

function syncWord({ synchronised }: MirrorSpan): string {
  return synchronised ? 'synchronised' : 'not synchronised';
}

/** `rabbit2 and rabbit3 see`. */
function seers(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? `${last} sees` : `${names.slice(0, -1).join(', ')} and ${last} see`;
}

function stateSpans(scene: Scene, lane: QueueLane, topPx: number): LaneSpan[] {
  return lane.states
    .filter((span) => span.state !== 'running')
    .map((span) =>
      laneSpan(scene, span, topPx, BAR_HEIGHT, QUEUE_FILLS[span.state], [
        span.state,
        span.state.slice(0, 1).toUpperCase(),
      ]),
    );
}
