/**
 * Where tests find a browser: Debian's chromium or a relative of it, or wherever `WATERSHIP_CHROMIUM` points. Nothing is downloaded.
 * Without one the browser tests skip and say so, except in CI, where a missing browser is a failure and not an excuse.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Why a browser test did not run. */
export const NO_CHROMIUM =
  'chromium is not installed (apt-get install chromium), so the page was not looked at';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless browser, or null where none is installed. Throws for that in CI. */
export async function launchChromium(): Promise<Browser | null> {
  const named = process.env['WATERSHIP_CHROMIUM'];
  const executablePath = (named === undefined ? PATHS : [named]).find((path) => existsSync(path));
  if (executablePath !== undefined) return chromium.launch({ executablePath, args: QUIET });
  if (process.env['CI'] !== undefined) throw new Error(NO_CHROMIUM);
  return null;
}
