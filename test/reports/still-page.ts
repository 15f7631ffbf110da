/** What every page without a script promises in a browser, as tests of the suite that calls this. */
import { expect, test } from 'vitest';
import { type Opened, type Opener, type Opening, SKELETON } from './opened.ts';
import { UNREADABLE } from './unreadable.ts';
import { HARMLESS, HOSTILE } from './variants.ts';

/** `draw` yields the page about a sample in which `text` stands wherever a name may. `opener`: null where the suite is skipped. */
export function keepsStill(opener: Opener | null, draw: (text: string) => string | Promise<string>): void {
  const open = async (text = '', opening: Opening = {}): Promise<Opened> =>
    opener!.open(await draw(text), opening);

  test('opens from disk without network, scripts or complaints', async () => {
    const { page, complaints } = await open();
    expect(complaints).toEqual([]);
    expect(await page.locator('script').count()).toBe(0);
  });

  test.each(['light', 'dark'] as const)('reads well in %s', async (colorScheme) => {
    const { page } = await open('', { colorScheme });
    expect(await page.evaluate(UNREADABLE)).toEqual([]);
  });

  test('does not scroll sideways as a whole on a telephone', async () => {
    const { page } = await open('', { width: 390 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  test('shows hostile names as names', async () => {
    const hostile = await open(HOSTILE);
    const skeleton = await hostile.page.evaluate(SKELETON);
    expect(hostile.complaints).toEqual([]);
    expect(await hostile.page.locator('main').textContent()).toContain(HOSTILE);
    const harmless = await open(HARMLESS);
    expect(skeleton).toBe(await harmless.page.evaluate(SKELETON));
  });
}
