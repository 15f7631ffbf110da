/** The promise: the page of a sweep opens from disk, offline, without a script; it reads well in both schemes and on a telephone; and names stay names. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderSweep } from '../../reports/write-sweep.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { Opener } from '../reports/opened.ts';
import { keepsStill } from '../reports/still-page.ts';
import { sampleSweep } from '../reports/sweep-sample.ts';

const browser = await launchChromium();
const opener = browser && new Opener(browser);

afterAll(async () => opener?.close());

const draw = (text = ''): string | Promise<string> => renderSweep(sampleSweep(text));

const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

describe.skipIf(browser === null)(`the page of a sweep in a browser${skipped}`, () => {
  keepsStill(opener, draw);

  test('draws its charts', async () => {
    const { page } = await opener!.open(await draw());
    expect(await page.locator('.sweep-chart svg').count()).toBe(6);
  });

  test('shows the data behind a chart to whoever asks for it, by keyboard too', async () => {
    const { page } = await opener!.open(await draw());
    const data = page.locator('.sweep-chart').first().locator('details');
    expect(await data.locator('table').isVisible()).toBe(false);
    await data.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await data.locator('table').isVisible()).toBe(true);
    expect(await data.locator('tbody tr').count()).toBe(4);
  });

  test('has the name of each configuration at the height of its row', async () => {
    const { page } = await opener!.open(await draw());
    const map = page.locator('.sweep-chart').first();
    const names = await map.locator('.lane:not(.lane-heading)').all();
    const fields = await map
      .locator('svg text')
      .filter({ hasText: /^[038] of 8$/ })
      .all();
    expect(names).toHaveLength(4);
    const middle = async (nth: number, of: typeof names): Promise<number> => {
      const box = await of[nth]!.boundingBox();
      return box!.y + box!.height / 2;
    };
    for (const [nth] of names.entries())
      expect(Math.abs((await middle(nth, names)) - (await middle(nth * 2, fields)))).toBeLessThan(6);
  });
});
