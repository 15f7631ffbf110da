/**
 * The HTML report of one run: one file that opens from disk, needs no network and runs no script. It is drawn from a `RunReport` alone;
 * the engine is not known here. Equal reports yield equal bytes. Left out: where the file goes, which is the command line's business.
 */
import type { RunReport } from '../sim/ledger/run-report.ts';
import { html } from './page/markup.ts';
import { pageText } from './page/page.ts';
import { patternDefinitions } from './page/patterns.ts';
import { clusterSection } from './sections/cluster.ts';
import { figuresSection, keyFiguresSection } from './sections/figures.ts';
import { messagesSection } from './sections/messages.ts';
import { provenanceSection } from './sections/provenance.ts';
import { scenarioSection } from './sections/scenario.ts';
import { stackSection } from './sections/stack.ts';
import { eventsSection, storySection } from './sections/timeline.ts';
import { VERDICT_WORDS, verdictSection } from './sections/verdict.ts';

/** The report as the text of an HTML file (UTF-8). Rejects only on our own defects. */
export async function renderReport(report: RunReport): Promise<string> {
  const stack = await stackSection(report);
  const { scenario, seed, verdict } = report.result;
  return pageText(
    `${VERDICT_WORDS[verdict].mark} ${scenario}, seed ${seed}: Watership`,
    '',
    html`${patternDefinitions()}
      <main>
        ${verdictSection(report)} ${keyFiguresSection(report)} ${stack} ${storySection(report)}
        ${messagesSection(report)} ${figuresSection(report)} ${clusterSection(report)}
        ${eventsSection(report)} ${scenarioSection(report)}
      </main>
      ${provenanceSection(report)}`,
  );
}
