/**
 * The band below the faults: numbered pins where the lines of the story belong, and what the run's phases are called where they begin. Pins that would cover
 * each other become one with a range; a name that a pin would cover stands behind it.
 */
import { secondsOf } from '../page/format.ts';
import { colour } from '../page/palette.ts';
import type { Scene } from './scene.ts';
import {
  type Layer,
  PLOT_WIDTH,
  phasesOf,
  pixelEncoding,
  pixelOf,
  timeEncoding,
  widthOf,
} from './time-row.ts';

export const BAND_HEIGHT = 24;
const PIN_HALF_HEIGHT = 8;
const GAP = 4;

/** Pins that stand as one. */
interface PinRun {
  readonly first: number;
  last: number;
  readonly fromPx: number;
  toPx: number;
}

interface Pin {
  readonly label: string;
  readonly leftPx: number;
  readonly rightPx: number;
}

/** Names of phases, then pins; `middlePx` is where the band has its middle, `heightPx` the height of the row. */
export function bandLayers(scene: Scene, middlePx: number, heightPx: number): Layer[] {
  const pins = pinsOf(scene);
  return [phaseLayer(scene, pins, heightPx), ...pinLayers(scene, pins, middlePx, heightPx)];
}

function pinsOf(scene: Scene): readonly Pin[] {
  const runs: PinRun[] = [];
  for (const { timeUs, line } of scene.pins) {
    const atPx = pixelOf(scene, timeUs);
    const last = runs.at(-1);
    if (last !== undefined && atPx - 9 < (last.fromPx + last.toPx) / 2 + pinWidth(last) / 2 + 1) {
      last.last = line;
      last.toPx = atPx;
    } else {
      runs.push({ first: line, last: line, fromPx: atPx, toPx: atPx });
    }
  }
  return runs.map((run) => {
    const half = pinWidth(run) / 2;
    const centre = Math.min(Math.max((run.fromPx + run.toPx) / 2, half), PLOT_WIDTH - half);
    return { label: pinLabel(run), leftPx: centre - half, rightPx: centre + half };
  });
}

function pinLabel(run: PinRun): string {
  return run.first === run.last ? String(run.first) : `${run.first}–${run.last}`;
}

function pinWidth(run: PinRun): number {
  return Math.max(16, pinLabel(run).length * 6.2 + 8);
}

function phaseLayer(scene: Scene, pins: readonly Pin[], heightPx: number): Layer {
  const values = phasesOf(scene).map(({ at, label }) => {
    const atPx = pixelOf(scene, at * 1_000_000);
    return { label, at: secondsAt(scene, besidePins(atPx, widthOf(label), pins)), y: heightPx - 8 };
  });
  return {
    data: { values },
    mark: {
      type: 'text',
      align: 'left',
      baseline: 'middle',
      dx: GAP,
      fontSize: 10.5,
      fontStyle: 'italic',
      limit: 0,
    },
    encoding: {
      x: timeEncoding(scene, 'at', 'top'),
      y: pixelEncoding('y', heightPx),
      text: { field: 'label', type: 'nominal' },
      fill: { value: colour('muted') },
    },
  };
}

/** The first place from `atPx` on where something so wide stands behind no pin; pins stand from left to right. */
function besidePins(atPx: number, widthPx: number, pins: readonly Pin[]): number {
  let place = atPx;
  for (const { leftPx, rightPx } of pins) if (leftPx < place + widthPx && rightPx > place) place = rightPx;
  return place + widthPx > PLOT_WIDTH ? atPx : place;
}

function pinLayers(scene: Scene, pins: readonly Pin[], middlePx: number, heightPx: number): Layer[] {
  const values = pins.map(({ label, leftPx, rightPx }) => ({
    from: secondsAt(scene, leftPx),
    to: secondsAt(scene, rightPx),
    at: secondsAt(scene, (leftPx + rightPx) / 2),
    top: middlePx - PIN_HALF_HEIGHT,
    bottom: middlePx + PIN_HALF_HEIGHT,
    middle: middlePx + 0.5,
    label,
  }));
  return [
    {
      data: { values },
      mark: { type: 'rect', fill: colour('ink'), cornerRadius: PIN_HALF_HEIGHT },
      encoding: {
        x: timeEncoding(scene, 'from', 'top'),
        x2: { field: 'to' },
        y: pixelEncoding('top', heightPx),
        y2: { field: 'bottom' },
      },
    },
    {
      data: { values },
      mark: { type: 'text', align: 'center', baseline: 'middle', fontSize: 10.5, fontWeight: 700, limit: 0 },
      encoding: {
        x: timeEncoding(scene, 'at', 'top'),
        y: pixelEncoding('middle', heightPx),
        text: { field: 'label', type: 'nominal' },
        fill: { value: colour('surface') },
      },
    },
  ];
}

function secondsAt(scene: Scene, px: number): number {
  return secondsOf(scene.fromUs) + (px / PLOT_WIDTH) * secondsOf(scene.endUs - scene.fromUs);
}
