/** What leader, syncer and mirrors say to each other during an eager synchronisation (MIR-28). */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Message, Pid } from '../../erlang/message.ts';

export interface SyncItem {
  readonly message: BasicMessage;
  /** The leader has it out for acknowledgement. */
  readonly pending: boolean;
  readonly expiresAtUs: number;
}

/** A batch, from the leader to its syncer and from there to each mirror. */
export interface SyncMessages extends Message {
  readonly type: 'sync_messages';
  readonly round: object;
  readonly items: readonly SyncItem[];
  readonly bytes: number;
}

/** Syncer to mirrors: that was all. */
export interface SyncComplete extends Message {
  readonly type: 'sync_complete';
  readonly round: object;
}

/** A mirror's answer to the announcement of a round. */
export interface SyncAnswer extends Message {
  readonly type: 'sync_ready' | 'sync_deny';
  readonly round: object;
  readonly mirror: Pid;
}

/** Syncer to leader: `ready` once, when some mirror takes part; `next` asks for a batch. */
export interface SyncerSignal extends Message {
  readonly type: 'syncer_ready' | 'syncer_next';
  readonly round: object;
}

/** Leader to syncer. */
export interface SyncerOrder extends Message {
  readonly type: 'syncer_done' | 'syncer_cancel';
}
