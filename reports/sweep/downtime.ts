/** How long nobody was served, beside how much was lost: the two things between which a setting chooses. */
import type { FigureSpread, SweepCell, SweepReport } from '../../sim/ledger/sweep.ts';
import { html } from '../page/markup.ts';
import { dataTable } from '../page/table.ts';
import { axisTo, gridOf } from './axis.ts';
import { cutNote, type Figure, PLOT_PX, ROW_PX, rowNames } from './figure.ts';
import { cellLabel, percent, ROWS_MAX, seconds } from './label.ts';
import { chart, type Point, type Rect, type Rule, type Words } from './marks.ts';

const HEAD_PX = 26;
const FOOT_PX = 22;
const GAP_PX = 70;
const LOSS_PX = 300;
const MARGIN_PX = 26;

export function downtime({ cells }: SweepReport): Figure {
  const drawn = cells.slice(0, ROWS_MAX);
  const bodyPx = HEAD_PX + drawn.length * ROW_PX;
  const loss = axisTo(Math.max(0, ...drawn.map(({ lostShare }) => lostShare ?? 0)), MARGIN_PX, LOSS_PX);
  const time = axisTo(
    Math.max(0, ...drawn.flatMap((cell) => spansOf(cell).map(({ max }) => max))),
    LOSS_PX + GAP_PX,
    PLOT_PX - MARGIN_PX,
  );
  const rects: Rect[] = [];
  const rules: Rule[] = [];
  const points: Point[] = [];
  const words: Words[] = [
    { x: MARGIN_PX, y: HEAD_PX / 2, text: 'confirmed messages lost', align: 'left', fill: 'muted' },
    {
      x: time.at(0),
      y: HEAD_PX / 2,
      text: 'longest time without a confirm ●, without a delivery ◇',
      align: 'left',
      fill: 'muted',
    },
  ];
  drawn.forEach((cell, row) => {
    const middle = HEAD_PX + (row + 0.5) * ROW_PX;
    const share = cell.lostShare ?? 0;
    rects.push({
      x: loss.at(0),
      y: middle - 5,
      width: loss.at(share) - loss.at(0),
      height: 10,
      fill: 'bad',
      opacity: 0.85,
    });
    words.push({
      x: loss.at(share) + 5,
      y: middle,
      text: cell.lostShare === null ? 'nothing confirmed' : percent(share),
      align: 'left',
      fill: 'ink',
    });
    spansOf(cell).forEach(({ figure, min, max, mean }, nth) => {
      const y = middle + (nth === 0 ? -4 : 4);
      const isConfirm = figure === 'longest_without_confirm';
      const colour = isConfirm ? ('confirmed' as const) : ('delivered' as const);
      rules.push({ x: time.at(min), x2: time.at(max), y, y2: y, stroke: colour, width: 1.5 });
      points.push({
        x: time.at(mean),
        y,
        shape: isConfirm ? 'circle' : 'diamond',
        colour,
        filled: isConfirm,
      });
    });
  });
  return {
    heading: 'Unavailability beside loss',
    spec: chart(
      PLOT_PX,
      bodyPx + FOOT_PX,
      gridOf(loss, bodyPx, percent),
      gridOf(time, bodyPx, seconds),
      { rects, rules },
      { points, words },
    ),
    heightPx: bodyPx + FOOT_PX,
    gutter: rowNames(cells, HEAD_PX),
    description: `Share of confirmed messages lost, and the mean of the longest time without a confirm: ${drawn
      .map(
        (cell, row) =>
          `${cellLabel(cell, row)}: ${percent(cell.lostShare ?? 0)}, ${seconds(cell.withoutConfirm)}`,
      )
      .join('; ')}.`,
    note: html`Left: of all that was confirmed, what was lost. Right: the longest time in a run in which no
    publish was confirmed (dot) and no message delivered (diamond), which is how long recovery took; the mean
    over seeds on a line from the least to the most.${cutNote(cells)}`,
    table: dataTable(
      'Loss and unavailability; times are means over seeds, in brackets the least and the most',
      ['configuration', 'confirmed messages lost', 'longest without a confirm', 'longest without a delivery'],
      cells.map((cell, row) => [
        cellLabel(cell, row),
        cell.lostShare === null ? 'nothing confirmed' : percent(cell.lostShare),
        spanText(cell, 'longest_without_confirm'),
        spanText(cell, 'longest_without_delivery'),
      ]),
    ),
  };
}

function spansOf({ figures }: SweepCell): readonly FigureSpread[] {
  return figures.filter(
    ({ figure }) => figure === 'longest_without_confirm' || figure === 'longest_without_delivery',
  );
}

function spanText(cell: SweepCell, figure: FigureSpread['figure']): string {
  const span = spansOf(cell).find((one) => one.figure === figure);
  return span === undefined
    ? 'not measured'
    : `${seconds(span.mean)} (${seconds(span.min)} to ${seconds(span.max)})`;
}
