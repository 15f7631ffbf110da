/** RabbitMQ's command line tools and the commands of each that the simulator runs. */
import type { Command } from './command.ts';
import { rabbitmqctl } from './commands.ts';
import { rabbitmqDiagnostics } from './diagnostics-commands.ts';
import { operations } from './operations-commands.ts';
import { parameterCommands } from './parameter-commands.ts';
import { rabbitmqQueues } from './queues-commands.ts';
import { rabbitmqUpgrade } from './upgrade-commands.ts';

export type ToolName = 'rabbitmqctl' | 'rabbitmq-queues' | 'rabbitmq-upgrade' | 'rabbitmq-diagnostics';

export const tools: Readonly<Record<ToolName, ReadonlyMap<string, Command>>> = {
  rabbitmqctl: new Map([...rabbitmqctl, ...operations, ...parameterCommands]),
  'rabbitmq-queues': rabbitmqQueues,
  'rabbitmq-upgrade': rabbitmqUpgrade,
  'rabbitmq-diagnostics': rabbitmqDiagnostics,
};
