import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchema } from '../../sim/scenario/json-schema.ts';

test('the committed JSON Schema is the one that the language has', () => {
  const committed = readFileSync(new URL('../../scenarios/scenario.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(jsonSchema());
});

test('the JSON Schema describes what a file writes, not what the engine counts in', () => {
  const schema = JSON.parse(jsonSchema()) as { readonly [key: string]: unknown };
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    required: ['name', 'nodes'],
    additionalProperties: false,
  });
  expect(jsonSchema()).not.toMatch(/60000000|"us"/);
});
