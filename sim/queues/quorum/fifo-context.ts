/**
 * What applying a command to the state of a quorum queue brings about: things to do, which a leader does (and a follower only where it is
 * nearer, QQ-17), and facts for the journal.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { DeathReason } from '../../broker/dead-letter.ts';
import type { Pid } from '../../erlang/message.ts';
import type { Rule } from '../../rules/registry.ts';
import type { ConsumerId } from './commands.ts';
import type { DeadLetterItem } from './dead-letters.ts';
import type { FifoState, QueuedMessage } from './fifo-state.ts';

/** A message on its way to a consumer; `id` is consecutive for each consumer. */
export interface DeliveryItem {
  readonly id: number;
  readonly queued: QueuedMessage;
}

/** What the queue says to a channel besides deliveries. */
export type ChannelNews = 'reject_publish' | 'go' | 'eol';

export interface FifoEffects {
  monitor(pid: Pid): void;
  monitorNode(node: string): void;
  deliver(consumer: ConsumerId, items: readonly DeliveryItem[]): void;
  tell(pid: Pid, news: ChannelNews): void;
  /** A message was given up: its successor is published, if somebody takes dead letters (QQ-16). */
  deadLetter(message: BasicMessage, reason: DeathReason): void;
  /** Kept dead letters go to the worker; it starts beside the leader, looks anew where they go to, or ends (QQ-25). */
  deliverDeadLetters(worker: Pid, items: readonly DeadLetterItem[]): void;
  startDeadLetterWorker(): void;
  tellDeadLetterWorker(worker: Pid, news: 'topology' | 'end'): void;
  /** The log up to `index` is not needed any more, given the state at that place. */
  release(index: number, state: FifoState): void;
}

/** `stored` is said by each member, the rest only by the first that comes to the command: it is decided once. */
export interface FifoWitness {
  stored(message: BasicMessage): void;
  taken(message: BasicMessage, redelivered: boolean, autoAck: boolean): void;
  finished(message: BasicMessage): void;
  requeued(message: BasicMessage, why: Rule): void;
  purgedOne(message: BasicMessage, why: Rule): void;
  died(message: BasicMessage, reason: DeathReason, why: Rule): void;
  /** It was given up, and stays until its targets have it. */
  kept(message: BasicMessage, reason: DeathReason, why: Rule): void;
  /** What was kept has arrived. */
  passedOn(message: BasicMessage, why: Rule): void;
  cite(rule: Rule): void;
}

export interface ApplyContext {
  /** Of the entry that is applied. */
  readonly index: number;
  /** When its leader appended it: the only clock there is here. */
  readonly timeUs: number;
  readonly effects: FifoEffects;
  readonly witness: FifoWitness;
}

export type FifoReply =
  | 'ok'
  | 'not_enqueued'
  | 'reject_publish'
  | 'empty'
  | 'single_active'
  | { readonly purged: number }
  | { readonly item: DeliveryItem; readonly ready: number };
