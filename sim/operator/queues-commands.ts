/** The commands of `rabbitmq-queues`: leaders and members of replicated queues, and whether a node can be spared. */
import { nameIn, resourceName, vhostOf } from '../records/resource-name.ts';
import { compilePattern, PatternError } from '../amqp/pattern.ts';
import { failed, passed } from './checks.ts';
import type { Command } from './command.ts';
import { prettyTable, type Cell, type Rows } from './formatters.ts';
import type { MemberStatus } from '../queues/quorum/operator-calls.ts';
import type { BalanceRow, Critical, MemberChange, Refusal } from './node-control.ts';
import { EXIT_UNAVAILABLE, fullName, refused, shortName, success, type CommandResult } from './refusals.ts';
import { EXIT_USAGE, type Words } from './words.ts';

const PATTERNS = ['vhost-pattern', 'queue-pattern'];
const ONE_ARGUMENT = { atLeast: 1, atMost: 1 };
const TWO_ARGUMENTS = { atLeast: 2, atMost: 2 };
const NO_ARGUMENTS = { atLeast: 0, atMost: 0 };

function patternsOf({ values }: Words): { readonly vhostPattern: string; readonly queuePattern: string } {
  return {
    vhostPattern: values.get('vhost-pattern') ?? '.*',
    queuePattern: values.get('queue-pattern') ?? '.*',
  };
}

/** The node would fail inside; the tool shows Erlang's complaint. */
function patternComplaint(words: Words): CommandResult | null {
  try {
    for (const pattern of Object.values(patternsOf(words))) compilePattern(pattern);
    return null;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { exit: EXIT_USAGE, output: `Error: not a regular expression: ${error.message}` };
  }
}

function table(rows: Rows): CommandResult {
  return { exit: 0, output: prettyTable(rows), rows };
}

export function balanceRows(rows: readonly BalanceRow[]): CommandResult {
  return table({
    columns: ['Node name', 'Number of quorum queues', 'Number of replicated classic queues'],
    rows: rows.map(({ node, quorum, classic }) => [fullName(node), quorum, classic]),
  });
}

const TYPES: readonly string[] = ['all', 'classic', 'quorum'];

const rebalance: Command = {
  words: { arguments: ONE_ARGUMENT, values: PATTERNS },
  usage: 'rebalance < all | classic | quorum > [--vhost-pattern <pattern>] [--queue-pattern <pattern>]',
  needs: () => 'app-running',
  banner: ({ arguments: [type = ''] }) => `Re-balancing leaders of ${type} queues...`,
  check: (words) => (TYPES.includes(words.arguments[0]!) ? patternComplaint(words) : null),
  refuse: ({ arguments: [type = ''] }) => {
    if (TYPES.includes(type)) return null;
    const output = `Error:\ntype ${type} is not supported. Try one of all, classic, quorum.`;
    return { exit: EXIT_UNAVAILABLE, output };
  },
  run: (control, words, finish) => {
    const type = words.arguments[0] as 'all' | 'classic' | 'quorum';
    control.maintenance.rebalance({ type, ...patternsOf(words) }, (refusal, rows) =>
      finish(refusal === null ? balanceRows(rows) : refused(control.name, refusal)),
    );
  },
};

function changes(words: Words, all: readonly MemberChange[]): CommandResult {
  const shown = words.flags.has('errors-only') ? all.filter(({ error }) => error !== null) : all;
  return table({
    columns: ['vhost', 'name', 'size', 'result'],
    rows: shown.map(({ vhost, queue, size, error }) => [
      vhost,
      queue,
      size,
      error === null ? 'ok' : `error: ${error}`,
    ]),
  });
}

const grow: Command = {
  words: { arguments: TWO_ARGUMENTS, values: PATTERNS, flags: ['errors-only'] },
  usage: 'grow <node> <all | even> [--vhost-pattern <pattern>] [--queue-pattern <pattern>]',
  needs: () => 'app-running',
  banner: ({ arguments: [node = '', strategy = ''] }) =>
    `Growing ${strategy} quorum queues on ${fullName(node)}...`,
  check: (words) => {
    const [, strategy = ''] = words.arguments;
    if (strategy === 'all' || strategy === 'even') return patternComplaint(words);
    const output = `Error (argument validation): strategy '${strategy}' is not recognised.`;
    return { exit: EXIT_USAGE, output };
  },
  run: (control, words, finish) => {
    const [node = '', strategy] = words.arguments;
    const command = {
      node: shortName(node),
      strategy: strategy === 'even' ? ('even' as const) : ('all' as const),
      ...patternsOf(words),
    };
    control.maintenance.grow(command, (refusal, changed) =>
      finish(refusal === null ? changes(words, changed) : refused(control.name, refusal)),
    );
  },
};

const shrink: Command = {
  words: { arguments: ONE_ARGUMENT, flags: ['errors-only'] },
  usage: 'shrink <node> [--errors-only]',
  needs: () => 'app-running',
  banner: ({ arguments: [node = ''] }) => `Shrinking quorum queues on ${fullName(node)}...`,
  run: (control, words, finish) =>
    control.maintenance.shrink(shortName(words.arguments[0]!), (refusal, changed) =>
      finish(refusal === null ? changes(words, changed) : refused(control.name, refusal)),
    ),
};

function member(name: string, change: 'add' | 'remove', banner: string): Command {
  return {
    words: { arguments: TWO_ARGUMENTS },
    usage: `${name} [--vhost <vhost>] <queue> <node>`,
    needs: () => 'app-running',
    banner: ({ arguments: [queue = '', node = ''] }) =>
      `${banner} queue ${queue} on node ${fullName(node)}...`,
    run: (control, { arguments: [queue = '', node = ''], values }, finish) =>
      control.maintenance.changeMember(
        change,
        resourceName(values.get('vhost') ?? '/', queue),
        shortName(node),
        (refusal) => finish(refusal === null ? success('') : refused(control.name, refusal)),
      ),
  };
}

/** The version of the state machine in 3.10.8. */
const MACHINE_VERSION = 2;
const STATUS_COLUMNS = [
  'Node Name',
  'Raft State',
  'Log Index',
  'Commit Index',
  'Snapshot Index',
  'Term',
  'Machine Version',
];

/** A member that does not answer has no figures, but a reason. */
function statusRow({ node, answer }: MemberStatus): readonly Cell[] {
  const name = fullName(node);
  if (typeof answer === 'string') {
    const reason = answer === 'noconnection' ? `{nodedown,${name}}` : answer;
    return [name, reason, '', '', '', '', ''];
  }
  const { role, lastIndex, commitIndex, snapshotIndex, term } = answer;
  const snapshot = snapshotIndex <= 0 ? 'undefined' : snapshotIndex;
  return [name, role, lastIndex, commitIndex, snapshot, term, MACHINE_VERSION];
}

/** What the members of a quorum queue say of themselves; `rabbitmq-diagnostics` has it as well. */
export const quorumStatus: Command = {
  words: { arguments: ONE_ARGUMENT },
  usage: 'quorum_status [--vhost <vhost>] <queue>',
  needs: () => 'app-running',
  banner: ({ arguments: [queue = ''] }, node) =>
    `Status of quorum queue ${queue} on node ${fullName(node)} ...`,
  run: (control, { arguments: [queue = ''], values }, finish) =>
    control.maintenance.quorumStatus(resourceName(values.get('vhost') ?? '/', queue), (refusal, members) =>
      finish(
        refusal === null
          ? table({ columns: STATUS_COLUMNS, rows: members.map(statusRow) })
          : refused(control.name, refusal),
      ),
    ),
};

interface CriticalWords {
  readonly usage: string;
  readonly banner: (node: string) => string;
  readonly none: (node: string) => string;
  readonly found: string;
  readonly line: (queue: string, node: string) => string;
  readonly ask: 'mirrorSyncCritical' | 'quorumCritical';
}

function critical({ usage, banner, none, found, line, ask }: CriticalWords): Command {
  return {
    words: { arguments: NO_ARGUMENTS },
    usage,
    needs: () => 'app-running',
    banner: (_words, node) => banner(fullName(node)),
    run: (control, words, finish) =>
      control.maintenance[ask]((refusal: Refusal | null, answer: Critical) => {
        const node = fullName(control.name);
        if (refusal !== null) finish(refused(control.name, refusal));
        else if (!answer.applies) finish(passed(words, ...notApplying(answer.why, node)));
        else if (answer.queues.length === 0) finish(passed(words, none(node)));
        else {
          const queues = answer.queues.map((resource) => {
            const [name, vhost] = [nameIn(resource), vhostOf(resource)];
            return { name, readable_name: `queue '${name}' in vhost '${vhost}'`, virtual_host: vhost };
          });
          const lines = queues.map(({ readable_name: name }) => line(name, node));
          finish(failed(words, lines, { queues, message: `Node ${node} reported ${found}` }));
        }
      }),
  };
}

function notApplying(why: 'single node' | 'maintenance', node: string): [text: string, message: string] {
  const reason = why === 'single node' ? 'the only one in a single node cluster' : 'in maintenance mode';
  const sentence = `seems to be ${reason}, the check does not apply`;
  return [`Node ${node} ${sentence}`, `Target node ${sentence}`];
}

/** The two that `rabbitmq-diagnostics` has as well. */
export const criticalChecks: readonly (readonly [string, Command])[] = [
  [
    'check_if_node_is_mirror_sync_critical',
    critical({
      usage: 'check_if_node_is_mirror_sync_critical',
      banner: (node) =>
        `Checking if node ${node} is critical for data safety of any classic mirrored queues ...`,
      none: (node) => `Node ${node} reported no classic mirrored queues without online synchronised mirrors`,
      found: 'local classic mirrored queues without online synchronised mirrors',
      line: (queue, node) =>
        `${queue} would lose its only synchronised replica (master) if node ${node} is stopped`,
      ask: 'mirrorSyncCritical',
    }),
  ],
  [
    'check_if_node_is_quorum_critical',
    critical({
      usage: 'check_if_node_is_quorum_critical',
      banner: (node) => `Checking if node ${node} is critical for quorum of any quorum queues ...`,
      none: (node) => `Node ${node} reported no quorum queues with minimum quorum`,
      found: 'local queues with minimum online quorum',
      line: (queue, node) => `${queue} would lose quorum if node ${node} is stopped`,
      ask: 'quorumCritical',
    }),
  ],
];

export const rabbitmqQueues: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['rebalance', rebalance],
  ['grow', grow],
  ['shrink', shrink],
  ['add_member', member('add_member', 'add', 'Adding a replica for')],
  ['delete_member', member('delete_member', 'remove', 'Removing a replica of')],
  ['quorum_status', quorumStatus],
  ...criticalChecks,
]);
