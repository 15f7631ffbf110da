/** How each figure is spread over the seeds of each configuration. */
import type { FigureSpread, SweepCell, SweepReport } from '../../sim/ledger/sweep.ts';
import { formatCount } from '../page/format.ts';
import type { Content } from '../page/markup.ts';
import { dataTable } from '../page/table.ts';
import { axisTo, gridOf } from './axis.ts';
import { cutNote, type Figure, PLOT_PX, ROW_PX, rowNames } from './figure.ts';
import { cellLabel, ROWS_MAX, seconds } from './label.ts';
import { chart, type Point, type Rect, type Rule, type Words } from './marks.ts';

type FigureName = FigureSpread['figure'];

/** Those that a person looks for first; the rest follow in the order of the result. */
const FIRST: readonly FigureName[] = [
  'confirmed_lost',
  'unconfirmed_lost',
  'unreachable',
  'duplicated',
  'delivered_after_ack',
  'out_of_order',
  'longest_without_confirm',
  'longest_without_delivery',
  'confirm_latency_p99',
];
const TIMES: ReadonlySet<FigureName> = new Set([
  'longest_without_confirm',
  'longest_without_delivery',
  'confirm_latency_p50',
  'confirm_latency_p99',
]);
const FOOT_PX = 22;
const HEAD_PX = 22;
const MARGIN_PX = 26;
const VALUE_PX = 150;

/** A chart for each figure that differs, between seeds or between configurations, and the rest in words. */
export function spreads({ cells }: SweepReport): {
  readonly first: readonly Figure[];
  readonly more: readonly Figure[];
  readonly constant: readonly string[];
} {
  const names = [
    ...new Set([...FIRST, ...cells.flatMap(({ figures }) => figures.map(({ figure }) => figure))]),
  ];
  const first: Figure[] = [];
  const more: Figure[] = [];
  const constant: string[] = [];
  for (const name of names) {
    const all = cells.flatMap((cell) => spreadOf(cell, name) ?? []);
    const [some] = all;
    if (some === undefined) continue;
    if (all.some(({ min, max }) => min !== some.min || max !== some.min))
      (FIRST.includes(name) ? first : more).push(spreadChart(cells, name));
    else if (some.min !== 0) constant.push(`${name} ${write(name, some.min)}`);
  }
  return { first, more, constant };
}

function spreadChart(cells: readonly SweepCell[], name: FigureName): Figure {
  const drawn = cells.slice(0, ROWS_MAX);
  const bodyPx = HEAD_PX + drawn.length * ROW_PX;
  const most = drawn.reduce((sofar, cell) => Math.max(sofar, spreadOf(cell, name)?.max ?? 0), 0);
  const axis = axisTo(most, MARGIN_PX, PLOT_PX - VALUE_PX);
  const written = (value: number): string => write(name, value);
  const boxes: Rect[] = [];
  const ranges: Rule[] = [];
  const medians: Rule[] = [];
  const means: Point[] = [];
  const words: Words[] = [
    { x: PLOT_PX - VALUE_PX + 18, y: HEAD_PX / 2, text: 'median (mean)', align: 'left', fill: 'muted' },
  ];
  drawn.forEach((cell, row) => {
    const spread = spreadOf(cell, name);
    if (spread === undefined) return;
    const { min, lowerQuartile, median, upperQuartile, max, mean, medianInterval } = spread;
    means.push({
      x: axis.at(mean),
      y: HEAD_PX + (row + 0.5) * ROW_PX,
      shape: 'diamond',
      colour: 'ink',
      filled: false,
    });
    const y = HEAD_PX + (row + 0.5) * ROW_PX;
    ranges.push({ x: axis.at(min), x2: axis.at(max), y, y2: y, stroke: 'muted', width: 1.2 });
    const boxPx = Math.max(2, axis.at(upperQuartile) - axis.at(lowerQuartile));
    boxes.push({ x: axis.at(lowerQuartile), y: y - 6, width: boxPx, height: 12, fill: 'mirror', opacity: 1 });
    if (medianInterval !== null) {
      const [from, to] = [axis.at(medianInterval.from), axis.at(medianInterval.to)];
      medians.push({ x: from, x2: to, y: y + 9, y2: y + 9, stroke: 'accent', width: 2 });
      for (const x of [from, to])
        medians.push({ x, x2: x, y: y + 6.5, y2: y + 11.5, stroke: 'accent', width: 1.5 });
    }
    medians.push({ x: axis.at(median), x2: axis.at(median), y: y - 8, y2: y + 8, stroke: 'ink', width: 2.4 });
    words.push({
      x: PLOT_PX - VALUE_PX + 18,
      y,
      text: `${written(median)} (${written(rounded(mean))})`,
      align: 'left',
      fill: 'ink',
    });
  });
  return {
    heading: name,
    spec: chart(
      PLOT_PX,
      bodyPx + FOOT_PX,
      gridOf(axis, bodyPx, written),
      { rules: ranges },
      { rects: boxes },
      { rules: medians },
      { points: means, words },
    ),
    heightPx: bodyPx + FOOT_PX,
    gutter: rowNames(cells, HEAD_PX),
    description: `${name} over the seeds, median with least and most: ${drawn
      .map((cell, row) => {
        const spread = spreadOf(cell, name);
        return spread === undefined
          ? `${cellLabel(cell, row)}: not measured`
          : `${cellLabel(cell, row)}: ${written(spread.median)} (${written(spread.min)} to ${written(spread.max)})`;
      })
      .join('; ')}.`,
    note: cutNote(cells).trim(),
    table: dataTable(
      `${name}, over the seeds of each configuration`,
      [
        'configuration',
        'runs',
        'least',
        'lower quartile',
        'median',
        'interval of the median',
        'upper quartile',
        'most',
        'mean',
      ],
      cells.map((cell, row) => spreadRow(cellLabel(cell, row), spreadOf(cell, name), written)),
    ),
  };
}

function spreadRow(
  label: string,
  spread: FigureSpread | undefined,
  written: (value: number) => string,
): readonly Content[] {
  if (spread === undefined) return [label, 'not measured'];
  const { runs, min, lowerQuartile, median, upperQuartile, max, mean, medianInterval } = spread;
  return [
    label,
    runs,
    written(min),
    written(lowerQuartile),
    written(median),
    medianInterval === null
      ? 'too few runs'
      : `${written(medianInterval.from)} to ${written(medianInterval.to)}`,
    written(upperQuartile),
    written(max),
    written(rounded(mean)),
  ];
}

/** Digits that mean something. */
function rounded(mean: number): number {
  return Number(mean.toPrecision(3));
}

function spreadOf({ figures }: SweepCell, name: FigureName): FigureSpread | undefined {
  return figures.find(({ figure }) => figure === name);
}

function write(name: FigureName, value: number): string {
  return TIMES.has(name) ? seconds(value) : formatCount(value);
}
