/**
 * Bindings in the metadata and what goes with them. The live table is what routing reads; a binding to a durable
 * destination is also kept where it outlives the destination's absence: on disc when its source is durable, too, in memory
 * otherwise (CLU-7). Tables are scanned where RabbitMQ has an index by destination: bindings change rarely.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { table, type Transaction } from '../cluster/database.ts';
import { rabbitDurableExchange, rabbitExchange } from './exchange.ts';
import { rabbitDurableQueue, rabbitQueue } from './queue-record.ts';

export interface BindingRecord {
  readonly source: string;
  readonly destinationKind: 'queue' | 'exchange';
  readonly destination: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** Live bindings. */
export const rabbitRoute = table<BindingRecord>('rabbit_route', 'ram');
/** Of a durable exchange to a durable destination. */
export const rabbitDurableRoute = table<BindingRecord>('rabbit_durable_route', 'disc');
/** Of any exchange to a durable destination. */
export const rabbitSemiDurableRoute = table<BindingRecord>('rabbit_semi_durable_route', 'ram');

/** The key of a binding in its tables: all that tells it from others. */
export function bindingKey(binding: BindingRecord): string {
  const { source, destinationKind, destination, routingKey } = binding;
  const args = Object.entries(binding.arguments).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([source, destinationKind, destination, routingKey, args]);
}

/** Writes a binding into every table that it belongs to. */
export function writeBinding(
  transaction: Transaction,
  binding: BindingRecord,
  sourceDurable: boolean,
  destinationDurable: boolean,
): void {
  const key = bindingKey(binding);
  if (destinationDurable) {
    if (sourceDurable) transaction.write(rabbitDurableRoute, key, binding);
    transaction.write(rabbitSemiDurableRoute, key, binding);
  }
  transaction.write(rabbitRoute, key, binding);
}

/** Removes a binding from all tables, and its source if that was to vanish with its last binding. */
export function removeBinding(transaction: Transaction, binding: BindingRecord): void {
  deleteEverywhere(transaction, bindingKey(binding));
  autoDeleteExchange(transaction, binding.source);
}

/**
 * Removes what leads to a destination. `transient`: the destination is absent, not gone, so bindings to it come back with
 * it and only the live ones go (BRK-14).
 */
export function removeBindingsTo(
  transaction: Transaction,
  kind: 'queue' | 'exchange',
  name: string,
  how: 'for good' | 'transient',
): void {
  const sources = new Set<string>();
  const leadsThere = (binding: BindingRecord): boolean =>
    binding.destinationKind === kind && binding.destination === name;
  for (const key of transaction.keys(rabbitRoute)) {
    const binding = transaction.read(rabbitRoute, key);
    if (binding === undefined || !leadsThere(binding)) continue;
    sources.add(binding.source);
    if (how === 'transient') transaction.delete(rabbitRoute, key);
    else deleteEverywhere(transaction, key);
  }
  if (how === 'for good') {
    for (const key of transaction.keys(rabbitSemiDurableRoute)) {
      const binding = transaction.read(rabbitSemiDurableRoute, key);
      if (binding !== undefined && leadsThere(binding)) deleteEverywhere(transaction, key);
    }
  }
  for (const source of sources) autoDeleteExchange(transaction, source);
}

function removeBindingsFrom(transaction: Transaction, source: string): void {
  for (const table of [rabbitRoute, rabbitSemiDurableRoute]) {
    for (const key of transaction.keys(table)) {
      if (transaction.read(table, key)?.source === source) deleteEverywhere(transaction, key);
    }
  }
}

function deleteEverywhere(transaction: Transaction, key: string): void {
  transaction.delete(rabbitRoute, key);
  transaction.delete(rabbitSemiDurableRoute, key);
  transaction.delete(rabbitDurableRoute, key);
}

/** Whether an exchange has a binding, live or waiting for an absent destination. */
export function isSource(transaction: Transaction, exchange: string): boolean {
  return [rabbitRoute, rabbitSemiDurableRoute].some((table) =>
    transaction.keys(table).some((key) => transaction.read(table, key)?.source === exchange),
  );
}

/** Removes an exchange and every binding at either end of it. */
export function deleteExchange(transaction: Transaction, name: string): void {
  transaction.delete(rabbitExchange, name);
  transaction.delete(rabbitDurableExchange, name);
  removeBindingsFrom(transaction, name);
  removeBindingsTo(transaction, 'exchange', name, 'for good');
}

function autoDeleteExchange(transaction: Transaction, name: string): void {
  const exchange = transaction.read(rabbitExchange, name);
  if (exchange?.autoDelete === true && !isSource(transaction, name)) deleteExchange(transaction, name);
}

/** Removes a queue: both its records and all its bindings. For queue types, at the end of a deletion. */
export function deleteQueueRecords(transaction: Transaction, name: string): void {
  transaction.delete(rabbitQueue, name);
  transaction.delete(rabbitDurableQueue, name);
  removeBindingsTo(transaction, 'queue', name, 'for good');
}
