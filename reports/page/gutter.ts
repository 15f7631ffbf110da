/** What stands left of a chart: names of lanes at their height, or a title with a key of line styles. HTML, so that it may stay put while a narrow screen scrolls the charts. */
import { type Html, html, trusted } from './markup.ts';
import type { ColourName } from './palette.ts';

export interface LaneName {
  readonly text: string;
  readonly topPx: number;
  readonly heightPx: number;
  /** A heading over the lanes below it, or a lane's name. */
  readonly heading?: boolean;
}

/** Names at the height of their lanes. */
export function laneNames(names: readonly LaneName[]): Html {
  return html`${names.map(
    ({ text, topPx, heightPx, heading }) =>
      html`<span
        class="${heading === true ? 'lane lane-heading' : 'lane'}"
        style="top:${topPx}px;height:${heightPx}px;line-height:${heightPx}px"
        title="${text}"
        ><bdi>${text}</bdi></span
      >`,
  )}`;
}

export interface KeyEntry {
  readonly label: string;
  readonly colour: ColourName;
  /** As the chart draws the line. */
  readonly line: 'solid' | 'dashed' | 'area' | 'dots';
}

/** A title and the key to its lines, each drawn as in the chart. */
export function seriesKey(title: string, detail: string, entries: readonly KeyEntry[]): Html {
  return html`<div class="key">
    <strong title="${title}"><bdi>${title}</bdi>${detail !== '' && html` <small>${detail}</small>`}</strong>
    <ul>
      ${entries.map((entry) => html`<li>${swatch(entry)}${entry.label}</li>`)}
    </ul>
  </div>`;
}

function swatch({ colour, line }: KeyEntry): Html {
  const shapes = {
    solid: `<path d="M1 5H21" stroke="var(--${colour})" stroke-width="2"/>`,
    dashed: `<path d="M1 5H21" stroke="var(--${colour})" stroke-width="2" stroke-dasharray="4 3"/>`,
    area: `<path d="M1 9V2H21V9" fill="var(--${colour})" fill-opacity=".25" stroke="var(--${colour})"/>`,
    dots: `<path d="M4 5h.01M11 5h.01M18 5h.01" stroke="var(--${colour})" stroke-width="4" stroke-linecap="round"/>`,
  };
  return trusted(`<svg width="22" height="10" aria-hidden="true" fill="none">${shapes[line]}</svg>`);
}
