/**
 * Takes out of a scenario's data what does not fit the schema, so that one pass can still check all the rest. An element
 * that leaves a list shifts the ones behind it: `kept` says where each of the rest stood in the file.
 */
import type { Data, Path } from './document.ts';
import type { ShapeProblem } from './shape.ts';

export interface Pruned {
  readonly data: Data;
  /** For each top-level list that lost elements, the original index of each element that is left. */
  readonly kept: ReadonlyMap<string, readonly number[]>;
}

/** Without the values that the problems are about; what is missing takes its map with it. Paths are of `pruned.data`. */
export function prune(pruned: Pruned, problems: readonly ShapeProblem[]): Pruned {
  let data = pruned.data;
  const lost = new Map<string, Set<number>>();
  for (const problem of problems) {
    let path = problem.path;
    // Elsewhere than in a top-level list an element takes its list with it: `[a, 5]` is no pair without the 5.
    while (typeof path.at(-1) === 'number' && path.length !== 2) path = path.slice(0, -1);
    const [list, index] = path;
    if (path.length === 2 && typeof list === 'string' && typeof index === 'number')
      lost.set(list, (lost.get(list) ?? new Set()).add(index));
    else data = without(data, path);
  }
  const kept = new Map(pruned.kept);
  for (const [list, indices] of lost) {
    const elements = valueOf(data, list);
    if (!Array.isArray(elements)) continue;
    const before = kept.get(list) ?? elements.map((_, index) => index);
    kept.set(
      list,
      before.filter((_, index) => !indices.has(index)),
    );
    const rest = elements.filter((_, index) => !indices.has(index)) as readonly Data[];
    data = { ...(data as { readonly [key: string]: Data }), [list]: rest };
  }
  return { data, kept };
}

function valueOf(data: Data, key: string): Data | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  return (data as { readonly [key: string]: Data })[key];
}

function without(data: Data, path: Path): Data {
  const [step, ...further] = path;
  if (step === undefined || typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) {
    const list: readonly Data[] = data;
    return list.map((each, index) => (index === step ? without(each, further) : each));
  }
  const entries = Object.entries(data as { readonly [key: string]: Data });
  if (further.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== step));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === step ? without(value, further) : value]),
  );
}
