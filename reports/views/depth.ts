/**
 * How many messages stood in a queue: ready as an area, unacknowledged as a dashed line, and a hatch where nobody could read it. One
 * row for each of the few queues that grew longest; all of them are in the table.
 */
import { type DepthPoint, type DepthSeries, SERIES_POINTS_MAX } from '../../sim/ledger/run-report.ts';
import { formatTime, secondsOf } from '../page/format.ts';
import { seriesKey } from '../page/gutter.ts';
import { UNREADABLE_FILL } from '../page/patterns.ts';
import { colour } from '../page/palette.ts';
import { dataTable } from '../page/table.ts';
import { countEncoding } from './scale.ts';
import { scaleEnd, thinned } from './thin.ts';
import { type View, timeEncoding, timeRow } from './time-row.ts';
import type { Scene } from './scene.ts';

const DEPTH_ROWS_MAX = 4;
const HEIGHT = 72;

/** The charts of queue depth, deepest queues only, in the report's order. */
export function depthViews(scene: Scene): readonly View[] {
  const peak = (series: DepthSeries) =>
    series.points.reduce(
      (most, point) => Math.max(most, (point.ready ?? 0) + (point.unacknowledged ?? 0)),
      0,
    );
  const deepest = new Set(scene.depth.toSorted((a, b) => peak(b) - peak(a)).slice(0, DEPTH_ROWS_MAX));
  const drawn = scene.depth.filter((series) => deepest.has(series));
  return drawn.map((series, index) => depthView(scene, series, index === 0 ? scene.depth : []));
}

function depthView(scene: Scene, series: DepthSeries, tabled: readonly DepthSeries[]): View {
  const points = thinned(series.points, SERIES_POINTS_MAX, deepest);
  const most = points.reduce(
    (sofar, point) => Math.max(sofar, point.ready ?? 0, point.unacknowledged ?? 0),
    1,
  );
  const end = scaleEnd(most);
  const values = points.map((point) => ({ ...point, at: secondsOf(point.timeUs) }));
  const y = (field: string) => countEncoding(field, HEIGHT, end);
  return {
    name: 'depth',
    heading: `Depth of ${series.queue}`,
    spec: timeRow(scene, HEIGHT, [
      {
        data: { values: unreadableSpans(scene, points) },
        mark: { type: 'rect', fill: UNREADABLE_FILL.fill },
        encoding: {
          x: timeEncoding(scene, 'from'),
          x2: { field: 'to' },
          y: { value: 0 },
          y2: { value: 'height' },
        },
      },
      {
        data: { values },
        mark: {
          type: 'area',
          fill: colour('ready'),
          fillOpacity: 0.22,
          line: false,
          invalid: 'break-paths-filter-domains',
        },
        encoding: { x: timeEncoding(scene, 'at'), y: y('ready') },
      },
      {
        data: { values },
        mark: {
          type: 'line',
          stroke: colour('ready'),
          strokeWidth: 1.5,
          invalid: 'break-paths-filter-domains',
        },
        encoding: { x: timeEncoding(scene, 'at'), y: y('ready') },
      },
      {
        data: { values },
        mark: {
          type: 'line',
          stroke: colour('unacked'),
          strokeWidth: 1.5,
          strokeDash: [4, 3],
          invalid: 'break-paths-filter-domains',
        },
        encoding: { x: timeEncoding(scene, 'at'), y: y('unacknowledged') },
      },
    ]),
    heightPx: HEIGHT,
    gutter: seriesKey(series.queue, 'depth', [
      { label: 'ready', colour: 'ready', line: 'area' },
      { label: 'unacked', colour: 'unacked', line: 'dashed' },
    ]),
    description: `Messages in ${series.queue} over time, up to ${most}; hatched where nobody could read the queue.`,
    table: dataTable(
      'Messages in queues',
      ['queue', 'at', 'ready', 'unacknowledged'],
      tabled.flatMap((queue) =>
        thinned(queue.points, SERIES_POINTS_MAX, deepest).map((point) => [
          queue.queue,
          formatTime(point.timeUs),
          point.ready ?? 'unreadable',
          point.unacknowledged ?? 'unreadable',
        ]),
      ),
    ),
  };
}

/** From each point that could not be read to the next that could. */
function unreadableSpans(scene: Scene, points: readonly DepthPoint[]) {
  const spans: { from: number; to: number }[] = [];
  let fromUs: number | null = null;
  for (const point of points) {
    if (point.ready === null) {
      fromUs ??= point.timeUs;
    } else if (fromUs !== null) {
      spans.push({ from: secondsOf(fromUs), to: secondsOf(point.timeUs) });
      fromUs = null;
    }
  }
  if (fromUs !== null) spans.push({ from: secondsOf(fromUs), to: secondsOf(scene.endUs) });
  return spans;
}

function deepest(neighbours: readonly DepthPoint[], first: DepthPoint): DepthPoint {
  return neighbours.reduce(
    (sofar, point) => ((point.ready ?? -1) > (sofar.ready ?? -1) ? point : sofar),
    first,
  );
}
