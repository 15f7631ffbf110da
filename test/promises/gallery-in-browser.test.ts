/** The promise: the gallery's page opens from disk, offline, without a script; it reads well in both schemes and on a telephone; and names stay names. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderGallery } from '../../reports/write-gallery.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { type Opened, Opener, SKELETON } from '../reports/opened.ts';
import { sampleGallery } from '../reports/gallery-sample.ts';
import { HARMLESS, HOSTILE } from '../reports/variants.ts';
import { UNREADABLE } from '../reports/unreadable.ts';

const browser = await launchChromium();
const opener = browser && new Opener(browser);

afterAll(async () => opener?.close());

async function open(text = '', colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Opened> {
  return opener!.open(renderGallery(sampleGallery(text)), { colorScheme, width });
}

const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

describe.skipIf(browser === null)(`the gallery in a browser${skipped}`, () => {
  test('opens from disk without network, scripts or complaints', async () => {
    const { page, complaints } = await open();
    expect(complaints).toEqual([]);
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.locator('.exhibit').count()).toBe(5);
  });

  test('leads from the overview to each hazard', async () => {
    const { page } = await open();
    for (const id of ['HAZ-3', 'HAZ-70']) {
      await page.locator(`.overview a[href="#${id}"]`).click();
      expect(await page.locator('.exhibit:target h2 .id').textContent()).toBe(id);
    }
  });

  test('marks what is not as it should be, and says why', async () => {
    const { page } = await open();
    expect(await page.locator('h1').textContent()).toContain('2 hazards of 6 not as they should be');
    expect(await page.locator('#HAZ-8.missed .cells .bad').textContent()).toBe(
      'line 9: HAZ-8 does not show, observed 7 lost by PAR-26',
    );
    expect(await page.locator('.exhibit.missed').count()).toBe(1);
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
    expect(await hostile.page.locator('.cells code').first().textContent()).toContain(HOSTILE);
    const harmless = await open(HARMLESS);
    expect(skeleton).toBe(await harmless.page.evaluate(SKELETON));
  });
});
