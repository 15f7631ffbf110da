/**
 * Where a reader is: what the address after `#` says, and back. `#t=55.048` is a moment, `#msg=shop-17` a message, `#line=23` a line of the
 * scenario, `#view=explorer&t=55.048` a view at a moment; whatever else is the id of an element. Knows no page, so that it can be tested.
 */

/** The views, the first one is where a reader begins. */
export const VIEWS = ['overview', 'story', 'life', 'cluster', 'explorer', 'scenario', 'rules'] as const;

export type View = (typeof VIEWS)[number];

export interface Place {
  /** Null: where the element or the moment is to be found. */
  readonly view: View | null;
  readonly timeUs: number | null;
  readonly message: string | null;
  /** Of the scenario, counted from 1. */
  readonly line: number | null;
  /** Id of an element. */
  readonly anchor: string | null;
  /** What else is said, for the view to read: filters of the explorer. */
  readonly more: ReadonlyMap<string, string>;
}

const KEYED = /^[a-z]+=/;

/** Reads a fragment without its `#`; nonsense is nowhere. */
export function placeOf(fragment: string): Place {
  const more = new Map<string, string>();
  if (KEYED.test(fragment)) {
    for (const part of fragment.split('&')) {
      const at = part.indexOf('=');
      if (at > 0) more.set(part.slice(0, at), decoded(part.slice(at + 1)));
    }
  }
  const take = (key: string): string | null => {
    const value = more.get(key) ?? null;
    more.delete(key);
    return value;
  };
  const seconds = numberOf(take('t'));
  const view = take('view');
  return {
    view: VIEWS.find((known) => known === view) ?? null,
    timeUs: seconds === null || seconds < 0 ? null : Math.round(seconds * 1_000_000),
    message: take('msg'),
    line: numberOf(take('line')),
    anchor: KEYED.test(fragment) || fragment === '' ? null : decoded(fragment),
    more,
  };
}

/** The fragment of a moment, in a view. */
export function momentFragment(us: number, view: View | null = null): string {
  const seconds = String(us / 1_000_000);
  return view === null ? `#t=${seconds}` : `#view=${view}&t=${seconds}`;
}

/** The fragment of a message. */
export function messageFragment(id: string): string {
  return `#msg=${encodeURIComponent(id)}`;
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
