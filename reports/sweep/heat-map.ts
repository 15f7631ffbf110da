/** Which outcomes each configuration had, and in how many of its seeds: a map of heat in which each field also has its number. */
import type { OutcomeShare, SweepCell, SweepOutcome, SweepReport } from '../../sim/ledger/sweep.ts';
import { counted } from '../page/format.ts';
import { dataTable } from '../page/table.ts';
import { cutNote, type Figure, PLOT_PX, ROW_PX, rowNames } from './figure.ts';
import { cellLabel, percent, ROWS_MAX } from './label.ts';
import { chart, type Rect, type Words } from './marks.ts';

const OUTCOME_WORDS: Readonly<Record<SweepOutcome, string>> = {
  failed: 'expectation failed',
  unknown: 'reached a limit',
  confirmed_lost: 'lost confirmed',
  unconfirmed_lost: 'lost unconfirmed',
  unreachable: 'left unreachable',
  duplicated: 'delivered twice',
  delivered_after_ack: 'again after ack',
  out_of_order: 'out of order',
};

const HEAD_PX = 28;
const BAR_PX = 3;

export function heatMap({ cells, expects }: SweepReport): Figure {
  const columns = columnsOf(cells, expects);
  const drawn = cells.slice(0, ROWS_MAX);
  const widthPx = PLOT_PX / columns.length;
  const heightPx = HEAD_PX + drawn.length * ROW_PX;
  const rects: Rect[] = [];
  const bars: Rect[] = [];
  const words: Words[] = columns.map((outcome, column) => ({
    x: (column + 0.5) * widthPx,
    y: HEAD_PX / 2,
    text: OUTCOME_WORDS[outcome],
    align: 'center',
    fill: 'muted',
  }));
  drawn.forEach((cell, row) =>
    columns.forEach((outcome, column) => {
      const { runs } = shareOf(cell, outcome);
      const share = cell.runs === 0 ? 0 : runs / cell.runs;
      const x = column * widthPx + 1;
      const y = HEAD_PX + row * ROW_PX + 1;
      const width = widthPx - 2;
      // Paler than the text on it needs to be read.
      const opacity = share === 0 ? 1 : 0.08 + 0.42 * share;
      rects.push({ x, y, width, height: ROW_PX - 2, fill: share === 0 ? 'sunken' : 'bad', opacity });
      if (share > 0)
        bars.push({
          x,
          y: y + ROW_PX - 2 - BAR_PX,
          width: width * share,
          height: BAR_PX,
          fill: 'bad',
          opacity: 1,
        });
      words.push({
        x: (column + 0.5) * widthPx,
        y: y + ROW_PX / 2 - 2,
        text: cell.runs === 0 ? 'no run' : `${runs} of ${cell.runs}`,
        align: 'center',
        fill: share === 0 ? 'muted' : 'ink',
      });
    }),
  );
  return {
    heading: 'Outcomes by configuration',
    spec: chart(PLOT_PX, heightPx, { rects }, { rects: bars }, { words }),
    heightPx,
    gutter: rowNames(cells, HEAD_PX),
    description: `In how many seeds each configuration had each outcome: ${drawn
      .map(
        (cell, row) =>
          `${cellLabel(cell, row)}: ${columns.map((outcome) => `${OUTCOME_WORDS[outcome]} ${shareOf(cell, outcome).runs}`).join(', ')}`,
      )
      .join('; ')}.`,
    note: `Seeds that had an outcome, of those that ran; a run may have several. Darker, and with a longer bar, is more often.${cutNote(cells)}`,
    table: dataTable(
      'Seeds with each outcome; in brackets the share, with Wilson’s interval of 95 %',
      ['configuration', 'runs', ...columns.map((outcome) => OUTCOME_WORDS[outcome])],
      cells.map((cell, row) => [
        cellLabel(cell, row),
        cell.runs,
        ...columns.map((outcome) => shareText(shareOf(cell, outcome), cell.runs)),
      ]),
    ),
  };
}

/** The outcomes that some run had; whether expectations failed where there are any, and whether confirmed messages were lost, always. */
function columnsOf(cells: readonly SweepCell[], expects: boolean): readonly SweepOutcome[] {
  return (Object.keys(OUTCOME_WORDS) as SweepOutcome[]).filter(
    (outcome) =>
      (outcome === 'failed' && expects) ||
      outcome === 'confirmed_lost' ||
      cells.some((cell) => shareOf(cell, outcome).runs > 0),
  );
}

function shareOf({ outcomes }: SweepCell, outcome: SweepOutcome): OutcomeShare {
  return (
    outcomes.find((share) => share.outcome === outcome) ?? { outcome, runs: 0, interval: { from: 0, to: 1 } }
  );
}

function shareText({ runs, interval }: OutcomeShare, of: number): string {
  if (of === 0) return 'no run';
  return `${counted(runs, 'seed')} (${percent(runs / of)}, ${percent(interval.from)} to ${percent(interval.to)})`;
}
