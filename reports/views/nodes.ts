/** A lane a node: what state it was in, by fill, pattern and word. */
import { formatTime } from '../page/format.ts';
import { laneNames } from '../page/gutter.ts';
import { printable } from '../page/markup.ts';
import { NODE_FILLS } from '../page/patterns.ts';
import { dataTable } from '../page/table.ts';
import { type View, laneLayers, laneSpan, timeRow } from './time-row.ts';
import type { Scene } from './scene.ts';

const LANE_HEIGHT = 22;
const BAR_HEIGHT = 18;
const PADDING = 5;

/** The chart of node states; null without nodes. */
export function nodesView(scene: Scene): View | null {
  const lanes = scene.nodeLanes;
  if (lanes.length === 0) return null;
  const heightPx = lanes.length * LANE_HEIGHT + 2 * PADDING;
  const topOf = (index: number) => PADDING + index * LANE_HEIGHT;
  const spans = lanes.flatMap((lane, index) =>
    lane.spans.map((span) =>
      laneSpan(
        scene,
        span,
        topOf(index) + (LANE_HEIGHT - BAR_HEIGHT) / 2,
        BAR_HEIGHT,
        NODE_FILLS[span.state],
        [printable(span.state), span.state.slice(0, 1).toUpperCase()],
      ),
    ),
  );
  return {
    name: 'nodes',
    heading: 'Nodes',
    spec: timeRow(scene, heightPx, laneLayers(scene, spans, heightPx)),
    heightPx,
    gutter: laneNames(
      lanes.map((lane, index) => ({ text: lane.node, topPx: topOf(index), heightPx: LANE_HEIGHT })),
    ),
    description: `State of each node over time: ${lanes
      .map(
        (lane) =>
          `${lane.node} ${lane.spans
            .map((span) => `${span.state} from ${formatTime(span.fromUs)}`)
            .slice(0, 12)
            .join(', ')}`,
      )
      .join('; ')}.`,
    table: dataTable(
      'States of nodes',
      ['node', 'state', 'from', 'to'],
      lanes.flatMap((lane) =>
        lane.spans.map((span) => [lane.node, span.state, formatTime(span.fromUs), formatTime(span.toUs)]),
      ),
    ),
  };
}
