/** Commands of `rabbitmqctl` for the runtime parameters of shovels and federation. */
import type { FieldValue } from '../amqp/basic-message.ts';
import { readParameterValue } from '../links/parameter-values.ts';
import { isComponent } from '../links/parameters.ts';
import { settle, type Command } from './command.ts';
import { refused } from './refusals.ts';
import type { Words } from './words.ts';

const vhostOf = ({ values }: Words): string => values.get('vhost') ?? '/';

const setParameter: Command = {
  words: { arguments: { atLeast: 3, atMost: 3 } },
  usage: 'set_parameter [--vhost <vhost>] <component_name> <name> <value>',
  needs: () => 'app-running',
  banner: (words) => {
    const [component, name, value] = words.arguments;
    return `Setting runtime parameter "${name}" for component "${component}" to "${value}" in vhost "${vhostOf(words)}" ...`;
  },
  run: (control, words, finish) => {
    const [component = '', name = '', text = ''] = words.arguments;
    const refuse = (detail: string): void => finish(refused(control.name, { reason: 'invalid', detail }));
    const value = parsed(text);
    if (value === undefined) return refuse(`JSON decoding error. Reason: ${text}`);
    if (!isComponent(component)) return refuse(`Validation failed\n\ncomponent ${component} not found\n`);
    const [problem] = readParameterValue(component, value).problems;
    if (problem !== undefined) return refuse(`Validation failed\n\n${problem.message}\n`);
    control.links.setParameter(component, name, value, settle(control, finish));
  },
};

function parsed(text: string): FieldValue | undefined {
  try {
    return JSON.parse(text) as FieldValue;
  } catch {
    return undefined;
  }
}

const clearParameter: Command = {
  words: { arguments: { atLeast: 2, atMost: 2 } },
  usage: 'clear_parameter [--vhost <vhost>] <component_name> <name>',
  needs: () => 'app-running',
  banner: (words) => {
    const [component, name] = words.arguments;
    return `Clearing runtime parameter "${name}" for component "${component}" on vhost "${vhostOf(words)}" ...`;
  },
  run: (control, words, finish) => {
    const [component = '', name = ''] = words.arguments;
    control.links.clearParameter(component, name, settle(control, finish));
  },
};

/** By name. */
export const parameterCommands: ReadonlyMap<string, Command> = new Map([
  ['set_parameter', setParameter],
  ['clear_parameter', clearParameter],
]);
