/** From publish to confirm, of the confirms that arrived in each bucket: median, 99th percentile and the slowest, on a logarithmic scale. No mark where no confirm arrived. */
import { type LatencyPoint, SERIES_POINTS_MAX } from '../../sim/ledger/run-report.ts';
import { formatDuration, formatTime, secondsOf } from '../page/format.ts';
import { seriesKey } from '../page/gutter.ts';
import { html } from '../page/markup.ts';
import { colour } from '../page/palette.ts';
import { dataTable } from '../page/table.ts';
import { latencyEncoding } from './scale.ts';
import { thinned } from './thin.ts';
import { AXIS_HEIGHT, type Layer, type View, timeEncoding, timeRow } from './time-row.ts';
import type { Scene } from './scene.ts';

const HEIGHT = 92;
const DECADES_MS = [0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** The chart of confirm latency, which carries the lower time axis; without confirms only the axis is left of it. */
export function latencyView(scene: Scene): View {
  const points = thinned(scene.confirmLatency.points, SERIES_POINTS_MAX, slowest);
  const heightPx = points.length === 0 ? 0 : HEIGHT;
  const decades = decadesOf(points);
  const merged = Math.ceil(scene.confirmLatency.points.length / SERIES_POINTS_MAX);
  const values = withGaps(points, scene.confirmLatency.bucketUs * merged).map((point) => ({
    at: secondsOf(point.timeUs),
    p50: point.p50Us === null ? null : milliseconds(point.p50Us),
    p99: point.p99Us === null ? null : milliseconds(point.p99Us),
    max: point.maxUs === null ? null : milliseconds(point.maxUs),
  }));
  const line = (field: 'p50' | 'p99', name: 'confirmed' | 'unacked', strokeDash?: number[]): Layer => ({
    data: { values },
    mark: {
      type: 'line',
      stroke: colour(name),
      strokeWidth: 1.6,
      strokeDash,
      strokeCap: 'round',
      invalid: 'break-paths-filter-domains',
    },
    encoding: { x: timeEncoding(scene, 'at', 'bottom'), y: latencyEncoding(field, HEIGHT, decades) },
  });
  const dots: Layer = {
    data: { values: values.filter((value) => value.max !== null) },
    mark: { type: 'point', filled: true, size: 9, fill: colour('ink'), fillOpacity: 0.75 },
    encoding: { x: timeEncoding(scene, 'at', 'bottom'), y: latencyEncoding('max', HEIGHT, decades) },
  };
  const layers = [line('p50', 'confirmed'), line('p99', 'unacked', [4, 3]), dots];
  return {
    name: 'latency',
    heading: 'Confirm latency',
    spec: timeRow(scene, heightPx, points.length === 0 ? [] : layers, 'bottom'),
    heightPx: heightPx + AXIS_HEIGHT,
    gutter:
      points.length === 0
        ? html``
        : seriesKey('confirm latency', '', [
            { label: 'median', colour: 'confirmed', line: 'solid' },
            { label: '99 %', colour: 'unacked', line: 'dashed' },
            { label: 'slowest', colour: 'ink', line: 'dots' },
          ]),
    description:
      'Time from publish to confirm: median, 99th percentile and slowest, for the confirms of each second.',
    table: dataTable(
      'Confirm latency',
      ['from', 'median', '99th percentile', 'slowest'],
      points.map((point) => [
        formatTime(point.timeUs),
        formatDuration(point.p50Us),
        formatDuration(point.p99Us),
        formatDuration(point.maxUs),
      ]),
    ),
  };
}

/** A logarithm needs more than nothing. */
function milliseconds(us: number): number {
  return Math.max(1, us) / 1000;
}

function decadesOf(points: readonly LatencyPoint[]): readonly number[] {
  const least = points.reduce((sofar, point) => Math.min(sofar, milliseconds(point.p50Us)), Infinity);
  const most = points.reduce((sofar, point) => Math.max(sofar, milliseconds(point.maxUs)), 0);
  const first = Math.max(
    0,
    DECADES_MS.findLastIndex((decade) => decade <= least),
  );
  const last = DECADES_MS.findIndex((decade) => decade >= most);
  return DECADES_MS.slice(first, Math.max(first + 1, last === -1 ? DECADES_MS.length : last) + 1);
}

interface GappedPoint {
  readonly timeUs: number;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
}

/** The points, with an empty one wherever buckets are missing, so that lines break there. */
function withGaps(points: readonly LatencyPoint[], bucketUs: number): readonly GappedPoint[] {
  return points.flatMap((point, index): readonly GappedPoint[] => {
    const before = points[index - 1];
    if (before === undefined || point.timeUs - before.timeUs <= 1.5 * bucketUs) return [point];
    return [{ timeUs: before.timeUs + 1, p50Us: null, p99Us: null, maxUs: null }, point];
  });
}

function slowest(neighbours: readonly LatencyPoint[], first: LatencyPoint): LatencyPoint {
  return neighbours.reduce((sofar, point) => (point.maxUs > sofar.maxUs ? point : sofar), first);
}
