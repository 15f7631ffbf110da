/**
 * What all charts share: one time axis. Each view is a row of the same width with the same fixed extent, nothing on its left and room
 * for its own scale on its right, so that a moment stands at the same pixel in every row; the spans of faults are shaded behind each.
 * Labels are cut here and not by Vega, whose guess at the width of a text depends on the machine.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { Html } from '../page/markup.ts';
import { secondsOf } from '../page/format.ts';
import { colour } from '../page/palette.ts';
import type { Scene } from './scene.ts';

/** Width of the time axis, and of the room right of it for a row's own scale, in pixels. */
export const PLOT_WIDTH = 1000;
const SCALE_WIDTH = 56;

/** Advance of a character at the labels' size, generously: a label that may not fit is left out. */
const CHARACTER_WIDTH = 6.6;

const TICKS_MAX = 12;
const LABEL_HALF_WIDTH = 22;
const TICK_STEPS_S = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800,
  3_600, 7_200, 14_400, 43_200, 86_400,
];

export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** A chart, what names its parts on the left, and the same as a table. */
export interface View {
  readonly name: string;
  readonly heading: string;
  readonly spec: TopLevelSpec;
  readonly heightPx: number;
  /** What stands left of the chart: its lanes' names or its series' key. */
  readonly gutter: Html;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  readonly table: Html;
}

/** Pixel of a moment on the shared axis. */
export function pixelOf(scene: Scene, us: number): number {
  return lengthOf(scene, us - scene.fromUs);
}

/** Pixels that a length of time takes on it. */
export function lengthOf(scene: Scene, us: number): number {
  return (us / Math.max(1, scene.endUs - scene.fromUs)) * PLOT_WIDTH;
}

/** Whether `label` fits into `widthPx`. */
function fits(label: string, widthPx: number): boolean {
  return widthOf(label) <= widthPx;
}

/** Pixels that `label` may take. */
export function widthOf(label: string): number {
  return [...label].length * CHARACTER_WIDTH + 10;
}

function tickStepOf(scene: Scene): number {
  const lengthS = secondsOf(scene.endUs - scene.fromUs);
  return TICK_STEPS_S.find((candidate) => lengthS / candidate <= TICKS_MAX) ?? Math.ceil(lengthS / TICKS_MAX);
}

/** Moments in seconds at which the axis has a line. */
export function ticksOf(scene: Scene): readonly number[] {
  const step = tickStepOf(scene);
  const ticks: number[] = [];
  for (
    let index = Math.ceil(secondsOf(scene.fromUs) / step);
    index * step <= secondsOf(scene.endUs);
    index++
  ) {
    const tick = Number((index * step).toFixed(3));
    // Beside the left edge, though not on it, a label would be cut off.
    const px = pixelOf(scene, tick * 1_000_000);
    if (px < 0.5 || px > LABEL_HALF_WIDTH) ticks.push(tick);
  }
  return ticks;
}

/** How the axis writes a moment: seconds, and minutes from ten minutes on, with as many decimals as its lines need. */
function tickLabel(scene: Scene): string {
  const { decimals, width } = tickForm(scene);
  if (scene.endUs < 600_000_000) return `format(datum.value, '.${decimals}f') + ' s'`;
  return `floor(datum.value / 60) + ':' + format(datum.value % 60, '0${width}.${decimals}f')`;
}

/** The same in words, for those who do not speak Vega's language. */
function tickWord(scene: Scene, seconds: number): string {
  const { decimals, width } = tickForm(scene);
  if (scene.endUs < 600_000_000) return `${seconds.toFixed(decimals)} s`;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(decimals).padStart(width, '0')}`;
}

function tickForm(scene: Scene): { readonly decimals: number; readonly width: number } {
  const step = tickStepOf(scene);
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
  return { decimals, width: decimals === 0 ? 2 : decimals + 3 };
}

/** The encoding of `field`, in seconds, on the shared axis. */
export function timeEncoding(scene: Scene, field: string, labels: 'top' | 'bottom' | 'none' = 'none') {
  const shown = labels !== 'none';
  return {
    field,
    type: 'quantitative' as const,
    scale: {
      domain: [secondsOf(scene.fromUs), secondsOf(Math.max(scene.fromUs + 1, scene.endUs))],
      range: [0, PLOT_WIDTH],
      nice: false,
      zero: false,
    },
    axis: {
      orient: labels === 'top' ? ('top' as const) : ('bottom' as const),
      values: [...ticksOf(scene)],
      title: null,
      grid: true,
      labels: shown,
      ticks: shown,
      domain: false,
      labelBound: false,
      labelFlush: true,
      labelOverlap: false,
      labelExpr: tickLabel(scene),
      words: ticksOf(scene).map((seconds) => tickWord(scene, seconds)),
    },
  };
}

/** A y encoding in plain pixels from the top. */
export function pixelEncoding(field: string, heightPx: number) {
  return {
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, heightPx], range: [0, heightPx], nice: false, zero: false },
    axis: null,
  };
}

/** One rectangle of a lane: seconds and pixels. */
export interface LaneSpan {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
  readonly middle: number;
  readonly fill: string;
  readonly ink: string;
  readonly label: string;
}

/** A span of a lane; never thinner than two and a half pixels, so that what lasted a moment is seen. `labels`: longest first. */
export function laneSpan(
  scene: Scene,
  span: { readonly fromUs: number; readonly toUs: number },
  topPx: number,
  heightPx: number,
  fill: { readonly fill: string; readonly ink: string },
  labels: readonly string[],
): LaneSpan {
  const thinnestUs = ((scene.endUs - scene.fromUs) / PLOT_WIDTH) * 2.5;
  const toUs = Math.min(Math.max(span.toUs, span.fromUs + thinnestUs), Math.max(scene.endUs, span.toUs));
  const widthPx = lengthOf(scene, toUs - span.fromUs);
  return {
    from: secondsOf(span.fromUs),
    to: secondsOf(toUs),
    top: topPx,
    bottom: topPx + heightPx,
    middle: topPx + heightPx / 2,
    ...fill,
    label: labels.find((label) => fits(label, widthPx)) ?? '',
  };
}

/** The layers that draw lanes: rectangles, and the words on them. */
export function laneLayers(scene: Scene, spans: readonly LaneSpan[], heightPx: number): Layer[] {
  return [
    {
      data: { values: [...spans] },
      mark: { type: 'rect', stroke: colour('surface'), strokeWidth: 1 },
      encoding: {
        x: timeEncoding(scene, 'from'),
        x2: { field: 'to' },
        y: pixelEncoding('top', heightPx),
        y2: { field: 'bottom' },
        fill: { field: 'fill', type: 'nominal', scale: null, legend: null },
      },
    },
    {
      data: { values: spans.filter((span) => span.label !== '') },
      mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, fontSize: 11, limit: 0 },
      encoding: {
        x: timeEncoding(scene, 'from'),
        y: pixelEncoding('middle', heightPx),
        text: { field: 'label', type: 'nominal' },
        fill: { field: 'ink', type: 'nominal', scale: null, legend: null },
      },
    },
  ];
}

/** Where settling and draining began, in seconds. */
export function phasesOf(scene: Scene): readonly { readonly at: number; readonly label: string }[] {
  return [
    { us: scene.settleFromUs, label: 'settle' },
    { us: scene.drainFromUs, label: 'drain' },
  ].flatMap(({ us, label }) => (us === null ? [] : [{ at: secondsOf(us), label }]));
}

/** The layers behind every row: faults shaded from edge to edge, and the bounds of the run's phases. */
function backgroundLayers(scene: Scene, heightPx: number, labels: 'top' | 'bottom' | 'none'): Layer[] {
  const faults = scene.faults.map((fault) => ({ from: secondsOf(fault.fromUs), to: secondsOf(fault.toUs) }));
  return [
    {
      // One outline through all rows: above and below it is cut off at the row, but for the ends of the stack.
      data: { values: faults },
      mark: {
        type: 'rect',
        fill: colour('fault'),
        fillOpacity: 0.08,
        stroke: colour('fault'),
        strokeOpacity: 0.75,
        strokeWidth: 1,
      },
      encoding: {
        x: timeEncoding(scene, 'from', labels),
        x2: { field: 'to' },
        y: { value: -2 },
        y2: { value: heightPx + 2 },
      },
    },
    {
      data: { values: [...phasesOf(scene)] },
      mark: { type: 'rule', stroke: colour('muted'), strokeWidth: 1, strokeDash: [1, 3] },
      encoding: { x: timeEncoding(scene, 'at', labels), y: { value: 0 }, y2: { value: 'height' } },
    },
  ];
}

/** A row of the stack: `layers` over the shared background, in a frame of fixed size. */
export function timeRow(
  scene: Scene,
  heightPx: number,
  layers: readonly Layer[],
  labels: 'top' | 'bottom' | 'none' = 'none',
): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: PLOT_WIDTH,
    height: heightPx,
    autosize: { type: 'none' },
    padding: {
      left: 0,
      right: SCALE_WIDTH,
      top: labels === 'top' ? AXIS_HEIGHT : 0,
      bottom: labels === 'bottom' ? AXIS_HEIGHT : 0,
    },
    layer: [...backgroundLayers(scene, heightPx, labels), ...layers],
    config: CHART_CONFIG,
  };
}

/** Room for the labels of the time axis, in pixels. */
export const AXIS_HEIGHT = 22;

export const CHART_CONFIG: TopLevelSpec['config'] = {
  // One description stands on the figure; a role and a label on each of a thousand marks would only be noise to hear.
  aria: false,
  background: 'transparent',
  font: 'inherit',
  view: { stroke: null },
  axis: {
    gridColor: colour('grid'),
    labelColor: colour('muted'),
    tickColor: colour('hairline'),
    labelFontSize: 11,
    labelLimit: 0,
    translate: 0,
  },
};
