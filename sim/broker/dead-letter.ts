/**
 * Dead letters (`rabbit_dead_letter`, BRK-40): a queue that gives a message up publishes it anew, from its own process, without
 * confirms and without anybody who would hear of a failure. For every queue type; what the type does with the message that
 * has died is its own business, and one that does not let go before it has arrived (QQ-25) takes what it needs from here.
 */
import { BasicMessage, type FieldTable, type FieldValue } from '../amqp/basic-message.ts';
import { nameIn } from '../records/resource-name.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { deadLetterRouted } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import { rabbitExchange } from './exchange.ts';
import { routingKeysOf } from './headers-match.ts';
import type { NodeContext } from './node-context.ts';
import { typeOf } from './queue-facts.ts';
import type { QueueRecord } from './queue-record.ts';
import type { DeadLetterTarget } from './queue-settings.ts';

const BRK_40 = rule('BRK-40');

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

const US_PER_S = 1_000_000;
const NO_HEADERS: FieldTable = {};

/** Whether there is an exchange for this queue's dead letters now; without one messages just end. */
export function takesDeadLetters(context: NodeContext, target: DeadLetterTarget | null): boolean {
  return target !== null && context.database.read(rabbitExchange, target.exchange) !== undefined;
}

/**
 * Publishes what has died in `queue` to `target`, whose exchange exists. The successor is a message of its own, with the same
 * application id, its deaths in its headers and no expiration. Runs in `process`, the queue's own. A queue in which the
 * message has died before does not get it again, unless somebody rejected it since.
 */
export function publishDeadLetter(
  context: NodeContext,
  process: ErlangProcess,
  message: BasicMessage,
  reason: DeathReason,
  target: DeadLetterTarget,
  queue: string,
): void {
  context.vm.cite(BRK_40);
  const letter = deadLetterOf(context, message, reason, target, queue);
  const queues = withoutCycles(queuesFor(context, letter, target), letter, reason);
  sendDeadLetter(context, letter, reason, queue, queues, (group) =>
    typeOf(context, group[0]!).deliverUntracked(context, process, group, letter),
  );
}

/** The queues that a dead letter is routed to now, by type; none where its exchange is missing. */
export function queuesFor(
  context: NodeContext,
  letter: BasicMessage,
  { exchange }: DeadLetterTarget,
): readonly QueueRecord[] {
  const route = context.router.route(exchange, letter.routingKey, letter.properties.headers ?? NO_HEADERS);
  return route?.groups.flatMap(({ queues }) => queues) ?? [];
}

/** Of these queues, those that the dead letter may go to without going round for ever. */
export function withoutCycles(
  queues: readonly QueueRecord[],
  { properties: { headers = NO_HEADERS } }: BasicMessage,
  reason: DeathReason,
): readonly QueueRecord[] {
  if (reason === 'rejected') return queues;
  const deaths = deathsOf(headers);
  return queues.filter((record) => !isCycle(record, deaths));
}

/** Says that a dead letter of queue `from` goes to these queues, and hands it to `deliver` for those of each type together. */
export function sendDeadLetter(
  context: NodeContext,
  letter: BasicMessage,
  reason: DeathReason,
  from: string,
  queues: readonly QueueRecord[],
  deliver: (queues: readonly QueueRecord[]) => void,
): void {
  const { journal } = context.vm.simulation;
  for (const type of new Set(queues.map((queue) => queue.type))) {
    const group = queues.filter((queue) => queue.type === type);
    for (const { name } of group) {
      journal.write(
        deadLetterRouted,
        letter.publisher,
        letter.sequence,
        context.queueId(name),
        context.queueId(from),
        context.intern(reason),
        context.intern(context.node),
      );
    }
    deliver(group);
  }
}

/**
 * A dead letter that is published once more, to `target` as it is now. Without a key of the queue's own it goes by the one that the
 * message came with, which its latest death tells.
 */
export function readdressed(
  context: NodeContext,
  { publisher, sequence, properties, bodyBytes, routingKey }: BasicMessage,
  target: DeadLetterTarget,
): BasicMessage {
  const keys = deathsOf(properties.headers ?? NO_HEADERS)[0]?.['routing-keys'];
  const original = Array.isArray(keys) && typeof keys[0] === 'string' ? keys[0] : routingKey;
  return new BasicMessage(
    publisher,
    sequence,
    nameIn(target.exchange),
    target.routingKey ?? original,
    properties,
    bodyBytes,
    context.serials.next(),
    false,
  );
}

/** What becomes of a message that has died in `queue`, on its way to `target`. */
export function deadLetterOf(
  context: NodeContext,
  message: BasicMessage,
  reason: DeathReason,
  target: DeadLetterTarget,
  queue: string,
): BasicMessage {
  const { properties, routingKey, exchange } = message;
  const { headers = NO_HEADERS, expirationMs, ...others } = properties;
  const death: FieldTable = {
    count: 1,
    reason,
    queue: nameIn(queue),
    time: Math.floor(context.vm.simulation.nowUs / US_PER_S),
    exchange,
    'routing-keys': routingKeysOf(routingKey, headers),
    ...(expirationMs !== undefined && { 'original-expiration': String(expirationMs) }),
  };
  return new BasicMessage(
    message.publisher,
    message.sequence,
    nameIn(target.exchange),
    target.routingKey ?? routingKey,
    { ...others, headers: withDeath(target.routingKey === null ? headers : withoutCc(headers), death) },
    message.bodyBytes,
    context.serials.next(),
    false,
  );
}

/** A key of the queue's own takes the place of all keys the message came with. */
function withoutCc(headers: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'CC'));
}

/** The latest death first; dying again of the same in the same queue only counts. */
function withDeath(headers: FieldTable, death: FieldTable): FieldTable {
  const earlier = deathsOf(headers);
  if (earlier.length === 0) {
    const { reason, queue, exchange } = death;
    return {
      ...headers,
      'x-first-death-reason': reason!,
      'x-first-death-queue': queue!,
      'x-first-death-exchange': exchange!,
      'x-death': [death],
    };
  }
  const isSame = (other: FieldTable): boolean =>
    other['queue'] === death['queue'] && other['reason'] === death['reason'];
  const before = earlier.find(isSame);
  const count = typeof before?.['count'] === 'number' ? before['count'] + 1 : 1;
  const latest = before === undefined ? death : { ...before, count };
  return { ...headers, 'x-death': [latest, ...earlier.filter((other) => !isSame(other))] };
}

/** What a message tells of its deaths; anything that is no list of tables is taken for nothing. */
function deathsOf(headers: FieldTable): readonly FieldTable[] {
  const deaths = headers['x-death'];
  if (!Array.isArray(deaths)) return [];
  return deaths.filter(
    (death: FieldValue): death is FieldTable =>
      death !== null && typeof death === 'object' && !Array.isArray(death),
  );
}

/** Whether the message died in this queue before, and since then nobody has rejected it: then it would go round for ever. */
function isCycle({ name }: QueueRecord, deaths: readonly FieldTable[]): boolean {
  const at = deaths.findIndex((death) => death['queue'] === nameIn(name));
  return at >= 0 && deaths.slice(0, at + 1).every((death) => death['reason'] !== 'rejected');
}
