/** A linear scale from zero with round ticks, across a given number of pixels. */
import type { Rule, Words } from './marks.ts';

export interface Axis {
  readonly max: number;
  /** Pixel of a value. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

const ticksMax = 6;

/** Below this nothing is told apart from nothing: a share of a message, a nanosecond. */
const LEAST = 1e-9;

/** From 0 at `fromPx` to `max`, or the next tick above it, at `toPx` (which may lie left of it, or above). */
export function axisTo(max: number, fromPx: number, toPx: number): Axis {
  const step = stepOf(max);
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  const end = count * step;
  return {
    max: end,
    at: (value) => fromPx + (value / end) * (toPx - fromPx),
    ticks: Array.from({ length: count + 1 }, (_, nth) => Number((nth * step).toPrecision(6))),
  };
}

/** The smallest of 1, 2 and 5 times a power of ten that divides the way into few enough parts. */
function stepOf(max: number): number {
  if (!(max > LEAST)) return 1;
  let power = 1;
  while (power * ticksMax > max * 10) power /= 10;
  while (power * ticksMax * 10 < max) power *= 10;
  for (;;) {
    for (const factor of [0.1, 0.2, 0.5, 1, 2, 5])
      if (factor * power * ticksMax >= max) return factor * power;
    power *= 10;
  }
}

/** Lines across a chart of rows at the ticks, and their values below it. */
export function gridOf(
  axis: Axis,
  heightPx: number,
  write: (value: number) => string,
): { readonly rules: readonly Rule[]; readonly words: readonly Words[] } {
  return {
    rules: axis.ticks.map((tick) => ({
      x: axis.at(tick),
      x2: axis.at(tick),
      y: 0,
      y2: heightPx,
      stroke: 'grid',
      width: 1,
    })),
    words: axis.ticks.map((tick) => ({
      x: axis.at(tick),
      y: heightPx + 11,
      text: write(tick),
      align: 'center',
      fill: 'muted',
    })),
  };
}
