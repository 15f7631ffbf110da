/**
 * A lane for each fate that messages met: a bar over the time in which they were published, and a diamond where their fate was decided.
 * It is what ties the losses to the faults above them.
 */
import type { MessageOutcome } from '../../sim/ledger/result.ts';
import { type FateGroup, fateGroups, fateLabel } from '../fates/groups.ts';
import { formatCount, formatTime, secondsOf, shortenedInside } from '../page/format.ts';
import { laneNames } from '../page/gutter.ts';
import { printable } from '../page/markup.ts';
import { type ColourName, colour } from '../page/palette.ts';
import { dataTable } from '../page/table.ts';
import {
  type Layer,
  type View,
  PLOT_WIDTH,
  laneLayers,
  laneSpan,
  lengthOf,
  pixelEncoding,
  pixelOf,
  timeEncoding,
  timeRow,
  widthOf,
} from './time-row.ts';
import type { Scene } from './scene.ts';

const FATE_LANES_MAX = 6;

const QUEUE_CHARACTERS_MAX = 28;

const LANE_HEIGHT = 20;
const BAR_HEIGHT = 8;
const PADDING = 4;

export const OUTCOME_COLOURS: Readonly<Record<MessageOutcome, ColourName>> = {
  lost: 'bad',
  stuck: 'unsure',
  duplicated: 'duplicated',
  reordered: 'reordered',
};

/** The chart of fates; null when no message met one. */
export function fatesView(scene: Scene): View | null {
  const groups = fateGroups(scene).filter(
    (group) => publishedRuns(scene, group).length + decidedAt(scene, group).length > 0,
  );
  if (groups.length === 0) return null;
  const drawn = groups.slice(0, FATE_LANES_MAX);
  const heightPx = drawn.length * LANE_HEIGHT + 2 * PADDING;
  const topOf = (index: number) => PADDING + index * LANE_HEIGHT;
  const spans = drawn.flatMap((group, index) =>
    publishedRuns(scene, group).map((run) =>
      laneSpan(
        scene,
        run,
        topOf(index) + (LANE_HEIGHT - BAR_HEIGHT) / 2,
        BAR_HEIGHT,
        { fill: colour(OUTCOME_COLOURS[group.outcome]), ink: colour('ink') },
        [],
      ),
    ),
  );
  const labels = drawn.map((group, index) => causeLabel(scene, group, topOf(index) + LANE_HEIGHT / 2));
  const decisions = drawn.flatMap((group, index) =>
    decidedAt(scene, group).map((us) => ({
      at: secondsOf(us),
      middle: topOf(index) + LANE_HEIGHT / 2,
      fill: colour(OUTCOME_COLOURS[group.outcome]),
    })),
  );
  return {
    name: 'fates',
    heading: 'Fates of messages',
    spec: timeRow(scene, heightPx, [
      ...laneLayers(scene, spans, heightPx).slice(0, 1),
      ...(['left', 'right'] as const).map((side): Layer => ({
        data: { values: labels.filter((label) => label.side === side) },
        mark: {
          type: 'text',
          align: side,
          baseline: 'middle',
          dx: side === 'left' ? 12 : -12,
          fontSize: 11,
          limit: 0,
        },
        encoding: {
          x: timeEncoding(scene, 'at'),
          y: pixelEncoding('middle', heightPx),
          text: { field: 'label', type: 'nominal' },
          fill: { value: colour('muted') },
        },
      })),
      {
        data: { values: decisions },
        mark: {
          type: 'point',
          shape: 'diamond',
          filled: true,
          size: 130,
          opacity: 1,
          stroke: colour('surface'),
          strokeWidth: 1.5,
        },
        encoding: {
          x: timeEncoding(scene, 'at'),
          y: pixelEncoding('middle', heightPx),
          fill: { field: 'fill', type: 'nominal', scale: null, legend: null },
        },
      },
    ]),
    heightPx,
    gutter: laneNames(
      drawn.map((group, index) => ({
        text: `${formatCount(group.total ?? group.lives.length)} ${group.outcome}`,
        topPx: topOf(index),
        heightPx: LANE_HEIGHT,
      })),
    ),
    description: `When messages of each fate were published (bars) and when their fate was decided (diamonds): ${drawn
      .map(
        (group) => `${group.lives.length} ${fateLabel(group)}, decided at ${formatTime(group.decidedFromUs)}`,
      )
      .join('; ')}.`,
    table: dataTable(
      'Fates of messages',
      ['fate', 'queue', 'messages', 'hazard', 'rule', 'first decided', 'last decided'],
      groups.map((group) => [
        fateLabel(group),
        group.queue,
        group.total ?? group.lives.length,
        group.cause.hazard,
        group.cause.rule,
        formatTime(group.decidedFromUs),
        formatTime(group.decidedToUs),
      ]),
    ),
  };
}

/** Who knew and why, in words right of the last mark, or left of the first one where no room is. */
function causeLabel(scene: Scene, group: FateGroup, middle: number) {
  const { hazard, rule } = group.cause;
  const queue = shortenedInside(printable(group.queue), QUEUE_CHARACTERS_MAX);
  const label = `${group.confirmed ? 'confirmed' : 'not confirmed'}, ${queue}, ${printable(`${hazard} ${rule}`)}`;
  const published = publishedRuns(scene, group);
  const decided = decidedAt(scene, group);
  const lastUs = Math.max(scene.fromUs, decided.at(-1) ?? 0, published.at(-1)?.toUs ?? 0);
  const firstUs = Math.min(scene.endUs, decided[0] ?? scene.endUs, published[0]?.fromUs ?? scene.endUs);
  return pixelOf(scene, lastUs) + 12 + widthOf(label) <= PLOT_WIDTH
    ? { at: secondsOf(lastUs), middle, label, side: 'left' as const }
    : { at: secondsOf(firstUs), middle, label, side: 'right' as const };
}

/** When the group's messages were published; what lies within four pixels of each other is one bar. */
function publishedRuns(scene: Scene, group: FateGroup) {
  const published = group.lives
    .map((life) => life.steps[0]?.timeUs ?? life.cause.timeUs)
    .filter((us) => us >= scene.fromUs && us <= scene.endUs)
    .toSorted((a, b) => a - b);
  const runs: { fromUs: number; toUs: number }[] = [];
  for (const us of published) {
    const last = runs.at(-1);
    if (last !== undefined && lengthOf(scene, us - last.toUs) <= 4) last.toUs = us;
    else runs.push({ fromUs: us, toUs: us });
  }
  return runs;
}

/** The moments of decision, one for each few pixels. */
function decidedAt(scene: Scene, group: FateGroup): readonly number[] {
  const moments = new Map<number, number>();
  for (const life of group.lives) {
    if (life.cause.timeUs < scene.fromUs || life.cause.timeUs > scene.endUs) continue;
    const pixel = Math.round(pixelOf(scene, life.cause.timeUs) / 8);
    if (moments.size < PLOT_WIDTH / 8 && !moments.has(pixel)) moments.set(pixel, life.cause.timeUs);
  }
  return [...moments.values()].toSorted((a, b) => a - b);
}
