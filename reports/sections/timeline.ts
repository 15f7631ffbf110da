/** Every event of the cluster and its clients in a table. */
import type { TimelineEvent } from '../../sim/ledger/result.ts';
import { type RunReport, TIMELINE_EVENTS_MAX } from '../../sim/ledger/run-report.ts';
import { formatCount } from '../page/format.ts';
import { type Links, momentLink } from '../page/links.ts';
import { type Html, html } from '../page/markup.ts';

/** Events told message by message in a section of their own. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['message_lost', 'message_duplicated']);

/** All events, folded away. */
export function eventsSection(report: RunReport, links: Links): Html {
  const told = report.result.timeline.filter(({ event }) => !TOLD_ELSEWHERE.has(event));
  const shown = told.slice(0, TIMELINE_EVENTS_MAX);
  const elsewhere = report.result.timeline.length - told.length;
  return html`<section id="events" data-views="overview">
    <details class="block">
      <summary>
        <h2>Every event</h2>
        <small>${formatCount(told.length)} events of the cluster and its clients</small>
      </summary>
      ${shown.length < told.length && html`<p class="cut">The first ${formatCount(shown.length)} of ${formatCount(told.length)}.</p>`}${
        elsewhere > 0 &&
        html`<p class="cut">
          ${formatCount(elsewhere)} more are about single messages and stand under
          <a href="#messages">Messages</a>.
        </p>`
      }
      <div class="scroll">
        <table class="events">
          <thead>
            <tr>
              <th scope="col" class="n">time</th>
              <th scope="col">event</th>
              <th scope="col">where</th>
              <th scope="col">detail</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map((event) => eventRow(event, links))}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function eventRow(event: TimelineEvent, links: Links): Html {
  const { node, workload } = event;
  const details = Object.entries(event).filter(
    ([key]) => !['time', 'event', 'node', 'workload'].includes(key),
  );
  return html`<tr>
    <td class="n">${momentLink(links, Math.round(event.time * 1_000_000))}</td>
    <td><code>${event.event}</code></td>
    <td>
      ${[workload, node]
        .filter((place) => place !== undefined && place !== null)
        .map(String)
        .join(' → ')}
    </td>
    <td>
      ${details.map(
        ([key, value]) =>
          html`<span class="pair"
            ><i>${key}</i> ${Array.isArray(value) ? value.join(', ') : String(value)}</span
          > `,
      )}
    </td>
  </tr>`;
}
