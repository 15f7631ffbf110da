/** Spans of a lane while they are being made: the last one is open until something ends it. */

export type Open<Span> = { -readonly [Key in keyof Span]: Span[Key] };

interface Bounds {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Marks a span that has not ended. */
export const OPEN_US = -1;

/** Spans of one thing that has one state at a time. */
export class StateSpans<State> {
  readonly spans: Open<Bounds & { readonly state: State }>[] = [];

  /** From now on in `state`; null: in none. */
  enter(timeUs: number, state: State | null): void {
    const last = this.spans.at(-1);
    if (last !== undefined && last.toUs === OPEN_US) {
      if (last.state === state) return;
      if (last.fromUs === timeUs) this.spans.pop();
      else last.toUs = timeUs;
    }
    if (state !== null) this.spans.push({ fromUs: timeUs, toUs: OPEN_US, state });
  }
}

/** The spans in order of their beginning; what is open ends at `endUs`. */
export function closed<Span extends Bounds>(spans: readonly Span[], endUs: number): Span[] {
  const ended = spans.map((span) =>
    span.toUs === OPEN_US ? { ...span, toUs: Math.max(endUs, span.fromUs) } : span,
  );
  return ended.toSorted((a, b) => a.fromUs - b.fromUs);
}
