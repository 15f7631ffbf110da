/** The promise: what the report draws by itself is what Vega would have drawn of the same specification, mark by mark, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { drawRow } from '../../reports/views/draw-row.ts';
import { drawSvg } from '../../reports/views/draw.ts';
import { type Scene, closeUps, wholeRun } from '../../reports/views/scene.ts';
import { viewsOf } from '../../reports/sections/stack.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { sampleReport } from '../reports/sample.ts';
import { largestReport } from '../reports/variants.ts';

const browser = await launchChromium();
const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

afterAll(async () => browser?.close());

/** Where each mark of an SVG stands and how it looks, by kind of mark, in the order in which it is drawn; of axes from left to right. */
const LOOKS = `(selectors) => selectors.map((selector) => {
  const svg = document.querySelector('svg');
  const origin = svg.getBoundingClientRect();
  return [...svg.querySelectorAll(selector)].map((mark) => {
    const { left, top, right, bottom } = mark.getBoundingClientRect();
    const style = getComputedStyle(mark);
    const look = [style.fill, style.stroke, style.stroke === 'none' ? '' : style.strokeWidth, mark.textContent, style.fontSize, style.fontWeight].join(' ');
    return { look, box: [left - origin.left, top - origin.top, right - origin.left, bottom - origin.top] };
  }).filter(({ look, box: [left, top, right, bottom] }) => right > left || bottom > top)
    .sort((a, b) => selector.includes('axis') ? Math.round(a.box[0]) - Math.round(b.box[0]) || a.box[1] - b.box[1] : 0);
})`;

interface Look {
  readonly look: string;
  readonly box: readonly number[];
}

/** By selector. */
async function looksOf(page: Page, svg: string): Promise<Look[][]> {
  await page.setContent(`<style>body{font:15px sans-serif}</style>${svg}`);
  return (await page.evaluate(`(${LOOKS})(${JSON.stringify(SELECTORS)})`)) as Look[][];
}

const SELECTORS = [
  '.role-axis-grid line',
  '.role-axis-label text',
  '.mark-rect.role-mark path, .mark-rect.role-mark rect',
  '.mark-text.role-mark text',
  '.mark-line.role-mark path',
  '.mark-area.role-mark path',
  '.mark-symbol.role-mark path, .mark-point.role-mark path, .mark-point.role-mark circle',
];

describe.skipIf(browser === null)(`a row of the report${skipped}`, () => {
  const sample = sampleReport();
  const [closeUp] = closeUps(sample, 500_000);
  const scenes: readonly (readonly [string, Scene])[] = [
    ['a run', wholeRun(sample)],
    ['a close-up', closeUp!],
    ['an hour with everything in it', wholeRun(largestReport())],
  ];

  test.each(scenes)('is drawn as Vega draws it: %s', async (_name, scene) => {
    const page = await browser!.newPage();
    for (const view of viewsOf(scene)) {
      const [own, theirs] = [drawRow(view.spec), await drawSvg(view.spec)];
      const [allMine, allVega] = [await looksOf(page, own), await looksOf(page, theirs)];
      for (const [at, selector] of SELECTORS.entries()) {
        const [mine, vega] = [allMine[at]!, allVega[at]!];
        expect([view.name, selector, mine.map(({ look }) => look)]).toEqual([
          view.name,
          selector,
          vega.map(({ look }) => look),
        ]);
        // Vega lets lines of the time axis end with the scale beside them; here they run through, from row to row.
        const sides = selector.includes('grid') ? [0, 2] : [0, 1, 2, 3];
        const isApart = ({ box }: Look, nth: number) =>
          sides.some((side) => Math.abs(box[side]! - vega[nth]!.box[side]!) > 1.2);
        const apart = mine.filter(isApart);
        const first = apart.slice(0, 1).map((one) => [one, vega[mine.indexOf(one)]]);
        expect([view.name, selector, first]).toEqual([view.name, selector, []]);
      }
    }
    await page.close();
  });
});
