// "Did you mean": the known ids nearest to what was typed. It counts edits on upper-cased ids and nothing cleverer,
// since ids are short and a person who mistypes one is a letter or a digit away.

const SUGGESTIONS_MAX = 3;
const EDITS_MAX = 2;

/** The known ids at most two edits away from `asked`, nearest first, then in the order given; at most three. */
export function suggestions(asked: string, known: readonly string[]): readonly string[] {
  const typed = asked.trim().toUpperCase();
  return known
    .map((id) => ({ id, edits: editsBetween(typed, id) }))
    .filter(({ edits }) => edits <= EDITS_MAX)
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ id }) => id);
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const inserted = (current[column - 1] ?? 0) + 1;
      const deleted = (previous[column] ?? 0) + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
