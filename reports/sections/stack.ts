/** The charts, one under another on one time axis, in a box that scrolls sideways on a narrow screen while the names of the lanes stay. */
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { type Html, html, trusted } from '../page/markup.ts';
import { depthViews } from '../views/depth.ts';
import { drawSvg } from '../views/draw.ts';
import { fatesView } from '../views/fates.ts';
import { faultsView } from '../views/faults.ts';
import { latencyView } from '../views/latency.ts';
import { nodesView } from '../views/nodes.ts';
import { queuesView } from '../views/queues.ts';
import { ratesView } from '../views/rates.ts';
import type { View } from '../views/time-row.ts';

/** The views of a report that have something to show, from top to bottom. */
export function viewsOf(report: RunReport): readonly View[] {
  return [
    faultsView(report),
    nodesView(report),
    queuesView(report),
    fatesView(report),
    ratesView(report),
    ...depthViews(report),
    latencyView(report),
  ].filter((view) => view !== null);
}

/** The stack of charts, and behind it each chart's data. */
export async function stackSection(report: RunReport): Promise<Html> {
  const views = viewsOf(report);
  const rows: Html[] = [];
  for (const view of views) {
    const svg = await drawSvg(view.spec);
    rows.push(
      html`<figure class="row row-${view.name}">
        <div class="gutter" style="height:${view.heightPx}px">${view.gutter}</div>
        <div class="plot" role="img" aria-label="${view.description}">${trusted(svg)}</div>
      </figure>`,
    );
  }
  return html`<section id="timeline">
    <h2 class="unseen">On one clock</h2>
    <div class="stack" tabindex="0" role="group" aria-label="Charts on one time axis">
      <div class="rows">${rows}</div>
    </div>
    ${legend()}
    <details class="block data">
      <summary>The data behind the charts</summary>
      ${views.map(
        (view) =>
          html`<details>
            <summary>${view.heading}</summary>
            ${view.table}
          </details>`,
      )}
    </details>
  </section>`;
}

function legend(): Html {
  const entries = [
    ['leader', 'leads'],
    ['mirror', 'mirror, synchronised'],
    ['unsynchronised', 'mirror, not synchronised'],
    ['paused', 'paused'],
    ['stopped', 'application stopped'],
    ['down', 'down'],
    ['frozen', 'frozen'],
    ['booting', 'booting'],
    ['unreadable', 'unreadable'],
  ];
  return html`<ul class="legend">
    ${entries.map(
      ([name, label]) =>
        html`<li>
          <svg width="22" height="12" aria-hidden="true">
            <rect width="22" height="12" rx="2" class="swatch-${name}" /></svg
          >${label}
        </li>`,
    )}
    <li>
      <svg width="22" height="12" aria-hidden="true"><rect width="22" height="12" class="swatch-fault" /></svg
      >a fault lasts
    </li>
  </ul>`;
}
