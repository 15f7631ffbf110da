/** What members of a quorum queue say to each other, and what others say to them. `cluster` tells queues of one name apart (QQ-2). */
import type { Message, Pid, RegisteredName } from '../../erlang/message.ts';
import type { ConsumerId, LogEntry, RaftCommand, ReplyTo } from './commands.ts';
import type { Snapshot } from './raft-log.ts';

/** Between members; lost without notice where there is no connection (QQ-9). */
export interface AppendEntries extends Message {
  readonly type: 'append_entries';
  readonly cluster: number;
  readonly term: number;
  readonly leader: string;
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly LogEntry[];
  readonly commitIndex: number;
}

export interface AppendReply extends Message {
  readonly type: 'append_reply';
  readonly cluster: number;
  readonly from: string;
  readonly term: number;
  readonly success: boolean;
  /** The entry that the follower wants next. */
  readonly nextIndex: number;
  /** The last one that is on its disk, or that it can vouch for. */
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export interface InstallSnapshot extends Message {
  readonly type: 'install_snapshot';
  readonly cluster: number;
  readonly term: number;
  readonly leader: string;
  readonly snapshot: Snapshot;
}

export interface SnapshotResult extends Message {
  readonly type: 'snapshot_result';
  readonly cluster: number;
  readonly from: string;
  readonly term: number;
  readonly lastIndex: number;
}

/** Calls. Answer: `Vote`, or none where the receiver has nothing to say. */
export interface VoteRequest extends Message {
  readonly type: 'request_vote' | 'pre_vote';
  readonly cluster: number;
  readonly term: number;
  readonly candidate: string;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export interface Vote {
  readonly term: number;
  readonly granted: boolean;
}

/** A command for the leader. Enqueues have low priority: the leader writes them in batches, behind what else there is. */
export interface Command extends Message {
  readonly type: 'ra_command';
  readonly priority: 'normal' | 'low';
  readonly command: RaftCommand;
  readonly replyTo: ReplyTo | null;
}

/** A consumer's return, which the leader looks at before it becomes commands (QQ-23). */
export interface ReturnCommand extends Message {
  readonly type: 'ra_return';
  readonly consumer: ConsumerId;
  readonly ids: readonly number[];
  readonly pid: Pid;
  readonly sequence: number;
}

/** Call: a command whose fate the caller waits for. Answer: `CommandAnswer`. */
export interface CallCommand extends Message {
  readonly type: 'ra_call';
  readonly command: RaftCommand;
}

/** Call: a member comes or goes. Answer: `CommandAnswer`, when the leader has the change in its log. */
export interface ChangeMembers extends Message {
  readonly type: 'ra_join' | 'ra_leave';
  readonly node: string;
}

/** Call that the leader answers with its members: who leads? */
export interface AskMembers extends Message {
  readonly type: 'ra_members';
}

/** Calls that any member answers for itself. */
export interface LocalQuery extends Message {
  readonly type: 'ra_statistics' | 'ra_status' | 'trigger_election';
}

/** Call: what a consumer still holds of these. Answer: `DeliveryItem[]`. */
export interface AskCheckedOut extends Message {
  readonly type: 'ra_checked_out';
  readonly consumer: ConsumerId;
  readonly from: number;
  readonly to: number;
}

/** Call to the leader: it hands its role to a member. Answer: `CommandAnswer`. */
export interface TransferLeadership extends Message {
  readonly type: 'transfer_leadership';
  readonly to: string;
}

export type CommandAnswer<T = unknown> =
  | { readonly ok: T; readonly leader: string }
  | { readonly redirect: string }
  | { readonly error: 'cluster_change_not_permitted' | 'already_member' | 'not_member' | 'unknown_member' };

export interface RaftStatus {
  readonly role: string;
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly snapshotIndex: number;
}

/** Where the member of a queue on a node is found. */
export function memberOn(node: string, queue: string): RegisteredName {
  return { node, name: memberName(queue) };
}

export function memberName(queue: string): string {
  return `quorum/${queue}`;
}
