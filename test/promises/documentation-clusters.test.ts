// What docs/clusters.md shows is true: its scenarios load, run and hold.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resultOf } from './one-run.ts';

const page = readFileSync('docs/clusters.md', 'utf8');
const scenarios = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

test('there are examples', () => {
  expect(scenarios).toHaveLength(4);
});

test.each(scenarios)('%s', (text) => {
  expect(resultOf(text).failures).toEqual([]);
});
