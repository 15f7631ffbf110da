/** One hazard of the gallery: what it is, the scenario's words, and each cell with what came of it. */
import type { Exhibit, ExhibitCell } from '../../sim/ledger/gallery.ts';
import { counted } from '../page/format.ts';
import { type Html, html } from '../page/markup.ts';
import { prose } from '../page/prose.ts';
import { KIND_WORDS, messagesText } from './overview.ts';

export function exhibitsSection(exhibits: readonly Exhibit[]): Html {
  return html`<section id="exhibits">
    <h2>Hazards</h2>
    ${exhibits.map(exhibitCard)}
  </section>`;
}

function exhibitCard({ hazard, description, cells, held, file }: Exhibit): Html {
  return html`<article class="exhibit ${held ? 'held' : 'missed'}" id="${hazard.id}">
    <h2>
      <span class="mark">${held ? '✓' : '✗'}</span> <span class="id">${hazard.id}</span>
      <span>${prose(hazard.title)}</span> <small>${KIND_WORDS[hazard.kind]}</small>
    </h2>
    <dl class="terms">
      <dt>When</dt>
      <dd>${prose(hazard.conditions)}</dd>
      <dt>Then</dt>
      <dd>${prose(hazard.outcome)}</dd>
      <dt>Prevented by</dt>
      <dd>${prose(hazard.preventedBy)}</dd>
    </dl>
    <p>${prose(withoutOwnName(description, hazard.id))}</p>
    <div class="scroll">
      <table class="cells">
        <thead>
          <tr>
            <th scope="col">cell</th>
            <th scope="col">expected</th>
            <th scope="col">shown</th>
            <th scope="col" class="n">messages</th>
            <th scope="col">what the ledger says</th>
          </tr>
        </thead>
        <tbody>
          ${cells.map(cellRow)}
        </tbody>
      </table>
    </div>
    <p class="source-of"><code>npx watership run ${file}</code></p>
  </article>`;
}

function cellRow(cell: ExhibitCell): Html {
  const { values, wanted, byChance, seeds, shown, rules, sentence, held, failures } = cell;
  const entries = Object.entries(values);
  const classes = `${wanted ? 'shows' : 'clear'}${held ? '' : ' missed'}`;
  return html`<tr class="${classes}">
    <td>
      ${
        entries.length === 0
          ? 'as it is'
          : html`<ul class="values">
              ${entries.map(([path, value]) => html`<li><code>${path}: ${String(value)}</code></li>`)}
            </ul>`
      }
    </td>
    <td class="wanted">${wanted ? (byChance ? 'shows, by luck' : 'shows') : 'prevented'}</td>
    <td class="runs">in ${shown} of ${counted(seeds, 'run')}</td>
    <td class="n">${messagesText([cell])}</td>
    <td>
      ${sentence !== '' ? prose(sentence) : rules.length > 0 && prose(`seen by what happens (${rules.join(', ')})`)}
      ${failures.map(
        ({ line, expected, observed }) =>
          html`<div class="bad">line ${line}: ${expected}, observed ${String(observed)}</div>`,
      )}
      ${!held && html`<div><code>${cell.replayCommand}</code></div>`}
    </td>
  </tr>`;
}

/** Descriptions begin with the hazard's name, which stands above already. */
function withoutOwnName(description: string, id: string): string {
  return description.startsWith(`${id}. `) ? description.slice(id.length + 2) : description;
}
