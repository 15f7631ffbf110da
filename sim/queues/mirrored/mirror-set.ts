/**
 * Changes to the set of a queue's replicas (`rabbit_mirror_queue_misc`): adding mirrors on other nodes, dropping replicas,
 * following a policy, ending them all. Each function runs in the process it is given.
 */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { ExitMessage, Message, Pid } from '../../erlang/message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import { rule } from '../../rules/registry.ts';
import { DROPPED } from '../classic/exit-reasons.ts';
import { Errand } from './errand.ts';
import { actualNodes, policyOf, suggestedNodes } from './placement.ts';

const MIR_4 = rule('MIR-4');
const MIR_22 = rule('MIR-22');
const MIR_25 = rule('MIR-25');
const MIR_28 = rule('MIR-28');

/** The registered name of the process that starts mirrors on a node. */
export const MIRROR_SUPERVISOR = 'rabbit_mirror_queue_sup';

export interface StartMirror extends Message {
  readonly type: 'start_mirror';
  readonly queue: string;
}

/** Tells a mirror that was created to join; as a call it is answered when the mirror is listed. */
export interface Go extends Message {
  readonly type: 'go';
}

export const SYNC_MIRRORS: Message = { type: 'sync_mirrors' };
export const CANCEL_SYNC_MIRRORS: Message = { type: 'cancel_sync_mirrors' };

/**
 * Starts mirrors on these nodes, one after the other. The supervisor of each node is asked with a call either way, so that a silent
 * node delays the caller until its detection; `sync` waits in addition until the mirror runs (MIR-9). A node
 * without supervisor gets none.
 */
export function addMirrors(
  caller: ErlangProcess,
  queue: string,
  nodes: readonly string[],
  mode: 'sync' | 'async',
  done: () => void,
): void {
  const [node, ...others] = nodes;
  if (node === undefined) {
    done();
    return;
  }
  const next = (): void => addMirrors(caller, queue, others, mode, done);
  const request: StartMirror = { type: 'start_mirror', queue };
  const go: Go = { type: 'go' };
  caller.call<Pid | null>({ node, name: MIRROR_SUPERVISOR }, request, {
    reply: (mirror) => {
      if (mirror === null) next();
      else if (mode === 'sync') caller.call(mirror, go, { reply: next, failed: next });
      else {
        caller.send(mirror, go);
        next();
      }
    },
    failed: next,
  });
}

/** Asks the replica on that node to go, content and all, unless it is the only one (MIR-22). */
export function dropMirror(context: NodeContext, caller: ErlangProcess, queue: string, node: string): void {
  const record = context.database.read(rabbitQueue, queue);
  if (record === undefined || (record.pid?.node === node && record.slavePids.length === 0)) return;
  const replica = [record.pid!, ...record.slavePids].find((pid) => pid.node === node);
  if (replica === undefined) return;
  context.vm.cite(MIR_22);
  const exit: ExitMessage = { type: 'EXIT', from: caller.pid, reason: DROPPED };
  caller.send(replica, exit);
}

/** Brings the replicas where the policy wants them: adds first, then drops (MIR-25). */
export function updateMirrors(
  context: NodeContext,
  caller: ErlangProcess,
  record: QueueRecord,
  done: () => void,
): void {
  context.vm.cite(MIR_25);
  const actual = actualNodes(record, context.node);
  const suggested = suggestedNodes(context, record);
  const present = [actual.leader, ...actual.mirrors];
  const wanted = [suggested.leader, ...suggested.mirrors];
  const missing = wanted.filter((node) => !present.includes(node));
  const unwanted = present.filter((node) => !wanted.includes(node));
  addMirrors(caller, record.name, missing, 'async', () => {
    for (const node of unwanted) dropMirror(context, caller, record.name, node);
    maybeAutoSync(context, record);
    done();
  });
}

/** With `ha-sync-mode: automatic`: asks the leader to synchronise, without waiting for it (MIR-28). */
export function maybeAutoSync(context: NodeContext, record: QueueRecord): void {
  if (policyOf(record, 'ha-sync-mode') !== 'automatic' || record.pid === null) return;
  context.vm.cite(MIR_28);
  const leader = record.pid;
  Errand.start(context.vm, `auto_sync/${record.name}`, (self) => {
    const end = (): void => self.exit('normal');
    self.call(leader, SYNC_MIRRORS, { reply: end, failed: end });
  });
}

/** A mirror is synchronised: a leader that the policy only kept for want of one gives way (MIR-4). */
export function maybeDropLeader(context: NodeContext, caller: ErlangProcess, record: QueueRecord): void {
  const leaderNode = record.pid!.node;
  if (suggestedNodes(context, record).leader === leaderNode) return;
  context.vm.cite(MIR_4);
  dropMirror(context, caller, record.name, leaderNode);
}
