/**
 * What a booting node makes of the metadata before clients may come (CLU-15, step 4): away with what its earlier
 * incarnation left, exchanges and bindings that only the disc has become live again, and the durable queues that live here
 * are started from this node's disk.
 */
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { rule } from '../rules/registry.ts';
import {
  bindingKey,
  rabbitDurableRoute,
  rabbitRoute,
  rabbitSemiDurableRoute,
  type BindingRecord,
} from './binding.ts';
import { purgeDeadQueues } from './dead-queues.ts';
import { PREDECLARED_EXCHANGES, rabbitDurableExchange, rabbitExchange, writeExchange } from './exchange.ts';
import type { NodeContext } from './node-context.ts';
import { typeOf } from './queue-facts.ts';
import { rabbitDurableQueue, type QueueRecord } from './queue-record.ts';

const CLU_7 = rule('CLU-7');
const CLU_15 = rule('CLU-15');

const EXCHANGE_LOCKS = [rabbitExchange.name, rabbitDurableExchange.name];
const BINDING_LOCKS = [rabbitRoute.name, rabbitSemiDurableRoute.name, rabbitDurableRoute.name];

/** Recovers the topology; runs inside `caller`, and calls `done` when the queues of this node have recovered. */
export function recoverTopology(context: NodeContext, caller: ErlangProcess, done: () => void): void {
  context.vm.cite(CLU_7);
  context.vm.cite(CLU_15);
  purgeDeadQueues(context, caller, context.node, () =>
    recoverDurableBindings(context, caller, () => {
      const queues: QueueRecord[] = [];
      for (const [, record] of context.database.entries(rabbitDurableQueue)) {
        const type = context.queueTypes.get(record.type);
        if (type?.isRecoverable(context, record) === true) queues.push(record);
      }
      for (const type of context.queueTypes.values()) {
        const ofType = queues.filter((record) => record.type === type.name);
        type.eraseStale(
          context,
          ofType.map((record) => record.name),
        );
      }
      recoverQueue(context, caller, queues, 0, () =>
        recoverExchanges(context, caller, (exchanges) =>
          recoverBindings(context, caller, new Set(queues.map(({ name }) => name)), exchanges, done),
        ),
      );
    }),
  );
}

function recoverQueue(
  context: NodeContext,
  caller: ErlangProcess,
  queues: readonly QueueRecord[],
  index: number,
  done: () => void,
): void {
  const record = queues[index];
  if (record === undefined) done();
  else {
    typeOf(context, record).recover(context, caller, record, () =>
      recoverQueue(context, caller, queues, index + 1, done),
    );
  }
}

/** The memory's copy of durable bindings, from the disc's: the first node of a cluster to boot has lost it. */
function recoverDurableBindings(context: NodeContext, caller: ErlangProcess, done: () => void): void {
  context.database.transaction(
    caller,
    { locks: BINDING_LOCKS },
    (transaction) => {
      for (const key of transaction.keys(rabbitDurableRoute)) {
        if (transaction.read(rabbitSemiDurableRoute, key) !== undefined) continue;
        transaction.write(rabbitSemiDurableRoute, key, transaction.read(rabbitDurableRoute, key)!);
      }
    },
    done,
  );
}

/** Durable exchanges that are not live become so; a database that is new gets those that every virtual host has. */
function recoverExchanges(
  context: NodeContext,
  caller: ErlangProcess,
  done: (recovered: Set<string>) => void,
): void {
  context.database.transaction(
    caller,
    { locks: EXCHANGE_LOCKS },
    (transaction) => {
      const recovered = new Set<string>();
      for (const exchange of PREDECLARED_EXCHANGES) {
        if (transaction.read(rabbitDurableExchange, exchange.name) === undefined) {
          writeExchange(transaction, exchange);
        }
      }
      for (const name of transaction.keys(rabbitDurableExchange)) {
        if (transaction.read(rabbitExchange, name) !== undefined) continue;
        transaction.write(rabbitExchange, name, transaction.read(rabbitDurableExchange, name)!);
        recovered.add(name);
      }
      return recovered;
    },
    done,
  );
}

/** Bindings that were waiting for what has just become live. */
function recoverBindings(
  context: NodeContext,
  caller: ErlangProcess,
  queues: ReadonlySet<string>,
  exchanges: ReadonlySet<string>,
  done: () => void,
): void {
  const isBack = ({ destinationKind, destination }: BindingRecord): boolean =>
    (destinationKind === 'queue' ? queues : exchanges).has(destination);
  context.database.transaction(
    caller,
    { locks: BINDING_LOCKS },
    (transaction) => {
      for (const key of transaction.keys(rabbitSemiDurableRoute)) {
        const binding = transaction.read(rabbitSemiDurableRoute, key)!;
        if (!isBack(binding) || transaction.read(rabbitExchange, binding.source) === undefined) continue;
        transaction.write(rabbitRoute, bindingKey(binding), binding);
      }
    },
    done,
  );
}
