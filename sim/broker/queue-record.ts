/**
 * The record of a queue in the metadata (`amqqueue`), and its tables. The live record says where the queue's
 * processes are; the durable one survives a full stop and blanks the lists of mirrors (MIR-6).
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { table } from '../cluster/database.ts';
import type { Pid } from '../erlang/message.ts';

/** A replica and its ring process. */
export interface GmPair {
  readonly gm: Pid;
  readonly replica: Pid;
}

/** The definition of a policy as the record keeps it: what applies to this queue. */
export interface EffectivePolicy {
  readonly name: string;
  readonly definition: FieldTable;
}

export interface QueueRecord {
  readonly name: string;
  readonly type: 'classic' | 'quorum';
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection that owns an exclusive queue, or null. */
  readonly exclusiveOwner: Pid | null;
  readonly arguments: FieldTable;
  /** The leader; null while none was ever started. */
  readonly pid: Pid | null;
  /** Mirrors, oldest first. */
  readonly slavePids: readonly Pid[];
  /** Synchronised mirrors, newest first. */
  readonly syncSlavePids: readonly Pid[];
  readonly gmPids: readonly GmPair[];
  /** Nodes from which the queue could be recovered, oldest mirror first. */
  readonly recoverableSlaves: readonly string[];
  readonly slavePidsPendingShutdown: readonly Pid[];
  readonly policy: EffectivePolicy | null;
  readonly policyVersion: number;
  readonly state: 'live' | 'stopped' | 'crashed';
  /** Of quorum queues only. */
  readonly quorum?: QuorumMembers;
}

/** The members of a quorum queue, wherever its leader is (QQ-2). */
export interface QuorumMembers {
  /** Tells it from an earlier queue of the same name. */
  readonly cluster: number;
  /** Nodes, the one that led at first in front. */
  readonly nodes: readonly string[];
}

/** Live queues; what routing and every operation reads. */
export const rabbitQueue = table<QueueRecord>('rabbit_queue', 'ram');
/** Durable queues, with their mirror lists blanked. */
export const rabbitDurableQueue = table<QueueRecord>('rabbit_durable_queue', 'disc');

/** The durable form of a record (MIR-6, CLU-7). */
export function durableForm(record: QueueRecord): QueueRecord {
  return { ...record, slavePids: [], syncSlavePids: [], gmPids: [], slavePidsPendingShutdown: [] };
}
