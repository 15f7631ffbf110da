/** The scenario as it was read, with its line numbers; beside a line the fault it set and whether what it expects was held. */
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { formatCount, formatTime } from '../page/format.ts';
import { type Content, type Html, html } from '../page/markup.ts';
import { prose } from '../page/prose.ts';

const SOURCE_LINES_MAX = 2_000;

/** The listing; each line can be linked to as `#L12`. */
export function scenarioSection(report: RunReport): Html {
  const lines = report.scenarioSource.replace(/\n$/, '').split(/\r?\n/);
  const shown = lines.slice(0, SOURCE_LINES_MAX);
  return html`<section id="scenario" data-views="scenario">
    <h2>The scenario</h2>
    ${report.description !== '' && html`<p class="lead">${prose(report.description)}</p>`}
    <p class="path">
      <code>${report.scenarioPath}</code>${
        shown.length < lines.length &&
        html` <span class="cut"
          >the first ${formatCount(shown.length)} of ${formatCount(lines.length)} lines</span
        >`
      }
    </p>
    <div class="scroll source">
      <table>
        <tbody>
          ${shown.map((line, index) => sourceLine(report, line, index + 1))}
        </tbody>
      </table>
    </div>
    ${configuration(report)}
  </section>`;
}

/** What was in force, defaults included. */
function configuration({ configuration }: RunReport): Html {
  if (configuration.length === 0) return html``;
  const parts = [...new Set(configuration.map(({ part }) => part))];
  return html`<details class="block" id="configuration">
    <summary>
      <h2>Effective configuration</h2>
      <small>every value that was in force, defaults and --set included</small>
    </summary>
    <div class="columns">
      ${parts.map(
        (part) =>
          html`<div class="scroll">
            <table>
              <caption>
                ${part}
              </caption>
              <tbody>
                ${configuration
                  .filter((row) => row.part === part)
                  .map(
                    ({ key, value }) =>
                      html`<tr>
                        <th scope="row"><code>${key}</code></th>
                        <td>${value}</td>
                      </tr>`,
                  )}
              </tbody>
            </table>
          </div>`,
      )}
    </div>
  </details>`;
}

function sourceLine(report: RunReport, text: string, line: number): Html {
  const checks = report.expectations.filter((check) => check.line === line);
  const faults = report.faults.filter((fault) => fault.line === line);
  const failed = checks.filter((check) => !check.held);
  const kind = failed.length > 0 ? 'failed' : checks.length > 0 ? 'held' : faults.length > 0 ? 'fault' : '';
  const notes: Content[] = [
    ...failed.map(
      (check) =>
        html`<span class="note failed"
          >✗ observed ${check.observed === null ? 'nothing' : String(check.observed)}</span
        >`,
    ),
    failed.length === 0 && checks.length > 0 && html`<span class="note held">✓ held</span>`,
    ...faults
      .slice(0, 3)
      .map((fault) => html`<span class="note fault">⚡ ${formatTime(fault.fromUs)}</span>`),
  ];
  return html`<tr id="L${line}" ${kind !== '' && html` class="${kind}"`}>
    <th scope="row">${line}</th>
    <td><code>${coloured(text)}</code>${notes}</td>
  </tr>`;
}

/** Comments dimmed and keys set off: enough to find one's way in a file of YAML. */
function coloured(text: string): Content {
  const comment = /(^|\s)#.*$/.exec(text);
  const code = comment === null ? text : text.slice(0, comment.index);
  const key = /^(\s*(?:- )?)([\w.-]+)(:.*)$/.exec(code);
  return [
    key === null ? code : html`${key[1]}<b>${key[2]}</b>${key[3]}`,
    comment !== null && html`<i>${comment[0]}</i>`,
  ];
}
