/** The JSON Schema of the language, with which editors complete and check scenario files. */
import { z } from 'zod';
import { scenario } from './schema/scenario.ts';

/** The JSON Schema (draft 7) of a scenario file, as text with a newline at its end. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(scenario, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    reused: 'ref',
    override: ({ jsonSchema: part }) => {
      // A default is kept as the engine counts it (microseconds), which is not how a file writes it.
      if (typeof part.default !== 'boolean' && typeof part.default !== 'string') delete part.default;
    },
  });
  return `${JSON.stringify({ ...schema, title: 'Watership scenario, version 1' }, null, 1)}\n`;
}
