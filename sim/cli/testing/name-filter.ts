/**
 * `--grep`: which scenarios are meant, by plain text or with `*` and `?`. No regular expression: a pattern may come from a pull request, and some of those
 * never end. Matching takes at most the product of both lengths.
 */

/** Whether `pattern` is found anywhere in `text`; `*` stands for any characters, `?` for one. Upper and lower case are the same. */
export function matchesName(pattern: string, text: string): boolean {
  return globMatches(`*${pattern.toLowerCase()}*`, text.toLowerCase());
}

/** Goes back to the last `*` alone, which is enough: what an earlier one could take, the last can. */
function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = index;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
