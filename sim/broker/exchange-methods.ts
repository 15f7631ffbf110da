/** What clients do to exchanges and bindings: transactions on the metadata, over when every running node has them (CLU-8). */
import type {
  ExchangeBind,
  ExchangeDeclare,
  ExchangeDelete,
  ExchangeUnbind,
  QueueBind,
  QueueUnbind,
} from '../amqp/methods.ts';
import type { Transaction } from '../cluster/database.ts';
import { rule } from '../rules/registry.ts';
import {
  bindingKey,
  deleteExchange as removeExchange,
  isSource,
  rabbitDurableRoute,
  rabbitRoute,
  removeBinding,
  writeBinding,
  type BindingRecord,
} from './binding.ts';
import { exchangeInequivalence } from './equivalence.ts';
import {
  accessRefused,
  exchangeNotFound,
  exchangeText,
  homeNodeDown,
  preconditionFailed,
  queueNotFound,
  reservedName,
} from './errors.ts';
import {
  isExchangeType,
  isNameless,
  isReserved,
  rabbitExchange,
  writeExchange,
  type ExchangeRecord,
  type ExchangeType,
} from './exchange.ts';
import { matchComplaint } from './headers-match.ts';
import type { Operation } from './operation.ts';
import { exchangePolicyFor } from './policies.ts';
import { exclusivityError } from './queue-facts.ts';
import { expandQueueName } from './queue-methods.ts';
import { rabbitDurableQueue, rabbitQueue } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';

const BRK_12 = rule('BRK-12');
const BRK_14 = rule('BRK-14');

const DEFAULT_EXCHANGE_REFUSED = accessRefused('operation not permitted on the default exchange');

export function declareExchange(operation: Operation, method: ExchangeDeclare): void {
  const { context, channel } = operation;
  const { exchange: name, exchangeType } = method;
  const declared = (): void => operation.finish({ type: 'exchange.declare-ok', channel });
  const found = context.database.read(rabbitExchange, name);
  if (!method.passive && !isExchangeType(exchangeType)) {
    operation.refuse({ code: 503, text: `unknown exchange type '${exchangeType}'` });
  } else if (isNameless(name)) operation.refuse(DEFAULT_EXCHANGE_REFUSED);
  else if (method.passive) {
    if (found === undefined) operation.refuse(exchangeNotFound(name));
    else declared();
  } else if (found !== undefined) {
    const mismatch = exchangeInequivalence(found, method);
    if (mismatch === null) declared();
    else operation.refuse(mismatch);
  } else if (isReserved(name)) operation.refuse(reservedName('exchange', name));
  else if (isExchangeType(exchangeType)) {
    context.vm.cite(BRK_12);
    const { durable, autoDelete, internal } = method;
    const record: ExchangeRecord = {
      name,
      type: exchangeType,
      durable,
      autoDelete,
      internal,
      arguments: method.arguments,
      policy: exchangePolicyFor(context.database, name),
    };
    run(operation, [`${rabbitExchange.name}/${name}`], declared, (transaction) => {
      const existing = transaction.read(rabbitExchange, name);
      if (existing !== undefined) return exchangeInequivalence(existing, method);
      writeExchange(transaction, record);
      return null;
    });
  }
}

export function deleteExchange(operation: Operation, method: ExchangeDelete): void {
  const { channel } = operation;
  const { exchange: name, ifUnused } = method;
  if (isNameless(name)) operation.refuse(DEFAULT_EXCHANGE_REFUSED);
  else if (isReserved(name)) {
    operation.refuse(accessRefused(`deletion of system ${exchangeText(name)} not allowed`));
  } else {
    const deleted = (): void => operation.finish({ type: 'exchange.delete-ok', channel });
    run(operation, [`${rabbitExchange.name}/${name}`, rabbitRoute.name], deleted, (transaction) => {
      if (transaction.read(rabbitExchange, name) === undefined) return null;
      if (ifUnused && isSource(transaction, name)) return preconditionFailed(`${exchangeText(name)} in use`);
      removeExchange(transaction, name);
      return null;
    });
  }
}

export function bind(operation: Operation, method: QueueBind | ExchangeBind): void {
  const binding = bindingOf(operation, method);
  if (binding === null) return;
  const { channel } = operation;
  const bound = (): void => {
    const type = method.type === 'queue.bind' ? 'queue.bind-ok' : 'exchange.bind-ok';
    operation.finish({ type, channel });
  };
  run(operation, locksOf(binding), bound, (transaction) => {
    const ends = readEnds(operation, transaction, binding);
    if (ends === null) return missing(operation, transaction, binding);
    if (ends.refusal !== null) return ends.refusal;
    const complaint = ends.sourceType === 'headers' ? matchComplaint(binding.arguments) : null;
    if (complaint !== null) return complaint;
    if (transaction.read(rabbitRoute, bindingKey(binding)) === undefined) {
      writeBinding(transaction, binding, ends.sourceDurable, ends.destinationDurable);
    }
    return null;
  });
}

export function unbind(operation: Operation, method: QueueUnbind | ExchangeUnbind): void {
  const binding = bindingOf(operation, method);
  if (binding === null) return;
  const { channel } = operation;
  const unbound = (): void => {
    const type = method.type === 'queue.unbind' ? 'queue.unbind-ok' : 'exchange.unbind-ok';
    operation.finish({ type, channel });
  };
  run(operation, locksOf(binding), unbound, (transaction) => {
    const ends = readEnds(operation, transaction, binding);
    // What is not there is not bound; only an absent queue is an error (BRK-14).
    if (ends === null) return homeNodeDownOf(operation, transaction, binding);
    const key = bindingKey(binding);
    const live = transaction.read(rabbitRoute, key) !== undefined;
    if (!live && transaction.read(rabbitDurableRoute, key) === undefined) return null;
    if (live && ends.refusal !== null) return ends.refusal;
    removeBinding(transaction, binding);
    return null;
  });
}

function bindingOf(
  operation: Operation,
  method: QueueBind | ExchangeBind | QueueUnbind | ExchangeUnbind,
): BindingRecord | null {
  const { routingKey, arguments: args } = method;
  const ofQueue = 'queue' in method;
  const destination = ofQueue ? expandQueueName(operation, method.queue) : method.destination;
  if (destination === null) return null;
  const source = ofQueue ? method.exchange : method.source;
  if (isNameless(source) || (!ofQueue && isNameless(destination))) {
    operation.refuse(DEFAULT_EXCHANGE_REFUSED);
    return null;
  }
  const destinationKind = ofQueue ? 'queue' : 'exchange';
  return { source, destinationKind, destination, routingKey, arguments: args };
}

/** Both ends, and the table of bindings because the end of a binding may take its source and that one's bindings along. */
function locksOf(binding: BindingRecord): string[] {
  const destinations = binding.destinationKind === 'queue' ? rabbitQueue : rabbitExchange;
  return [
    `${rabbitExchange.name}/${binding.source}`,
    `${destinations.name}/${binding.destination}`,
    rabbitRoute.name,
  ];
}

interface Ends {
  readonly sourceType: ExchangeType;
  readonly sourceDurable: boolean;
  readonly destinationDurable: boolean;
  /** Another connection's exclusive queue. */
  readonly refusal: ChannelError | null;
}

/** Null when either end is missing. */
function readEnds(operation: Operation, transaction: Transaction, binding: BindingRecord): Ends | null {
  const source = transaction.read(rabbitExchange, binding.source);
  if (source === undefined) return null;
  if (binding.destinationKind === 'exchange') {
    const exchange = transaction.read(rabbitExchange, binding.destination);
    if (exchange === undefined) return null;
    const { durable: destinationDurable } = exchange;
    return { sourceType: source.type, sourceDurable: source.durable, destinationDurable, refusal: null };
  }
  const queue = transaction.read(rabbitQueue, binding.destination);
  if (queue === undefined) return null;
  const refusal = exclusivityError(operation.context.vm, queue, operation.connection);
  const { type: sourceType, durable: sourceDurable } = source;
  return { sourceType, sourceDurable, destinationDurable: queue.durable, refusal };
}

/** What is missing, the source first. */
function missing(operation: Operation, transaction: Transaction, binding: BindingRecord): ChannelError {
  const { source, destination, destinationKind } = binding;
  if (transaction.read(rabbitExchange, source) === undefined) return exchangeNotFound(source);
  if (destinationKind === 'exchange') return exchangeNotFound(destination);
  return homeNodeDownOf(operation, transaction, binding) ?? queueNotFound(destination);
}

function homeNodeDownOf(
  operation: Operation,
  transaction: Transaction,
  binding: BindingRecord,
): ChannelError | null {
  if (binding.destinationKind === 'exchange') return null;
  if (transaction.read(rabbitQueue, binding.destination) !== undefined) return null;
  const durable = transaction.read(rabbitDurableQueue, binding.destination);
  if (durable === undefined) return null;
  operation.context.vm.cite(BRK_14);
  return homeNodeDown(durable);
}

function run(
  operation: Operation,
  locks: readonly string[],
  succeeded: () => void,
  body: (transaction: Transaction) => ChannelError | null,
): void {
  const { context, process } = operation;
  context.database.transaction(process, { locks }, body, (error) => {
    if (error === null) succeeded();
    else operation.refuse(error);
  });
}
