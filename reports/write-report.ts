/**
 * The HTML report of one run: one file that opens from disk and needs no network. Its script, if it is to
 * have one, only ever shows what is in the file. It is drawn from a `RunReport` alone;
 * the engine is not known here. Equal reports yield equal bytes. Left out: where the file goes, which is the command line's business.
 */
import type { RunReport } from '../sim/ledger/run-report.ts';
import { type Html, html } from './page/markup.ts';
import { pageText } from './page/page.ts';
import { patternDefinitions } from './page/patterns.ts';
import { bytesBlock, jsonBlock, pageScript } from './page/script.ts';
import { pageData } from './page-data.ts';
import { clusterSection } from './sections/cluster.ts';
import { figuresSection, keyFiguresSection } from './sections/figures.ts';
import { messagesSection } from './sections/messages.ts';
import { provenanceSection } from './sections/provenance.ts';
import { scenarioSection } from './sections/scenario.ts';
import { stackSection } from './sections/stack.ts';
import { rulesSection } from './sections/rules.ts';
import { storySection } from './sections/story.ts';
import { eventsSection } from './sections/timeline.ts';
import { VERDICT_WORDS, verdictSection } from './sections/verdict.ts';

/** `static`: without any script, and without the views that need one. */
export type ReportForm = 'scripted' | 'static';

/** The report as the text of an HTML file (UTF-8). Rejects only on our own defects. */
export async function renderReport(report: RunReport, form: ReportForm = 'scripted'): Promise<string> {
  const links = { scripted: form === 'scripted' };
  const stack = stackSection(report);
  const { scenario, seed, verdict } = report.result;
  return pageText(
    `${VERDICT_WORDS[verdict].mark} ${scenario}, seed ${seed}: Watership`,
    '',
    html`${patternDefinitions()}
      <main>
        ${verdictSection(report, links)} ${keyFiguresSection(report)} ${stack} ${storySection(report, links)}
        ${links.scripted && [emptyView('life', 'life'), emptyView('cluster-views', 'cluster'), emptyView('explorer', 'explorer')]}
        ${messagesSection(report, links)} ${figuresSection(report)} ${clusterSection(report)}
        ${eventsSection(report, links)} ${scenarioSection(report)} ${rulesSection(report, links)}
      </main>
      ${provenanceSection(report)}
      ${links.scripted && [jsonBlock('run-data', pageData(report)), bytesBlock('flow-data', report.flow.bytes)]}`,
    links.scripted ? pageScript() : null,
  );
}

/** A view that the script fills. */
function emptyView(id: string, view: string): Html {
  return html`<section id="${id}" data-views="${view}">
    <noscript><p class="cut">This part of the report is drawn by its script.</p></noscript>
  </section>`;
}
