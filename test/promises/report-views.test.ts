/** The promise: each view of a report does in a real browser what a person opens it for, without a network. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../reports/write-report.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { follow, Opener, waitForLife } from '../reports/opened.ts';
import { sampleReport } from '../reports/sample.ts';
import { UNREADABLE } from '../reports/unreadable.ts';
import { reportWithText } from '../reports/variants.ts';

const sampleLife = (id: string) => sampleReport().messageLives.find((life) => life.id === id)!;
let rendered: Promise<string> | undefined;
/** The sample's report; drawing it takes longer than most of what is done with it. */
const drawn = (): Promise<string> => (rendered ??= renderReport(sampleReport()));
const LONG = 'a.name.that.goes.on.and.on.'.repeat(8);
const browser = await launchChromium();
const opener = browser && new Opener(browser);
const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

afterAll(async () => opener?.close());

describe.skipIf(browser === null)(`the views of a report${skipped}`, () => {
  test('are one at a time, reached by the keyboard, and all of them in print', async () => {
    const { page, complaints } = await opener!.open(await drawn());
    const shown = () => page.locator('main > section:visible').evaluateAll((all) => all.map(({ id }) => id));
    expect(await shown()).toEqual(['', 'timeline', 'story', 'messages', 'figures', 'cluster', 'events']);
    const story = page.locator('nav a', { hasText: 'Story' });
    for (let presses = 0; presses < 20 && !(await story.evaluate((a) => a.matches(':focus'))); presses += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await shown()).toEqual(['story']);
    expect(await story.getAttribute('aria-current')).toBe('page');
    await page.goBack();
    expect(await shown()).toContain('timeline');
    await page.emulateMedia({ media: 'print' });
    expect(await shown()).toEqual(expect.arrayContaining(['timeline', 'story', 'scenario', 'rules']));
    expect(complaints).toEqual([]);
  });

  test('tell the story in steps that lead to their moments, and as Mermaid text', async () => {
    const { page } = await opener!.open(await drawn(), { fragment: 'story' });
    const steps = page.locator('#story .story > li');
    expect(await steps.count()).toBe(14);
    expect(await steps.nth(7).textContent()).toContain('follows from step');
    await page.locator('.mermaid summary').click();
    expect(await page.locator('#story-mermaid').textContent()).toMatch(
      /^flowchart TD\n {2}s1\["8\.000 s: The links/,
    );
    expect(await page.locator('#story-mermaid').textContent()).toContain('s7 --> s8');
    await steps.nth(7).locator('a.moment').click();
    expect(page.url()).toMatch(/#t=29\.812$/);
  });

  test('tell the life of the message that somebody types, and find those that share an outcome', async () => {
    const { page, complaints } = await opener!.open(await drawn(), { fragment: 'life' });
    await page.getByLabel('Outcome').selectOption('lost');
    expect(await page.locator('#life .found').innerText()).toContain('563 messages, the first 100');
    await page.getByLabel('Message id').fill('pub1-144');
    expect(await page.locator('#life .found tbody tr').count()).toBe(10);
    await page.getByLabel('Message id').fill('pub1-1443');
    await page.keyboard.press('Enter');
    await waitForLife(page, 'pub1-1443');
    expect(page.url()).toMatch(/#msg=pub1-1443$/);
    expect(await page.locator('.fate-box').innerText()).toMatch(/^lost .* HAZ-8 PAR-26 decided at 30\.636 s/);
    expect(await page.locator('.steps tbody tr').count()).toBe(sampleLife('pub1-1443').steps.length + 1);
    expect(await page.locator('.steps').innerText()).toContain('around it: queue promoted');
    expect(await page.locator('.sequence .actor').count()).toBeGreaterThan(1);
    await page.goto(`${page.url().split('#')[0]}#msg=nobody-7`);
    expect(await page.locator('#life').innerText()).toContain('nobody-7: No message has this id.');
    expect(complaints).toEqual([]);
  });

  test('begin a life that nobody asked for with the worst there is, and say when there is none to tell', async () => {
    const { page } = await opener!.open(await drawn(), { fragment: 'life' });
    expect(await page.locator('#life').innerText()).toContain('This is one of 563 messages lost, the worst');
    expect(await page.locator('.fate-box').first().innerText()).toMatch(/^lost /);
    expect(await page.locator('.sequence .actor').count()).toBeGreaterThan(1);
    const none = {
      ...sampleReport().flow,
      messages: 0,
      steps: 0,
      courses: 0,
      fates: [],
      bytes: new Uint8Array(0),
    };
    const empty = await renderReport({ ...sampleReport(), flow: none });
    const { page: other, complaints } = await opener!.open(empty, { fragment: 'life' });
    expect(await other.locator('#life').innerText()).toContain('No message was published');
    expect(await other.locator('#life form').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('show what each node believed at a moment, the sides of a split beside one another', async () => {
    const { page } = await opener!.open(await drawn(), { fragment: 't=20.5' });
    const cards = page.locator('.card');
    expect(await cards.count()).toBe(3);
    expect(await page.locator('.side.apart').count()).toBe(2);
    const [one, two] = await page.locator('.side.apart').all();
    expect((await one!.boundingBox())!.y).toBe((await two!.boundingBox())!.y);
    expect(await one!.innerText()).toMatch(
      /for rabbit1 the cluster is rabbit1[^]*≠ ha.q\s+running\s+rabbit1/,
    );
    expect(await two!.innerText()).toMatch(/rabbit2, rabbit3[^]*≠ ha.q\s+running\s+rabbit2\s+✓ rabbit3/);
    expect(await page.locator('#cluster-views .events').innerText()).toContain('queue_promoted');
    await page.locator('button', { hasText: 'next change' }).focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#view=cluster&t=29\.913$/);
    expect(await page.locator('.side').last().innerText()).toMatch(/Not running\s+rabbit3 stopped/);
    await page.locator('input[type=range]').focus();
    await page.keyboard.press('Home');
    expect(page.url()).toMatch(/t=0$/);
    expect(await page.locator('.side.apart').count()).toBe(0);
    await page.locator('nav a', { hasText: 'Overview' }).click();
    const chart = (await page.locator('.stack:not(.close-up) .row-nodes .plot').boundingBox())!;
    await page.mouse.click(chart.x + (14 / 46) * 1000, chart.y + 10);
    await page.waitForURL(/#t=1[34]\./);
    expect(await page.locator('.side.apart').count()).toBe(2);
  });

  test('explore every event: zoom, move, narrow, and keep the window in the address', async () => {
    const { page, complaints } = await opener!.open(await drawn(), {
      fragment: 'view=explorer&from=10&to=20',
    });
    const state = page.locator('#explorer [aria-live]');
    expect(await state.innerText()).toContain('from 10.000 s to 20.000 s');
    await page.getByTitle('zoom in').click();
    expect(await state.innerText()).toContain('from 12.500 s to 17.500 s');
    await page.locator('.explorer-box').focus();
    await page.keyboard.press('ArrowRight');
    expect(page.url()).toMatch(/#view=explorer&from=13\.5&to=18\.5$/);
    const chart = (await page.locator('.explorer-chart').boundingBox())!;
    await page.mouse.move(chart.x + chart.width / 2, chart.y + 40);
    await page.mouse.down();
    await page.mouse.move(chart.x + chart.width / 2 + 100, chart.y + 40, { steps: 3 });
    await page.mouse.up();
    expect(Number(/from=([\d.]+)/.exec(page.url())![1])).toBeLessThan(13.5);
    await page.mouse.wheel(0, 300);
    await page.waitForURL(/from=1[012]\./);
    await page.keyboard.press('0');
    expect(page.url()).toMatch(/from=0&to=46\.000001$/);
    await page.getByLabel('kind', { exact: true }).selectOption('queue_promoted');
    expect(await state.innerText()).toContain('2 events');
    expect(await page.locator('.explorer-chart .mark-queue').count()).toBe(2);
    await page.locator('.classes').getByLabel('queue').uncheck();
    expect(await state.innerText()).toContain('0 events');
    await page.reload();
    expect(await page.getByLabel('kind', { exact: true }).inputValue()).toBe('queue_promoted');
    await page.locator('#explorer tbody a').first().click();
    expect(page.url()).toMatch(/#t=13\.913$/);
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('read well in %s', async (colorScheme) => {
    const { page } = await opener!.open(await drawn(), { colorScheme });
    for (const fragment of ['story', 'msg=pub1-1443', 't=20.5', 'view=explorer&t=14', 'scenario', 'rules']) {
      await follow(page, fragment);
      expect(await page.evaluate(UNREADABLE)).toEqual([]);
    }
  });

  test.each([
    { names: 'usual', report: sampleReport, message: 'pub1-1443' },
    { names: 'long', report: () => reportWithText(LONG), message: `${LONG}-1443` },
  ])('fit a telephone, with $names names', async ({ report, message }) => {
    const { page } = await opener!.open(await renderReport(report()), { width: 390 });
    for (const fragment of [
      'overview',
      'story',
      `msg=${encodeURIComponent(message)}`,
      't=20.5',
      'view=explorer&t=14',
      'scenario',
      'rules',
    ]) {
      await follow(page, fragment);
      expect([fragment, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([
        fragment,
        390,
      ]);
    }
  });

  test('mark the line of the scenario that a link names, and the expectation that failed', async () => {
    const { page } = await opener!.open(await drawn(), { fragment: 'line=23' });
    expect(await page.locator('.meant').getAttribute('id')).toBe('L23');
    expect(await page.locator('#L23').isVisible()).toBe(true);
    expect(await page.locator('#L23').textContent()).toContain('✗ observed 37');
    await page.locator('#configuration summary').click();
    expect(await page.locator('#configuration').innerText()).toContain('net_ticktime');
  });

  test('explain each rule, with its source and the hazards that follow from it', async () => {
    const { page } = await opener!.open(await drawn(), { fragment: 'PAR-26' });
    const rule = page.locator('#PAR-26');
    expect(await rule.isVisible()).toBe(true);
    expect(await rule.textContent()).toContain('decided harm');
    expect(await rule.textContent()).toContain('Source CLU-11');
    await rule.locator('a', { hasText: /^HAZ-8$/ }).click();
    expect(await page.locator('#HAZ-8.meant').textContent()).toContain('showed in this run');
  });

  test('are all there without a script, but for those that need one', async () => {
    const html = await drawn();
    for (const [page, needsScript] of [
      [(await opener!.open(html, { javaScriptEnabled: false })).page, true],
      [(await opener!.open(await renderReport(sampleReport(), 'static'))).page, false],
    ] as const) {
      for (const id of ['timeline', 'story', 'messages', 'figures', 'cluster', 'scenario', 'rules'])
        expect(await page.locator(`#${id}`).isVisible()).toBe(true);
      expect((await page.locator('a[href^="#t="]').count()) > 0).toBe(needsScript);
    }
  });
});
