/** `watership schema`: the JSON Schema of scenario files, for editors. */
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

export const schema: Command = {
  name: 'schema',
  usage: 'schema',
  summary: 'Print the JSON Schema of scenario files, for editors',
  options: {},
  operands: { least: 0, most: 0, name: '' },
  async perform(_, { terminal }) {
    const { jsonSchema } = await import('../../scenario/json-schema.ts');
    terminal.out(jsonSchema());
    return ExitCode.held;
  },
};
