/**
 * The longest time without an event while somebody wanted one. Wanting is a set of windows known beforehand; time
 * outside them does not count, and a gap that spans two windows counts in each by itself.
 */

export interface Window {
  readonly fromUs: number;
  readonly toUs: number;
}

export class GapMeter {
  private readonly windows: readonly Window[];
  private lastUs = 0;
  private longestUs = 0;
  /** Windows before this one are over. */
  private first = 0;

  /** The windows may overlap and come in any order. */
  constructor(windows: readonly Window[]) {
    this.windows = merged(windows);
  }

  event(timeUs: number): void {
    this.count(timeUs);
    this.lastUs = timeUs;
  }

  /** The longest gap, the one up to `endUs` included; null where nobody ever wanted an event. */
  longest(endUs: number): number | null {
    if (this.windows.every(({ fromUs }) => fromUs >= endUs)) return null;
    this.count(endUs);
    return this.longestUs;
  }

  private count(timeUs: number): void {
    for (let index = this.first; index < this.windows.length; index += 1) {
      const { fromUs, toUs } = this.windows[index]!;
      if (fromUs >= timeUs) return;
      const gapUs = Math.min(timeUs, toUs) - Math.max(this.lastUs, fromUs);
      if (gapUs > this.longestUs) this.longestUs = gapUs;
      if (toUs <= timeUs) this.first = index + 1;
    }
  }
}

/** The windows in order, those that touch put together. */
function merged(windows: readonly Window[]): readonly Window[] {
  const sorted = windows.filter(({ fromUs, toUs }) => toUs > fromUs).toSorted((a, b) => a.fromUs - b.fromUs);
  const result: { fromUs: number; toUs: number }[] = [];
  for (const { fromUs, toUs } of sorted) {
    const last = result.at(-1);
    if (last !== undefined && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs);
    else result.push({ fromUs, toUs });
  }
  return result;
}
