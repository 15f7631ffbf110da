import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable } from '../../reports/page/markup.ts';
import { jsonBlock } from '../../reports/page/script.ts';
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { renderReport } from '../../reports/write-report.ts';
import { sampleReport } from './sample.ts';
import { HOSTILE, largestReport, reportWithText } from './variants.ts';

/** The page without its script and the data that it reads. */
function withoutScript(page: string): string {
  return page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '');
}

/** The page without script, and without the white space that a browser does not show. */
async function flat(report: RunReport): Promise<string> {
  return withoutScript(await renderReport(report))
    .replace(/[ \n]+/g, ' ')
    .replace(/> </g, '><')
    .replace(/> /g, '>')
    .replace(/ </g, '<');
}

describe('the report', () => {
  test('is the same bytes for the same run', async () => {
    const first = await renderReport(sampleReport());
    await renderReport(reportWithText('other '));
    expect(await renderReport(sampleReport())).toBe(first);
  });

  test('runs its own script, named by its hash, and no other', async () => {
    const page = await renderReport(sampleReport());
    const scripts = [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(page.match(/<script/g)).toHaveLength(scripts.length);
    const running = scripts.filter(
      ([, attributes]) => attributes?.startsWith(' type="application/') !== true,
    );
    expect(running).toHaveLength(1);
    const hash = createHash('sha256').update(running[0]![2]!).digest('base64');
    expect(page).toContain(`script-src &#39;sha256-${hash}&#39;;`);
    expect(page).not.toMatch(/unsafe-eval|script-src[^;]*unsafe/);
    expect(page.replaceAll(running[0]![2]!, '')).not.toMatch(/<[^>]* on\w+=/);
    expect(running[0]![2]).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttpRequest|WebSocket|import\(/,
    );
  });

  test('fetches nothing and runs nothing where it is static', async () => {
    const page = await renderReport(sampleReport(), 'static');
    expect(page).toContain('default-src &#39;none&#39;; style-src');
    expect(page).not.toMatch(
      /<script|<link(?! rel="icon" href="data:,")|<iframe|<object|@import|\bsrc=|javascript:/,
    );
    expect(
      [...page.matchAll(/url\(([^)]*)\)/g)].filter(([, target]) => !target?.startsWith('#pattern-')),
    ).toEqual([]);
  });

  test('names every pattern that a fill refers to', async () => {
    const page = withoutScript(await renderReport(largestReport()));
    const referred = new Set([...page.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id));
    for (const id of referred) expect(page).toContain(`<pattern id="${id}"`);
    expect([...page.matchAll(/ id="([^"]*)"/g)].length).toBe(
      new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)).size,
    );
  });

  test('takes no markup from a scenario', async () => {
    const page = withoutScript(await renderReport(reportWithText(HOSTILE)));
    expect(page).not.toMatch(/<script|<img|\]\]>/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page.match(/<\/title>/g)).toHaveLength(1);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('shows characters that would reorder or hide text as replaced', async () => {
    const page = await renderReport(reportWithText('a\u202eb\u0000c'));
    expect(page).not.toMatch(/\u202e|(?!\n)\p{Cc}/u);
    expect(page).toContain('a\ufffdb\ufffdc');
  });

  test('marks a failed expectation at its line and beside its figure', async () => {
    const page = await flat(sampleReport());
    expect(page).toMatch(/<tr id="L23" class="failed">.*?✗ observed 37</);
    expect(page).toMatch(
      /<div class="tile failed"><dt>confirmed and lost<\/dt><dd>37<\/dd>.*?✗ confirmed_<wbr \/>lost = 0/,
    );
    expect(page).toMatch(/<tr id="L22" class="held">/);
  });

  test('shows both sides of a split brain, and whose mirror a mirror is', async () => {
    const page = await flat(sampleReport());
    expect(page).toContain('leads, as rabbit1 sees it');
    expect(page).toContain('leads, as rabbit2 and rabbit3 see it');
    expect(page).toContain('mirror of rabbit2, synchronised');
  });

  test('says so when nothing happened', async () => {
    const sample = sampleReport();
    const page = await flat({
      ...sample,
      result: { ...sample.result, verdict: 'passed', timeline: [], causes: [], queues: {}, rules: [] },
      expectations: [],
      causeSentences: [],
      queueLanes: [],
      faults: [],
      perSecond: { bucketUs: 1_000_000, points: [] },
      depth: [],
      confirmLatency: { bucketUs: 1_000_000, points: [] },
      messageLives: [],
      messageLivesTotal: 0,
      story: [],
    });
    expect(page).toContain('No message was lost');
    expect(page).toContain('expects nothing');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

test('data come back as they were, less what does not print, and never end their element', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '</script>', '<!--', ']]>', '\u2028'),
      (text, end) => {
        const { text: block } = jsonBlock('data', { [text + end]: [end + text] });
        const inside =
          /^<script type="application\/json" id="data">([^<]*)<\/script>$/.exec(block)?.[1] ?? '';
        const [entry] = Object.entries(JSON.parse(inside) as Record<string, string[]>);
        // Control characters come as escapes; where the script shows them they are replaced.
        expect([printable(entry![0]), printable(entry![1][0]!)]).toEqual([
          printable(text + end),
          printable(end + text),
        ]);
      },
    ),
  );
});

describe('a report of 100,000 messages', () => {
  test('stays under 3 MB', async () => {
    expect(Buffer.byteLength(await renderReport(largestReport()))).toBeLessThan(3_000_000);
  });

  test('says what it leaves out', async () => {
    const page = await flat(largestReport());
    expect(page).toContain('40\u202f000 messages did not simply arrive once and in order.');
    expect(page).toContain('2500 of them are listed here.');
    expect(page).toContain('The first 1000 of 20\u202f000.');
    expect(page).toContain('the first 2000 of 4000 lines');
    expect(page).toContain('the 12 with most changes of 60');
    expect(page).toMatch(/more courses that messages of this row took are not shown/);
  });
});
