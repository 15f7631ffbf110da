/** The runs that came out worst, each with the command that yields it again, and the configurations with theirs. */
import type { SweepReport, WorstRun } from '../../sim/ledger/sweep.ts';
import { counted, formatCount } from '../page/format.ts';
import { type Html, html } from '../page/markup.ts';
import { prose } from '../page/prose.ts';
import { cellLabel, seconds } from './label.ts';

export function worstSection({ worst, cells }: SweepReport): Html {
  return html`<section id="worst">
    <h2>Worst seeds</h2>
    <p class="lead">
      ${
        worst.length === 0
          ? 'No run ended.'
          : 'By what weighs most: an expectation that failed, confirmed messages lost, others lost, the longest time without a confirm, without a delivery, repeats.'
      }
    </p>
    ${
      worst.length > 0 &&
      html`<div class="scroll">
        <table class="overview">
          <thead>
            <tr>
              <th scope="col" class="n">seed</th>
              <th scope="col">configuration</th>
              <th scope="col">verdict</th>
              <th scope="col" class="n">confirmed lost</th>
              <th scope="col" class="n">others lost</th>
              <th scope="col" class="n">twice</th>
              <th scope="col" class="n">no confirm</th>
              <th scope="col" class="n">no delivery</th>
            </tr>
          </thead>
          <tbody>
            ${worst.map((run) => worstRows(run, cells.length > 1 ? cellLabel(cells[run.cell]!, run.cell) : 'the only one'))}
          </tbody>
        </table>
      </div>`
    }
  </section>`;
}

function worstRows(run: WorstRun, label: string): Html {
  return html`<tr>
      <td class="n">${run.seed}</td>
      <td>${label}</td>
      <td class="${run.verdict === 'passed' ? '' : 'bad'}">${run.verdict}</td>
      <td class="n">${formatCount(run.confirmedLost)}</td>
      <td class="n">${formatCount(run.unconfirmedLost)}</td>
      <td class="n">${formatCount(run.duplicated)}</td>
      <td class="n">${seconds(run.withoutConfirm)}</td>
      <td class="n">${seconds(run.withoutDelivery)}</td>
    </tr>
    <tr class="why">
      <td></td>
      <td colspan="7">
        ${prose(run.sentence)}<br />
        <code>${run.replayCommand}</code>
      </td>
    </tr>`;
}

export function configurationsSection({ cells }: SweepReport): Html {
  return html`<section id="configurations">
    <h2>Configurations</h2>
    <div class="scroll">
      <table class="overview">
        <thead>
          <tr>
            <th scope="col">configuration</th>
            <th scope="col">verdict</th>
            <th scope="col">runs</th>
            <th scope="col">what only all seeds can show</th>
            <th scope="col">the first run again</th>
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            (cell, index) =>
              html`<tr>
                <td>
                  ${cellLabel(cell, index)}
                  <ul class="values">
                    ${Object.entries(cell.values).map(([path, value]) => html`<li><code>${path}: ${String(value)}</code></li>`)}
                  </ul>
                </td>
                <td class="${cell.verdict === 'passed' && cell.defects + cell.refused === 0 ? '' : 'bad'}">
                  ${cell.runs === 0 ? 'no run ended' : cell.verdict}
                </td>
                <td>
                  ${counted(cell.runs, 'run')} from seed ${cell.firstSeed}
                  ${cell.refused > 0 && html`<div class="bad">${cell.refused} could not begin</div>`}
                  ${cell.defects > 0 && html`<div class="bad">${cell.defects} with an internal error</div>`}
                </td>
                <td>
                  ${
                    cell.setFailures.length === 0
                      ? '–'
                      : cell.setFailures.map(
                          ({ line, expected, observed }) =>
                            html`<div class="bad">
                              line ${line}: ${expected}, observed ${String(observed)}
                            </div>`,
                        )
                  }
                </td>
                <td><code>${cell.replayCommand}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
