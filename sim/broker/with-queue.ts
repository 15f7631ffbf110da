/**
 * Doing something with a queue whose leader may be dead just now (MIR-45): look the record up, try, and if the leader does
 * not answer sleep and try again, because a mirror may be promoted meanwhile.
 */
import { rule } from '../rules/registry.ts';
import { homeNodeDown, operationTimedOut, queueCrashed, queueNotFound, queueStopped } from './errors.ts';
import type { NodeContext } from './node-context.ts';
import { isReplicated } from './queue-facts.ts';
import { rabbitDurableQueue, rabbitQueue, type QueueRecord } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';

const BRK_14 = rule('BRK-14');
const MIR_45 = rule('MIR-45');

const RETRY_INTERVAL_US = 30_000;
const RETRIES = 2000;

/** Why there was no queue to do it with. */
export type Unavailable = 'not_found' | 'home_node_down' | 'stopped' | 'crashed' | 'timeout';

export interface QueueAttempt {
  /** Tries with the record of the moment; `retry` says that the leader is dead. */
  attempt(record: QueueRecord, retry: () => void): void;
  /** There is no such queue, or nothing to be done with it. */
  unavailable(why: Unavailable, error: ChannelError): void;
}

/** Who waits: its node's metadata and a way to sleep. */
export interface Waiting {
  readonly context: NodeContext;
  pause(durationUs: number, then: () => void): void;
}

/** Runs `attempt` until it does not ask to be run again, at most 2000 times and 30 ms apart. */
export function withQueue(waiting: Waiting, name: string, operation: QueueAttempt): void {
  tryOnce(waiting, name, operation, RETRIES);
}

function tryOnce(waiting: Waiting, name: string, operation: QueueAttempt, retriesLeft: number): void {
  const { context } = waiting;
  const record = context.database.read(rabbitQueue, name);
  if (record === undefined) {
    const [why, error] = absence(context, name);
    operation.unavailable(why, error);
  } else if (record.state === 'crashed') operation.unavailable('crashed', queueCrashed(name));
  else if (retriesLeft === 0) {
    if (record.state === 'stopped') operation.unavailable('stopped', queueStopped(name));
    else operation.unavailable('timeout', operationTimedOut(name));
  } else {
    operation.attempt(record, () => {
      context.vm.cite(MIR_45);
      if (record.state === 'stopped' && !isReplicated(record)) {
        operation.unavailable('stopped', queueStopped(name));
      } else waiting.pause(RETRY_INTERVAL_US, () => tryOnce(waiting, name, operation, retriesLeft - 1));
    });
  }
}

/** Why a queue without a live record is not there: its home node is down (BRK-14), or it does not exist. */
function absence(context: NodeContext, name: string): [Unavailable, ChannelError] {
  const durable = context.database.read(rabbitDurableQueue, name);
  if (durable === undefined) return ['not_found', queueNotFound(name)];
  context.vm.cite(BRK_14);
  return ['home_node_down', homeNodeDown(durable)];
}
