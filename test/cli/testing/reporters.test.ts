// Each reporter writes what its readers read, whatever a scenario is called.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fileWith, inFolder, perform, type Setting } from '../captured.ts';
import { byName, hostile, scenario } from './setting.ts';

const good = scenario('good.yaml', 'passes');
const bad = scenario('bad.yaml', `fails ${hostile}`);
const limit = scenario('limit.yaml', 'limit');
const broken = scenario('broken.yaml', 'broken');
const refused = scenario('refused.yaml', 'refused');
const flaky = scenario('flaky.yaml', 'flaky', 'seeds: 4\nmatrix: { net_ticktime: [8s, 12s] }\n');
const wrong = fileWith('wrong.yaml', 'name: wrong\nnodes: [a, b]\nwrkloads: []\n');
const all = [good, bad, limit, broken, refused, flaky, wrong];

/** What a reporter writes on all files, without the folder of this run of the tests. */
async function told(
  reporter: string,
  files: readonly string[] = all,
  setting: Setting = {},
): Promise<string> {
  const { out } = await perform(['test', ...files, '--reporter', reporter], { runner: byName, ...setting });
  return out.replaceAll(`${inFolder('')}/`, '');
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|[\ud800-\udbff](?![\udc00-\udfff])/;

describe.each(['default', 'dot', 'junit', 'tap', 'github'])('the reporter %s', (reporter) => {
  test('writes the same again', async () => {
    expect(await told(reporter)).toBe(await told(reporter));
  });

  test('lets no name steer a terminal', async () => {
    expect(await told(reporter)).not.toMatch(unsafe);
  });

  test('writes into a file what it writes on stdout, and takes nothing from stdout', async () => {
    const file = inFolder(`out-${reporter}`);
    const { out } = await perform(['test', ...all, '--reporter', `${reporter}=${file}`], { runner: byName });
    expect(readFileSync(file, 'utf8').replaceAll(`${inFolder('')}/`, '')).toBe(await told(reporter));
    expect(out).toContain(' ✓ ');
  });
});

describe('default', () => {
  test('has a line a case, what failed with its place, and sums', async () => {
    expect(await told('default', [good, flaky, wrong])).toMatchInlineSnapshot(`
      " ✓ good.yaml  0 ms
       ✗ flaky.yaml  [net_ticktime=8s]  2 of 4 seeds failed  0 ms
       ✗ flaky.yaml  [net_ticktime=12s]  2 of 4 seeds failed  0 ms
       ! wrong.yaml  cannot run

       FAILED  flaky.yaml [net_ticktime=8s]
      6 confirmed messages are gone.
      Autoheal (HAZ-8).
      flaky.yaml:4:15: published = 0, observed a<b>&"c' ]]>%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, -->\\ud800\\ (seed 2, and 1 more of 4 seeds)
      4 |   messages: { published: 0, confirmed_lost: 0 }
        |               ^
      flaky.yaml:4:29: confirmed_lost = 0, observed 2 (seed 2, and 1 more of 4 seeds)
      4 |   messages: { published: 0, confirmed_lost: 0 }
        |                             ^
      Again  npx watership run flaky.yaml --seed 2 --set 'matrix.net_ticktime=["8s"]'

       FAILED  flaky.yaml [net_ticktime=12s]
      6 confirmed messages are gone.
      Autoheal (HAZ-8).
      flaky.yaml:4:15: published = 0, observed a<b>&"c' ]]>%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, -->\\ud800\\ (seed 2, and 1 more of 4 seeds)
      4 |   messages: { published: 0, confirmed_lost: 0 }
        |               ^
      flaky.yaml:4:29: confirmed_lost = 0, observed 2 (seed 2, and 1 more of 4 seeds)
      4 |   messages: { published: 0, confirmed_lost: 0 }
        |                             ^
      Again  npx watership run flaky.yaml --seed 2 --set 'matrix.net_ticktime=["12s"]'

       CANNOT RUN  wrong.yaml
      wrong.yaml:3:1: unknown key "wrkloads"
      3 | wrkloads: []
        | ^
          did you mean "workloads"?

           Files  1 cannot run
       Scenarios  2 failed, 1 passed (3)
            Runs  4 did not pass, 5 passed (9)
      "
    `);
  });
});

describe('dot', () => {
  test('has a character a case', async () => {
    expect((await told('dot')).split('\n')[0]).toBe('.x?!!xx!');
  });
});

describe('json', () => {
  test('has every run with its figures, and no duration', async () => {
    const report = JSON.parse(await told('json', [flaky])) as {
      files: { cases: { status: string; runs: unknown[]; findings: unknown[] }[] }[];
    };
    const [first] = report.files[0]!.cases;
    expect(first).toMatchObject({
      scenario: 'flaky',
      matrix: { net_ticktime: '8s' },
      status: 'failed',
      seeds: { first: 1, count: 4 },
      story: { seed: 2, sentence: '6 confirmed messages are gone.' },
    });
    expect(first!.runs).toHaveLength(4);
    expect(first!.runs[1]).toMatchObject({
      seed: 2,
      verdict: 'failed',
      figures: { published: 100, confirmed_lost: 2 },
    });
    expect(first!.findings[1]).toEqual({
      kind: 'expectation',
      line: 4,
      column: 29,
      excerpt: '  messages: { published: 0, confirmed_lost: 0 }',
      message: 'confirmed_lost = 0, observed 2',
      seed: 2,
      seeds: 2,
      replay: `npx watership run flaky.yaml --seed 2 --set 'matrix.net_ticktime=["8s"]'`,
    });
    expect(await told('json')).not.toMatch(/duration|elapsed/);
  });

  test('is one line', async () => {
    expect((await told('json')).trimEnd()).not.toContain('\n');
  });
});

describe('junit', () => {
  test('has no two dashes in a comment, where XML allows none', async () => {
    const file = inFolder('a---b--.json');
    await perform(['test', good, '--baseline', file, '--update'], { runner: byName });
    const args = ['test', good, bad, '--baseline', file, '--reporter', 'junit'];
    const { out } = await perform(args, { runner: byName });
    const [, comment = ''] = /<!--(.*)-->/.exec(out) ?? [];
    expect(comment).toContain('a- - -b- -.json does not know 1 run yet');
    expect(comment).not.toContain('--');
  });

  test('is a suite a file and a case a cell', async () => {
    expect(await told('junit', [good, bad, flaky, wrong])).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="watership" tests="5" failures="3" errors="1" time="0.000">
      <testsuite name="good.yaml" tests="1" failures="0" errors="0" skipped="0" time="0.000">
      <testcase name="passes" classname="good.yaml" time="0.000"/>
      </testsuite>
      <testsuite name="bad.yaml" tests="1" failures="1" errors="0" skipped="0" time="0.000">
      <testcase name="fails a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\" classname="bad.yaml" time="0.000">
      <failure message="published = 0, observed a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\ (and 1 more)" type="expectation">bad.yaml:4:15: published = 0, observed a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\
      bad.yaml:4:29: confirmed_lost = 0, observed 1
      6 confirmed messages are gone.
      Autoheal (HAZ-8).</failure>
      <system-out>Again: npx watership run bad.yaml --seed 1</system-out>
      </testcase>
      </testsuite>
      <testsuite name="flaky.yaml" tests="2" failures="2" errors="0" skipped="0" time="0.000">
      <testcase name="flaky [net_ticktime=8s]" classname="flaky.yaml" time="0.000">
      <failure message="published = 0, observed a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\ (seed 2, and 1 more of 4 seeds) (and 1 more)" type="expectation">flaky.yaml:4:15: published = 0, observed a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\ (seed 2, and 1 more of 4 seeds)
      flaky.yaml:4:29: confirmed_lost = 0, observed 2 (seed 2, and 1 more of 4 seeds)
      6 confirmed messages are gone.
      Autoheal (HAZ-8).</failure>
      <system-out>Again: npx watership run flaky.yaml --seed 2 --set &apos;matrix.net_ticktime=[&quot;8s&quot;]&apos;</system-out>
      </testcase>
      <testcase name="flaky [net_ticktime=12s]" classname="flaky.yaml" time="0.000">
      <failure message="published = 0, observed a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\ (seed 2, and 1 more of 4 seeds) (and 1 more)" type="expectation">flaky.yaml:4:15: published = 0, observed a&lt;b&gt;&amp;&quot;c&apos; ]]&gt;%0A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, --&gt;\\ud800\\ (seed 2, and 1 more of 4 seeds)
      flaky.yaml:4:29: confirmed_lost = 0, observed 2 (seed 2, and 1 more of 4 seeds)
      6 confirmed messages are gone.
      Autoheal (HAZ-8).</failure>
      <system-out>Again: npx watership run flaky.yaml --seed 2 --set &apos;matrix.net_ticktime=[&quot;12s&quot;]&apos;</system-out>
      </testcase>
      </testsuite>
      <testsuite name="wrong.yaml" tests="1" failures="0" errors="1" skipped="0" time="0.000">
      <testcase name="wrong.yaml" classname="wrong.yaml">
      <error message="unknown key &quot;wrkloads&quot;: did you mean &quot;workloads&quot;?" type="scenario">wrong.yaml:3:1: unknown key &quot;wrkloads&quot;: did you mean &quot;workloads&quot;?</error>
      </testcase>
      </testsuite>
      </testsuites>
      "
    `);
  });

  test('adds up', async () => {
    const text = await told('junit');
    expect(text).toContain('<testsuites name="watership" tests="8" failures="4" errors="3"');
    expect(text.match(/<testcase /g)).toHaveLength(8);
    expect(text.match(/<failure /g)).toHaveLength(4);
    expect(text.match(/<error /g)).toHaveLength(3);
  });

  test('has no sign that XML does not have, and closes what it opens', async () => {
    const text = await told('junit');
    expect(text).not.toMatch(/[\ufffe\uffff]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)/);
    const open: string[] = [];
    for (const [, close, name = '', attributes = '', empty] of text.matchAll(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
    )) {
      expect(attributes).not.toContain('<');
      if (close === '/') expect(open.pop()).toBe(name);
      else if (empty !== '/') open.push(name);
    }
    expect(open).toEqual([]);
    expect(text.replaceAll(/<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>|<\?xml[^>]*\?>/g, '')).not.toMatch(/[<>]/);
  });
});

describe('tap', () => {
  test('is TAP 14 with a YAML block for what failed', async () => {
    expect(await told('tap', [good, bad, wrong])).toMatchInlineSnapshot(`
      "TAP version 14
      1..3
      ok 1 - good.yaml > passes
      not ok 2 - bad.yaml > fails a<b>&"c' ]]>%0A::error::\\#x|\`y\`\\\\x1b[31m\\\\x0a@team\\\\u202e \\# SKIP, -->\\\\ud800\\\\
        ---
        message: "4:15: published = 0, observed a<b>&\\"c' ]]>%0A::error::#x|\`y\`\\\\x1b[31m\\\\x0a@team\\\\u202e # SKIP, -->\\\\ud800\\\\\\n4:29: confirmed_lost = 0, observed 1"
        severity: "fail"
        file: "bad.yaml"
        line: 4
        column: 15
        story: "6 confirmed messages are gone."
        replay: "npx watership run bad.yaml --seed 1"
        ...
      not ok 3 - wrong.yaml
        ---
        message: "3:1: unknown key \\"wrkloads\\": did you mean \\"workloads\\"?"
        severity: "error"
        file: "wrong.yaml"
        line: 3
        column: 1
        ...
      "
    `);
  });

  test('has as many points as it planned, numbered, and blocks that YAML reads', async () => {
    const text = await told('tap');
    expect(text).toMatch(/^TAP version 14\n1\.\.8\n/);
    const points = [...text.matchAll(/^(?:not )?ok (\d+) - /gm)].map(([, nth]) => Number(nth));
    expect(points).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const blocks = [...text.matchAll(/^ {2}---\n([\s\S]*?)^ {2}\.\.\.$/gm)].map(
      ([, block = '']) => parse(block) as { file: string; line: number; column: number },
    );
    expect(blocks).toHaveLength(7);
    expect(blocks[0]).toMatchObject({ file: 'bad.yaml', line: 4, column: 15 });
  });

  test('takes no name for a directive', async () => {
    expect(await told('tap')).not.toMatch(/^(?:not )?ok .*[^\\]#/m);
  });
});

describe('github', () => {
  test('has an annotation on the line of each expectation that failed', async () => {
    expect(await told('github', [good, bad, wrong])).toMatchInlineSnapshot(`
      "::error file=bad.yaml,line=4,col=15,title=fails a<b>&"c' ]]>%250A%3A%3Aerror%3A%3A#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP%2C -->\\ud800\\::published = 0, observed a<b>&"c' ]]>%250A::error::#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP, -->\\ud800\\%0AAgain: npx watership run bad.yaml --seed 1
      ::error file=bad.yaml,line=4,col=29,title=fails a<b>&"c' ]]>%250A%3A%3Aerror%3A%3A#x|\`y\`\\x1b[31m\\x0a@team\\u202e # SKIP%2C -->\\ud800\\::confirmed_lost = 0, observed 1%0AAgain: npx watership run bad.yaml --seed 1
      ::error file=wrong.yaml,line=3,col=1,title=scenario::unknown key "wrkloads": did you mean "workloads"?
      "
    `);
  });

  test('is one command a line, whatever a name holds', async () => {
    for (const line of (await told('github')).trimEnd().split('\n')) {
      expect(line).toMatch(/^::(?:error|notice) file=[^:,]+,line=\d+,col=\d+,title=[^:,]*::[^\r\n]*$/);
      expect(line).not.toMatch(/%(?!25|0A|0D|3A|2C)/);
    }
  });

  test('names files as the repository has them', async () => {
    const out = await told('github', [bad], { environment: { GITHUB_WORKSPACE: inFolder('..') } });
    expect(out).toMatch(/^::error file=watership-cli-[^/]+\/bad\.yaml,/);
  });

  test('speaks beside default in GitHub Actions without being asked', async () => {
    const setting = { runner: byName, environment: { GITHUB_ACTIONS: 'true' } };
    const { out } = await perform(['test', bad], setting);
    expect(out).toContain(' ✗ ');
    expect(out).toContain('::error ');
    expect((await perform(['test', bad, '--reporter', 'dot'], setting)).out).not.toContain('::error ');
  });

  test('adds a summary in Markdown to what others wrote', async () => {
    const file = fileWith('summary.md', 'of another step\n');
    await told('github', [good, bad, flaky, wrong], { environment: { GITHUB_STEP_SUMMARY: file } });
    const summary = readFileSync(file, 'utf8').replaceAll(`${inFolder('')}/`, '');
    expect(summary).toMatchInlineSnapshot(`
      "of another step
      ## ❌ Watership

      1 file cannot run.
      Scenarios: 3 failed, 1 passed; runs: 5 of 10 passed.

      | Where | Scenario | | What |
      |---|---|---|---|
      | bad.yaml:4 | fails a&#60;b&#62;&#38;"c' &#93;&#93;&#62;%0A&#58;&#58;error&#58;&#58;&#35;x&#124;&#96;y&#96;&#92;x1b&#91;31m&#92;x0a&#64;team&#92;u202e &#35; SKIP, --&#62;&#92;ud800&#92; | ❌ failed | published = 0, observed a&#60;b&#62;&#38;"c' &#93;&#93;&#62;%0A&#58;&#58;error&#58;&#58;&#35;x&#124;&#96;y&#96;&#92;x1b&#91;31m&#92;x0a&#64;team&#92;u202e &#35; SKIP, --&#62;&#92;ud800&#92; |
      | bad.yaml:4 | fails a&#60;b&#62;&#38;"c' &#93;&#93;&#62;%0A&#58;&#58;error&#58;&#58;&#35;x&#124;&#96;y&#96;&#92;x1b&#91;31m&#92;x0a&#64;team&#92;u202e &#35; SKIP, --&#62;&#92;ud800&#92; | ❌ failed | confirmed&#95;lost = 0, observed 1 |
      | flaky.yaml:4 | flaky &#91;net&#95;ticktime=8s&#93; | ❌ failed | published = 0, observed a&#60;b&#62;&#38;"c' &#93;&#93;&#62;%0A&#58;&#58;error&#58;&#58;&#35;x&#124;&#96;y&#96;&#92;x1b&#91;31m&#92;x0a&#64;team&#92;u202e &#35; SKIP, --&#62;&#92;ud800&#92; &#40;seed 2, and 1 more of 4 seeds&#41; |
      | flaky.yaml:4 | flaky &#91;net&#95;ticktime=8s&#93; | ❌ failed | confirmed&#95;lost = 0, observed 2 &#40;seed 2, and 1 more of 4 seeds&#41; |
      | flaky.yaml:4 | flaky &#91;net&#95;ticktime=12s&#93; | ❌ failed | published = 0, observed a&#60;b&#62;&#38;"c' &#93;&#93;&#62;%0A&#58;&#58;error&#58;&#58;&#35;x&#124;&#96;y&#96;&#92;x1b&#91;31m&#92;x0a&#64;team&#92;u202e &#35; SKIP, --&#62;&#92;ud800&#92; &#40;seed 2, and 1 more of 4 seeds&#41; |
      | flaky.yaml:4 | flaky &#91;net&#95;ticktime=12s&#93; | ❌ failed | confirmed&#95;lost = 0, observed 2 &#40;seed 2, and 1 more of 4 seeds&#41; |
      | wrong.yaml:3 |  | 🚫 cannot run | unknown key "wrkloads"&#58; did you mean "workloads"? |

      ### fails a&#60;b&#62;&#38;"c' &#93;&#93;&#62;%0A&#58;&#58;error&#58;&#58;&#35;x&#124;&#96;y&#96;&#92;x1b&#91;31m&#92;x0a&#64;team&#92;u202e &#35; SKIP, --&#62;&#92;ud800&#92;, seed 1

      6 confirmed messages are gone. Autoheal &#40;HAZ-8&#41;.

      \`\`\`mermaid
      flowchart TD
        s1["10.000 s: kill rabbit1"]
        s2["10.106 s: rabbit3 a#60;b#62;#38;#34;c' #93;#93;#62;#37;0A#58;#58;error#58;#58;#35;x#124;#96;y#96;#92;x1b#91;31m#92;x0a#64;team#92;u202e #35; SKIP, --#62;#92;ud800#92; is promoted"]
        s1 --> s2
      \`\`\`

      Again: npx watership run bad.yaml --seed 1

      ### flaky &#91;net&#95;ticktime=8s&#93;, seed 2

      6 confirmed messages are gone. Autoheal &#40;HAZ-8&#41;.

      \`\`\`mermaid
      flowchart TD
        s1["10.000 s: kill rabbit1"]
        s2["10.106 s: rabbit3 a#60;b#62;#38;#34;c' #93;#93;#62;#37;0A#58;#58;error#58;#58;#35;x#124;#96;y#96;#92;x1b#91;31m#92;x0a#64;team#92;u202e #35; SKIP, --#62;#92;ud800#92; is promoted"]
        s1 --> s2
      \`\`\`

      Again: npx watership run flaky.yaml --seed 2 --set 'matrix.net&#95;ticktime=&#91;"8s"&#93;'

      ### flaky &#91;net&#95;ticktime=12s&#93;, seed 2

      6 confirmed messages are gone. Autoheal &#40;HAZ-8&#41;.

      \`\`\`mermaid
      flowchart TD
        s1["10.000 s: kill rabbit1"]
        s2["10.106 s: rabbit3 a#60;b#62;#38;#34;c' #93;#93;#62;#37;0A#58;#58;error#58;#58;#35;x#124;#96;y#96;#92;x1b#91;31m#92;x0a#64;team#92;u202e #35; SKIP, --#62;#92;ud800#92; is promoted"]
        s1 --> s2
      \`\`\`

      Again: npx watership run flaky.yaml --seed 2 --set 'matrix.net&#95;ticktime=&#91;"12s"&#93;'

      "
    `);
  });

  test('lets no name out of its cell, its label or its line of the summary', async () => {
    const file = fileWith('hostile.md', '');
    await told('github', [bad], { environment: { GITHUB_STEP_SUMMARY: file } });
    const summary = readFileSync(file, 'utf8');
    for (const row of summary.split('\n').filter((line) => line.startsWith('|')))
      expect(row.match(/\|/g)).toHaveLength(5);
    for (const line of summary.split('\n').filter((each) => /^ {2}s\d+\[/.test(each)))
      expect(line).toMatch(/^ {2}s\d+\["[^"<>`[\]]*"\]$/);
    expect(summary.match(/```/g)).toHaveLength(2);
    expect(summary).not.toContain('<b>');
    expect(summary).not.toContain('@team');
  });

  test('says so when the summary cannot be written', async () => {
    writeFileSync(inFolder('a-file'), '');
    const environment = { GITHUB_STEP_SUMMARY: inFolder('a-file/summary.md') };
    const { code, err } = await perform(['test', good, '--reporter', 'github'], {
      runner: byName,
      environment,
    });
    expect(code).toBe(2);
    expect(err).toContain('cannot be written');
  });
});
