/** Tables of data, as they stand behind each chart; long ones are cut, and say of how many rows. */
import { type Content, type Html, html } from './markup.ts';
import { formatCount } from './format.ts';

const TABLE_ROWS_MAX = 600;

/** A table with a caption. Numbers are aligned to the right. One without rows says so. */
export function dataTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Content[])[],
): Html {
  const shown = rows.slice(0, TABLE_ROWS_MAX);
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}${
          rows.length > shown.length &&
          html` <span class="cut"
            >the first ${formatCount(shown.length)} of ${formatCount(rows.length)} rows</span
          >`
        }
      </caption>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => (typeof cell === 'number' ? html`<td class="n">${cell}</td>` : html`<td>${cell}</td>`))}
            </tr>`,
        )}
        ${
          rows.length === 0 &&
          html`<tr>
            <td class="cut" colspan="${head.length}">none</td>
          </tr>`
        }
      </tbody>
    </table>
  </div>`;
}
