/** What prevents a hazard, read off its matrix: the values by which a cell without it differs from one with it. */
import type { ExhibitCell } from '../../ledger/gallery.ts';
import type { Scalar } from '../../ledger/result.ts';

/**
 * `ha-sync-mode=automatic` for each value that alone turns a cell that shows the hazard into one that does not, with the last
 * word of its path; of a value that is a map only what differs. Empty where there is no such cell.
 */
export function knobsOf(cells: readonly ExhibitCell[]): readonly string[] {
  const bad = cells.filter(({ wanted }) => wanted);
  const knobs = new Set<string>();
  for (const { values } of cells.filter(({ wanted }) => !wanted)) {
    for (const { values: others } of bad) {
      const differing = Object.keys(values).filter((path) => values[path] !== others[path]);
      const [path] = differing;
      if (differing.length !== 1 || path === undefined) continue;
      knobs.add(knob(path, values[path] ?? null, others[path] ?? null));
    }
  }
  return [...knobs];
}

function knob(path: string, value: Scalar, other: Scalar): string {
  const map = mapIn(value);
  const otherMap = mapIn(other);
  if (map === null || otherMap === null) return `${lastWord(path)}=${String(value)}`;
  const differing = Object.entries(map).filter(([key, each]) => text(each) !== text(otherMap[key]));
  return differing.map(([key, each]) => `${key}=${text(each)}`).join(', ');
}

/** The map whose JSON this is, null for anything else. */
function mapIn(value: Scalar): { readonly [key: string]: unknown } | null {
  if (typeof value !== 'string' || !value.startsWith('{')) return null;
  const data: unknown = JSON.parse(value);
  return typeof data === 'object' && data !== null ? { ...data } : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
}

/** What a person calls the setting: `confirms` of `workloads.till.publish.confirms`; of a step in a list, its place too. */
function lastWord(path: string): string {
  const words = path.split('.');
  const last = words.at(-1) ?? path;
  return /^\d+$/.test(last) ? words.slice(-2).join('.') : last;
}
