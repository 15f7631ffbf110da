/** How the supervisor of members on any node is reached, and what it can be asked. Where no application runs nobody answers. */
import type { Message, RegisteredName } from '../../erlang/message.ts';
import type { FifoConfig } from './fifo-config.ts';

export const SUPERVISOR_NAME = 'ra_server_sup_sup';

/** What a member needs to know of its queue. */
export interface MemberSpec {
  readonly queue: string;
  readonly cluster: number;
  readonly members: readonly string[];
  readonly config: FifoConfig;
}

/** Call: start a member here, if there is none. Answer: `ok` or `already_started`. */
export interface StartMember extends Message {
  readonly type: 'start_member';
  readonly spec: MemberSpec;
}

/** Call to the node that is to lead: start all members and see them elect somebody. Answer: `ok` or `cluster_not_formed`. */
export interface StartCluster extends Message {
  readonly type: 'start_cluster';
  readonly spec: MemberSpec;
}

/** Call: end the member here and delete its data. Answer: `ok`. */
export interface DeleteMember extends Message {
  readonly type: 'delete_member';
  readonly queue: string;
  readonly cluster: number;
  /** The queue goes, or only this member of it. */
  readonly why: 'deleted' | 'removed';
}

/** Call: end all members and the supervisor itself. Answer: `ok`. */
export interface StopMembers extends Message {
  readonly type: 'stop_members';
}

export function memberSupervisorOn(node: string): RegisteredName {
  return { node, name: SUPERVISOR_NAME };
}
