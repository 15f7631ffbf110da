/**
 * The figures beside what was expected of them: a strip of the few that decide whether a run was harmless, and a table of all of them.
 * An expectation that speaks of no figure stands in the table of expectations only.
 */
import type { AvailabilityFigures, MessageFigures, Scalar } from '../../sim/ledger/result.ts';
import type { CheckedExpectation, RunReport } from '../../sim/ledger/run-report.ts';
import { formatCount, formatDuration } from '../page/format.ts';
import { type Content, type Html, html } from '../page/markup.ts';

type Figure = keyof MessageFigures | keyof AvailabilityFigures;

/** Figures in the order in which a message meets them, with what they count. */
const GROUPS: readonly {
  readonly title: string;
  readonly figures: readonly (readonly [Figure, string])[];
}[] = [
  {
    title: 'Published',
    figures: [
      ['published', 'distinct messages written to a channel'],
      ['publishes', 'attempts, republishing counted'],
      ['skipped_while_disconnected', 'turns of a publisher without a channel'],
      ['confirmed', 'answered by basic.ack'],
      ['nacked', 'answered by basic.nack'],
      ['returned', 'returned as unroutable'],
    ],
  },
  {
    title: 'Delivered',
    figures: [
      ['delivered', 'deliveries to workloads, repeats counted'],
      ['delivered_unique', 'distinct messages among them'],
      ['redelivered', 'deliveries with the redelivered flag'],
      ['acked', 'acknowledgements sent by workloads'],
      ['duplicated', 'delivered more than once from a queue'],
      ['delivered_after_ack', 'delivered again after an acknowledgement'],
      ['out_of_order', 'first deliveries after a later message'],
      ['drained', 'seen only by the drain at the end'],
      ['drained_deliveries', 'everything the drain took out'],
    ],
  },
  {
    title: 'Gone',
    figures: [
      ['confirmed_lost', 'confirmed, and never seen again'],
      ['unconfirmed_lost', 'not confirmed, and never seen again'],
      ['unreachable', 'of those: in a queue that nobody could read'],
      ['expired', 'older than their TTL'],
      ['dead_lettered', 'sent on to a dead letter exchange'],
      ['dropped_by_limit', 'over a length limit'],
      ['dropped_by_delivery_limit', 'over a delivery limit'],
      ['rejected', 'rejected without requeue'],
      ['purged', 'purged, or deleted with their queue'],
    ],
  },
  {
    title: 'Availability',
    figures: [
      ['longest_without_confirm', 'longest silence towards publishers'],
      ['longest_without_delivery', 'longest silence towards consumers'],
      ['confirm_latency_p50', 'publish to confirm, median'],
      ['confirm_latency_p99', 'publish to confirm, 99th percentile'],
    ],
  },
];

const TILES: readonly (readonly [Figure, string])[] = [
  ['published', 'published'],
  ['confirmed', 'confirmed'],
  ['delivered_unique', 'delivered'],
  ['confirmed_lost', 'confirmed and lost'],
  ['unconfirmed_lost', 'unconfirmed and lost'],
  ['duplicated', 'duplicated'],
  ['longest_without_confirm', 'longest without confirm'],
];

/** Figures of harm: any but zero is worth a look, expected or not. */
const HARMFUL: ReadonlySet<Figure> = new Set<Figure>(['confirmed_lost', 'unconfirmed_lost', 'duplicated']);

/** The strip of key figures. */
export function keyFiguresSection(report: RunReport): Html {
  return html`<section class="tiles" data-views="overview" aria-label="Key figures">
    <dl>
      ${TILES.map(([figure, label]) => {
        const checks = report.expectations.filter((expectation) => expectation.figure === figure);
        const failed = checks.some((check) => !check.held);
        const harm = HARMFUL.has(figure) && valueOf(report, figure) !== 0;
        return html`<div class="tile${failed ? ' failed' : harm ? ' harm' : ''}">
          <dt>${label}</dt>
          <dd>${formatted(report, figure)}</dd>
          ${checks.map((check) => html`<dd class="check">${marked(check)}</dd>`)}
        </div>`;
      })}
    </dl>
  </section>`;
}

/** Expectations, then all figures. */
export function figuresSection(report: RunReport): Html {
  return html`<section id="figures" data-views="overview">
    <h2>Figures and expectations</h2>
    ${expectationsTable(report)}
    <div class="columns">
      ${GROUPS.map(
        ({ title, figures }) =>
          html`<div class="scroll">
            <table class="figures">
              <caption>
                ${title}
              </caption>
              <thead class="unseen">
                <tr>
                  <th scope="col">figure</th>
                  <th scope="col">value</th>
                  <th scope="col">expected</th>
                </tr>
              </thead>
              <tbody>
                ${figures.map(([figure, meaning]) => {
                  const checks = report.expectations.filter((expectation) => expectation.figure === figure);
                  return html`<tr class="${valueOf(report, figure) === 0 && 'zero'}">
                    <th scope="row"><code>${figure}</code><small>${meaning}</small></th>
                    <td class="n">${formatted(report, figure)}</td>
                    <td>${checks.map(marked)}</td>
                  </tr>`;
                })}
              </tbody>
            </table>
          </div>`,
      )}
    </div>
  </section>`;
}

function expectationsTable(report: RunReport): Html {
  if (report.expectations.length === 0)
    return html`<p>The scenario expects nothing, so nothing could fail.</p>`;
  return html`<div class="scroll">
    <table class="expectations">
      <caption>
        What the scenario expects
      </caption>
      <thead>
        <tr>
          <th scope="col"></th>
          <th scope="col">expected</th>
          <th scope="col">observed</th>
          <th scope="col">line</th>
        </tr>
      </thead>
      <tbody>
        ${report.expectations.map(
          (check) =>
            html`<tr class="${check.held ? 'held' : 'failed'}">
              <td>${check.held ? '✓ held' : '✗ failed'}</td>
              <td><code>${check.expected}</code></td>
              <td>${observed(check.observed)}</td>
              <td class="n"><a href="#L${check.line}">${check.line}</a></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** May be broken behind an underscore, where a narrow tile would break it anywhere. */
function breakable(text: string): Content {
  return text.split('_').map((part, index) => (index === 0 ? part : html`_<wbr />${part}`));
}

function marked(check: CheckedExpectation): Html {
  return html`<a class="${check.held ? 'held' : 'failed'}" href="#L${check.line}"
    >${check.held ? '✓' : '✗'} ${breakable(check.expected)}</a
  >`;
}

function observed(value: Scalar): Content {
  if (value === null) return 'nothing';
  return typeof value === 'number' ? formatCount(value) : String(value);
}

function valueOf(report: RunReport, figure: Figure): number | null {
  const { messages, availability } = report.result;
  return isAvailability(availability, figure) ? availability[figure] : messages[figure];
}

function isAvailability(
  availability: AvailabilityFigures,
  figure: Figure,
): figure is keyof AvailabilityFigures {
  return figure in availability;
}

function formatted(report: RunReport, figure: Figure): string {
  const value = valueOf(report, figure);
  if (value === null) return '–';
  return isAvailability(report.result.availability, figure)
    ? formatDuration(Math.round(value * 1_000_000))
    : formatCount(value);
}
