/**
 * Values as one line of YAML, in the flow style of the scenarios that people write. What could be read as anything but itself is put in
 * double quotes with escapes, so that a name from anywhere stays one name on one line.
 */
import type { Data } from '../../scenario/document.ts';

/** Words that YAML, or a reader, takes for something else. */
const reserved = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);
const plain = /^(?:[A-Za-z_][A-Za-z0-9_./-]*|\d{1,9}(?:\.\d{1,9})?(?:s|\/s))$/;
/** YAML finds no key without a mark that is longer. */
const keyCharacters = 1_000;

/** A text: bare where that is safe. */
export function textOf(text: string): string {
  return plain.test(text) && !reserved.has(text.toLowerCase()) ? text : quoted(text);
}

/** Everything but printable ASCII is escaped: a terminal or an editor shows what is there. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A key with its colon. */
export function keyOf(key: string): string {
  const text = textOf(key);
  return `${text.length > keyCharacters ? '? ' : ''}${text}:`;
}

/** Any value, maps and lists included. */
export function flowOf(value: Data): string {
  if (typeof value === 'string') return textOf(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each: Data) => flowOf(each)).join(', ')}]`;
  const entries = Object.entries(value as { readonly [key: string]: Data });
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, each]) => `${keyOf(key)} ${flowOf(each)}`).join(', ')} }`;
}
