/** The promise: a report opens from disk, offline, as one still page; everything on it is where the clock says; and names in it stay names. */
import { afterAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../reports/write-report.ts';
import { NO_CHROMIUM, launchChromium } from '../chromium.ts';
import { follow, type Opened, Opener, SKELETON } from '../reports/opened.ts';
import { sampleReport } from '../reports/sample.ts';
import { UNREADABLE } from '../reports/unreadable.ts';
import { HARMLESS, HOSTILE, largestReport, reportWithText } from '../reports/variants.ts';

const PLOT_WIDTH = 1000;
const END_S = 46;

const browser = await launchChromium();
const opener = browser && new Opener(browser);

afterAll(async () => opener?.close());

async function open(html: string, colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Opened> {
  return opener!.open(html, { colorScheme, width });
}

const skipped = browser === null ? ` (skipped: ${NO_CHROMIUM})` : '';

describe.skipIf(browser === null)(`a report in a browser${skipped}`, () => {
  test.each(['scripted', 'static'] as const)(
    'opens from disk without network or complaints, %s',
    async (form) => {
      for (const report of [sampleReport(), largestReport()]) {
        const { page, complaints } = await open(await renderReport(report, form));
        await page.evaluate(
          `document.querySelectorAll('details').forEach((details) => { details.open = true; })`,
        );
        expect(complaints).toEqual([]);
        expect((await page.locator('script').count()) === 0).toBe(form === 'static');
        expect(await page.locator('.plot svg').count()).toBeGreaterThan(5);
        await page.context().close();
      }
    },
  );

  test('puts every row on one time axis', async () => {
    const { page } = await open(await renderReport(sampleReport()));
    const rows = await page.locator('.stack:not(.close-up) .plot svg').evaluateAll((charts) =>
      charts.map((chart) => {
        const { left, width } = chart.getBoundingClientRect();
        const at = (element: { getBoundingClientRect(): { left: number; right: number } }) => {
          const box = element.getBoundingClientRect();
          return [box.left - left, box.right - left];
        };
        return {
          left,
          width,
          grid: [...chart.querySelectorAll('.role-axis-grid line')]
            .map((line) => Math.round(at(line)[0]!))
            .filter((x, i, all) => all.indexOf(x) === i),
          spans: [...chart.querySelectorAll('.mark-rect path')].map(at),
          labels: [...chart.querySelectorAll('.role-axis-label text')].map(
            (text) => [text.textContent, ...at(text)] as const,
          ),
        };
      }),
    );
    expect(new Set(rows.map((row) => `${row.left} ${row.width}`)).size).toBe(1);
    const pixel = (seconds: number) => (seconds / END_S) * PLOT_WIDTH;
    for (const row of rows) {
      // Each row has the axis' lines, and the fault from 8 s to 28 s shaded from its start to its end.
      for (const seconds of [5, 10, 30, 45]) expect(row.grid).toContain(Math.round(pixel(seconds)));
      expect(
        row.spans.some(([from, to]) => Math.abs(from! - pixel(8)) < 1 && Math.abs(to! - pixel(28)) < 1),
      ).toBe(true);
    }
    const ten = rows[0]!.labels.find(([text]) => text === '10 s')!;
    expect((ten[1]! + ten[2]!) / 2).toBeCloseTo(pixel(10), 0);
    // rabbit3 is stopped from 29.908 s to 30.437 s; a stroke of one pixel surrounds a span.
    expect(
      rows[1]!.spans.some(
        ([from, to]) => Math.abs(from! - pixel(29.908)) < 1.1 && Math.abs(to! - pixel(30.437)) < 1.1,
      ),
    ).toBe(true);
  });

  test('names the lanes at the height at which they are drawn', async () => {
    const { page } = await open(await renderReport(sampleReport()));
    const middle = async (locator: string) => {
      const box = await page.locator(locator).first().boundingBox();
      return box!.y + box!.height / 2;
    };
    for (const [index, node] of ['rabbit1', 'rabbit2', 'rabbit3'].entries()) {
      const lane = await middle(`.row-nodes .lane[title="${node}"]`);
      const word = await middle(`.row-nodes .plot .mark-text text >> nth=${index}`);
      expect(Math.abs(lane - word)).toBeLessThan(3);
    }
  });

  test.each(['light', 'dark'] as const)('reads well in %s', async (scheme) => {
    const { page } = await open(await renderReport(sampleReport()), scheme);
    await page.evaluate(
      `document.querySelectorAll('details').forEach((details) => { details.open = true; })`,
    );
    expect(await page.evaluate(UNREADABLE)).toEqual([]);
    // Words in the charts follow the scheme through the page's custom properties.
    const word = await page.evaluate(
      `getComputedStyle(document.querySelector('.row-nodes .plot .mark-text text')).fill`,
    );
    expect(word).toBe(scheme === 'light' ? 'rgb(26, 30, 35)' : 'rgb(232, 234, 237)');
  });

  test('does not scroll sideways as a whole on a telephone', async () => {
    const { page } = await open(await renderReport(sampleReport()), 'light', 390);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  test('shows hostile names as names, in every view', async () => {
    const skeletons = async (text: string) => {
      const { page, complaints } = await open(await renderReport(reportWithText(text)));
      const seen = [await page.evaluate(SKELETON)];
      expect(await page.locator('.row-nodes .lane').first().textContent()).toBe(`${text}rabbit1`);
      const id = encodeURIComponent(`${text}pub1-1440`);
      for (const fragment of [
        `msg=${id}`,
        't=20.5',
        'view=explorer&t=13',
        'story',
        'rules',
        encodeURIComponent(text),
      ]) {
        await follow(page, fragment);
        seen.push(await page.evaluate(SKELETON));
      }
      expect(await page.locator('.card h4 bdi').first().textContent()).toBe(`${text}rabbit1`);
      expect(await page.locator('.life-of code').textContent()).toBe(`${text}pub1-1440`);
      expect(await page.locator('#explorer option').allTextContents()).toContain(`${text}ha.q`);
      expect(complaints).toEqual([]);
      return seen;
    };
    expect(await skeletons(HOSTILE)).toEqual(await skeletons(HARMLESS));
  });
});
