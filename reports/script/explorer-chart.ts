/** The explorer's picture of a window: a lane for each place, queue or kind, time from left to right, and a shape for each sort of event. */
import { counted, formatTime, shortenedInside } from '../page/format.ts';
import { shape } from './dom.ts';
import { CLASSES } from './event-index.ts';
import type { Mark, WindowOfEvents } from './window.ts';

export const GUTTER = 150;
export const PLOT = 1_000;
const HEAD = 24;
const LANE = 26;
const TICKS_MAX = 10;
/** Half of the width that a label of the axis may take, less the margin at its end. */
const LABEL_HALF = 24;
const TICKS_US = [1, 2, 5].flatMap((one) =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((power) => one * Number(`1e${power}`)),
);

/** Half of a shape, where its count begins, and how wide a digit of that is. */
const HALF_SHAPE = 7;
const BESIDE = 8;
const DIGIT = 6;

const COMMON = CLASSES.indexOf('message');

/** Paths around the point at which the event stands, by class in the order of `CLASSES`. */
const SHAPES: readonly string[] = [
  'M0 -8L3 -1H0L2 8L-4 0H-1L-2 -8Z',
  'M0 -7L7 0L0 7L-7 0Z',
  'M-5 -6H5V6H-5Z',
  'M0 -6L6 5H-6Z',
  'M-6 -4L-4 -6L0 -2L4 -6L6 -4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z',
  'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0',
];

/** The shape of a class, as in the chart, for its key. */
export function classShape(eventClass: number): SVGSVGElement {
  return shape(
    'svg',
    { class: 'class-shape', width: 18, height: 18, viewBox: '-9 -9 18 18', 'aria-hidden': 'true' },
    shape('path', { class: `mark-${CLASSES[eventClass]}`, d: SHAPES[eventClass] }),
  );
}

export interface Chart {
  readonly window: WindowOfEvents;
  /** Names of the lanes, top to bottom. */
  readonly lanes: readonly string[];
  /** The moment that the reader looks at, if one. */
  readonly momentUs: number | null;
  /** What a mark says when it is pointed at. */
  readonly words: (mark: Mark) => string;
}

/** Fills `svg`. */
export function drawChart(svg: SVGSVGElement, { window, lanes, momentUs, words }: Chart): void {
  const { fromUs, toUs, marks, most, total } = window;
  const height = HEAD + lanes.length * LANE + 6;
  const x = (us: number): number => GUTTER + ((us - fromUs) / Math.max(1, toUs - fromUs)) * PLOT;
  svg.setAttribute('viewBox', `0 0 ${GUTTER + PLOT + 10} ${height}`);
  svg.setAttribute(
    'aria-label',
    `${counted(total, 'event')} from ${formatTime(Math.round(fromUs))} to ${formatTime(Math.round(toUs))}; the table below lists them.`,
  );
  const ticks = ticksOf(fromUs, toUs);
  const roomy = withRoom(marks, x);
  svg.replaceChildren(
    ...lanes.map((name, lane) =>
      shape(
        'g',
        {},
        shape('rect', {
          class: lane % 2 === 0 ? 'lane-a' : 'lane-b',
          x: 0,
          y: HEAD + lane * LANE,
          width: GUTTER + PLOT + 10,
          height: LANE,
        }),
        shape(
          'text',
          { class: 'lane-name', x: 10, y: HEAD + (lane + 0.5) * LANE + 4 },
          shortenedInside(name, 19),
          shape('title', {}, name),
        ),
      ),
    ),
    ...ticks.flatMap((us) => [
      shape('line', { class: 'tick', x1: x(us), x2: x(us), y1: HEAD - 4, y2: height }),
      shape(
        'text',
        { class: 'tick-label', x: Math.min(x(us), GUTTER + PLOT - LABEL_HALF), y: 14 },
        tickLabel(us, ticks),
      ),
    ]),
    // What is rare lies on top.
    ...marks
      .toSorted((a, b) => Number(b.eventClass === COMMON) - Number(a.eventClass === COMMON))
      .map((mark) => drawMark(mark, x, most, roomy.has(mark), words)),
    ...(momentUs !== null && momentUs >= fromUs && momentUs <= toUs
      ? [shape('line', { class: 'moment-line', x1: x(momentUs), x2: x(momentUs), y1: HEAD - 4, y2: height })]
      : []),
  );
}

function middleOf({ fromUs, toUs }: Mark, x: (us: number) => number): number {
  return (x(fromUs) + x(toUs)) / 2;
}

/** Marks whose count can stand beside them, because the next shape of their lane leaves room for it. */
function withRoom(marks: readonly Mark[], x: (us: number) => number): ReadonlySet<Mark> {
  const shapes = marks.filter(({ eventClass }) => eventClass !== COMMON);
  const inOrder = shapes.toSorted((a, b) => a.lane - b.lane || middleOf(a, x) - middleOf(b, x));
  return new Set(
    inOrder.filter((mark, nth) => {
      const next = inOrder[nth + 1];
      if (next === undefined || next.lane !== mark.lane) return true;
      const countWidth = DIGIT * String(mark.count).length;
      return middleOf(next, x) - middleOf(mark, x) >= BESIDE + countWidth + HALF_SHAPE;
    }),
  );
}

function drawMark(
  mark: Mark,
  x: (us: number) => number,
  most: number,
  hasRoom: boolean,
  words: Chart['words'],
): SVGElement {
  const { lane, eventClass, fromUs, toUs, count } = mark;
  const middle = HEAD + (lane + 0.5) * LANE;
  const name = CLASSES[eventClass] ?? 'message';
  const title = shape('title', {}, words(mark));
  if (name === 'message' && count > 1) {
    // Twice as many are a step more: a bar says about how many, its title how many exactly.
    const size = 3 + (LANE - 8) * (bits(count) / Math.max(1, bits(most)));
    const width = Math.max(1.5, x(toUs) - x(fromUs) - 0.3);
    return shape(
      'rect',
      { class: 'mark-message bar', x: x(fromUs), y: middle - size / 2, width, height: size },
      title,
    );
  }
  const place = `translate(${middleOf(mark, x).toFixed(2)} ${middle})`;
  const own = shape('path', { class: `mark-${name}`, d: SHAPES[eventClass] }, title);
  if (count === 1 || !hasRoom) return shape('g', { transform: place }, own);
  const said = shape('text', { class: 'mark-count', x: BESIDE, y: -2 }, count);
  return shape('g', { transform: place }, own, said);
}

function bits(count: number): number {
  return 32 - Math.clz32(count);
}

function ticksOf(fromUs: number, toUs: number): number[] {
  const step =
    TICKS_US.toSorted((a, b) => a - b).find((us) => (toUs - fromUs) / us <= TICKS_MAX) ?? toUs - fromUs;
  const ticks: number[] = [];
  for (let us = Math.ceil(fromUs / step) * step; us <= toUs; us += step) ticks.push(us);
  return ticks;
}

function tickLabel(us: number, ticks: readonly number[]): string {
  const step = (ticks[1] ?? us + 1_000_000) - (ticks[0] ?? us);
  return step >= 1_000 ? formatTime(us) : `${(us / 1_000_000).toFixed(6)} s`;
}
