/** `watership init`: a first scenario from a real cluster's own files. */
import type { Command } from '../command.ts';
import { textOption } from '../run-request.ts';

export const init: Command = {
  name: 'init',
  usage: 'init --definitions FILE --conf FILE --nodes A,B,C',
  summary: "Write a first scenario from a real cluster's own files",
  epilogue:
    'The scenario passes "watership check". What is not modelled stands in it as comments, each with its reason. Passwords are not taken over.',
  options: {
    definitions: {
      type: 'string',
      requiresArg: true,
      describe: 'What "rabbitmqctl export_definitions FILE" wrote',
    },
    conf: { type: 'string', requiresArg: true, describe: 'The rabbitmq.conf of the nodes' },
    nodes: {
      type: 'string',
      requiresArg: true,
      describe: 'The nodes, with commas between (as rabbitmq.conf lists them)',
    },
    queues: {
      type: 'string',
      requiresArg: true,
      describe: 'Only queues whose names match this pattern, as in a policy',
    },
    out: { type: 'string', requiresArg: true, describe: 'Write to this file (stdout)' },
  },
  operands: { least: 0, most: 0, name: '' },
  async perform({ options }, { terminal }) {
    const { initScenario } = await import('../init-scenario.ts');
    return initScenario(
      {
        definitions: textOption(options, 'definitions'),
        conf: textOption(options, 'conf'),
        nodes: textOption(options, 'nodes'),
        queues: textOption(options, 'queues'),
        out: textOption(options, 'out'),
      },
      terminal,
    );
  },
};
