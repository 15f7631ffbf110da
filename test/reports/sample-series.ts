/** The series of the sample report: the recording's rates and depths, and latencies that are made up between its median and its worst. */
import type { DepthPoint, LatencyPoint, RatePoint } from '../../sim/ledger/run-report.ts';

/** Microseconds in a second. */
export const S = 1_000_000;

/** Seconds as whole microseconds. */
export function us(seconds: number): number {
  return Math.round(seconds * S);
}

export function perSecond(): RatePoint[] {
  return Array.from({ length: 46 }, (_, second): RatePoint => {
    const published = second < 1 || second >= 36 ? 0 : second === 1 ? 98 : 100;
    // Confirms wait for the mirrors behind the cut until it is noticed; then those that waited come at once.
    const confirmed =
      second === 8
        ? 4
        : second > 8 && second < 13
          ? 0
          : second === 13
            ? 590
            : second >= 31
              ? 0
              : second === 30
                ? 74
                : published;
    const delivered =
      second === 8
        ? 60
        : second > 8 && second < 13
          ? 0
          : second === 13
            ? 340
            : second > 13 && second < 20
              ? 50
              : second === 20 || second === 21
                ? 512
                : second === 22
                  ? 155
                  : second === 30
                    ? 43
                    : second >= 31
                      ? 0
                      : published;
    return { timeUs: second * S, published, confirmed, delivered };
  });
}

export function depth(): DepthPoint[] {
  const known: readonly (readonly [number, number | null, number | null])[] = [
    [0, 0, 0],
    [1, 0, 1],
    [7, 0, 2],
    [8, 0, 9],
    [9, 0, 10],
    [12, 0, 11],
    [13, 0, 0],
    [13.942, 298, 0],
    [14.944, 348, 0],
    [15.948, 399, 0],
    [16.951, 449, 0],
    [17.954, 499, 0],
    [18.956, 549, 0],
    [19.958, 599, 0],
    [20.959, 483, 10],
    [21.962, 55, 10],
    [22.964, 0, 0],
    [23.968, 0, 1],
    [25, 0, 0],
    [27, 0, 0],
    [28.978, 0, 0],
    [29.982, 5, 0],
    [30.395, 0, 0],
    [30.985, null, null],
    [46, null, null],
  ];
  return known.map(([seconds, ready, unacknowledged]) => ({ timeUs: us(seconds), ready, unacknowledged }));
}

export function latency(): LatencyPoint[] {
  const points: LatencyPoint[] = [];
  for (let second = 1; second <= 30; second++) {
    if (second > 8 && second < 13) continue;
    const wobble = (second * 37) % 11;
    points.push(
      second === 13
        ? { timeUs: 13 * S, p50Us: 2_700_000, p99Us: 5_546_000, maxUs: 7_003_000 }
        : {
            timeUs: second * S,
            p50Us: 1_900 + wobble * 60,
            p99Us: 4_800 + wobble * 400,
            maxUs: 9_000 + wobble * 2_100,
          },
    );
  }
  return points;
}
