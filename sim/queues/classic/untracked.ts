/** A dead letter on its way to classic queues: to each leader and, directly, to each mirror, as a channel's publish (MIR-8, BRK-40). */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import { castToAll } from '../../broker/fan-out.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { DeliverToQueue } from './leader-messages.ts';

/** Sends it; nobody learns whether it arrives. Replicas take the sender for its channel. */
export function deliverUntracked(
  sender: ErlangProcess,
  queues: readonly QueueRecord[],
  message: BasicMessage,
): void {
  const delivery = { message, confirmNumber: 0, mandatory: false };
  const channel = sender.pid;
  const forLeaders: DeliverToQueue = { type: 'deliver', delivery, channel, asMirror: false };
  const forMirrors: DeliverToQueue = { type: 'deliver', delivery, channel, asMirror: true };
  const bytes = message.wireBytes;
  const leaders = queues.flatMap(({ pid }) => pid ?? []);
  const mirrors = queues.flatMap(({ slavePids }) => slavePids);
  castToAll(sender, leaders, { message: forLeaders, bytes, content: message });
  castToAll(sender, mirrors, { message: forMirrors, bytes, content: message });
}
