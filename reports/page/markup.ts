/**
 * Markup that cannot be injected into. Every piece of the page is made with the `html` tag, which escapes what is put into it unless
 * that is itself `Html`; there is no other way to make `Html` but `trusted`, used for what this room writes itself (style sheet, SVG
 * drawn by Vega). Left out: a DOM, because the page is written once and as text.
 */

/** Text that is markup already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | null | undefined | false | readonly Content[];

// Line feed and tab may stay. Other controls are no text, and bidirectional controls let a name rewrite the line it stands in.
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` without characters that do not print or that reorder others; each becomes U+FFFD. For text on its way into a chart. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}

/** `text` as it may stand in an element or in a quoted attribute. */
function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function write(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return content.map(write).join('');
}

const unindented = new WeakMap<TemplateStringsArray, readonly string[]>();

/** A template's own text as it is sent: indentation is for the reader of the source, and would be half of a table's bytes. */
function withoutIndentation(parts: TemplateStringsArray): readonly string[] {
  const known = unindented.get(parts);
  if (known !== undefined) return known;
  const own = parts.map((part) => part.replace(/\n[ \n]*/g, '\n'));
  unindented.set(parts, own);
  return own;
}

/** Markup from a template; strings in it are escaped, null, undefined and false are nothing, arrays are written one after another. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const own = withoutIndentation(parts);
  let text = own[0] ?? '';
  contents.forEach((content, index) => {
    text += write(content) + (own[index + 1] ?? '');
  });
  return new Html(text);
}

/** Markup written by this room, taken as it is. Never for anything that came with a scenario. */
export function trusted(text: string): Html {
  return new Html(text);
}
