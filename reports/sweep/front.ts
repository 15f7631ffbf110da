/**
 * Safety against availability: configurations that no other beats in both are the Pareto front, from which a choice has to be made; the others are
 * worse for nothing. With a single configuration its seeds stand in the chart instead, since there is nothing to choose.
 */
import type { SweepReport } from '../../sim/ledger/sweep.ts';
import { type Content, type Html, html } from '../page/markup.ts';
import { dataTable } from '../page/table.ts';
import { type Axis, axisTo, gridOf } from './axis.ts';
import type { Figure } from './figure.ts';
import { PLOT_PX } from './figure.ts';
import { cellLabel, cellName, percent, seconds } from './label.ts';
import { chart, type Point, type Rule, type Words } from './marks.ts';

const HEIGHT_PX = 300;
const FOOT_PX = 40;
const LEFT_PX = 70;
const RIGHT_PX = 40;
const TOP_PX = 24;

/** A configuration with both measured. `loss` and `downtime`: less is better. */
export interface Candidate {
  /** Index into the report's cells. */
  readonly index: number;
  readonly loss: number;
  readonly downtime: number;
}

/** Those that no other beats: none is as good in both and better in one. By downtime, the shortest first. */
export function paretoFront(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates
    .filter(
      (one) =>
        !candidates.some(
          ({ loss, downtime }) =>
            loss <= one.loss && downtime <= one.downtime && (loss < one.loss || downtime < one.downtime),
        ),
    )
    .toSorted((a, b) => a.downtime - b.downtime || a.index - b.index);
}

/** Null where no configuration had both measured. */
export function front(report: SweepReport): Figure | null {
  if (report.cells.length === 1) return seedCloud(report);
  const candidates = report.cells.flatMap(({ lostShare, withoutConfirm }, index): readonly Candidate[] =>
    lostShare === null || withoutConfirm === null
      ? []
      : [{ index, loss: lostShare, downtime: withoutConfirm }],
  );
  if (candidates.length === 0) return null;
  const best = paretoFront(candidates);
  const { x, y } = axes(
    candidates.map(({ downtime }) => downtime),
    candidates.map(({ loss }) => loss),
  );
  const isBest = new Set(best.map(({ index }) => index));
  const points = candidates.map(({ index, loss, downtime }): Point => ({
    x: x.at(downtime),
    y: y.at(loss),
    shape: 'circle',
    colour: isBest.has(index) ? 'accent' : 'muted',
    filled: isBest.has(index),
  }));
  const name = ({ index }: Candidate): string => cellLabel(report.cells[index]!, index);
  return {
    heading: 'Safety against availability',
    spec: chart(
      PLOT_PX,
      HEIGHT_PX + FOOT_PX,
      ...frame(x, y, percent),
      { rules: stairs(best, x, y) },
      { points, words: numbers(candidates, isBest, x, y) },
    ),
    heightPx: HEIGHT_PX + FOOT_PX,
    gutter: null,
    description: `Share of confirmed messages lost against the mean of the longest time without a confirm. On the front: ${best.map(name).join('; ')}.`,
    note: html`Down is safer, left is available sooner. Filled dots on the line are the Pareto front: nothing
    here is better than they in both. Each hollow dot is beaten by one of them. Numbers are those of the
    configurations: ${frontNames(best, name)}.`,
    table: dataTable(
      'Safety and availability of each configuration',
      ['configuration', 'on the front', 'confirmed messages lost', 'longest without a confirm, mean'],
      candidates.map((candidate): readonly Content[] => [
        name(candidate),
        isBest.has(candidate.index) ? 'yes' : 'no',
        percent(candidate.loss),
        seconds(candidate.downtime),
      ]),
    ),
  };
}

function frontNames(best: readonly Candidate[], name: (candidate: Candidate) => string): Html {
  return html`${best.map((candidate, nth) => html`${nth > 0 && '; '}<b>${name(candidate)}</b>`)}`;
}

/** Loss against unavailability seed by seed. */
function seedCloud({ cells, seeds }: SweepReport): Figure | null {
  const measured = seeds.flatMap(({ seed, confirmedLost, withoutConfirm }) =>
    withoutConfirm === null ? [] : [{ seed, loss: confirmedLost, downtime: withoutConfirm }],
  );
  const [cell] = cells;
  if (measured.length === 0 || cell === undefined) return null;
  const { x, y } = axes(
    measured.map(({ downtime }) => downtime),
    measured.map(({ loss }) => loss),
  );
  return {
    heading: 'Loss against unavailability, seed by seed',
    spec: chart(PLOT_PX, HEIGHT_PX + FOOT_PX, ...frame(x, y, String), {
      points: measured.map(({ loss, downtime }) => ({
        x: x.at(downtime),
        y: y.at(loss),
        shape: 'circle',
        colour: 'accent',
        filled: false,
      })),
    }),
    heightPx: HEIGHT_PX + FOOT_PX,
    gutter: null,
    description: `Confirmed messages lost against the longest time without a confirm, for ${measured.length} seeds of ${cellName(cell)}.`,
    note: 'One ring a seed: how many confirmed messages it lost (up), and the longest time without a confirm (right). With one configuration there is no front to choose from.',
    table: dataTable(
      'Each seed',
      ['seed', 'confirmed messages lost', 'longest without a confirm'],
      measured.map(({ seed, loss, downtime }) => [String(seed), loss, seconds(downtime)]),
    ),
  };
}

function axes(
  downtimes: readonly number[],
  losses: readonly number[],
): { readonly x: Axis; readonly y: Axis } {
  const most = (values: readonly number[]): number =>
    values.reduce((sofar, value) => Math.max(sofar, value), 0);
  return {
    x: axisTo(most(downtimes), LEFT_PX, PLOT_PX - RIGHT_PX),
    y: axisTo(most(losses), HEIGHT_PX, TOP_PX),
  };
}

function frame(x: Axis, y: Axis, write: (loss: number) => string) {
  const vertical = gridOf(x, HEIGHT_PX, seconds);
  const across: Rule[] = y.ticks.map((tick) => ({
    x: LEFT_PX,
    x2: PLOT_PX - RIGHT_PX,
    y: y.at(tick),
    y2: y.at(tick),
    stroke: 'grid',
    width: 1,
  }));
  const words: Words[] = [
    ...y.ticks.map((tick): Words => ({
      x: LEFT_PX - 8,
      y: y.at(tick),
      text: write(tick),
      align: 'right',
      fill: 'muted',
    })),
    { x: 4, y: 9, text: 'confirmed messages lost', align: 'left', fill: 'muted' },
    {
      x: PLOT_PX - RIGHT_PX,
      y: HEIGHT_PX + 28,
      text: 'longest time without a confirm',
      align: 'right',
      fill: 'muted',
    },
  ];
  return [vertical, { rules: across, words }];
}

/** The front as stairs: between two of its points nothing is on offer. */
function stairs(best: readonly Candidate[], x: Axis, y: Axis): readonly Rule[] {
  return best.flatMap((from, nth): readonly Rule[] => {
    const to = best[nth + 1];
    if (to === undefined) return [];
    const [x1, y1, x2, y2] = [x.at(from.downtime), y.at(from.loss), x.at(to.downtime), y.at(to.loss)];
    return [
      { x: x1, x2, y: y1, y2: y1, stroke: 'accent', width: 1.5 },
      { x: x2, x2, y: y1, y2, stroke: 'accent', width: 1.5 },
    ];
  });
}

/** The number beside each dot; of dots in one place all their numbers, so that none lies over another. */
function numbers(
  candidates: readonly Candidate[],
  best: ReadonlySet<number>,
  x: Axis,
  y: Axis,
): readonly Words[] {
  const places = new Map<string, { readonly at: Candidate; readonly indices: number[] }>();
  for (const candidate of candidates) {
    const key = `${Math.round(x.at(candidate.downtime) / 12)} ${Math.round(y.at(candidate.loss) / 12)}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, { at: candidate, indices: [candidate.index] });
    else place.indices.push(candidate.index);
  }
  return [...places.values()].map(({ at, indices }) => ({
    x: x.at(at.downtime) + 8,
    y: y.at(at.loss) - 9,
    text:
      indices
        .slice(0, 6)
        .map((index) => `${index + 1}`)
        .join(', ') + (indices.length > 6 ? ', …' : ''),
    align: 'left',
    fill: indices.some((index) => best.has(index)) ? 'accent' : 'muted',
  }));
}
