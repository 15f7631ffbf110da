// The page of a sweep: what it draws, what it says in words beside each drawing, and that it is the same each time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisTo } from '../../reports/sweep/axis.ts';
import { type Candidate, front, paretoFront } from '../../reports/sweep/front.ts';
import { heatMap } from '../../reports/sweep/heat-map.ts';
import { cellLabel, percent, seconds } from '../../reports/sweep/label.ts';
import { spreads } from '../../reports/sweep/spreads.ts';
import { renderSweep } from '../../reports/write-sweep.ts';
import { sampleSweep } from './sweep-sample.ts';

const report = sampleSweep();

describe('the page', () => {
  test('is the same for the same sweep, has no script and fetches nothing', async () => {
    const page = await renderSweep(report);
    expect(await renderSweep(sampleSweep())).toBe(page);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  test('has a table of data and words for each chart', async () => {
    const page = await renderSweep(report);
    const charts = page.match(/<figure class="sweep-chart">/g) ?? [];
    expect(charts.length).toBe(6);
    expect(page.match(/The data behind this chart/g)).toHaveLength(charts.length);
    expect(page.match(/role="img" aria-label="[^"]{20,}"/g)).toHaveLength(charts.length);
  });

  test('tells the worst runs with the commands that yield them again', async () => {
    const page = await renderSweep(report);
    expect(page).toContain('npx watership run strategies.yaml --seed 7');
    expect(page).toContain('1300 messages lost, confirmed');
  });

  test('says in a sentence what came of it all', async () => {
    const sentenceOf = async (change: Partial<typeof report>): Promise<string> =>
      /<span class="sentence">([^<]*)</.exec(await renderSweep({ ...report, ...change, worst: [] }))?.[1] ??
      '';
    const [some, none, all] = report.cells;
    expect(await sentenceOf({})).toBe(
      '11 of 32 runs lost confirmed messages; 2 of 4 configurations never did. In 11 runs an expectation failed.',
    );
    expect(await sentenceOf({ cells: [none!] })).toBe(
      'None of 8 runs lost a confirmed message. All expectations held in each run.',
    );
    expect(await sentenceOf({ cells: [some!, all!], expects: false })).toBe(
      '11 of 16 runs lost confirmed messages, some in each configuration. Nothing was expected of them.',
    );
  });

  test('says in words what never changes, and draws what does', () => {
    const { first, more, constant } = spreads(report);
    expect(constant).toEqual(['published 2000']);
    expect(first.map(({ heading }) => heading)).toEqual(['confirmed_lost', 'longest_without_confirm']);
    expect(more.map(({ heading }) => heading)).toEqual(['confirm_latency_p50']);
  });

  test('gives each share its interval', () => {
    expect(heatMap(report).table.text).toContain('3 seeds (37.5 %, 13.7 % to 69.4 %)');
    expect(heatMap(report).table.text).toContain('0 seeds (0 %, 0 % to 32.4 %)');
  });

  test('draws at most forty configurations and says so, and has all of them in its tables', async () => {
    const [cell] = report.cells;
    const many = Array.from({ length: 50 }, (_, nth) => ({ ...cell!, values: { n: nth } }));
    const page = await renderSweep({ ...report, cells: many });
    expect(page).toContain('Drawn are the first 40 of 50 configurations.');
    expect(page).toContain('50. n 49');
  });
});

describe('the front', () => {
  test('holds what nothing beats in both', () => {
    const figure = front(report);
    expect(figure?.description).toContain(
      'On the front: 1. ignore, net_ticktime 8; 2. pause_minority, net_ticktime 8.',
    );
  });

  test('holds one of any set, and everything else is beaten by one of it', () => {
    const candidates = fc.array(fc.record({ loss: fc.nat(5), downtime: fc.nat(5) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(candidates, (drawn) => {
        const all = drawn.map((candidate, index): Candidate => ({ ...candidate, index }));
        const best = paretoFront(all);
        expect(best.length).toBeGreaterThan(0);
        for (const one of all) {
          const beaten = best.some(({ loss, downtime }) => loss <= one.loss && downtime <= one.downtime);
          expect(beaten).toBe(true);
          const isBest = best.some(({ index }) => index === one.index);
          const strictly = all.some(
            ({ loss, downtime }) =>
              loss <= one.loss && downtime <= one.downtime && loss + downtime < one.loss + one.downtime,
          );
          expect(isBest).toBe(!strictly);
        }
      }),
    );
  });

  test('gives way to the seeds where there is one configuration, and to nothing where nothing was measured', () => {
    const cells = report.cells.slice(0, 1);
    const seeds = [1, 2].map((seed) => ({ seed, confirmedLost: seed, withoutConfirm: seed }));
    expect(front({ ...report, cells, seeds })?.heading).toBe('Loss against unavailability, seed by seed');
    expect(front({ ...report, cells, seeds: [] })).toBeNull();
    const unmeasured = report.cells.map((cell) => ({ ...cell, withoutConfirm: null }));
    expect(front({ ...report, cells: unmeasured })).toBeNull();
  });
});

test('an axis reaches what it has to show with few round ticks', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (max) => {
      const axis = axisTo(max, 10, 110);
      expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
      expect(axis.ticks.length).toBeLessThanOrEqual(7);
      expect(axis.max).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      expect(axis.at(0)).toBe(10);
      expect(axis.at(axis.max)).toBeCloseTo(110, 6);
    }),
  );
  expect(axisTo(0.125, 0, 1).ticks).toEqual([0, 0.05, 0.1, 0.15]);
  expect(axisTo(1_100, 0, 1).ticks).toEqual([0, 200, 400, 600, 800, 1_000, 1_200]);
});

test('numbers are written so that they can be compared', () => {
  expect([0, 0.0004, 0.125, 0.9999, 1].map(percent)).toEqual([
    '0 %',
    '< 0.1 %',
    '12.5 %',
    '> 99.9 %',
    '100 %',
  ]);
  expect([null, 0, 0.0021, 12.345, 700].map(seconds)).toEqual(['–', '0 s', '2.1 ms', '12.3 s', '11.7 min']);
  expect(cellLabel(report.cells[3]!, 3)).toBe('4. autoheal, net_ticktime 60');
});
