/**
 * The patterns that tell states apart without colour, defined once in the page and named by every chart's fills. They are SVG patterns
 * in page coordinates, so that a hatch runs on through neighbouring spans.
 */
import type { NodeState, QueueState } from '../../sim/ledger/result.ts';
import { type Html, trusted } from './markup.ts';
import { colour, type ColourName } from './palette.ts';

interface Pattern {
  readonly ground: ColourName;
  readonly line: ColourName;
  /** Drawn in a tile of eight by eight pixels. */
  readonly path: string;
  readonly dots?: boolean;
}

const PATTERNS: Readonly<Record<string, Pattern>> = {
  paused: { ground: 'paused', line: 'pausedLine', path: 'M-2 10L10 -2M-2 2L2 -2M6 10L10 6' },
  stopped: { ground: 'stopped', line: 'stoppedLine', path: 'M-2 -2L10 10M-2 6L2 10M6 -2L10 2' },
  frozen: { ground: 'frozen', line: 'frozenLine', path: 'M2 2h.01M6 6h.01', dots: true },
  booting: { ground: 'booting', line: 'bootingLine', path: 'M0 0L4 4L0 8M4 0L8 4L4 8' },
  unsynchronised: { ground: 'surface', line: 'mirrorLine', path: 'M-2 10L10 -2M-2 2L2 -2M6 10L10 6' },
  unreadable: { ground: 'surface', line: 'hairline', path: 'M0 0L8 8M8 0L0 8' },
  broken: { ground: 'badGround', line: 'brokenLine', path: 'M-2 10L10 -2M-2 2L2 -2M6 10L10 6' },
};

function fill(pattern: string): string {
  return `url(#pattern-${pattern})`;
}

interface Fill {
  readonly fill: string;
  /** Of a label on it. */
  readonly ink: string;
}

const INK = colour('ink');

export const NODE_FILLS: Readonly<Record<NodeState, Fill>> = {
  running: { fill: colour('running'), ink: INK },
  paused: { fill: fill('paused'), ink: INK },
  stopped: { fill: fill('stopped'), ink: INK },
  down: { fill: colour('down'), ink: colour('downInk') },
  frozen: { fill: fill('frozen'), ink: INK },
  booting: { fill: fill('booting'), ink: INK },
};

export const QUEUE_FILLS: Readonly<Record<QueueState, Fill>> = {
  running: { fill: 'transparent', ink: INK },
  syncing: { fill: fill('unsynchronised'), ink: INK },
  down: { fill: fill('broken'), ink: INK },
  stopped: { fill: fill('broken'), ink: INK },
  crashed: { fill: fill('broken'), ink: INK },
};

export const LEADER_FILL: Fill = { fill: colour('leader'), ink: colour('leaderInk') };
export const SYNCHRONISED_FILL: Fill = { fill: colour('mirror'), ink: INK };
export const UNSYNCHRONISED_FILL: Fill = { fill: fill('unsynchronised'), ink: INK };
export const UNREADABLE_FILL: Fill = { fill: fill('unreadable'), ink: INK };

/** The definitions, to stand once in the page before the first chart. Not `display: none`: browsers then drop the patterns. */
export function patternDefinitions(): Html {
  const patterns = Object.entries(PATTERNS).map(([name, { ground, line, path, dots }]) => {
    const stroke = dots === true ? 'stroke-width="2.6" stroke-linecap="round"' : 'stroke-width="1.6"';
    return (
      `<pattern id="pattern-${name}" width="8" height="8" patternUnits="userSpaceOnUse">` +
      `<rect width="8" height="8" fill="${colour(ground)}"/>` +
      `<path d="${path}" fill="none" stroke="${colour(line)}" ${stroke}/></pattern>`
    );
  });
  return trusted(
    `<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>${patterns.join('')}</defs></svg>`,
  );
}
