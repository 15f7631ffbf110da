/**
 * What replicas of a mirrored queue tell each other through the ring (MIR-10). Instructions are shared by all
 * replicas and never changed; a replica's own state is elsewhere. One object serves as the message to the ring
 * process and as the instruction, so that a broadcast costs one allocation however many mirrors there are.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { ExitReason, Message, Pid } from '../../erlang/message.ts';
import type { MessageProperties } from '../classic/backing-queue.ts';

/** Enqueued at the leader, or handed straight to a consumer that must acknowledge. */
export interface Publish extends Message {
  readonly type: 'publish' | 'publish_delivered';
  readonly message: BasicMessage;
  readonly properties: MessageProperties;
  readonly channel: Pid;
}

/** Given away for good before it was in the queue. */
export interface Discard extends Message {
  readonly type: 'discard';
  readonly message: BasicMessage;
  readonly channel: Pid;
}

/** The leader took `count` messages from its head and has `length` left. */
export interface Drop extends Message {
  readonly type: 'drop';
  readonly length: number;
  readonly count: number;
  readonly ackRequired: boolean;
}

/** By serial of the message, because replicas may number messages differently. */
export interface Settle extends Message {
  readonly type: 'ack' | 'requeue';
  readonly serials: readonly number[];
}

export interface Depth extends Message {
  readonly type: 'depth';
  readonly depth: number;
}

export interface SenderDeath extends Message {
  readonly type: 'sender_death';
  readonly channel: Pid;
}

export interface SyncStart extends Message {
  readonly type: 'sync_start';
  /** Names the round. */
  readonly round: object;
  readonly syncer: Pid;
  readonly mirrors: readonly Pid[];
}

export interface DeleteAndTerminate extends Message {
  readonly type: 'delete_and_terminate';
  readonly reason: ExitReason;
  /** Registry index of the rule by which the copies go (MIR-21, MIR-22). */
  readonly rule: number;
}

export interface EnsureMonitoring extends Message {
  readonly type: 'ensure_monitoring';
  readonly channels: readonly Pid[];
}

/** `request_depth` asks the leader; the other two exist to make traffic (MIR-14). */
export interface Notice extends Message {
  readonly type: 'request_depth' | 'process_death' | 'hibernate_heartbeat';
}

/** What a mirror executes. */
export type MirrorInstruction = Publish | Discard | Drop | Settle | Depth | SenderDeath | DeleteAndTerminate;

export type Instruction = MirrorInstruction | SyncStart | EnsureMonitoring | Notice;

/**
 * What one flush of a ring process carries: one publication of the ring, which travels, is acknowledged and is
 * inherited as a whole. It is also the message that hands the instructions to a mirror.
 */
export interface Batch extends Message {
  readonly type: 'gm';
  /** Counts the sender's flushes from 0. */
  readonly number: number;
  readonly instructions: readonly Instruction[];
  readonly bytes: number;
  /** Whether a ring process has something to do with it beside handing it on. */
  readonly hasControl: boolean;
}

/** Estimated size of an instruction without a message on the wire. */
const INSTRUCTION_BYTES = 90;

/** Whether ring processes look at it before, or instead of, a mirror. */
export function isControl(instruction: Instruction): boolean {
  switch (instruction.type) {
    case 'sync_start':
    case 'delete_and_terminate':
    case 'ensure_monitoring':
    case 'request_depth':
    case 'process_death':
    case 'hibernate_heartbeat':
      return true;
    default:
      return false;
  }
}

/** Bytes on the wire, message content included. */
export function instructionBytes(instruction: Instruction): number {
  if (instruction.type === 'publish' || instruction.type === 'publish_delivered') {
    return INSTRUCTION_BYTES + instruction.message.wireBytes;
  }
  return INSTRUCTION_BYTES;
}
