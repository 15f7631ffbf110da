/** The promise: the gallery's page opens from disk, offline, without a script; it reads well in both schemes and on a telephone; and names stay names. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { renderGallery } from '../../reports/write-gallery.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { sampleGallery } from '../reports/gallery-sample.ts';
import { HARMLESS, HOSTILE } from '../reports/variants.ts';
import { UNREADABLE } from '../reports/unreadable.ts';

const browser = await launchChromium();
const folder = mkdtempSync(join(tmpdir(), 'watership-gallery-'));

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

async function open(text = '', colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Opened> {
  const file = join(folder, 'gallery.html');
  writeFileSync(file, renderGallery(sampleGallery(text)));
  const url = pathToFileURL(file).href;
  const context = await browser!.newContext({ offline: true, colorScheme, viewport: { width, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url() !== url && request.url() !== 'data:,') complaints.push(`request: ${request.url()}`);
  });
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective))`,
  );
  await page.goto(url);
  return { page, complaints };
}

const SKELETON = `[...document.querySelectorAll('*')].map((element) => element.tagName).join(' ')`;

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
