/**
 * A report as charts see it: a stretch of its time. The whole run is one; a close-up is another, where so much of the story happens in
 * so little time that its pins fall together on the axis of the whole run. Spans are clipped to the stretch, and what lies outside is left out.
 */
import type { QueueLane, RunReport } from '../../sim/ledger/run-report.ts';

/** Lines of the story that make a moment worth a close-up, and how many close-ups there are. */
const LINES_MIN = 3;
const CLOSE_UPS_MAX = 2;

/** The least stretch, and what it has on both sides of the first and the last line. */
const STRETCH_MIN_US = 20_000;
const MARGIN = 0.12;

export interface Pin {
  readonly timeUs: number;
  /** Number of the line of the story, counted from 1. */
  readonly line: number;
}

/** The report between `fromUs` and `endUs`. */
export interface Scene extends RunReport {
  readonly fromUs: number;
  readonly pins: readonly Pin[];
}

/** Everything. */
export function wholeRun(report: RunReport): Scene {
  return {
    ...report,
    fromUs: 0,
    pins: report.story.map(({ timeUs }, index) => ({ timeUs, line: index + 1 })),
  };
}

/** The stretches that deserve a close-up, in order of time: those around lines nearer to each other than `togetherUs`, most lines first. */
export function closeUps(report: RunReport, togetherUs: number): readonly Scene[] {
  const runs: Pin[][] = [];
  for (const pin of wholeRun(report).pins) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && pin.timeUs - last.timeUs <= togetherUs) runs.at(-1)?.push(pin);
    else runs.push([pin]);
  }
  return runs
    .filter((run) => run.length >= LINES_MIN)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, CLOSE_UPS_MAX)
    .map((run) => sceneAround(report, run))
    .filter((scene) => (scene.endUs - scene.fromUs) * 3 <= report.endUs)
    .toSorted((a, b) => a.fromUs - b.fromUs);
}

function sceneAround(report: RunReport, run: readonly Pin[]): Scene {
  const firstUs = run[0]?.timeUs ?? 0;
  const lastUs = run.at(-1)?.timeUs ?? firstUs;
  const marginUs = Math.round(Math.max(STRETCH_MIN_US, lastUs - firstUs) * MARGIN);
  return sceneOf(report, Math.max(0, firstUs - marginUs), Math.min(report.endUs, lastUs + marginUs));
}

function sceneOf(report: RunReport, fromUs: number, endUs: number): Scene {
  const within = (us: number) => us >= fromUs && us <= endUs;
  const phase = (us: number | null) => (us !== null && within(us) ? us : null);
  const clipped = <Span extends { readonly fromUs: number; readonly toUs: number }>(
    spans: readonly Span[],
  ): readonly Span[] =>
    spans
      .filter((span) => span.fromUs <= endUs && span.toUs >= fromUs)
      .map((span) => ({ ...span, fromUs: Math.max(span.fromUs, fromUs), toUs: Math.min(span.toUs, endUs) }));
  const changes = (lane: QueueLane) =>
    [...lane.leaders, ...lane.mirrors, ...lane.states].some(
      (span) => within(span.fromUs) || within(span.toUs),
    );
  return {
    ...report,
    fromUs,
    endUs,
    settleFromUs: phase(report.settleFromUs),
    drainFromUs: phase(report.drainFromUs),
    // The edge of the row cuts what began before it, so that it does not look as if it began there.
    faults: report.faults
      .filter((fault) => fault.fromUs <= endUs && fault.toUs >= fromUs)
      .map((fault) => ({ ...fault, toUs: Math.min(fault.toUs, endUs) })),
    nodeLanes: report.nodeLanes.map((lane) => ({ ...lane, spans: clipped(lane.spans) })),
    queueLanes: report.queueLanes.filter(changes).map((lane) => ({
      ...lane,
      leaders: clipped(lane.leaders),
      mirrors: clipped(lane.mirrors),
      states: clipped(lane.states),
    })),
    pins: wholeRun(report).pins.filter((pin) => within(pin.timeUs)),
  };
}
