/** The head of the gallery's page and its table: hazard, whether it showed, whether something prevented it. */
import type { Exhibit, ExhibitCell, GalleryReport, WaitingHazard } from '../../sim/ledger/gallery.ts';
import { counted, formatCount } from '../page/format.ts';
import { type Html, html } from '../page/markup.ts';
import { prose } from '../page/prose.ts';

/** What a hazard does, in a word. */
export const KIND_WORDS: Readonly<Record<Exhibit['hazard']['kind'], string>> = {
  loss: 'loss of what was confirmed',
  'loss-by-design': 'loss that nobody promised to prevent',
  duplicate: 'repeats',
  reorder: 'another order',
  stall: 'waiting',
};

export function headSection({ exhibits, waiting, missing }: GalleryReport): Html {
  const wrong = exhibits.filter(({ held }) => !held).length + missing.length;
  const word = wrong === 0 ? 'passed' : 'failed';
  const sentence =
    wrong === 0
      ? `${counted(exhibits.length, 'hazard')}, each shown where it should be and nowhere else.`
      : `${counted(wrong, 'hazard')} of ${exhibits.length + missing.length} not as they should be.`;
  return html`<header class="verdict ${word}">
    <div class="masthead">
      <p class="brand">Watership <span>hazard gallery</span></p>
      <nav aria-label="Parts of this page">
        <a href="#overview">Overview</a><a href="#exhibits">Hazards</a><a href="#waiting">Waiting</a>
      </nav>
    </div>
    <h1>
      <span class="stamp"
        ><span aria-hidden="true">${wrong === 0 ? '✓' : '✗'}</span> ${wrong === 0 ? 'Shown' : 'Failed'}</span
      >
      <span class="sentence">${sentence}</span>
    </h1>
    <p class="lead">
      Every way in which this simulator can make RabbitMQ 3.10 lose, repeat, reorder or delay messages, each
      with the smallest scenario that shows it and, where there is one, the setting that prevents it: the same
      scenario runs with and without.
      ${waiting.length > 0 && `${counted(waiting.length, 'more hazard')} ${waiting.length === 1 ? 'waits' : 'wait'} for parts of RabbitMQ that are not modelled yet.`}
    </p>
  </header>`;
}

export function overviewSection({ exhibits, missing }: GalleryReport): Html {
  return html`<section id="overview">
    <h2>Overview</h2>
    <div class="scroll">
      <table class="overview">
        <thead>
          <tr>
            <th scope="col"><span class="unseen">as it should be</span></th>
            <th scope="col">hazard</th>
            <th scope="col">what it is</th>
            <th scope="col">shown</th>
            <th scope="col" class="n">messages</th>
            <th scope="col">rule</th>
            <th scope="col">prevented by</th>
          </tr>
        </thead>
        <tbody>
          ${exhibits.map(overviewRow)}
          ${missing.map(
            ({ id, title }) =>
              html`<tr class="missed">
                <td class="mark">✗</td>
                <td class="id">${id}</td>
                <td>${prose(title)}</td>
                <td colspan="4">no scenario shows it, and nothing says why</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function overviewRow(exhibit: Exhibit): Html {
  const { hazard, cells, held, prevented, knobs } = exhibit;
  const bad = cells.filter(({ wanted }) => wanted);
  const good = cells.filter(({ wanted }) => !wanted);
  const rules = [...new Set(bad.flatMap((cell) => cell.rules))];
  const clear = good.filter(({ shown }) => shown === 0).length;
  return html`<tr class="${held ? 'held' : 'missed'}">
    <td class="mark">${held ? '✓' : '✗'}</td>
    <td class="id"><a href="#${hazard.id}">${hazard.id}</a></td>
    <td>${prose(hazard.title)}</td>
    <td class="runs">${shownText(bad)}</td>
    <td class="n">${messagesText(bad)}</td>
    <td>${rules.length === 0 ? '–' : prose(rules.join(', '))}</td>
    <td>
      ${
        prevented === null
          ? 'no knob'
          : html`<ul class="values">
                ${knobs.map((knob) => html`<li><code>${knob}</code></li>`)}
              </ul>
              ${clear < good.length && html`<b class="bad">in ${clear} of ${counted(good.length, 'cell')}</b>`}`
      }
    </td>
  </tr>`;
}

function shownText(cells: readonly ExhibitCell[]): string {
  const shown = cells.reduce((sum, cell) => sum + cell.shown, 0);
  const seeds = cells.reduce((sum, cell) => sum + cell.seeds, 0);
  return `in ${shown} of ${counted(seeds, 'run')}`;
}

/** How many messages it took in a run; a dash where it is no message's. */
export function messagesText(cells: readonly ExhibitCell[]): string {
  const least = Math.min(...cells.map(({ messagesMin }) => messagesMin));
  const most = Math.max(...cells.map(({ messagesMax }) => messagesMax));
  if (most <= 0) return '–';
  return least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
}

export function waitingSection(waiting: readonly WaitingHazard[]): Html {
  if (waiting.length === 0) return html`<section id="waiting"></section>`;
  return html`<section id="waiting">
    <h2>Waiting</h2>
    <p class="lead">Hazards that cannot be expressed yet, and what each waits for.</p>
    <div class="scroll">
      <table class="overview">
        <thead>
          <tr>
            <th scope="col">hazard</th>
            <th scope="col">what it is</th>
            <th scope="col">waits for</th>
          </tr>
        </thead>
        <tbody>
          ${waiting.map(
            ({ hazard, waitsFor, isDue }) =>
              html`<tr>
                <td class="id">${hazard.id}</td>
                <td>${prose(hazard.title)}</td>
                <td>
                  ${isDue ? 'nothing any more: somebody should write its scenario' : prose(waitsFor.join('; '))}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
