/**
 * The processes that a message passed and what went between them, top to bottom in order of time; time itself is not to scale, each row says
 * when it was. Columns are processes at their nodes, in the order in which the message reached them.
 */
import { formatDuration, formatTime, shortened, shortenedInside } from '../page/format.ts';
import { shape } from './dom.ts';
import type { Arrow, Sequence } from './sequence-layout.ts';

const TIME_WIDTH = 92;
/** Columns share this width, as far as they stay readable. */
const COLUMNS_WIDTH = 1_060;
const COLUMN_WIDTH_MIN = 122;
const COLUMN_WIDTH_MAX = 230;
const CHARACTER_WIDTH = 5.6;
const HEAD_HEIGHT = 50;
const ROW_HEIGHT = 34;
/** A wait worth a word of its own. */
const LONG_WAIT_US = 50_000;
const ROWS_MAX = 120;

/** The diagram as SVG. */
export function drawSequence(id: string, sequence: Sequence): SVGSVGElement {
  const { actors } = sequence;
  const arrows = sequence.arrows.slice(0, ROWS_MAX);
  const column = Math.max(
    COLUMN_WIDTH_MIN,
    Math.min(COLUMN_WIDTH_MAX, Math.floor(COLUMNS_WIDTH / actors.length)),
  );
  const width = TIME_WIDTH + actors.length * column;
  const height = HEAD_HEIGHT + arrows.length * ROW_HEIGHT + 16;
  const x = (index: number): number => TIME_WIDTH + (index + 0.5) * column;
  const names = actors.map(({ node, process }) => `${process} at ${node}`).join(', ');
  return shape(
    'svg',
    {
      class: 'sequence',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `What passed between ${names} in the life of ${id}; the table has the same.`,
    },
    shape('defs', {}, arrowHead()),
    ...actors.flatMap((actor, index) => actorShapes(actor, x(index), column, height)),
    ...arrows.flatMap((arrow, index) =>
      arrowShapes(arrow, HEAD_HEIGHT + index * ROW_HEIGHT, x, arrows[index - 1]?.row.timeUs ?? null, width),
    ),
  );
}

function arrowHead(): SVGElement {
  const size = { viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8 };
  return shape(
    'marker',
    { id: 'arrow-head', orient: 'auto-start-reverse', ...size },
    shape('path', { d: 'M0 0L8 4L0 8z' }),
  );
}

function actorShapes(
  { node, process }: { node: string; process: string },
  x: number,
  width: number,
  height: number,
): SVGElement[] {
  const left = x - width / 2 + 6;
  return [
    shape('line', { class: 'lifeline', x1: x, x2: x, y1: HEAD_HEIGHT - 8, y2: height }),
    shape('rect', {
      class: 'actor',
      x: left,
      y: 2,
      width: width - 12,
      height: HEAD_HEIGHT - 12,
      rx: 4,
    }),
    shape(
      'text',
      { class: 'actor-name', x, y: 18 },
      shortenedInside(process, Math.floor((width - 16) / 7.6)),
    ),
    shape(
      'text',
      { class: 'actor-node', x, y: 33 },
      process === node ? 'client' : shortenedInside(node, Math.floor((width - 16) / 6)),
    ),
  ];
}

function arrowShapes(
  { row, from, to }: Arrow,
  top: number,
  x: (column: number) => number,
  before: number | null,
  width: number,
): SVGElement[] {
  const y = top + ROW_HEIGHT - 8;
  const wait = before === null ? 0 : row.timeUs - before;
  const title = shape('title', {}, `${formatTime(row.timeUs)} ${row.process} ${row.node}: ${row.what}`);
  const time = [
    shape('text', { class: 'when', x: TIME_WIDTH - 14, y: y + 1 }, formatTime(row.timeUs)),
    ...(wait >= LONG_WAIT_US
      ? [shape('text', { class: 'wait', x: TIME_WIDTH - 14, y: y - 12 }, `+${formatDuration(wait)}`)]
      : []),
  ];
  const room = from === to ? Math.abs(x(1) - x(0)) : Math.abs(x(to) - x(from));
  const full = row.rule === null ? row.what : `${row.what} (${row.rule})`;
  const characters = Math.floor((room - 14) / CHARACTER_WIDTH);
  const label = full.length <= characters ? full : shortened(row.what, characters);
  if (from === -1) {
    const where = [row.node, row.process].filter((name) => name !== '').join(' ');
    const words = shortened(`${where}: ${row.what}`, Math.floor((width - TIME_WIDTH) / CHARACTER_WIDTH));
    return [
      ...time,
      shape('line', { class: 'around', x1: TIME_WIDTH, x2: width, y1: y, y2: y }),
      shape('text', { class: 'around-label', x: TIME_WIDTH + 8, y: y - 4 }, words, title),
    ];
  }
  if (from === to) {
    const lost =
      row.record === 'copy_destroyed' || row.record.endsWith('lost') || row.record.endsWith('dropped');
    return [
      ...time,
      lost
        ? shape('path', { class: 'gone', d: `M${x(from) - 5} ${y - 5}l10 10m0 -10l-10 10` })
        : shape('circle', { class: 'own', cx: x(from), cy: y, r: 3.5 }),
      shape('text', { class: 'own-label', x: x(from), y: y - 8 }, label, title),
    ];
  }
  const towards = x(to) > x(from) ? -4 : 4;
  return [
    ...time,
    shape('line', {
      class: 'arrow',
      x1: x(from),
      x2: x(to) + towards,
      y1: y,
      y2: y,
      'marker-end': 'url(#arrow-head)',
    }),
    shape('text', { class: 'arrow-label', x: (x(from) + x(to)) / 2, y: y - 7 }, label, title),
  ];
}
