/** `watership export FILE`: a run, or the cluster of a scenario, in the formats of others. */
import type { Command } from '../command.ts';
import { textOption } from '../run-request.ts';
import { loadOptionsOf, scenarioOptions } from '../scenario-options.ts';
import { wholeNumber } from '../whole-number.ts';

export const exportCommand: Command = {
  name: 'export',
  usage: 'export FILE --format FORMAT',
  summary: "Write a run, or the scenario's cluster, in the formats of others",
  epilogue:
    'perfetto: a trace for ui.perfetto.dev. mermaid: the story as a sequence diagram, or with --message what happened to one message. ' +
    'ndjson: the journal, a record a line. jepsen, jepsen-json: a history of operations (EDN, JSON) for checkers such as total-queue. ' +
    'conf: rabbitmq.conf and definitions.json for a real cluster; --out names a folder.',
  options: {
    format: {
      type: 'string',
      requiresArg: true,
      describe: 'perfetto, mermaid, ndjson, jepsen, jepsen-json or conf',
    },
    seed: { type: 'string', requiresArg: true, describe: "Run this seed (the scenario's own)" },
    message: { type: 'string', requiresArg: true, describe: 'mermaid: of this message, such as shop-17' },
    out: { type: 'string', requiresArg: true, describe: 'Write to this file, or folder (stdout)' },
    ...scenarioOptions,
  },
  operands: { least: 1, most: 1, name: 'FILE' },
  async perform(given, surroundings) {
    const { operands, options } = given;
    const { exportScenario } = await import('../export-scenario.ts');
    return exportScenario(
      {
        file: operands[0] ?? '',
        format: textOption(options, 'format'),
        seed: wholeNumber(options, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
        message: textOption(options, 'message'),
        out: textOption(options, 'out'),
        load: loadOptionsOf(given),
      },
      surroundings,
    );
  },
};
