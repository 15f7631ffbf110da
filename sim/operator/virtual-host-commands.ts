/**
 * The commands of `rabbitmqctl` about virtual hosts: creating and deleting them, permissions in them, limits on them and on users, and the
 * lists of what is in one. Left out: columns beyond those that are shown without asking, descriptions and tags.
 */
import { nameIn } from '../records/resource-name.ts';
import { compilePattern } from '../amqp/pattern.ts';
import type { PermissionSpec } from '../broker/access.ts';
import type { BindingRecord } from '../broker/binding.ts';
import type { ExchangeRecord } from '../broker/exchange.ts';
import type { PolicyRecord } from '../broker/policies.ts';
import type { TopicPermissionSpec } from '../broker/topic-access.ts';
import type { Limits } from '../broker/virtual-hosts.ts';
import { settle, type Command } from './command.ts';
import type { Cell } from './formatters.ts';
import { term } from './list-queues.ts';
import type { NodeControl, Refusal, VirtualHostControl } from './node-control.ts';
import { EXIT_UNAVAILABLE, refused, type CommandResult } from './refusals.ts';
import type { Words } from './words.ts';

function vhostOf(words: Words): string {
  return words.values.get('vhost') ?? '/';
}

function exactly(count: Change['arguments']): { readonly atLeast: number; readonly atMost: number } {
  if (typeof count === 'number') return { atLeast: count, atMost: count };
  return { atLeast: count[0], atMost: count[1] };
}

interface Change {
  readonly usage: string;
  readonly arguments: number | readonly [atLeast: number, atMost: number];
  readonly banner: (given: readonly string[], vhost: string) => string;
  /** What is wrong with the arguments, in the node's words. */
  readonly complaint?: (given: readonly string[]) => string | null;
  readonly run: (
    hosts: VirtualHostControl,
    given: readonly string[],
    vhost: string,
    done: (refusal: Refusal | null) => void,
  ) => void;
}

function change({ usage, arguments: count, banner, complaint, run }: Change): Command {
  return {
    words: { arguments: exactly(count) },
    usage,
    needs: () => 'app-running',
    banner: (words) => banner(words.arguments, vhostOf(words)),
    run: (control, words, finish) => {
      const vhost = vhostOf(words);
      const text = complaint?.(words.arguments) ?? null;
      if (text !== null) finish({ exit: EXIT_UNAVAILABLE, output: `Error:\n${text}` });
      else
        run(control.virtualHosts, words.arguments, vhost, (refusal) => {
          // Commands about permissions have a sentence of their own for it.
          if (refusal?.reason === 'no_such_vhost' && usage.includes('permissions'))
            finish({ exit: EXIT_UNAVAILABLE, output: `Error:\nVirtual host ${vhost} does not exist` });
          else settle(control, finish)(refusal);
        });
    },
  };
}

function list<Row>(
  usage: string,
  banner: (vhost: string) => string,
  columns: readonly string[],
  ask: (
    hosts: VirtualHostControl,
    vhost: string,
    done: (refusal: Refusal | null, rows: readonly Row[]) => void,
  ) => void,
  cells: (row: Row) => readonly Cell[],
): Command {
  return {
    words: { arguments: exactly(0) },
    usage,
    needs: () => 'app-running',
    banner: (words) => banner(vhostOf(words)),
    run: (control, words, finish) =>
      ask(control.virtualHosts, vhostOf(words), (refusal, rows) =>
        finish(refusal === null ? table(words, columns, rows.map(cells)) : refused(control.name, refusal)),
      ),
  };
}

function table(words: Words, columns: readonly string[], rows: readonly (readonly Cell[])[]): CommandResult {
  const header = !words.flags.has('no-table-headers') && !words.flags.has('silent');
  // The tool prints the header with the first row, so an empty list has none.
  const lines = [...(header && rows.length > 0 ? [columns] : []), ...rows].map((row) => row.join('\t'));
  return { exit: 0, output: lines.join('\n'), rows: { columns, rows } };
}

const KEYS = { vhost: ['max-connections', 'max-queues'], user: ['max-connections', 'max-channels'] } as const;

/** A value of a JSON text as Erlang prints it. */
function jsonTerm(value: unknown): string {
  return typeof value === 'string' ? `<<"${value}">>` : JSON.stringify(value);
}

/** The limits that a JSON text gives, or what is wrong with it. */
function limitsIn(kind: 'vhost' | 'user', text: string): Limits | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'JSON decoding error. Reason: badarg';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'Could not parse JSON document';
  for (const [key, limit] of Object.entries(value)) {
    if (!(KEYS[kind] as readonly string[]).includes(key))
      return `Validation failed\n\nUnrecognised terms [{<<"${key}">>,${jsonTerm(limit)}}] in limits\n`;
    if (!Number.isInteger(limit))
      return `Validation failed\n\n${key} should be a number, actually was ${jsonTerm(limit)}\n`;
  }
  return value;
}

function setLimitsOf(kind: 'vhost' | 'user', at: number): Pick<Change, 'complaint' | 'run'> {
  return {
    complaint: (given) => {
      const limits = limitsIn(kind, given[at]!);
      return typeof limits === 'string' ? limits : null;
    },
    run: (hosts, given, vhost, done) =>
      hosts.setLimits(kind, kind === 'vhost' ? vhost : given[0]!, limitsIn(kind, given[at]!) as Limits, done),
  };
}

function limitsText(limits: Limits): string {
  return JSON.stringify(limits);
}

/** Of one virtual host or user the limits alone, of all of them a table. */
function listLimits(
  usage: string,
  kind: 'vhost' | 'user',
  banner: (subject: string | null) => string,
): Command {
  const subjectOf = ({ flags, values }: Words): string | null =>
    flags.has('global') ? null : (values.get(kind) ?? (kind === 'vhost' ? '/' : 'guest'));
  return {
    words: { arguments: exactly(0), values: ['user'], flags: ['global'] },
    usage,
    needs: () => 'app-running',
    banner: (words) => banner(subjectOf(words)),
    run: (control, words, finish) =>
      control.virtualHosts.listLimits(kind, (refusal, rows) => {
        const subject = subjectOf(words);
        const own = rows.find(([name]) => name === subject);
        if (refusal !== null) finish(refused(control.name, refusal));
        else if (subject !== null) finish({ exit: 0, output: own === undefined ? '' : limitsText(own[1]) });
        else {
          const cells = rows.map(([name, limits]) => [name, limitsText(limits)]);
          finish(table(words, [kind, 'limits'], cells));
        }
      }),
  };
}

function clearUserLimit(
  control: NodeControl,
  user: string,
  limit: string,
  done: (refusal: Refusal | null) => void,
): void {
  control.virtualHosts.listLimits('user', (refusal, rows) => {
    const before = rows.find(([name]) => name === user)?.[1] ?? {};
    const after = Object.fromEntries(
      Object.entries(before).filter(([key]) => limit !== 'all' && key !== limit),
    );
    if (refusal !== null) done(refusal);
    else control.virtualHosts.setLimits('user', user, after, done);
  });
}

/** A pattern of topics with something in the place of what is filled in later. */
function withoutVariables(pattern: string): string {
  return pattern.replaceAll('{username}', 'x').replaceAll('{vhost}', 'x');
}

function patternComplaint(patterns: readonly string[]): string | null {
  for (const pattern of patterns) {
    try {
      compilePattern(pattern);
    } catch (error) {
      return `{:invalid_regexp, '${pattern}', {'${error instanceof Error ? error.message : ''}', 0}}`;
    }
  }
  return null;
}

export const virtualHostCommands: readonly (readonly [string, Command])[] = [
  [
    'add_vhost',
    change({
      usage: 'add_vhost <vhost>',
      arguments: 1,
      banner: ([vhost]) => `Adding vhost "${vhost}" ...`,
      run: (hosts, [vhost = ''], _, done) => hosts.add(vhost, done),
    }),
  ],
  [
    'delete_vhost',
    change({
      usage: 'delete_vhost <vhost>',
      arguments: 1,
      banner: ([vhost]) => `Deleting vhost "${vhost}" ...`,
      run: (hosts, [vhost = ''], _, done) => hosts.delete(vhost, done),
    }),
  ],
  [
    'list_vhosts',
    list<string>(
      'list_vhosts [--no-table-headers]',
      () => 'Listing vhosts ...',
      ['name'],
      (hosts, _, done) => hosts.list(done),
      (name) => [name],
    ),
  ],
  [
    'set_permissions',
    change({
      usage: 'set_permissions [--vhost <vhost>] <username> <conf> <write> <read>',
      arguments: 4,
      banner: ([user], vhost) => `Setting permissions for user "${user}" in vhost "${vhost}" ...`,
      complaint: ([, ...patterns]) => patternComplaint(patterns),
      run: (hosts, [user = '', configure = '', write = '', read = ''], vhost, done) =>
        hosts.setPermission(vhost, user, { user, vhost, configure, write, read }, done),
    }),
  ],
  [
    'clear_permissions',
    change({
      usage: 'clear_permissions [--vhost <vhost>] <username>',
      arguments: 1,
      banner: ([user], vhost) => `Clearing permissions for user "${user}" in vhost "${vhost}" ...`,
      run: (hosts, [user = ''], vhost, done) => hosts.setPermission(vhost, user, null, done),
    }),
  ],
  [
    'list_permissions',
    list<PermissionSpec>(
      'list_permissions [--vhost <vhost>] [--no-table-headers]',
      (vhost) => `Listing permissions for vhost "${vhost}" ...`,
      ['user', 'configure', 'write', 'read'],
      (hosts, vhost, done) => hosts.listPermissions(vhost, done),
      ({ user, configure, write, read }) => [user, configure, write, read],
    ),
  ],
  [
    'set_topic_permissions',
    change({
      usage: 'set_topic_permissions [--vhost <vhost>] <username> <exchange> <write> <read>',
      arguments: 4,
      banner: ([user, exchange], vhost) =>
        `Setting topic permissions on "${exchange}" for user "${user}" in vhost "${vhost}" ...`,
      complaint: ([, , ...patterns]) => patternComplaint(patterns.map(withoutVariables)),
      run: (hosts, [user = '', exchange = '', write = '', read = ''], vhost, done) =>
        hosts.setTopicPermission({ user, vhost, exchange, write, read }, done),
    }),
  ],
  [
    'clear_topic_permissions',
    change({
      usage: 'clear_topic_permissions [--vhost <vhost>] <username> [<exchange>]',
      arguments: [1, 2],
      banner: ([user, exchange], vhost) =>
        `Clearing topic permissions ${exchange === undefined ? '' : `on "${exchange}" `}for user "${user}" in vhost "${vhost}" ...`,
      run: (hosts, [user = '', exchange], vhost, done) =>
        hosts.clearTopicPermissions(vhost, user, exchange ?? null, done),
    }),
  ],
  [
    'list_topic_permissions',
    list<TopicPermissionSpec>(
      'list_topic_permissions [--vhost <vhost>] [--no-table-headers]',
      (vhost) => `Listing topic permissions for vhost "${vhost}" ...`,
      ['user', 'exchange', 'write', 'read'],
      (hosts, vhost, done) => hosts.listTopicPermissions(vhost, done),
      ({ user, exchange, write, read }) => [user, exchange, write, read],
    ),
  ],
  [
    'set_vhost_limits',
    change({
      usage: 'set_vhost_limits [--vhost <vhost>] <definition>',
      arguments: 1,
      banner: ([definition], vhost) => `Setting vhost limits to "${definition}" for vhost "${vhost}" ...`,
      ...setLimitsOf('vhost', 0),
    }),
  ],
  [
    'clear_vhost_limits',
    change({
      usage: 'clear_vhost_limits [--vhost <vhost>]',
      arguments: 0,
      banner: (_, vhost) => `Clearing vhost "${vhost}" limits ...`,
      run: (hosts, _, vhost, done) => hosts.setLimits('vhost', vhost, {}, done),
    }),
  ],
  [
    'list_vhost_limits',
    listLimits(
      'list_vhost_limits [--vhost <vhost>] [--global] [--no-table-headers]',
      'vhost',
      (vhost) => `Listing limits for ${vhost === null ? 'all vhosts' : `vhost "${vhost}"`} ...`,
    ),
  ],
  [
    'set_user_limits',
    change({
      usage: 'set_user_limits <username> <definition>',
      arguments: 2,
      banner: ([user, definition]) => `Setting user limits to "${definition}" for user "${user}" ...`,
      ...setLimitsOf('user', 1),
    }),
  ],
  [
    'clear_user_limits',
    {
      words: { arguments: exactly(2) },
      usage: 'clear_user_limits <username> <limit_type> | all',
      needs: () => 'app-running',
      banner: ({ arguments: [user, limit] }) =>
        limit === 'all'
          ? `Clearing all limits for user "${user}" ...`
          : `Clearing "${limit}" limit for user "${user}" ...`,
      run: (control, { arguments: [user = '', limit = ''] }, finish) =>
        clearUserLimit(control, user, limit, settle(control, finish)),
    },
  ],
  [
    'list_user_limits',
    listLimits(
      'list_user_limits [--user <username>] [--global]',
      'user',
      (user) => `Listing limits for ${user === null ? 'all users' : `user "${user}"`} ...`,
    ),
  ],
  [
    'list_exchanges',
    list<ExchangeRecord>(
      'list_exchanges [--vhost <vhost>] [--no-table-headers]',
      (vhost) => `Listing exchanges for vhost ${vhost} ...`,
      ['name', 'type'],
      (hosts, vhost, done) => hosts.listExchanges(vhost, done),
      ({ name, type }) => [nameIn(name), type],
    ),
  ],
  [
    'list_bindings',
    list<BindingRecord>(
      'list_bindings [--vhost <vhost>] [--no-table-headers]',
      (vhost) => `Listing bindings for vhost ${vhost}...`,
      ['source_name', 'source_kind', 'destination_name', 'destination_kind', 'routing_key', 'arguments'],
      (hosts, vhost, done) => hosts.listBindings(vhost, done),
      ({ source, destination, destinationKind, routingKey, arguments: args }) => [
        nameIn(source),
        'exchange',
        nameIn(destination),
        destinationKind,
        routingKey,
        term(args),
      ],
    ),
  ],
  [
    'list_policies',
    list<PolicyRecord>(
      'list_policies [--vhost <vhost>] [--no-table-headers]',
      (vhost) => `Listing policies for vhost "${vhost}" ...`,
      ['vhost', 'name', 'pattern', 'apply-to', 'definition', 'priority'],
      (hosts, vhost, done) => hosts.listPolicies(vhost, done),
      ({ vhost, name, pattern, applyTo, definition, priority }) => [
        vhost,
        name,
        pattern,
        applyTo,
        JSON.stringify(definition),
        priority,
      ],
    ),
  ],
];
