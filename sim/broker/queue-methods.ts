/**
 * What clients do to queues as such: declare, delete, purge (BRK-12 to BRK-16, BRK-52). All of it waits for a leader that is
 * just being replaced (MIR-45).
 */
import { nameIn, resourceName } from '../records/resource-name.ts';
import type { QueueDeclare, QueueDelete, QueuePurge } from '../amqp/methods.ts';
import { rule } from '../rules/registry.ts';
import { queueLimitReached } from './admission.ts';
import { deleteQueueRecords } from './binding.ts';
import { queueInequivalence } from './equivalence.ts';
import { notFound, preconditionFailed, queueText, reservedName, resourceLocked } from './errors.ts';
import { isReserved, RESERVED_PREFIX } from './exchange.ts';
import type { Operation } from './operation.ts';
import { argumentComplaint } from './queue-arguments.ts';
import { policyFor } from './policies.ts';
import { exclusivityError, typeOf } from './queue-facts.ts';
import { rabbitQueue, type QueueRecord } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';
import { withQueue } from './with-queue.ts';

const BRK_12 = rule('BRK-12');
const BRK_13 = rule('BRK-13');
const BRK_16 = rule('BRK-16');
const BRK_52 = rule('BRK-52');

/** An empty name means the queue declared last on the channel; null, and the client is refused, if there was none. */
export function expandQueueName(operation: Operation, name: string): string | null {
  if (name !== '') return name;
  if (operation.lastDeclared !== '') return operation.lastDeclared;
  operation.refuse(notFound('no previously declared queue'));
  return null;
}

export function declareQueue(operation: Operation, method: QueueDeclare): void {
  if (method.passive) {
    const name = expandQueueName(operation, method.queue);
    if (name !== null) declarePassively(operation, name);
  } else if (isReserved(method.queue)) {
    operation.refuse(reservedName('queue', method.queue));
  } else {
    const name =
      method.queue === ''
        ? resourceName(operation.owner.vhost, operation.inventName(`${RESERVED_PREFIX}gen`))
        : method.queue;
    declareActively(operation, name, method);
  }
}

function declarePassively(operation: Operation, name: string): void {
  const { context, process } = operation;
  withQueue(operation, name, {
    attempt: (record, retry) =>
      typeOf(context, record).statistics(context, process, record, (statistics) => {
        if (statistics === 'retry') {
          retry();
          return;
        }
        const locked = exclusivityError(context.vm, record, operation.connection);
        if (locked !== null) operation.refuse(locked);
        else declared(operation, name, statistics.messagesReady, statistics.consumers);
      }),
    unavailable: (_why, error) => operation.refuse(error),
  });
}

function declared(operation: Operation, name: string, messages: number, consumers: number): void {
  operation.lastDeclared = name;
  operation.finish({
    type: 'queue.declare-ok',
    channel: operation.channel,
    queue: nameIn(name),
    messageCount: messages,
    consumerCount: consumers,
  });
}

function declareActively(operation: Operation, name: string, method: QueueDeclare): void {
  const { context, process } = operation;
  context.vm.cite(BRK_12);
  // An exclusive queue goes with its connection, so durability would mean nothing (BRK-13).
  const durable = method.durable && !method.exclusive;
  withQueue(operation, name, {
    attempt: (record, retry) => {
      const mismatch =
        ownershipMismatch(operation, record, method.exclusive) ??
        queueInequivalence(record, { ...method, durable });
      if (mismatch !== null) {
        operation.refuse(mismatch);
        return;
      }
      typeOf(context, record).statistics(context, process, record, (statistics) => {
        if (statistics === 'retry') retry();
        else declared(operation, name, statistics.messagesReady, statistics.consumers);
      });
    },
    unavailable: (why, error) => {
      if (why === 'not_found') create(operation, name, method, durable);
      else operation.refuse(error);
    },
  });
}

/** A declaration must say of ownership what is so, from either side (BRK-16). */
function ownershipMismatch(
  operation: Operation,
  record: QueueRecord,
  exclusive: boolean,
): ChannelError | null {
  const owner = exclusive ? operation.connection : null;
  if (record.exclusiveOwner === owner) return null;
  operation.context.vm.cite(BRK_16);
  return resourceLocked(record.name);
}

function create(operation: Operation, name: string, method: QueueDeclare, durable: boolean): void {
  const { context, process } = operation;
  const typeName = method.arguments['x-queue-type'] ?? 'classic';
  const type = typeof typeName === 'string' ? context.queueTypes.get(typeName) : undefined;
  if (type === undefined) {
    operation.refuse(
      preconditionFailed(`invalid arg 'x-queue-type' for ${queueText(name)}: ${JSON.stringify(typeName)}`),
    );
    return;
  }
  const complaint = queueLimitReached(context, name) ?? argumentComplaint(name, type.name, method.arguments);
  if (complaint !== null) {
    operation.refuse(complaint);
    return;
  }
  if (!durable) context.vm.cite(BRK_13);
  const bare: QueueRecord = {
    name,
    type: type.name,
    durable,
    autoDelete: method.autoDelete,
    exclusiveOwner: method.exclusive ? operation.connection : null,
    arguments: method.arguments,
    pid: null,
    slavePids: [],
    syncSlavePids: [],
    gmPids: [],
    recoverableSlaves: [],
    slavePidsPendingShutdown: [],
    policy: null,
    policyVersion: 0,
    state: 'live',
  };
  const record = { ...bare, policy: policyFor(context.database, bare) };
  type.declare(context, process, record, (outcome) => {
    if ('code' in outcome) operation.refuse(outcome);
    // Somebody was quicker: what is there now is compared as if it had been there from the first.
    else if (outcome.existing) declareActively(operation, name, method);
    else {
      if (method.exclusive) operation.own(name);
      declared(operation, name, 0, 0);
    }
  });
}

export function deleteQueue(operation: Operation, method: QueueDelete): void {
  const name = expandQueueName(operation, method.queue);
  if (name === null) return;
  const { context, process, channel } = operation;
  const deleted = (messageCount: number): void =>
    operation.finish({ type: 'queue.delete-ok', channel, messageCount });
  withQueue(operation, name, {
    attempt: (record, retry) => {
      const locked = exclusivityError(context.vm, record, operation.connection);
      if (locked !== null) {
        operation.refuse(locked);
        return;
      }
      context.vm.cite(BRK_52);
      typeOf(context, record).delete(context, process, record, method, (outcome) => {
        if (outcome === 'retry') retry();
        else if ('code' in outcome) operation.refuse(outcome);
        else deleted(outcome.messageCount);
      });
    },
    unavailable: (why, error) => {
      // Deleting what is not there succeeds, and of a queue without a process only the records are left.
      if (why === 'not_found') deleted(0);
      else if (why === 'stopped' || why === 'crashed') {
        const locks = [`${rabbitQueue.name}/${name}`];
        context.database.transaction(
          process,
          { locks },
          (transaction) => deleteQueueRecords(transaction, name),
          () => deleted(0),
        );
      } else operation.refuse(error);
    },
  });
}

export function purgeQueue(operation: Operation, method: QueuePurge): void {
  const name = expandQueueName(operation, method.queue);
  if (name === null) return;
  const { context, process, channel } = operation;
  withQueue(operation, name, {
    attempt: (record, retry) => {
      const locked = exclusivityError(context.vm, record, operation.connection);
      if (locked !== null) {
        operation.refuse(locked);
        return;
      }
      context.vm.cite(BRK_52);
      typeOf(context, record).purge(context, process, record, (messageCount) => {
        if (messageCount === 'retry') retry();
        else if (typeof messageCount === 'object') operation.refuse(messageCount);
        else operation.finish({ type: 'queue.purge-ok', channel, messageCount });
      });
    },
    unavailable: (_why, error) => operation.refuse(error),
  });
}
