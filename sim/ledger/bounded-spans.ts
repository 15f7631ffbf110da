/** Lanes that flap for hours, cut down to what can be seen: spans shorter than a pixel go into their neighbours. */
import { LANE_SPANS_MAX } from './run-report.ts';

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The width of a pixel, to begin with; doubled until the lane is short enough. */
const PIXELS = 1_000;

/** Spans that follow each other without a gap still do so: a short one becomes part of the one before. */
export function boundedStates<S extends Span>(spans: readonly S[], endUs: number): S[] {
  return bounded(spans, endUs, (kept, span) => {
    const last = kept.at(-1);
    if (last !== undefined) kept[kept.length - 1] = { ...last, toUs: span.toUs };
    else kept.push(span);
  });
}

/** Spans that may overlap: short ones are left out. */
export function boundedSpans<S extends Span>(spans: readonly S[], endUs: number): S[] {
  return bounded(spans, endUs, () => {});
}

function bounded<S extends Span>(
  spans: readonly S[],
  endUs: number,
  short: (kept: S[], span: S) => void,
): S[] {
  let kept = [...spans];
  for (
    let pixelUs = Math.ceil(endUs / PIXELS);
    kept.length > LANE_SPANS_MAX && pixelUs <= 2 * endUs;
    pixelUs *= 2
  ) {
    const next: S[] = [];
    for (const span of kept) {
      if (span.toUs - span.fromUs < pixelUs) short(next, span);
      else next.push(span);
    }
    kept = next;
  }
  return kept;
}
