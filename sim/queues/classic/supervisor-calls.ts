/** How the queue supervisor of any node is reached, and what it can be asked. Where no application runs nobody answers. */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { Message, Pid, RegisteredName } from '../../erlang/message.ts';

export const SUPERVISOR_NAME = 'rabbit_amqqueue_sup_sup';

/** Call. Answer: the pid of a leader's process that waits for `init`. */
export interface StartLeader extends Message {
  readonly type: 'start_leader';
  readonly record: QueueRecord;
}

/** Call to the supervisor of the pid's own node, for `rpc:call` of `is_process_alive`. Answer: boolean. */
export interface IsProcessAlive extends Message {
  readonly type: 'is_process_alive';
  readonly pid: Pid;
}

/** Call: end every replica process and the supervisor itself. Answer: `ok`, at the end. */
export interface StopAll extends Message {
  readonly type: 'stop_all';
}

export function supervisorOn(node: string): RegisteredName {
  return { node, name: SUPERVISOR_NAME };
}
