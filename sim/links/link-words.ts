/** What links are made with and how they speak of their two sides. */
import type { BasicProperties } from '../amqp/basic-message.ts';
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import type { Rule } from '../rules/registry.ts';

export type AckMode = 'on-confirm' | 'on-publish' | 'no-ack';
export type Side = 'source' | 'destination';

/** Both sides speak to one mailbox: the channel's number tells which of them it was. */
export const CHANNEL: Readonly<Record<Side, number>> = { source: 1, destination: 2 };
/** Channels for one question each, which may cost the channel. */
export const SCRATCH: Readonly<Record<Side, number>> = { source: 3, destination: 4 };

export interface LinkOptions {
  /** How records call it. */
  readonly name: string;
  readonly type: 'shovel' | 'federation';
  /** For its status. */
  readonly facts: Readonly<Record<string, string>>;
  /** The rule by which this kind of link forwards. */
  readonly decidedBy: Rule;
  readonly ackMode: AckMode;
}

/** Where a link publishes what it has taken. */
export interface Forwarding {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: BasicProperties;
}

/** An answer that a link waits for. */
export interface Awaited {
  readonly channel: number;
  readonly type: ChannelMethodFromServer['type'];
  answered(method: ChannelMethodFromServer): void;
  refused(code: number, text: string): void;
}
