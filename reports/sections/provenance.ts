/** Where the report comes from: version and trace hash, by which two reports are told to be of the same run. */
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { type Html, html } from '../page/markup.ts';

/** The foot of the page. */
export function provenanceSection(report: RunReport): Html {
  const { trace_hash } = report.result;
  return html`<footer>
    <p>
      Watership ${report.version}. Trace <code>${trace_hash}</code>. The same file, seed and version yield the
      same trace on every machine; nothing on this page was measured on a real cluster.
    </p>
  </footer>`;
}
