/** `watership conform FILE`: holds a scenario against real brokers on this machine. */
import type { Command } from '../command.ts';
import { scenarioOptions } from '../scenario-options.ts';
import { wholeNumber } from '../whole-number.ts';

const repeatsMax = 100;
const seedsMax = 10_000;

export const conform: Command = {
  name: 'conform',
  usage: 'conform FILE',
  summary: 'Run a scenario on a real RabbitMQ 3.10 cluster of this machine, and compare',
  epilogue:
    'Needs Linux, root, rabbitmq-server 3.10, ip, tc and nft; starts brokers in network namespaces of their own and removes them again. Takes ' +
    'as long as the scenario lasts, times the repeats, and half a minute each to boot. Ends with 0 when all agrees, 1 when something differs, 2 when it cannot be done.',
  options: {
    repeat: { type: 'string', requiresArg: true, describe: 'Run it so many times on the real cluster (3)' },
    seeds: { type: 'string', requiresArg: true, describe: 'Simulate so many seeds (50)' },
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'Write what the real cluster did, as a recording of the conformance suite',
    },
    ...scenarioOptions,
  },
  operands: { least: 1, most: 1, name: 'FILE' },
  async perform({ operands: [file = ''], options }, surroundings) {
    const { out } = options;
    const request = {
      file,
      repeats: wholeNumber(options, 'repeat', 1, repeatsMax) ?? 3,
      seeds: wholeNumber(options, 'seeds', 1, seedsMax) ?? 50,
      out: typeof out === 'string' ? out : null,
    };
    const { conformScenario } = await import('../conform-scenario.ts');
    return conformScenario(request, { operands: [file], options }, surroundings);
  },
};
