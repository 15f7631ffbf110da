// The scenarios that ship with Watership: each loads, explains itself, and promises something.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadFile } from '../../sim/scenario/load.ts';

const root = 'scenarios';

/** Every scenario file, as a reader would type its path. */
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `${root}/${file}`)
  .sort();

test('there are scenarios in every chapter', () => {
  const chapters = new Set(files.map((file) => file.split('/')[1]));
  expect([...chapters]).toEqual(expect.arrayContaining(['tour', 'partitions', 'failover', 'seeds']));
});

describe.each(files)('%s', (file) => {
  test('loads, is called like its file, says what it teaches and promises something', () => {
    for (const scenario of loadFile(file)) {
      expect(scenario.name).toBe(basename(file, '.yaml'));
      expect(scenario.description.length).toBeGreaterThan(100);
      expect(scenario.expect).not.toBeNull();
    }
  });
});
