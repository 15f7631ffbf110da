/** The head of the page: the verdict as a word and a sentence, why, and the command that yields the run again. */
import type { Verdict } from '../../sim/ledger/result.ts';
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { cited } from '../page/cited.ts';
import { formatDuration } from '../page/format.ts';
import type { Links } from '../page/links.ts';
import { type Html, html } from '../page/markup.ts';

const CAUSES_SHOWN_MAX = 3;

export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly mark: string; readonly word: string }>> = {
  passed: { mark: '✓', word: 'Passed' },
  failed: { mark: '✗', word: 'Failed' },
  unknown: { mark: '?', word: 'Unknown' },
};

/** The parts that the page can be asked to show, by the fragment that shows them. */
const VIEWS: readonly {
  readonly fragment: string;
  readonly title: string;
  readonly needsScript?: boolean;
}[] = [
  { fragment: 'timeline', title: 'Overview' },
  { fragment: 'story', title: 'Story' },
  { fragment: 'life', title: 'Message life', needsScript: true },
  { fragment: 'cluster', title: 'Cluster' },
  { fragment: 'explorer', title: 'Explorer', needsScript: true },
  { fragment: 'scenario', title: 'Scenario' },
  { fragment: 'rules', title: 'Rules' },
];

/** Verdict, causes and replay command. */
export function verdictSection(report: RunReport, links: Links): Html {
  const { result } = report;
  const { mark, word } = VERDICT_WORDS[result.verdict];
  const matrix = Object.entries(result.matrix).map(
    ([key, value]) => html`<li>${key} = ${String(value)}</li>`,
  );
  const causes = report.causeSentences.slice(0, CAUSES_SHOWN_MAX);
  const rest = report.causeSentences.slice(CAUSES_SHOWN_MAX);
  return html`<header class="verdict ${result.verdict}">
    <div class="masthead">
      <p class="brand">Watership <span>simulated RabbitMQ run</span></p>
      <nav aria-label="Parts of this report">
        ${VIEWS.filter(({ needsScript }) => links.scripted || !needsScript).map(
          ({ fragment, title }) => html`<a href="#${fragment}">${title}</a>`,
        )}
      </nav>
    </div>
    <ul class="facts">
      <li>
        <b><bdi>${result.scenario}</bdi></b>
      </li>
      <li>seed ${result.seed}</li>
      ${matrix}
      <li>${report.nodes.length} node${report.nodes.length !== 1 && 's'}</li>
      <li>cluster_partition_handling ${report.partitionHandling}</li>
      <li>${formatDuration(report.endUs)} of virtual time</li>
    </ul>
    <h1>
      <span class="stamp"><span aria-hidden="true">${mark}</span> ${word}</span>
      <span class="sentence">${report.verdictSentence}</span>
    </h1>
    ${
      causes.length > 0 &&
      html`<div class="causes">
        ${causes.map((sentence) => html`<p>${cited(sentence)}</p>`)}${
          rest.length > 0 &&
          html`<details>
            <summary>${rest.length} more</summary>
            ${rest.map((sentence) => html`<p>${cited(sentence)}</p>`)}
          </details>`
        }
      </div>`
    }
    <p class="replay"><span>Replay</span> <code>${report.replayCommand}</code></p>
  </header>`;
}
