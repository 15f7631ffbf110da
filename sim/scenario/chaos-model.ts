/**
 * The steps of a scenario: what is done to the cluster and when. Faults and an operator's steps share one list,
 * because a person reads them as one story. Command lines are split into words here and understood in `operator/`.
 */
import type { TimelineEvent } from './expect-model.ts';
import type { Duration, FieldTable, FieldValue, NodePair } from './model.ts';

export interface ChaosRow {
  /** Position in the file, from 0: rows at the same time run in this order. */
  readonly index: number;
  readonly when: ChaosTime;
  /** Null: no `for`; the action then lasts until something ends it. */
  readonly forUs: number | null;
  readonly action: ChaosAction;
  /** The row as the file has it, on one line, for stories and messages. */
  readonly text: string;
  readonly line: number;
}

export type ChaosTime =
  | { readonly kind: 'at'; readonly atUs: number }
  | { readonly kind: 'after'; readonly event: EventPattern; readonly plusUs: number };

/** A timeline event and the fields it must have. */
export interface EventPattern {
  readonly event: TimelineEvent;
  readonly fields: { readonly [field: string]: FieldValue };
}

export type ChaosAction =
  | { readonly verb: 'partition'; readonly groups: readonly (readonly string[])[] }
  | { readonly verb: 'cut'; readonly between: NodePair }
  | { readonly verb: 'cut_one_way'; readonly from: string; readonly to: string }
  /** The degraded link's latency replaces the link's own while it lasts; both directions. */
  | { readonly verb: 'delay'; readonly between: NodePair; readonly latency: Duration }
  | { readonly verb: 'drop'; readonly between: NodePair; readonly loss: number }
  | { readonly verb: 'throttle'; readonly between: NodePair; readonly bandwidthBitsPerSecond: number }
  /** Null: everything. */
  | { readonly verb: 'heal'; readonly pairs: readonly NodePair[] | null }
  | { readonly verb: 'reset'; readonly between: NodePair }
  | { readonly verb: 'cut_clients'; readonly nodes: readonly string[] }
  | { readonly verb: 'kill'; readonly nodes: readonly string[] }
  | { readonly verb: 'power_off'; readonly nodes: readonly string[] }
  | { readonly verb: 'freeze'; readonly nodes: readonly string[] }
  | { readonly verb: 'unfreeze'; readonly nodes: readonly string[] }
  | { readonly verb: 'start'; readonly nodes: readonly string[] }
  | { readonly verb: 'crash_queue'; readonly queue: string; readonly on: string }
  | { readonly verb: 'suspend'; readonly process: string; readonly on: string }
  | {
      readonly verb: 'amqp';
      readonly via: string;
      /** Absent: the default one. */
      readonly vhost?: string;
      readonly call: AmqpCall;
    }
  | CommandLine
  /** Workloads (all their clients) or single clients such as `shop.2`. */
  | { readonly verb: 'kill_client'; readonly workloads: readonly string[] }
  | { readonly verb: 'freeze_client'; readonly workloads: readonly string[] }
  | { readonly verb: 'slow_disk'; readonly node: string; readonly fsync: Duration }
  | { readonly verb: 'fill_disk'; readonly nodes: readonly string[] }
  | { readonly verb: 'fill_memory'; readonly nodes: readonly string[] }
  | {
      readonly verb: 'rolling_restart';
      readonly nodes: readonly string[];
      /** How long each node stays down. */
      readonly downtimeUs: number;
      /** From one node's start to the next one's stop. */
      readonly pauseUs: number;
    }
  | {
      readonly verb: 'nemesis';
      readonly kinds: readonly NemesisKind[];
      readonly everyUs: number;
      /** Each step lasts between these two, drawn uniformly. */
      readonly lastingUs: readonly [number, number];
      /** Absolute time after which it draws no more steps. */
      readonly untilUs: number;
    };

export type ChaosVerb = ChaosAction['verb'];

export type Tool = 'rabbitmqctl' | 'rabbitmq-queues' | 'rabbitmq-upgrade' | 'rabbitmq-diagnostics';

export interface CommandLine {
  readonly verb: Tool;
  /** As written. */
  readonly command: string;
  /** Split as a shell splits: `words[0]` is the command's name. Never empty. */
  readonly words: readonly string[];
  readonly on: string;
}

export type NemesisKind =
  | 'partition'
  | 'cut'
  | 'cut_one_way'
  | 'delay'
  | 'drop'
  | 'reset'
  | 'kill'
  | 'power_off'
  | 'freeze'
  | 'stop_app'
  | 'cut_clients'
  | 'slow_disk';

/** One method by a fresh client, with AMQP's defaults filled in. */
export type AmqpCall =
  | {
      readonly method: 'queue.declare';
      readonly queue: string;
      readonly passive: boolean;
      readonly durable: boolean;
      readonly exclusive: boolean;
      readonly autoDelete: boolean;
      readonly arguments: FieldTable;
    }
  | {
      readonly method: 'queue.delete';
      readonly queue: string;
      readonly ifUnused: boolean;
      readonly ifEmpty: boolean;
    }
  | QueueBinding<'queue.bind'>
  | QueueBinding<'queue.unbind'>
  | ExchangeBinding<'exchange.bind'>
  | ExchangeBinding<'exchange.unbind'>
  | { readonly method: 'queue.purge'; readonly queue: string }
  | {
      readonly method: 'exchange.declare';
      readonly exchange: string;
      readonly type: string;
      readonly passive: boolean;
      readonly durable: boolean;
      readonly autoDelete: boolean;
      readonly internal: boolean;
      readonly arguments: FieldTable;
    }
  | { readonly method: 'exchange.delete'; readonly exchange: string; readonly ifUnused: boolean }
  | {
      readonly method: 'basic.publish';
      readonly exchange: string;
      readonly routingKey: string;
      readonly mandatory: boolean;
      readonly persistent: boolean;
      readonly headers: FieldTable;
      readonly priority: number | null;
      readonly expirationUs: number | null;
      readonly bodyBytes: number;
      /** Published in a transaction that ends in this way. Absent: with a confirm. */
      readonly transaction?: 'commit' | 'rollback';
    }
  | { readonly method: 'tx.select' | 'tx.commit' | 'tx.rollback' }
  | { readonly method: 'basic.get'; readonly queue: string; readonly noAck: boolean };

export type AmqpMethod = AmqpCall['method'];

interface QueueBinding<Method extends string> {
  readonly method: Method;
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

interface ExchangeBinding<Method extends string> {
  readonly method: Method;
  readonly destination: string;
  readonly source: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}
