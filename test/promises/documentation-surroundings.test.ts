// What docs/surroundings.md shows is true: its scenarios run and hold, its tables name the commands that there are.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tools } from '../../sim/operator/tools.ts';
import { resultOf } from './one-run.ts';

const page = readFileSync('docs/surroundings.md', 'utf8');
const scenarios = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

test('there are examples', () => {
  expect(scenarios).toHaveLength(3);
});

test.each(scenarios)('%s', (text) => {
  expect(resultOf(text).failures).toEqual([]);
});

test.each(['rabbitmq-queues', 'rabbitmq-upgrade', 'rabbitmq-diagnostics'] as const)(
  '%s has no other commands',
  (tool) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${tool}\` |`)) ?? '';
    const named = [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    const shown =
      tool === 'rabbitmq-diagnostics' ? (name: string) => !name.startsWith('check_if_node_is') : () => true;
    expect(named.toSorted()).toEqual([...tools[tool].keys()].filter(shown).toSorted());
  },
);
