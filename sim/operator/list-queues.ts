/**
 * The table of `rabbitmqctl list_queues`: columns as asked for, separated by tabs, a header above. Columns that speak of memory
 * and disk are left out: the simulator has no figures for them, and asking for one is refused.
 */
import type { FieldValue } from '../amqp/basic-message.ts';
import type { Pid } from '../erlang/message.ts';
import type { QueueInfo } from './node-control.ts';
import type { Rows } from './formatters.ts';
import { fullName } from './refusals.ts';

const columns: Readonly<Record<string, (queue: QueueInfo) => string>> = {
  name: (queue) => queue.name,
  durable: (queue) => String(queue.durable),
  auto_delete: (queue) => String(queue.autoDelete),
  arguments: (queue) => term(queue.arguments),
  policy: (queue) => queue.policy ?? '',
  pid: (queue) => pid(queue.pid),
  owner_pid: (queue) => pid(queue.ownerPid),
  exclusive: (queue) => String(queue.exclusive),
  messages_ready: (queue) => count(queue.messagesReady),
  messages_unacknowledged: (queue) => count(queue.messagesUnacknowledged),
  messages: (queue) => count(queue.messages),
  consumers: (queue) => count(queue.consumers),
  slave_pids: (queue) => pids(queue.slavePids),
  synchronised_slave_pids: (queue) => pids(queue.synchronisedSlavePids),
  state: (queue) => queue.state,
  type: (queue) => queue.type,
  leader: leaderOf,
  members: (queue) => nodes(queue.quorum?.members ?? replicas(queue)),
  online: (queue) => nodes(queue.quorum?.online ?? replicas(queue)),
};

/** Columns shown when none are asked for. */
export const DEFAULT_COLUMNS: readonly string[] = ['name', 'messages'];

/** Those of `asked` that are no column. */
export function unknownColumns(asked: readonly string[]): string[] {
  return asked.filter((column) => !Object.hasOwn(columns, column));
}

/** Header and rows; `asked` holds known columns only. */
export function queueTable(queues: readonly QueueInfo[], asked: readonly string[], header: boolean): string {
  const rows = queues.map((queue) => asked.map((column) => columns[column]!(queue)).join('\t'));
  // The tool prints the header with the first row, so an empty list has none.
  return [...(header && rows.length > 0 ? [asked.join('\t')] : []), ...rows].join('\n');
}

/** The same for formatters: numbers as numbers, what could not be asked as nothing. */
export function queueRows(queues: readonly QueueInfo[], asked: readonly string[]): Rows {
  const cell = (text: string): string | number | boolean => {
    if (text === 'true' || text === 'false') return text === 'true';
    return /^\d+$/.test(text) ? Number(text) : text;
  };
  const rows = queues.map((queue) =>
    asked.map((column) => (column === 'name' ? queue.name : cell(columns[column]!(queue)))),
  );
  return { columns: asked, rows };
}

function count(value: number | null): string {
  return value === null ? '' : String(value);
}

function pid(value: Pid | null): string {
  return value === null ? '' : `<${fullName(value.node)}.${value.creation}.${value.process.id}.0>`;
}

function pids(values: readonly Pid[]): string {
  return `[${values.map(pid).join(', ')}]`;
}

function nodes(values: readonly string[]): string {
  return `[${values.map(fullName).join(', ')}]`;
}

function replicas({ pid: leader, slavePids }: QueueInfo): readonly string[] {
  return [...(leader === null ? [] : [leader]), ...slavePids].map(({ node }) => node);
}

/** The leader of a quorum queue is only named while it answers. */
function leaderOf({ pid: leader, quorum }: QueueInfo): string {
  if (leader === null || quorum?.online.includes(leader.node) === false) return '';
  return fullName(leader.node);
}

/** A value as Erlang prints it in a list of arguments. */
export function term(value: FieldValue): string {
  if (Array.isArray(value)) return `[${value.map((element: FieldValue) => term(element)).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `[${Object.entries(value)
      .map(([key, inner]) => `{"${key}","${term(inner)}"}`)
      .join(', ')}]`;
  }
  return String(value);
}
