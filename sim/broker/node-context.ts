/**
 * What the processes of a broker share on one node while its application runs: the VM, the metadata, the configuration, and
 * hooks that `node/` connects (the pause guard belongs to partition handling, queue types to `queues/`).
 */
import type { Database } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Vm } from '../erlang/vm.ts';
import type { MessageSerials } from './message-serials.ts';
import type { QueueType } from './queue-type.ts';
import type { Router } from './router.ts';

export interface BrokerConfig {
  readonly queueMasterLocator: 'client-local' | 'min-masters' | 'random';
  readonly heartbeatUs: number;
  readonly channelMax: number;
  /** Null: deliveries may stay unacknowledged for ever. */
  readonly consumerTimeoutUs: number | null;
  readonly mirroringSyncBatchSize: number;
  /** Bytes per second, 0 for no limit. */
  readonly mirroringSyncMaxThroughput: number;
  /** How long a channel that ends waits for its queues. */
  readonly channelOperationTimeoutUs: number;
}

export interface NodeContext {
  readonly vm: Vm;
  readonly node: string;
  readonly database: Database;
  readonly config: BrokerConfig;
  readonly queueTypes: ReadonlyMap<string, QueueType>;
  /** Where messages go; for channels, and for queues with dead letters. */
  readonly router: Router;
  readonly serials: MessageSerials;
  /** Asked before confirms are sent: false holds them back (PAR-10). */
  mayConfirm(): boolean;
  /** Interned names for the journal. */
  intern(text: string): number;
  /**
   * Told by the leader of a federated queue whether somebody consumes here whom nothing keeps busy (BRK-55); absent where no plugin
   * listens.
   */
  consumerStateChanged?(leader: ErlangProcess, queue: string, run: boolean): void;
  /** The interned key by which the journal knows a queue of this name (`queueKey`). */
  queueId(queue: string): number;
}
