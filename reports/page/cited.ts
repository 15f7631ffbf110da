/** Sentences that name rules and hazards: the names are set off, and never broken at the end of a line. */
import { type Html, html } from './markup.ts';

const CITATION = /\b((?:HAZ|NET|CLU|PAR|MIR|BRK|QQ|CLI|OVR)-\d+)\b/;

/** `sentence` with each `PAR-26` in it marked. */
export function cited(sentence: string): Html {
  return html`${sentence.split(CITATION).map((part, index) => (index % 2 === 1 ? html`<span class="cite">${part}</span>` : part))}`;
}
