import { describe, expect, test } from 'vitest';
import { type ColourName, PALETTE } from '../../reports/page/palette.ts';

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : Math.exp(2.4 * Math.log((channel + 0.055) / 1.055));
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (bright! + 0.05) / (dark! + 0.05);
}

const TEXT: readonly (readonly [ink: ColourName, grounds: readonly ColourName[]])[] = [
  [
    'ink',
    [
      'page',
      'surface',
      'sunken',
      'badGround',
      'running',
      'mirror',
      'paused',
      'stopped',
      'frozen',
      'booting',
      'brokenLine',
    ],
  ],
  ['ink', ['pausedLine', 'stoppedLine', 'frozenLine', 'bootingLine', 'mirrorLine']],
  ['muted', ['page', 'surface', 'badGround']],
  ['bad', ['page', 'surface', 'badGround']],
  ['good', ['page', 'surface', 'goodGround']],
  ['unsure', ['surface', 'unsureGround']],
  ['accent', ['page', 'surface']],
  ['duplicated', ['surface']],
  ['reordered', ['surface']],
  ['downInk', ['down']],
  ['leaderInk', ['leader']],
];

const MARKS: readonly ColourName[] = [
  'confirmed',
  'delivered',
  'published',
  'ready',
  'unacked',
  'leader',
  'down',
  'fault',
  'bad',
];

describe.each(['light', 'dark'] as const)('the %s palette', (shade) => {
  test.each(TEXT.flatMap(([ink, grounds]) => grounds.map((ground) => [ink, ground] as const)))(
    'text: %s reads on %s',
    (ink, ground) => {
      expect(contrast(PALETTE[ink][shade], PALETTE[ground][shade])).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(MARKS)('mark: %s stands out from the surface', (mark) => {
    expect(contrast(PALETTE[mark][shade], PALETTE.surface[shade])).toBeGreaterThanOrEqual(3);
  });
});
