/** What operators ask about quorum queues: who of the members answers, and what they say of themselves. */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { ExitReason } from '../../erlang/message.ts';
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

/** `sys:get_status` is given five seconds. */
const STATUS_TIMEOUT_US = 5_000_000;

/** What one member says of itself, or why it says nothing. */
export interface MemberStatus {
  readonly node: string;
  readonly answer: RaftStatus | ExitReason;
}

/** Asks all members, one after the other. */
export function askStatus(
  caller: ErlangProcess,
  record: QueueRecord,
  done: (members: readonly MemberStatus[]) => void,
): void {
  const found: MemberStatus[] = [];
  const nodes = [...(record.quorum?.nodes ?? [])];
  const next = (): void => {
    const node = nodes.shift();
    if (node === undefined) {
      done(found);
      return;
    }
    const answered = (answer: RaftStatus | ExitReason): void => {
      found.push({ node, answer });
      next();
    };
    caller.call<RaftStatus>(memberOn(node, record.name), STATUS, {
      reply: answered,
      failed: answered,
      timeoutUs: STATUS_TIMEOUT_US,
    });
  };
  next();
}
