/** Small pieces of English that sentences of the story and the verdict share. */
import type { CauseGroup } from './cause-tally.ts';

/** `rabbit1, rabbit2 and rabbit3`. */
export function list(names: readonly string[]): string {
  const known = names.filter((name) => name !== '');
  if (known.length < 2) return known[0] ?? '';
  return `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`;
}

/** The names, or how many there are if nobody would read them all. */
export function few(names: readonly string[], plural: string): string {
  return names.length <= 3 ? list(names) : `${names.length} ${plural}`;
}

export function verb(names: readonly string[], one: string, many: string): string {
  return names.length === 1 ? one : many;
}

export function counted(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}

/** Seconds with one decimal: what a person compares. */
export function tenths(us: number): string {
  return (Math.round(us / 100_000) / 10).toFixed(1);
}

/** `257 messages lost, confirmed`. */
export function harmOf({ messages, confirmed, cause }: CauseGroup): string {
  const known =
    confirmed === 0 ? '' : confirmed === messages ? ', confirmed' : `, ${confirmed} of them confirmed`;
  return `${counted(messages, 'message')} ${cause.outcome}${known}`;
}
