/**
 * Commands of `rabbitmqctl` for shovels and federation: their runtime parameters, and how their links stand. When a status last changed is left
 * out, since there is no calendar.
 */
import type { FieldValue } from '../amqp/basic-message.ts';
import type { LinkStatus } from '../links/link-status.ts';
import { readParameterValue } from '../links/parameter-values.ts';
import { isComponent } from '../links/parameters.ts';
import { settle, type Command } from './command.ts';
import type { Rows } from './formatters.ts';
import { fullName, refused } from './refusals.ts';
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
    const { problems } = readParameterValue(component, value);
    const complaints = problems.map(({ message }) => `${message}\n`);
    if (complaints.length > 0) return refuse(`Validation failed\n\n${complaints.join('')}`);
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

const shovelStatus: Command = {
  words: { arguments: { atLeast: 0, atMost: 0 } },
  usage: 'shovel_status',
  needs: () => 'app-running',
  banner: (_words, node) => `Shovel status on node ${fullName(node)}`,
  run: (control, { flags }, finish) =>
    control.links.linkStatus('shovel', (refusal, links) => {
      if (refusal !== null) return finish(refused(control.name, refusal));
      const rows = rowsOf(links.map(shovelRow));
      const lines = rows.rows.map((cells) => cells.join('\t'));
      const header = rows.rows.length > 0 && !flags.has('no-table-headers') && !flags.has('silent');
      finish({ exit: 0, output: [...(header ? [rows.columns.join('\t')] : []), ...lines].join('\n'), rows });
    }),
};

const federationStatus: Command = {
  words: { arguments: { atLeast: 0, atMost: 0 }, flags: ['only-down'] },
  usage: 'federation_status [--only-down]',
  needs: () => 'app-running',
  banner: (words, node) =>
    `Listing federation links ${words.flags.has('only-down') ? 'which are down ' : ''}on node ${fullName(node)}...`,
  run: (control, { flags }, finish) =>
    control.links.linkStatus('federation', (refusal, all) => {
      if (refusal !== null) return finish(refused(control.name, refusal));
      const links = flags.has('only-down') ? all.filter(({ state }) => state === 'terminated') : all;
      const none = { exchange: '', queue: '', upstream_exchange: '', upstream_queue: '' };
      const maps = links.map(({ facts, state, reason }) => ({
        ...none,
        ...facts,
        status: state === 'terminated' ? 'error' : state,
        error: reason,
      }));
      const output = `[${maps.map(erlangMap).join(',\n ')}]`;
      finish({ exit: 0, output, rows: rowsOf(maps) });
    }),
};

/** Of a shovel that does not run the tool knows no more than its name. */
function shovelRow({ facts, state, reason }: LinkStatus): Readonly<Record<string, string>> {
  const { name = '', type = '', vhost = '' } = facts;
  const known = state === 'running' ? facts : { name, type, vhost, source: '', destination: '' };
  return { ...known, state, termination_reason: reason };
}

/** All keys of the rows, in alphabetical order as the tools have them. */
function rowsOf(maps: readonly Readonly<Record<string, string>>[]): Rows {
  const columns = [...new Set(maps.flatMap((map) => Object.keys(map)))].toSorted();
  return { columns, rows: maps.map((map) => columns.map((column) => map[column] ?? '')) };
}

/** As Erlang prints a map; words of a fixed choice are atoms. */
function erlangMap(map: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(map)
    .toSorted()
    .map((key) => `${key} => ${ATOMS.includes(key) ? map[key] : `<<"${map[key]}">>`}`);
  return `#{${pairs.join(',')}}`.replaceAll('<<"">>', '<<>>');
}

const ATOMS: readonly string[] = ['status', 'type'];

/** By name. */
export const parameterCommands: ReadonlyMap<string, Command> = new Map([
  ['set_parameter', setParameter],
  ['clear_parameter', clearParameter],
  ['shovel_status', shovelStatus],
  ['federation_status', federationStatus],
]);
