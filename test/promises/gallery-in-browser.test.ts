/** The promise: the gallery's page opens from disk, offline, without a script; it reads well in both schemes and on a telephone; and names stay names. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderGallery } from '../../reports/write-gallery.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { Opener } from '../reports/opened.ts';
import { keepsStill } from '../reports/still-page.ts';
import { sampleGallery } from '../reports/gallery-sample.ts';

const browser = await launchChromium();
const opener = browser && new Opener(browser);

afterAll(async () => opener?.close());

const draw = (text = ''): string | Promise<string> => renderGallery(sampleGallery(text));

const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

describe.skipIf(browser === null)(`the gallery in a browser${skipped}`, () => {
  keepsStill(opener, draw);

  test('has an exhibit for each hazard with a scenario', async () => {
    const { page } = await opener!.open(await draw());
    expect(await page.locator('.exhibit').count()).toBe(5);
  });

  test('leads from the overview to each hazard', async () => {
    const { page } = await opener!.open(await draw());
    for (const id of ['HAZ-3', 'HAZ-70']) {
      await page.locator(`.overview a[href="#${id}"]`).click();
      expect(await page.locator('.exhibit:target h2 .id').textContent()).toBe(id);
    }
  });

  test('marks what is not as it should be, and says why', async () => {
    const { page } = await opener!.open(await draw());
    expect(await page.locator('h1').textContent()).toContain('2 hazards of 6 not as they should be');
    expect(await page.locator('#HAZ-8.missed .cells .bad').textContent()).toBe(
      'line 9: HAZ-8 does not show, observed 7 lost by PAR-26',
    );
    expect(await page.locator('.exhibit.missed').count()).toBe(1);
  });
});
