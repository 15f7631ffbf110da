/**
 * Links into the report: to a moment, a message, a line, a rule. They are fragments that the page's script answers to; a page without
 * script has plain text in their place, except for those that an anchor answers to as well.
 */
import { formatTime } from './format.ts';
import { type Html, html } from './markup.ts';

export interface Links {
  /** Whether the page has a script. */
  readonly scripted: boolean;
}

/** A moment, as a link to it. */
export function momentLink({ scripted }: Links, us: number): Html {
  const time = html`<time>${formatTime(us)}</time>`;
  return scripted ? html`<a class="moment" href="#t=${secondsText(us)}">${time}</a>` : time;
}

/** A message, as a link to its life. */
export function messageLink({ scripted }: Links, id: string): Html {
  const name = html`<code>${id}</code>`;
  return scripted ? html`<a href="#msg=${encodeURIComponent(id)}">${name}</a>` : name;
}

/** A rule or hazard, as a link to its explanation, which every page has. */
export function ruleLink(id: string): Html {
  return /^[A-Z]+-\d+$/.test(id) ? html`<a href="#${id}"><code>${id}</code></a>` : html`<code>${id}</code>`;
}

/** Microseconds as seconds without trailing zeros: 55.048. */
function secondsText(us: number): string {
  return String(us / 1_000_000);
}
