/** What operators ask about quorum queues: who of the members answers. */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import { memberOn, type LocalQuery, type RaftStatus } from './raft-messages.ts';

const RPC_TIMEOUT_US = 1_000_000;
const STATUS: LocalQuery = { type: 'ra_status' };

/** Nodes whose member answers within a second; they are asked one after the other. */
export function askOnline(
  caller: ErlangProcess,
  record: QueueRecord,
  done: (online: readonly string[]) => void,
): void {
  const online: string[] = [];
  const nodes = [...(record.quorum?.nodes ?? [])];
  const next = (): void => {
    const node = nodes.shift();
    if (node === undefined) {
      done(online);
      return;
    }
    caller.call<RaftStatus>(memberOn(node, record.name), STATUS, {
      reply: () => {
        online.push(node);
        next();
      },
      failed: next,
      timeoutUs: RPC_TIMEOUT_US,
    });
  };
  next();
}
