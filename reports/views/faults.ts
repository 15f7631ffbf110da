/**
 * The head of the stack: the time axis, every fault as a named bar over its span, and below them the band of the story's pins and of the
 * run's phases. Bars are packed into as few lines as their names allow.
 */
import { formatTime, secondsOf, shortened } from '../page/format.ts';
import { type LaneName, laneNames } from '../page/gutter.ts';
import { printable } from '../page/markup.ts';
import { colour } from '../page/palette.ts';
import { dataTable } from '../page/table.ts';
import { BAND_HEIGHT, bandLayers } from './story-band.ts';
import {
  AXIS_HEIGHT,
  type Layer,
  PLOT_WIDTH,
  type View,
  phasesOf,
  pixelEncoding,
  pixelOf,
  timeEncoding,
  timeRow,
  widthOf,
} from './time-row.ts';
import type { Scene } from './scene.ts';

const LINE_HEIGHT = 21;
/** Lines of named faults; what finds no room in them stands nameless in one more. */
const NAMED_LINES_MAX = 5;
const LABEL_CHARACTERS_MAX = 64;

interface FaultBar {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
  readonly middle: number;
  readonly label: string;
  /** Where the name is anchored; it grows to the left near the right edge. */
  readonly at: number;
  readonly side: 'left' | 'right';
}

/** The chart of faults and pins; always there, since it carries the axis. */
export function faultsView(scene: Scene): View {
  const { bars, lines } = packFaults(scene);
  const pinTop = lines * LINE_HEIGHT + 2;
  const isBandEmpty = scene.pins.length === 0 && phasesOf(scene).length === 0;
  const heightPx = pinTop + (isBandEmpty ? 2 : BAND_HEIGHT);
  const names: LaneName[] = [];
  if (lines > 0) names.push({ text: 'faults', topPx: AXIS_HEIGHT, heightPx: LINE_HEIGHT });
  if (scene.pins.length > 0)
    names.push({ text: 'story', topPx: AXIS_HEIGHT + pinTop, heightPx: BAND_HEIGHT });
  return {
    name: 'faults',
    heading: 'Faults',
    spec: timeRow(
      scene,
      heightPx,
      [...barLayers(scene, bars, heightPx), ...bandLayers(scene, pinTop + BAND_HEIGHT / 2, heightPx)],
      'top',
    ),
    heightPx: heightPx + AXIS_HEIGHT,
    gutter: laneNames(names),
    description:
      scene.faults.length === 0
        ? 'No fault was injected.'
        : `Faults: ${scene.faults
            .map((fault) => `${fault.label} from ${formatTime(fault.fromUs)} to ${formatTime(fault.toUs)}`)
            .slice(0, 24)
            .join('; ')}.`,
    table: dataTable(
      'Faults',
      ['fault', 'from', 'to', 'line'],
      scene.faults.map((fault) => [
        fault.label,
        formatTime(fault.fromUs),
        fault.fromUs === fault.toUs ? 'at once' : formatTime(fault.toUs),
        fault.line,
      ]),
    ),
  };
}

/** Each fault in the first line that is free where its bar and its name would stand; once the named lines are full, in a last one without names. */
function packFaults(scene: Scene): { readonly bars: readonly FaultBar[]; readonly lines: number } {
  const freeFrom: number[] = [];
  const bars = scene.faults
    .toSorted((a, b) => a.fromUs - b.fromUs)
    .map((fault): FaultBar => {
      const label = shortened(printable(fault.label), LABEL_CHARACTERS_MAX);
      const startPx = Math.max(0, pixelOf(scene, fault.fromUs));
      const endPx = pixelOf(scene, fault.toUs);
      const leansLeft = startPx + widthOf(label) > PLOT_WIDTH;
      const leftPx = leansLeft ? Math.min(startPx, PLOT_WIDTH - widthOf(label)) : startPx;
      const rightPx = leansLeft ? PLOT_WIDTH : Math.max(endPx, startPx + widthOf(label));
      let line = freeFrom.findIndex((free) => free <= leftPx);
      const full = line === -1 && freeFrom.length >= NAMED_LINES_MAX;
      if (line === -1) line = full ? NAMED_LINES_MAX : freeFrom.length;
      freeFrom[line] = full ? Infinity : rightPx + 4;
      const top = line * LINE_HEIGHT + 3;
      return {
        from: secondsOf(fault.fromUs),
        to: secondsOf(fault.toUs),
        top,
        bottom: top + LINE_HEIGHT - 5,
        middle: top + (LINE_HEIGHT - 5) / 2,
        label: full ? '' : label,
        at: leansLeft ? secondsOf(scene.endUs) : secondsOf(Math.max(fault.fromUs, scene.fromUs)),
        side: leansLeft ? 'right' : 'left',
      };
    });
  return { bars, lines: freeFrom.length };
}

function barLayers(scene: Scene, bars: readonly FaultBar[], heightPx: number): Layer[] {
  const names = (side: FaultBar['side']): Layer => ({
    data: { values: bars.filter((bar) => bar.side === side && bar.label !== '') },
    mark: {
      type: 'text',
      align: side,
      baseline: 'middle',
      dx: side === 'left' ? 6 : -2,
      fontSize: 11,
      fontWeight: 600,
      limit: 0,
    },
    encoding: {
      x: timeEncoding(scene, 'at', 'top'),
      y: pixelEncoding('middle', heightPx),
      text: { field: 'label', type: 'nominal' },
      fill: { value: colour('ink') },
    },
  });
  return [
    {
      data: { values: [...bars] },
      mark: { type: 'rect', fill: colour('fault'), fillOpacity: 0.24 },
      encoding: {
        x: timeEncoding(scene, 'from', 'top'),
        x2: { field: 'to' },
        y: pixelEncoding('top', heightPx),
        y2: { field: 'bottom' },
      },
    },
    {
      data: { values: [...bars] },
      mark: { type: 'rule', stroke: colour('fault'), strokeWidth: 3 },
      encoding: {
        x: timeEncoding(scene, 'from', 'top'),
        y: pixelEncoding('top', heightPx),
        y2: { field: 'bottom' },
      },
    },
    names('left'),
    names('right'),
  ];
}
