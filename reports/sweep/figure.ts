/** A chart on the page: drawn, named for those who do not see it, with its key and the same as a table below. */
import type { TopLevelSpec } from 'vega-lite';
import { laneNames } from '../page/gutter.ts';
import { type Html, html, trusted } from '../page/markup.ts';
import { drawSvg } from '../views/draw.ts';
import type { SweepCell } from '../../sim/ledger/sweep.ts';
import { axesOf, cellLabel, ROWS_MAX } from './label.ts';

export interface Figure {
  readonly heading: string;
  readonly spec: TopLevelSpec;
  readonly heightPx: number;
  /** Names of rows left of the chart; null where it has none. */
  readonly gutter: Html | null;
  readonly description: string;
  /** How to read it. */
  readonly note: Html | string;
  readonly table: Html;
}

export const PLOT_PX = 820;
export const ROW_PX = 24;

/** Room that a heading over the rows takes. */
const HEADING_PX = 20;

export async function figureHtml({
  heading,
  spec,
  heightPx,
  gutter,
  description,
  note,
  table,
}: Figure): Promise<Html> {
  const svg = await drawSvg(spec);
  return html`<figure class="sweep-chart">
    <figcaption>
      <h3>${heading}</h3>
      <p class="lead">${note}</p>
    </figcaption>
    <div class="stack" tabindex="0" role="group" aria-label="${heading}">
      <div class="row">
        ${gutter !== null && html`<div class="gutter" style="height:${heightPx}px">${gutter}</div>`}
        <div class="plot" role="img" aria-label="${description}">${trusted(svg)}</div>
      </div>
    </div>
    <details class="data">
      <summary>The data behind this chart</summary>
      ${table}
    </details>
  </figure>`;
}

/** Names of the configurations at the heights of their rows. */
export function rowNames(cells: readonly SweepCell[], topPx: number): Html {
  const rows = cells.slice(0, ROWS_MAX).map((cell, index) => ({
    text: cellLabel(cell, index),
    topPx: topPx + index * ROW_PX,
    heightPx: ROW_PX,
  }));
  const axes = axesOf(cells);
  const isRoom = topPx >= HEADING_PX && axes !== '';
  return laneNames(isRoom ? [{ text: axes, topPx: 2, heightPx: HEADING_PX, heading: true }, ...rows] : rows);
}

/** Says so where there are more rows than are drawn. */
export function cutNote(cells: readonly SweepCell[]): string {
  return cells.length > ROWS_MAX ? ` Drawn are the first ${ROWS_MAX} of ${cells.length} configurations.` : '';
}
