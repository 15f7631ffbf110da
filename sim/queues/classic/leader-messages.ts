/** What channels and replicas of classic queues say to each other. */
import type { Message, Pid } from '../../erlang/message.ts';
import type { Delivery } from '../../broker/queue-type.ts';

/** A publish, from a channel to each replica (MIR-8). The flow flag is implied: every such cast costs credit (MIR-47). */
export interface DeliverToQueue extends Message {
  readonly type: 'deliver';
  readonly delivery: Delivery;
  readonly channel: Pid;
  /** The copy sent to a mirror. */
  readonly asMirror: boolean;
}

/** Replica to channel: these publishes (by confirm number) are safe here. */
export interface QueueConfirm extends Message {
  readonly type: 'queue_confirm';
  readonly queue: string;
  readonly replica: Pid;
  readonly confirmNumbers: readonly number[];
}

/** Mirroring asks a replica, in its turn, to do something that only its present role knows (OVR-2: priority 6). */
export interface RunBackingQueue extends Message {
  readonly type: 'run_backing_queue';
  readonly action: 'depth' | 'sender_death' | 'confirm_sender_death';
  /** The channel in question, or null. */
  readonly channel: Pid | null;
}
