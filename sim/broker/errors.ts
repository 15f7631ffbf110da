/**
 * What a broker says when it refuses: `ChannelError`s with the words that RabbitMQ uses, which applications match on. The
 * name of the reply code is put in front when the error goes on the wire.
 */
import { nameIn, vhostOf } from '../records/resource-name.ts';
import type { QueueRecord } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';

/** What no setting can exceed. */
const LARGEST_MESSAGE_BYTES = 536_870_912;

/** How RabbitMQ names a queue in texts; here and below `name` is what the broker calls it. */
export function queueText(name: string): string {
  return `queue '${nameIn(name)}' in vhost '${vhostOf(name)}'`;
}

/** How RabbitMQ names an exchange in texts. */
export function exchangeText(name: string): string {
  return `exchange '${nameIn(name)}' in vhost '${vhostOf(name)}'`;
}

/** The name of a node as RabbitMQ shows it: hosts are what the simulator calls nodes by. */
function nodeText(node: string): string {
  return `rabbit@${node}`;
}

export function accessRefused(text: string): ChannelError {
  return { code: 403, text };
}

export function notFound(text: string): ChannelError {
  return { code: 404, text };
}

export function preconditionFailed(text: string): ChannelError {
  return { code: 406, text };
}

export function queueNotFound(name: string): ChannelError {
  return notFound(`no ${queueText(name)}`);
}

export function exchangeNotFound(name: string): ChannelError {
  return notFound(`no ${exchangeText(name)}`);
}

/** A durable queue without a live record (BRK-14). */
export function homeNodeDown(record: QueueRecord): ChannelError {
  const home = record.pid === null ? 'undefined' : nodeText(record.pid.node);
  return notFound(`home node '${home}' of durable ${queueText(record.name)} is down or inaccessible`);
}

/** The retries of an operation on a leaderless queue are used up (MIR-45). */
export function operationTimedOut(name: string): ChannelError {
  return notFound(`failed to perform operation on ${queueText(name)} due to timeout`);
}

export function queueStopped(name: string): ChannelError {
  return notFound(`${queueText(name)} process is stopped by supervisor`);
}

export function queueCrashed(name: string): ChannelError {
  return notFound(`${queueText(name)} has crashed and failed to restart`);
}

/** Another connection's exclusive queue (BRK-16). */
export function resourceLocked(name: string): ChannelError {
  return {
    code: 405,
    text:
      `cannot obtain exclusive access to locked ${queueText(name)}. It could be originally declared on ` +
      `another connection or the exclusive property value does not match that of the original declaration.`,
  };
}

/** `queue.delete` with if-unused. */
export function queueInUse(name: string): ChannelError {
  return preconditionFailed(`${queueText(name)} in use`);
}

/** `queue.delete` with if-empty. */
export function queueNotEmpty(name: string): ChannelError {
  return preconditionFailed(`${queueText(name)} not empty`);
}

/** Somebody consumes exclusively (BRK-38). */
export function exclusivelyConsumed(name: string): ChannelError {
  return accessRefused(`${queueText(name)} in exclusive use`);
}

/** A limit for the whole channel, and a queue type that knows none (QQ-1). */
export function noGlobalQos(name: string): ChannelError {
  return { code: 540, text: `${queueText(name)} does not support global qos` };
}

export function reservedName(kind: 'queue' | 'exchange', name: string): ChannelError {
  return accessRefused(`${kind} name '${nameIn(name)}' contains reserved prefix 'amq.*'`);
}

/** A publish beyond `max_message_size` (BRK-47). */
export function messageTooLarge(bytes: number, maxBytes: number): ChannelError {
  const limit = maxBytes === LARGEST_MESSAGE_BYTES ? 'max size' : 'configured max size';
  return preconditionFailed(`message size ${bytes} is larger than ${limit} ${maxBytes}`);
}

export function unknownDeliveryTag(tag: number): ChannelError {
  return preconditionFailed(`unknown delivery tag ${tag}`);
}

/** Declared anew with another value (BRK-12). Values are given as they are to be shown. */
export function inequivalent(resource: string, key: string, received: string, current: string): ChannelError {
  return preconditionFailed(
    `inequivalent arg '${key}' for ${resource}: received ${received} but current is ${current}`,
  );
}
