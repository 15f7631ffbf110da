/**
 * Asking a queue's leader something, by way of whichever member is asked first (`ra_server_proc:statem_call`): a follower points to the
 * leader, one that knows none keeps the question until it does, and who does not answer in time is given up for the next.
 */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import type { RaftCommand } from './commands.ts';
import {
  memberOn,
  type AskMembers,
  type CallCommand,
  type ChangeMembers,
  type CommandAnswer,
  type TransferLeadership,
} from './raft-messages.ts';

export interface LeaderAnswer<T> {
  readonly value: T;
  readonly leader: string;
}

/** Why nobody answered: the last member's reason, or the leader's refusal. */
export interface NoAnswer {
  readonly error: string;
  /** No member's process lives. */
  readonly nobody: boolean;
}

export interface LeaderCall {
  readonly caller: ErlangProcess;
  readonly queue: string;
  /** Nodes, in the order in which they are asked. */
  readonly members: readonly string[];
  readonly timeoutUs: number;
  /** The caller stands still meanwhile. */
  readonly suspends: boolean;
}

/** Puts a request to the leader. */
function callLeader<T>(
  call: LeaderCall,
  request: Message,
  done: (answer: LeaderAnswer<T> | NoAnswer) => void,
): void {
  tryMember(call, request, 0, true, done);
}

/** Has a command committed and applied. */
export function processCommand<T>(
  call: LeaderCall,
  command: RaftCommand,
  done: (answer: LeaderAnswer<T> | NoAnswer) => void,
): void {
  const request: CallCommand = { type: 'ra_call', command };
  callLeader(call, request, done);
}

/** Who leads, and who the members are by its account. */
export function askLeader(
  call: LeaderCall,
  done: (answer: LeaderAnswer<readonly string[]> | NoAnswer) => void,
): void {
  const request: AskMembers = { type: 'ra_members' };
  callLeader(call, request, done);
}

/** Has a member taken in or out of the queue's log. */
export function changeMembers(
  call: LeaderCall,
  change: 'join' | 'leave',
  node: string,
  done: (answer: LeaderAnswer<unknown> | NoAnswer) => void,
): void {
  const request: ChangeMembers = { type: `ra_${change}`, node };
  callLeader(call, request, done);
}

/** Asks the leader to hand its role to the member on `to`. */
export function transferLeadership(
  call: LeaderCall,
  to: string,
  done: (answer: LeaderAnswer<unknown> | NoAnswer) => void,
): void {
  const request: TransferLeadership = { type: 'transfer_leadership', to };
  callLeader(call, request, done);
}

function tryMember<T>(
  call: LeaderCall,
  request: Message,
  at: number,
  nobody: boolean,
  done: (answer: LeaderAnswer<T> | NoAnswer) => void,
): void {
  const node = call.members[at];
  if (node === undefined) {
    done({ error: 'no_more_servers_to_try', nobody });
    return;
  }
  const next = (reason: string): void =>
    tryMember(call, request, at + 1, nobody && reason === 'noproc', done);
  ask(call, node, request, next, done);
}

function ask<T>(
  call: LeaderCall,
  node: string,
  request: Message,
  next: (reason: string) => void,
  done: (answer: LeaderAnswer<T> | NoAnswer) => void,
): void {
  const { caller, queue, timeoutUs } = call;
  const outcome = {
    reply: (answer: CommandAnswer<T>): void => {
      if ('redirect' in answer) ask(call, answer.redirect, request, next, done);
      else if ('error' in answer) done({ error: answer.error, nobody: false });
      else done({ value: answer.ok, leader: answer.leader });
    },
    failed: next,
    timeoutUs,
  };
  if (call.suspends) caller.call<CommandAnswer<T>>(memberOn(node, queue), request, outcome);
  else caller.ask<CommandAnswer<T>>(memberOn(node, queue), request, outcome);
}

/** The nodes of a queue's members, the leader's as the record has it first. */
export function memberNodes({ pid, quorum }: QueueRecord): readonly string[] {
  const nodes = quorum?.nodes ?? [];
  return pid === null ? nodes : [pid.node, ...nodes.filter((node) => node !== pid.node)];
}
