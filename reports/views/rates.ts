/** What clients saw, as messages a second: published as an area, confirmed and delivered as lines over it. Where the lines leave the area, the broker was silent. */
import { type RatePoint, SERIES_POINTS_MAX } from '../../sim/ledger/run-report.ts';
import { formatTime, secondsOf } from '../page/format.ts';
import { seriesKey } from '../page/gutter.ts';
import { colour } from '../page/palette.ts';
import { dataTable } from '../page/table.ts';
import { countEncoding } from './scale.ts';
import { scaleEnd, thinned } from './thin.ts';
import { type Layer, type View, timeEncoding, timeRow } from './time-row.ts';
import type { Scene } from './scene.ts';

const HEIGHT = 92;

type Series = 'published' | 'confirmed' | 'delivered';

/** The chart of rates; null when nothing was ever published or delivered. */
export function ratesView(scene: Scene): View | null {
  const points = thinned(scene.perSecond.points, SERIES_POINTS_MAX, mean);
  const peak = points.reduce(
    (most, point) => Math.max(most, point.published, point.confirmed, point.delivered),
    0,
  );
  if (peak === 0) return null;
  const end = scaleEnd(peak);
  const steps = points.map((point) => ({ ...point, at: secondsOf(point.timeUs) }));
  const last = steps.at(-1);
  // A step reaches to the next point; the last one reaches to the end of the run.
  if (last !== undefined) steps.push({ ...last, at: secondsOf(scene.endUs) });
  const line = (field: Series, strokeDash?: number[]): Layer => ({
    data: { values: steps },
    mark: { type: 'line', interpolate: 'step-after', stroke: colour(field), strokeWidth: 1.8, strokeDash },
    encoding: { x: timeEncoding(scene, 'at'), y: countEncoding(field, HEIGHT, end) },
  });
  return {
    name: 'rates',
    heading: 'Messages a second',
    spec: timeRow(scene, HEIGHT, [
      {
        data: { values: steps },
        mark: {
          type: 'area',
          interpolate: 'step-after',
          fill: colour('published'),
          fillOpacity: 0.22,
          line: false,
        },
        encoding: { x: timeEncoding(scene, 'at'), y: countEncoding('published', HEIGHT, end) },
      },
      line('confirmed'),
      line('delivered', [4, 3]),
    ]),
    heightPx: HEIGHT,
    gutter: seriesKey('messages/s', '', [
      { label: 'published', colour: 'published', line: 'area' },
      { label: 'confirmed', colour: 'confirmed', line: 'solid' },
      { label: 'delivered', colour: 'delivered', line: 'dashed' },
    ]),
    description: `Messages published, confirmed and delivered a second, up to ${end} a second.`,
    table: dataTable(
      'Messages a second',
      ['from', 'published', 'confirmed', 'delivered'],
      points.map((point) => [formatTime(point.timeUs), point.published, point.confirmed, point.delivered]),
    ),
  };
}

function mean(neighbours: readonly RatePoint[], first: RatePoint): RatePoint {
  const of = (field: Series) =>
    Number((neighbours.reduce((sum, point) => sum + point[field], 0) / neighbours.length).toFixed(1));
  return {
    timeUs: first.timeUs,
    published: of('published'),
    confirmed: of('confirmed'),
    delivered: of('delivered'),
  };
}
