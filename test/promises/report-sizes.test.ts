/** The promise: a report of a thousand, a hundred thousand or a million events opens, answers and stays within its bounds, in a real browser. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../reports/write-report.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { generatedReport } from '../reports/generated.ts';
import { Opener, waitForLife } from '../reports/opened.ts';

const browser = await launchChromium();
const opener = browser && new Opener(browser);
const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

afterAll(async () => opener?.close());

/** The numbers in a line of text, thin spaces between thousands left out. */
function numbersIn(text: string): number[] {
  return [...text.replaceAll('\u202f', '').matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
}

describe.skipIf(browser === null)(`a report${skipped}`, () => {
  test.each([
    { events: 1_000, bytes: 700_000 },
    { events: 100_000, bytes: 1_000_000 },
    { events: 1_000_000, bytes: 3_000_000 },
  ])('of $events events can be explored and searched', async ({ events, bytes }) => {
    const html = await renderReport(generatedReport(events));
    expect(html.length).toBeLessThan(bytes);
    const { page, complaints } = await opener!.open(html, { fragment: 'explorer' });
    const state = page.locator('#explorer [aria-live]');
    const marks = page.locator('.explorer-chart [class^="mark-"]:not(text)');
    const [shown] = numbersIn(await state.innerText());
    expect(shown).toBeGreaterThanOrEqual(events);
    expect(await marks.count()).toBeLessThanOrEqual(2_000);
    // A person zooms in with the keyboard until single events show, and narrows it to one node.
    await page.locator('.explorer-box').focus();
    for (let presses = 0; presses < 30 && numbersIn(await state.innerText())[0]! > 500; presses += 1)
      await page.keyboard.press('+');
    const [few = 0] = numbersIn(await state.innerText());
    expect(await marks.count()).toBe(few);
    await page.getByLabel('node or client', { exact: true }).selectOption('rabbit3');
    expect(numbersIn(await state.innerText())[0]!).toBeLessThan(few);
    expect(await page.locator('.explorer-chart .lane-name').allTextContents()).toEqual(['rabbit3rabbit3']);
    expect(page.url()).toContain('place=rabbit3');
    await page.keyboard.press('Tab');
    // The table's links lead to the message.
    const link = page.locator('#explorer tbody a[href^="#msg="]').first();
    const id = await link.innerText();
    await link.click();
    await waitForLife(page, id);
    expect(await page.locator('.steps tbody tr').count()).toBeGreaterThanOrEqual(10);
    await page.getByLabel('Message id').fill(`shop-${Math.floor(events / 10)}`);
    await page.keyboard.press('Enter');
    await waitForLife(page, `shop-${Math.floor(events / 10)}`);
    expect(complaints).toEqual([]);
  });
});
