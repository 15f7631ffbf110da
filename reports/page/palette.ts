/**
 * The colours, once, for page and charts, light and dark. Charts name them as CSS variables with the light value to fall back on, so
 * that an SVG follows the page and still shows when it is taken out of it. Nothing is told by colour alone: each fill that stands for
 * a state has a word, a letter or a pattern of its own (`patterns.ts`).
 */

interface Shade {
  readonly light: string;
  readonly dark: string;
}

/** Text and its grounds are checked for contrast by a test: 4.5 for text, 3 for marks. */
export const PALETTE = {
  page: { light: '#f6f5f1', dark: '#14171b' },
  surface: { light: '#ffffff', dark: '#1c2026' },
  sunken: { light: '#efede7', dark: '#23282f' },
  ink: { light: '#1a1e23', dark: '#e8eaed' },
  muted: { light: '#57606b', dark: '#a3adb9' },
  hairline: { light: '#dcd9d0', dark: '#343b44' },
  grid: { light: '#e9e7e0', dark: '#2a3038' },
  accent: { light: '#a8400a', dark: '#ff9d66' },
  bad: { light: '#b3211b', dark: '#ff8f86' },
  badGround: { light: '#fbe9e6', dark: '#3a1d1c' },
  good: { light: '#17683a', dark: '#78d6a0' },
  goodGround: { light: '#e4f3e8', dark: '#17301f' },
  unsure: { light: '#7a5200', dark: '#f0c15c' },
  unsureGround: { light: '#fbf1d9', dark: '#352a12' },
  brokenLine: { light: '#efb9b1', dark: '#713733' },
  fault: { light: '#d8452e', dark: '#ff7a63' },
  running: { light: '#cfe6d6', dark: '#23432f' },
  paused: { light: '#f7dfa6', dark: '#5a4716' },
  pausedLine: { light: '#e3bd62', dark: '#7d6424' },
  stopped: { light: '#e4e3df', dark: '#363c44' },
  stoppedLine: { light: '#c4c2ba', dark: '#4c545e' },
  down: { light: '#4a2320', dark: '#e9b3ad' },
  downInk: { light: '#ffffff', dark: '#2a0f0d' },
  frozen: { light: '#cfe3f7', dark: '#1f3c58' },
  frozenLine: { light: '#8fb9e2', dark: '#3f6d99' },
  booting: { light: '#e7dcf5', dark: '#3c3052' },
  bootingLine: { light: '#c9b3e6', dark: '#5c4a7c' },
  leader: { light: '#125a86', dark: '#7cc4ef' },
  leaderInk: { light: '#ffffff', dark: '#06202f' },
  mirror: { light: '#c9e1f0', dark: '#1f445b' },
  mirrorLine: { light: '#7fb3d3', dark: '#3a6a88' },
  published: { light: '#8a8577', dark: '#a19c8d' },
  confirmed: { light: '#125a86', dark: '#7cc4ef' },
  delivered: { light: '#17683a', dark: '#78d6a0' },
  ready: { light: '#6c4a9e', dark: '#c3a5f0' },
  unacked: { light: '#a8400a', dark: '#ff9d66' },
  duplicated: { light: '#6c4a9e', dark: '#c3a5f0' },
  reordered: { light: '#7a5200', dark: '#f0c15c' },
} as const satisfies Readonly<Record<string, Shade>>;

export type ColourName = keyof typeof PALETTE;

/** A colour as a chart or a style names it. */
export function colour(name: ColourName): string {
  return `var(--${name}, ${PALETTE[name].light})`;
}

function declarations(shade: keyof Shade): string {
  return (Object.keys(PALETTE) as ColourName[]).map((name) => `--${name}:${PALETTE[name][shade]}`).join(';');
}

/** The custom properties for both schemes; print is always light. */
export function paletteStyle(): string {
  return (
    `:root{color-scheme:light dark;${declarations('light')}}` +
    `@media screen and (prefers-color-scheme:dark){:root{${declarations('dark')}}}`
  );
}
