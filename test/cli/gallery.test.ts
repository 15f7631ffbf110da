// Promise: `watership gallery` says of each hazard whether it showed and what prevented it, and its exit code says whether all is well.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knobsOf } from '../../sim/cli/gallery/knobs.ts';
import type { ExhibitCell } from '../../sim/ledger/gallery.ts';
import { InvariantError } from '../../sim/kernel/invariant.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { engine, inFolder, perform } from './captured.ts';

const judged = (hazard: boolean) => ({
  judgement: { checked: [], failures: [], anyOf: [], sometimes: null, hazard },
});
const here = (scenario: Scenario): boolean => scenario.expect?.hazard?.here === true;
const asItShould = engine((scenario) => ({ run: judged(here(scenario)) }));
const everywhere = engine((scenario) =>
  here(scenario)
    ? { run: judged(true) }
    : {
        verdict: 'failed',
        failures: [{ line: 9, expected: 'HAZ-3 does not show', observed: '7 lost by MIR-18' }],
        run: judged(true),
      },
);

describe('gallery', () => {
  test('ends with 0 when each hazard shows where it should and nowhere else', async () => {
    const { code, out } = await perform(['gallery', 'haz3', 'HAZ-41', '--seeds', '2'], {
      runner: asItShould,
    });
    expect(code).toBe(0);
    expect(out).toMatch(/✓ +HAZ-3 .*2 of 2 .*3 of 3 .*ha-sync-mode=automatic/);
    expect(out).toMatch(/✓ +HAZ-41 .*no knob/);
    expect(out).toContain('2 hazards shown by scenarios, 2 of them right');
  });

  test('ends with 1 when one shows where it should not, and says where and how to see it', async () => {
    const { code, out } = await perform(['gallery', 'HAZ-3', '--seeds', '1'], { runner: everywhere });
    expect(code).toBe(1);
    expect(out).toMatch(/✗ +HAZ-3 .*0 of 3/);
    expect(out).toContain('line 9: HAZ-3 does not show, observed 7 lost by MIR-18');
    expect(out).toMatch(/Again {2}npx watership run \S*HAZ-03\S* --seed 1 --set/);
  });

  test('ends with 1 when one does not show where it should', async () => {
    const never = engine(() => ({ run: judged(false) }));
    expect((await perform(['gallery', 'HAZ-3', '--seeds', '1'], { runner: never })).code).toBe(1);
  });

  test('ends with 3 on a defect of ours, and goes on with the others', async () => {
    const breaks = engine((scenario) => {
      if (scenario.name.startsWith('HAZ-03')) throw new InvariantError('a copy ended twice');
      return { run: judged(here(scenario)) };
    });
    const { code, out, err } = await perform(['gallery', 'HAZ-3', 'HAZ-5', '--seeds', '1'], {
      runner: breaks,
    });
    expect(code).toBe(3);
    expect(err).toContain('a copy ended twice');
    expect(err).toMatch(/watership run \S*HAZ-03\S* --seed 1 .*--debug/);
    expect(out).toMatch(/✓ +HAZ-5 /);
  });

  test('prints one hazard a line as JSON, and none waits any more', async () => {
    const { code, out } = await perform(['gallery', '--json', '--seeds', '1'], { runner: asItShould });
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly hazard: string; readonly waitsFor?: readonly string[] });
    expect(lines).toHaveLength(70);
    expect(new Set(lines.map(({ hazard }) => hazard)).size).toBe(70);
    expect(lines.filter(({ waitsFor }) => waitsFor !== undefined)).toEqual([]);
  });

  test('writes a page', async () => {
    const file = inFolder('gallery.html');
    const { out } = await perform(['gallery', 'HAZ-3', '--seeds', '1', '--report', file], {
      runner: asItShould,
    });
    expect(out).toContain(`Report  ${file}`);
    expect(readFileSync(file, 'utf8')).toContain('id="HAZ-3"');
  });

  test.each([
    { args: ['HAZ-300'], told: 'no hazard is called "HAZ-300"' },
    { args: ['MIR-16'], told: 'MIR-16 is a rule' },
    { args: ['--seeds', '0'], told: '--seeds is a whole number' },
    { args: ['--sedes', '3'], told: 'no option --sedes' },
  ])('ends with 2 for $args', async ({ args, told }) => {
    const { code, err, out } = await perform(['gallery', ...args], { runner: asItShould });
    expect(code).toBe(2);
    expect(err).toContain(told);
    expect(out).toBe('');
  });
});

describe('the knob', () => {
  const cell = (values: ExhibitCell['values'], wanted: boolean) => ({ values, wanted }) as ExhibitCell;

  test('is each value that by itself turns a bad cell into a good one', () => {
    const cells = [
      cell({ 'p.mode': 'manual', 'p.promote': 'always' }, true),
      cell({ 'p.mode': 'automatic', 'p.promote': 'always' }, false),
      cell({ 'p.mode': 'manual', 'p.promote': 'when-synced' }, false),
      cell({ 'p.mode': 'automatic', 'p.promote': 'when-synced' }, false),
    ];
    expect(knobsOf(cells)).toEqual(['mode=automatic', 'promote=when-synced']);
  });

  test('is what differs where values are maps', () => {
    const cells = [
      cell({ 'w.publish': '{"rate":"1/s"}' }, true),
      cell({ 'w.publish': '{"rate":"1/s","confirms":true}' }, false),
    ];
    expect(knobsOf(cells)).toEqual(['confirms=true']);
  });
});
