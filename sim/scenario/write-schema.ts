/**
 * Writes `scenarios/scenario.schema.json`. Part of the build; the committed file has to be equal to what this makes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchema } from './json-schema.ts';

// From dist/sim/scenario/ up to the repository.
const target = path.join(import.meta.dirname, '../../../scenarios/scenario.schema.json');
mkdirSync(path.dirname(target), { recursive: true });
writeFileSync(target, jsonSchema());
