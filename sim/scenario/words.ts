/**
 * Splits a command line into words as a shell does: blanks, single quotes, double quotes, backslashes. Nothing is
 * expanded (`*`, `$`, `~` stay as they are), since no shell of ours would have anything to expand them to.
 */

/** The words, or a sentence that says what is not closed. */
export function splitWords(
  command: string,
): { readonly words: readonly string[] } | { readonly error: string } {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const char = command.charAt(at);
    if (quote === "'" || (quote === '"' && char !== '\\')) {
      if (char === quote) quote = undefined;
      else word += char;
    } else if (char === '\\') {
      const next = command.charAt(at + 1);
      if (next === '') return { error: 'a backslash ends the command line' };
      // Inside double quotes a backslash escapes only these; before any other character it is itself.
      const escapes = quote === undefined || '"\\$`'.includes(next);
      word = (word ?? '') + (escapes ? next : char + next);
      at++;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined) return { error: `a quote (${quote}) is not closed` };
  if (word !== undefined) words.push(word);
  return { words };
}
