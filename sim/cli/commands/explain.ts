/** `watership explain RULE|HAZARD`: what the registry knows of one rule or hazard. */
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';

export const explain: Command = {
  name: 'explain',
  usage: 'explain RULE|HAZARD',
  summary: 'Say what a rule of the broker or a hazard is: explain MIR-16',
  options: {},
  operands: { least: 1, most: 1, name: 'RULE or HAZARD' },
  async perform({ operands: [id = ''] }, { terminal }) {
    const registry = await import('../../rules/registry.ts');
    const { explain } = await import('../../rules/explain.ts');
    try {
      terminal.out(`${explain(id)}\n`);
    } catch (error) {
      if (!(error instanceof registry.UnknownRuleError)) throw error;
      throw new UsageError(
        `no rule or hazard is called "${id}"`,
        error.suggestions.length > 0
          ? `did you mean ${error.suggestions.join(', ')}?`
          : 'rules are called like MIR-16, hazards like HAZ-8',
      );
    }
    return ExitCode.held;
  },
};
