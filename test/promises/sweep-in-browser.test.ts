/** The promise: the page of a sweep opens from disk, offline, without a script; it reads well in both schemes and on a telephone; and names stay names. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderSweep } from '../../reports/write-sweep.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { type Opened, Opener, SKELETON } from '../reports/opened.ts';
import { sampleSweep } from '../reports/sweep-sample.ts';
import { HARMLESS, HOSTILE } from '../reports/variants.ts';
import { UNREADABLE } from '../reports/unreadable.ts';

const browser = await launchChromium();
const opener = browser && new Opener(browser);

afterAll(async () => opener?.close());

async function open(text = '', colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Opened> {
  return opener!.open(await renderSweep(sampleSweep(text)), { colorScheme, width });
}

const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

describe.skipIf(browser === null)(`the page of a sweep in a browser${skipped}`, () => {
  test('opens from disk without network, scripts or complaints', async () => {
    const { page, complaints } = await open();
    expect(complaints).toEqual([]);
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.locator('.sweep-chart svg').count()).toBe(6);
  });

  test('shows the data behind a chart to whoever asks for it, by keyboard too', async () => {
    const { page } = await open();
    const data = page.locator('.sweep-chart').first().locator('details');
    expect(await data.locator('table').isVisible()).toBe(false);
    await data.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await data.locator('table').isVisible()).toBe(true);
    expect(await data.locator('tbody tr').count()).toBe(4);
  });

  test('has the name of each configuration at the height of its row', async () => {
    const { page } = await open();
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

  test.each(['light', 'dark'] as const)('reads well in %s', async (scheme) => {
    const { page } = await open('', scheme);
    expect(await page.evaluate(UNREADABLE)).toEqual([]);
  });

  test('does not scroll sideways as a whole on a telephone', async () => {
    const { page } = await open('', 'light', 390);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  test('shows hostile names as names', async () => {
    const hostile = await open(HOSTILE);
    const skeleton = await hostile.page.evaluate(SKELETON);
    expect(hostile.complaints).toEqual([]);
    const harmless = await open(HARMLESS);
    expect(skeleton).toBe(await harmless.page.evaluate(SKELETON));
  });
});
