/**
 * Arguments of queues, exchanges and consumers, and the definitions of policies. RabbitMQ ignores an argument that it does
 * not know; a scenario that has one is almost always misspelt, so names that look like RabbitMQ's own have to be.
 */
import { FEDERATION_KEYS } from '../../links/upstream.ts';
import { argumentComplaint } from '../../broker/queue-arguments.ts';
import type { Path } from '../document.ts';
import type { FieldTable, FieldValue } from '../model.ts';
import { notModelledYet } from '../modelled.ts';
import { shortNodeName, shown } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import type { Checker } from './checker.ts';
import { quorumPolicyKeys, quorumQueueArguments } from './quorum-arguments.ts';

const locators = ['client-local', 'min-masters', 'random'];

const queueTypes = ['classic', 'quorum', 'stream'];

/** Arguments of a queue that the engine models. */
const queueArguments = [
  'x-queue-type',
  'x-queue-master-locator',
  'x-message-ttl',
  'x-expires',
  'x-max-length',
  'x-max-length-bytes',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-max-priority',
  'x-single-active-consumer',
  // Both change memory and speed, and nothing that can be seen here (BRK-51).
  'x-queue-mode',
  'x-queue-version',
  ...quorumQueueArguments.keys(),
];

/**
 * Checks the arguments of a queue.declare. With the queue's name their values are checked, too, as the broker will; a step may well
 * be there to see it refuse.
 */
export function checkQueueArguments(checker: Checker, path: Path, table: FieldTable, queue?: string): void {
  checkNames(checker, path, table, 'queue argument', queueArguments);
  checkQuorumValues(checker, path, table, quorumQueueArguments);
  const type = table['x-queue-type'];
  const at = [...path, 'x-queue-type'];
  if (type !== undefined && !oneOf(checker, at, type, queueTypes)) return;
  if (typeof type === 'string') checker.uses(at, `queue type ${type}`, 'value');
  const locator = table['x-queue-master-locator'];
  if (locator !== undefined) oneOf(checker, [...path, 'x-queue-master-locator'], locator, locators);
  if (queue === undefined || type === 'stream') return;
  const complaint = argumentComplaint(queue, type === 'quorum' ? 'quorum' : 'classic', table);
  const [argument] = /x-[a-z-]+/.exec(complaint?.text ?? '') ?? [];
  if (complaint !== null && argument !== undefined) checker.problem([...path, argument], complaint.text);
}

function checkQuorumValues(
  checker: Checker,
  path: Path,
  table: FieldTable,
  checks: typeof quorumQueueArguments,
): void {
  for (const [name, value] of Object.entries(table)) {
    const problem = checks.get(name)?.(value) ?? null;
    if (problem !== null) checker.problem([...path, name], problem);
  }
}

export function checkExchangeArguments(checker: Checker, path: Path, table: FieldTable): void {
  checkNames(checker, path, table, 'exchange argument', ['alternate-exchange']);
  const alternate = table['alternate-exchange'];
  if (alternate !== undefined) text(checker, [...path, 'alternate-exchange'], alternate);
}

/** Checks how a binding of a headers exchange is to match (BRK-4). */
export function checkMatch(checker: Checker, path: Path, table: FieldTable): void {
  const mode = table['x-match'];
  if (mode !== undefined)
    oneOf(checker, [...path, 'x-match'], mode, ['all', 'any', 'all-with-x', 'any-with-x']);
}

export function checkConsumeArguments(checker: Checker, path: Path, table: FieldTable): void {
  checkNames(checker, path, table, 'consume argument', ['x-cancel-on-ha-failover', 'x-priority']);
  const priority = table['x-priority'];
  if (priority !== undefined && !Number.isSafeInteger(priority))
    checker.problem([...path, 'x-priority'], `a whole number is needed, not ${shown(priority)}`);
  const cancel = table['x-cancel-on-ha-failover'];
  if (cancel !== undefined && typeof cancel !== 'boolean')
    checker.problem([...path, 'x-cancel-on-ha-failover'], `true or false is needed, not ${shown(cancel)}`);
}

function checkNames(
  checker: Checker,
  path: Path,
  table: FieldTable,
  what: string,
  modelled: readonly string[],
): void {
  const known = [...modelled, ...partsOf(what)];
  for (const name of Object.keys(table)) {
    const at = [...path, name];
    checker.uses(at, `${what} ${name}`);
    const hint = didYouMean(name, known);
    if (!known.includes(name) && (name.startsWith('x-') || hint !== undefined))
      checker.problem(at, `unknown ${what} "${name.slice(0, 60)}"`, hint, 'key');
  }
}

/** The names of one kind that are known but not modelled yet. */
function partsOf(what: string): readonly string[] {
  return [...notModelledYet.keys()]
    .filter((part) => part.startsWith(`${what} `))
    .map((part) => part.slice(what.length + 1));
}

type ValueCheck = (checker: Checker, path: Path, value: FieldValue) => void;

const word =
  (...words: readonly string[]): ValueCheck =>
  (checker, path, value) =>
    void oneOf(checker, path, value, words);

const text: ValueCheck = (checker, path, value) => {
  if (typeof value !== 'string') checker.problem(path, `a name is needed, not ${shown(value)}`);
};

const whole =
  (unit: string, least: number): ValueCheck =>
  (checker, path, value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
      checker.problem(path, `a whole number of ${unit} is needed, at least ${least}, not ${shown(value)}`);
  };

/** Every policy key that the engine models, and what it takes. */
const policyKeys: ReadonlyMap<string, ValueCheck> = new Map<string, ValueCheck>([
  ['ha-mode', word('all', 'exactly', 'nodes')],
  ['ha-params', () => undefined],
  ['ha-sync-mode', word('manual', 'automatic')],
  [
    'ha-sync-batch-size',
    (checker, path, value) => {
      if (!isCount(value)) checker.problem(path, `a whole number of messages is needed, not ${shown(value)}`);
    },
  ],
  ['ha-promote-on-shutdown', word('when-synced', 'always')],
  ['ha-promote-on-failure', word('when-synced', 'always')],
  ['queue-master-locator', word(...locators)],
  ['alternate-exchange', text],
  ['message-ttl', whole('milliseconds', 0)],
  ['expires', whole('milliseconds', 1)],
  ['max-length', whole('messages', 0)],
  ['max-length-bytes', whole('bytes', 0)],
  ['overflow', word('drop-head', 'reject-publish', 'reject-publish-dlx')],
  ['dead-letter-exchange', text],
  ['dead-letter-routing-key', text],
  ...FEDERATION_KEYS.map((key): [string, ValueCheck] => [key, text]),
  ['queue-mode', word('default', 'lazy')],
  [
    'queue-version',
    (checker, path, value) => {
      if (value !== 1 && value !== 2) checker.problem(path, `1 or 2 is needed, not ${shown(value)}`);
    },
  ],
]);

/** Checks a policy's definition as RabbitMQ validates it; node names in `ha-params` come back short. */
export function policyDefinition(checker: Checker, path: Path, definition: FieldTable): FieldTable {
  const known = [...policyKeys.keys(), ...quorumPolicyKeys.keys(), ...partsOf('policy key')];
  checkQuorumValues(checker, path, definition, quorumPolicyKeys);
  const keys = Object.keys(definition);
  if (keys.length === 0) checker.problem(path, 'a policy that defines nothing');
  const [, second] = FEDERATION_KEYS.filter((key) => definition[key] !== undefined);
  if (second !== undefined)
    checker.problem([...path, second], `a policy has one of ${FEDERATION_KEYS.join(', ')}`, undefined, 'key');
  for (const key of keys) {
    const at = [...path, key];
    checker.uses(at, `policy key ${key}`);
    if (known.includes(key)) policyKeys.get(key)?.(checker, at, definition[key] ?? null);
    else checker.problem(at, `unknown key of a policy "${key.slice(0, 60)}"`, didYouMean(key, known), 'key');
  }
  const params = mirroringParams(checker, path, definition);
  return params === undefined ? definition : { ...definition, 'ha-params': params };
}

/** MIR-1: `exactly` takes a number of nodes, `nodes` a list of them, `all` nothing. */
function mirroringParams(checker: Checker, path: Path, definition: FieldTable): FieldValue | undefined {
  const mode = definition['ha-mode'];
  const params = definition['ha-params'];
  const at = [...path, 'ha-params'];
  if (mode === undefined) {
    const stray = Object.keys(definition).find((key) => key.startsWith('ha-'));
    if (stray !== undefined)
      checker.problem([...path, stray], `${stray} says nothing without ha-mode`, undefined, 'key');
    return params;
  }
  if (mode === 'exactly' && !isCount(params))
    checker.problem(params === undefined ? path : at, 'ha-mode exactly needs ha-params: a number of nodes');
  if (mode === 'all' && params !== undefined)
    checker.problem(at, 'ha-mode all takes no ha-params', undefined, 'key');
  if (mode !== 'nodes') return params;
  if (!Array.isArray(params) || params.length === 0) {
    checker.problem(params === undefined ? path : at, 'ha-mode nodes needs ha-params: a list of nodes');
    return params;
  }
  return params.map((name: FieldValue, index: number) => {
    if (typeof name !== 'string') {
      checker.problem([...at, index], `the name of a node is needed, not ${shown(name)}`);
      return name;
    }
    checker.known([...at, index], shortNodeName(name), ['node']);
    return shortNodeName(name);
  });
}

function isCount(value: FieldValue | undefined): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function oneOf(checker: Checker, path: Path, value: FieldValue, words: readonly string[]): boolean {
  if (typeof value === 'string' && words.includes(value)) return true;
  const hint = typeof value === 'string' ? didYouMean(value, words) : undefined;
  checker.problem(path, `${shown(value)} is not one of ${words.join(', ')}`, hint);
  return false;
}
