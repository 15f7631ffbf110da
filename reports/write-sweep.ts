/**
 * The page of a sweep (a matrix, or many seeds): like the report of a run one file that opens from disk, needs no network and runs no script.
 * Drawn from a `SweepReport` alone; equal ones yield equal bytes.
 */
import type { SweepReport } from '../sim/ledger/sweep.ts';
import { type Html, html } from './page/markup.ts';
import { counted } from './page/format.ts';
import { pageText } from './page/page.ts';
import { downtime } from './sweep/downtime.ts';
import { type Figure, figureHtml } from './sweep/figure.ts';
import { front } from './sweep/front.ts';
import { headSection } from './sweep/head.ts';
import { heatMap } from './sweep/heat-map.ts';
import { spreads } from './sweep/spreads.ts';
import { SWEEP_STYLE } from './sweep/style.ts';
import { configurationsSection, worstSection } from './sweep/worst.ts';

/** The page as the text of an HTML file (UTF-8). */
export async function renderSweep(report: SweepReport): Promise<string> {
  const { first, more, constant } = spreads(report);
  const choice = front(report);
  return pageText(
    `${report.names.join(', ')}: Watership`,
    SWEEP_STYLE,
    html`<main>
        ${headSection(report)}
        <section id="outcomes">
          <h2>Outcomes</h2>
          ${await drawAll([heatMap(report), downtime(report), ...(choice === null ? [] : [choice])])}
        </section>
        <section id="spreads">
          <h2>Figures over the seeds</h2>
          <p class="lead">
            Line: from the least to the most. Box: the middle half. Bar across: the median. Diamond: the mean.
            Bracket below: where the median of all seeds there are lies, with a confidence of 95 % or more
            (between order statistics); it needs six seeds.
            ${constant.length > 0 && `The same in every run: ${constant.join(', ')}.`}
          </p>
          ${await drawAll(first)}
          ${
            more.length > 0 &&
            html`<details class="block">
              <summary><h2>${counted(more.length, 'more figure')}</h2></summary>
              ${await drawAll(more)}
            </details>`
          }
        </section>
        ${worstSection(report)} ${configurationsSection(report)}
      </main>
      <footer>
        <p>
          Watership ${report.version}. The same files, seeds and version yield the same page on every machine;
          nothing on it was measured on a real cluster. Seeds are draws of chance within the model: their
          shares say how much depends on luck, not how often it happens to you.
        </p>
      </footer>`,
  );
}

async function drawAll(figures: readonly Figure[]): Promise<readonly Html[]> {
  const drawn: Html[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure));
  return drawn;
}
