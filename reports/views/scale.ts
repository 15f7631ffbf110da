/** The scales at the right edge of rows that measure something: counts from zero, latencies by powers of ten. */

const LABELS = {
  orient: 'right',
  title: null,
  domain: false,
  ticks: false,
  labelPadding: 6,
  grid: true,
  labelBound: false,
  labelOverlap: false,
} as const;

/** Pixels kept free above the highest value, for its label. */
const HEADROOM = 10;

/** A count from zero to `end`, with lines at zero, half and `end`. */
export function countEncoding(field: string, heightPx: number, end: number) {
  return {
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, end], range: [heightPx - 6, HEADROOM], nice: false },
    axis: {
      ...LABELS,
      values: end === 1 ? [0, 1] : [0, end / 2, end],
      labelExpr: "datum.value < 10000 ? datum.value : format(datum.value, '~s')",
      words: (end === 1 ? [0, 1] : [0, end / 2, end]).map(countWord),
    },
    stack: null,
  };
}

/** A latency in milliseconds on a logarithmic scale, with a line at each power of ten. */
export function latencyEncoding(field: string, heightPx: number, decades: readonly number[]) {
  return {
    field,
    type: 'quantitative' as const,
    scale: {
      type: 'log' as const,
      domain: [decades[0] ?? 1, decades.at(-1) ?? 10],
      range: [heightPx - 6, HEADROOM],
      nice: false,
    },
    axis: {
      ...LABELS,
      values: [...decades],
      labelExpr:
        "datum.value < 1 ? (datum.value * 1000) + ' µs' : datum.value < 1000 ? datum.value + ' ms' : (datum.value / 1000) + ' s'",
      words: decades.map((ms) => (ms < 1 ? `${ms * 1000} µs` : ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)),
    },
  };
}

const SUFFIXES = ['', 'k', 'M', 'G', 'T'] as const;

/** What the labels' expression says of a count, in words. */
function countWord(count: number): string {
  let [value, power] = [count, 0];
  if (count < 10_000) return String(count);
  for (; value >= 1000 && power < SUFFIXES.length - 1; value /= 1000) power += 1;
  return `${Number(value.toFixed(3))}${SUFFIXES[power]}`;
}
