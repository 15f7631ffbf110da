/** Opens a page from disk in a browser that has no network, and keeps whatever the page fetches, says or violates. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

export interface Opened {
  readonly page: Page;
  /** Whatever the page fetched, said or violated. */
  readonly complaints: string[];
}

export interface Opening {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  /** False: as in a browser that runs no scripts. */
  readonly javaScriptEnabled?: boolean;
  /** What stands after `#`. */
  readonly fragment?: string;
}

export class Opener {
  private readonly folder = mkdtempSync(join(tmpdir(), 'watership-report-'));
  private readonly browser: Browser;
  private files = 0;

  constructor(browser: Browser) {
    this.browser = browser;
  }

  async open(html: string, opening: Opening = {}): Promise<Opened> {
    const { colorScheme = 'light', width = 1280, javaScriptEnabled = true, fragment = '' } = opening;
    const file = join(this.folder, `report-${(this.files += 1)}.html`);
    writeFileSync(file, html);
    const url = pathToFileURL(file).href;
    const context = await this.browser.newContext({
      offline: true,
      colorScheme,
      viewport: { width, height: 800 },
      javaScriptEnabled,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url().split('#', 1)[0] !== url && request.url() !== 'data:,')
        complaints.push(`request: ${request.url()}`);
    });
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective))`,
    );
    await page.goto(fragment === '' ? url : `${url}#${fragment}`);
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The page's elements in order, without their text: what markup in a name would change. */
export const SKELETON = `[...document.querySelectorAll('*')].map((element) => element.tagName).join(' ')`;

/** Follows a link within the page, and waits until the page has answered. The fragment has to be another than the present one. */
export async function follow(page: Page, fragment: string): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    addEventListener('hashchange', () => requestAnimationFrame(done), { once: true });
    location.hash = ${JSON.stringify(fragment)};
  })`);
}

/** Waits until the page tells the life of this message: it answers to its address, a moment after that has changed. */
export async function waitForLife(page: Page, id: string): Promise<void> {
  await page.locator('.life-of', { hasText: new RegExp(`^Life of ${id}$`) }).waitFor();
}
