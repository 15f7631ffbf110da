/**
 * Names come from scenario files, and a terminal obeys what it is shown. So whatever a file or the command line
 * contributed is made inert before a person sees it. JSON needs none of this: it escapes by itself.
 */

const unsafe =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Surrogate}]/gu;

/** The text with control characters, changes of writing direction and halves of characters shown as `\x1b` or `\u202e`. Line feeds too: one line stays one. */
export function printable(text: string): string {
  return text.replaceAll(unsafe, (character) => {
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** As `printable`, and no longer than `limit` characters. */
export function excerpt(text: string, limit: number): string {
  const shown = printable(text);
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1)}…`;
}
