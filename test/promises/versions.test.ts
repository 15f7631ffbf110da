// docs/versions.md speaks of rules and hazards that exist, and says of each line how it is known.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explain } from '../../sim/rules/explain.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/versions.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| .*\|$/.test(line) && !line.startsWith('| rules'));
const ruleRows = rows.filter((line) => /^\| [^|]*(?:OVR|NET|CLU|PAR|MIR|BRK|QQ|CLI|HAZ)/.test(line));

test('every rule and hazard that it names exists', () => {
  const ids = new Set(page.match(/\b(?:OVR|NET|CLU|PAR|MIR|BRK|QQ|CLI|HAZ)-\d+\b/g));
  expect(ids.size).toBeGreaterThan(50);
  for (const id of ids) expect(() => explain(id)).not.toThrow();
});

test('every line about rules says how it is known', () => {
  expect(ruleRows.length).toBeGreaterThan(35);
  for (const row of ruleRows) expect(row.split('|').at(-2)).toMatch(/read|inferred/);
});
