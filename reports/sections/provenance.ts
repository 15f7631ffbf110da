/** Where the report comes from: rules the run exercised, version and trace hash, by which two reports are told to be of the same run. */
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { counted } from '../page/format.ts';
import { type Html, html } from '../page/markup.ts';

/** The foot of the page. */
export function provenanceSection(report: RunReport): Html {
  const { rules, trace_hash } = report.result;
  return html`<footer>
    <details>
      <summary>${counted(rules.length, 'rule')} exercised</summary>
      <ul class="rule-list">
        ${rules.map((rule) => html`<li><code>${rule}</code></li>`)}
      </ul>
    </details>
    <p>
      Watership ${report.version}. Trace <code>${trace_hash}</code>. The same file, seed and version yield the
      same trace on every machine; nothing on this page was measured on a real cluster.
    </p>
  </footer>`;
}
