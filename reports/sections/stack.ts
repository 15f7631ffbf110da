/** The charts, one under another on one time axis, in a box that scrolls sideways on a narrow screen while the names of the lanes stay. */
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { formatDuration, formatTime } from '../page/format.ts';
import { type Html, html, trusted } from '../page/markup.ts';
import { depthViews } from '../views/depth.ts';
import { drawRow } from '../views/draw-row.ts';
import { fatesView } from '../views/fates.ts';
import { faultsView } from '../views/faults.ts';
import { latencyView } from '../views/latency.ts';
import { nodesView } from '../views/nodes.ts';
import { queuesView } from '../views/queues.ts';
import { ratesView } from '../views/rates.ts';
import { type Scene, closeUps, wholeRun } from '../views/scene.ts';
import { PLOT_WIDTH, type View } from '../views/time-row.ts';

/** Lines of the story that stand nearer than this on the whole run's axis cannot be told apart there. */
const TOGETHER_PX = 24;

/** The rows of the stack, top to bottom. */
export function viewsOf(scene: Scene): readonly View[] {
  return [
    faultsView(scene),
    nodesView(scene),
    queuesView(scene),
    fatesView(scene),
    ratesView(scene),
    ...depthViews(scene),
    latencyView(scene),
  ].filter((view) => view !== null);
}

/** Only what changes within moments: series have a point a second. */
function closeViewsOf(scene: Scene): readonly View[] {
  return [faultsView(scene), nodesView(scene), queuesView(scene), fatesView(scene)].filter(
    (view) => view !== null,
  );
}

/** The stack of charts, close-ups of its busiest moments, and behind them each chart's data. */
export function stackSection(report: RunReport): Html {
  const whole = wholeRun(report);
  const views = viewsOf(whole);
  const rows = drawRows(views);
  const closer: Html[] = [];
  for (const scene of closeUps(report, (report.endUs / PLOT_WIDTH) * TOGETHER_PX))
    closer.push(closeUp(scene));
  return html`<section id="timeline" data-views="overview">
    <h2 class="unseen">On one clock</h2>
    ${stack(rows, '', 'Charts on one time axis', whole)} ${legend()} ${closer}
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

function closeUp(scene: Scene): Html {
  const rows = drawRows(closeViewsOf(scene));
  const lines = `${scene.pins[0]?.line}–${scene.pins.at(-1)?.line}`;
  const span = `${formatTime(scene.fromUs)} to ${formatTime(scene.endUs)}`;
  return html`<h3 class="close-up-title">
      Close-up: ${formatDuration(scene.endUs - scene.fromUs)}
      <small>${span}, lines ${lines} of the story</small>
    </h3>
    ${stack(rows, 'close-up', `Charts from ${span}`, scene)}`;
}

function drawRows(views: readonly View[]): readonly Html[] {
  const rows: Html[] = [];
  for (const view of views) {
    rows.push(
      html`<figure class="row row-${view.name}">
        <div class="gutter" style="height:${view.heightPx}px">${view.gutter}</div>
        <div class="plot" role="img" aria-label="${view.description}">${trusted(drawRow(view.spec))}</div>
      </figure>`,
    );
  }
  return rows;
}

function stack(rows: readonly Html[], kind: string, label: string, scene: Scene): Html {
  return html`<div
    class="stack ${kind}"
    data-from="${scene.fromUs}"
    data-to="${scene.endUs}"
    tabindex="0"
    role="group"
    aria-label="${label}"
  >
    <div class="rows">${rows}</div>
  </div>`;
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
