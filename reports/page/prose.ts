/** Sentences as scenarios and the registry write them: rules and hazards set off, what stands between backticks as code. */
import { cited } from './cited.ts';
import { type Html, html } from './markup.ts';

export function prose(text: string): Html {
  const parts = text.split(/`([^`]+)`/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : cited(part)))}`;
}
