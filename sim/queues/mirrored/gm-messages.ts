/**
 * What ring processes say to each other, and what they ask of the replica that they work for. A replica's mirror and a
 * leader's coordinator both implement the latter; a promotion exchanges one for the other.
 */
import type { ExitReason, Message, Pid } from '../../erlang/message.ts';
import type { Gm } from './gm.ts';
import type { ActivityEntry, MembersSnapshot } from './gm-members.ts';
import type { Batch, Instruction } from './instructions.ts';

/** The ring ends because its queue does; neighbours make nothing of it. */
export const RING_SHUTDOWN = '{shutdown, ring_shutdown}';

/** Whoever a ring process works for: a mirror, or a leader's coordinator. It changes at a promotion. */
export interface GmCallback {
  joined(gm: Gm): void;
  /** What the other members broadcast in one flush, nothing of it for ring processes. */
  takeBatch(gm: Gm, batch: Batch): void;
  /** One instruction; also our own. A reason ends the ring process once nothing is under way. */
  takeOne(gm: Gm, instruction: Instruction): ExitReason | undefined;
  /** Members are dead and everything they broadcast has been delivered (MIR-53); `then` may name a new callback. */
  deaths(gm: Gm, deaths: readonly Pid[], downReason: ExitReason, then: (next?: GmCallback) => void): void;
  terminated(gm: Gm, reason: ExitReason): void;
}

export interface CheckNeighbours {
  readonly kind: 'check_neighbours';
}
export interface CatchUp {
  readonly kind: 'catchup';
  readonly left: Pid;
  readonly members: MembersSnapshot;
}
export interface Activity {
  readonly kind: 'activity';
  readonly left: Pid;
  readonly entries: readonly ActivityEntry[];
}

export interface RingMessage extends Message {
  readonly type: '$gm';
  readonly version: number;
  readonly body: CheckNeighbours | CatchUp | Activity;
}

export interface AddOnRight extends Message {
  readonly type: 'add_on_right';
  readonly newcomer: Pid;
}

export interface ValidateMembers extends Message {
  readonly type: 'validate_members';
  readonly members: readonly Pid[];
}

/** Gives a batch to the replica; a reason ends the ring process, and the rest of the batch is passed over. */
export function handOver(gm: Gm, callback: GmCallback, batch: Batch): ExitReason | undefined {
  if (!batch.hasControl) {
    callback.takeBatch(gm, batch);
    return undefined;
  }
  for (const instruction of batch.instructions) {
    const stop = callback.takeOne(gm, instruction);
    if (stop !== undefined) return stop;
  }
  return undefined;
}
