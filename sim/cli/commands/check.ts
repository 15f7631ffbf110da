/** `watership check FILE...`: reads scenarios as `run` would, and runs nothing. */
import { printScenarioError } from '../../scenario/problem.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { loadFiles, loadOptionsOf, scenarioOptions } from '../scenario-options.ts';
import { wantsColour } from '../terminal.ts';

export const check: Command = {
  name: 'check',
  usage: 'check FILE...',
  summary: 'Say whether scenario files are right, without running them',
  options: scenarioOptions,
  operands: { least: 1, most: Infinity, name: 'FILE' },
  async perform(given, { terminal }) {
    let code: ExitCode = ExitCode.held;
    for (const loaded of await loadFiles(given.operands, loadOptionsOf(given))) {
      if ('error' in loaded) {
        terminal.err(printScenarioError(loaded.error, { colour: wantsColour(terminal.paintErr) }));
        code = ExitCode.wrongUse;
        continue;
      }
      const runs = loaded.scenarios.reduce((sum, { seeds }) => sum + seeds, 0);
      const count = runs === 1 ? 'one run' : `${runs} runs`;
      terminal.out(`${terminal.paintOut('green', 'ok')}  ${printable(loaded.file)}  ${count}\n`);
    }
    return code;
  },
};
