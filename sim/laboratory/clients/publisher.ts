/**
 * A real publisher. Turn n comes at start + n/rate: without an open channel it is skipped, or waits if a fixed number of messages is to
 * be published. The reliable one keeps what was not confirmed and publishes it again under the same id (CLI-19).
 */
import type { Channel, ChannelModel, ConfirmChannel, Message, Options } from 'amqplib';
import type { PublishSpec } from '../../scenario/model.ts';
import { Client, type ClientName, type Surroundings } from './client.ts';
import { bytesWaiting } from './dial.ts';
import { inTransaction } from './transaction.ts';

/** Without a rate: so many at a time, while the socket holds no more than this. */
const burst = 100;
const burstIntervalMs = 1;
const socketBufferBytes = 131_072;

/** How amqplib tells a nack from a channel that has closed, of which it tells every publish too. */
const nackWords = 'message nacked';

export function isNack(error: unknown): boolean {
  return error instanceof Error && error.message === nackWords;
}

/** Whether amqplib tells what the broker answered to a publish, and not that the channel has closed. */
export function isAnswer(error: unknown): boolean {
  return !(error instanceof Error) || isNack(error);
}

export class Publisher extends Client {
  private readonly publishing: PublishSpec;
  private readonly body: Buffer;
  private channel: ConfirmChannel | Channel | null = null;
  private turns = 0;
  private owed = 0;
  private sequence = 0;
  private isStopped = false;
  private isPumpPlanned = false;
  /** Published on the present channel and not answered, with the time of the last attempt. */
  private readonly window = new Map<number, number>();
  /** To be published again on the next channel. */
  private unanswered: number[] = [];
  /** Published in the present transaction. */
  private uncommitted: number[] = [];
  /** The broker has not answered how the last transaction was ended. */
  private isEnding = false;

  constructor(surroundings: Surroundings, name: ClientName, spec: PublishSpec) {
    super(surroundings, name, spec);
    this.publishing = spec;
    this.body = Buffer.alloc(spec.bodyBytes, '.');
    if (spec.ratePerSecond === null)
      surroundings.clock.at(spec.startUs / 1_000, () => {
        this.owed = spec.messages ?? 0;
        this.pump();
      });
    else this.planTurn(spec.ratePerSecond);
    if (spec.confirmTimeoutUs !== null) this.watchTimeouts(spec.confirmTimeoutUs / 1_000);
  }

  /** A timer cannot come every millisecond, and comes late: each takes all the turns that have come by then. */
  private planTurn(ratePerSecond: number): void {
    const { messages } = this.publishing;
    const { clock } = this.surroundings;
    if (this.isStopped || this.turns === messages) return;
    clock.at(this.turnMs(ratePerSecond), () => {
      if (this.isStopped || !this.isLive) return;
      while (this.turns !== messages && this.turnMs(ratePerSecond) <= clock.nowMs) {
        this.turns += 1;
        this.owed += 1;
      }
      this.pump();
      this.planTurn(ratePerSecond);
    });
  }

  /** When the next turn comes. */
  private turnMs(ratePerSecond: number): number {
    return this.publishing.startUs / 1_000 + (this.turns * 1_000) / ratePerSecond;
  }

  /** Takes the turns that are due, as far as channel, limits and socket allow. */
  private pump(): void {
    const { messages, maxInFlight } = this.publishing;
    const { channel, connection } = this;
    if (channel === null || connection === null) {
      if (messages === null) this.skipOwed();
      return;
    }
    for (let written = 0; this.owed > 0; written += 1) {
      if (this.isEnding) return;
      if (maxInFlight !== null && this.window.size >= maxInFlight) return;
      if (written === burst || bytesWaiting(connection) > socketBufferBytes) {
        this.pumpLater();
        return;
      }
      this.owed -= 1;
      this.sequence += 1;
      this.publish(channel, this.sequence);
      void this.endTransactionIfDue(channel);
    }
  }

  /** A transaction that has all its messages, or will get no more, is committed, or for a share of them rolled back. */
  private async endTransactionIfDue(channel: Channel): Promise<void> {
    const { transaction, messages } = this.publishing;
    if (transaction === undefined || this.isEnding || this.uncommitted.length === 0) return;
    const isLast = this.isStopped || this.sequence === messages;
    if (this.uncommitted.length < transaction.messages && !isLast) return;
    const isRolledBack = Math.random() < transaction.rollback;
    this.isEnding = true;
    try {
      await inTransaction(channel, isRolledBack ? 'rollback' : 'commit');
    } catch {
      // The channel has closed, and what the transaction held with it.
      return;
    }
    const { tally, clock } = this.surroundings;
    if (!isRolledBack)
      for (const sequence of this.uncommitted) tally.confirmed(this.idOf(sequence), clock.nowMs);
    this.uncommitted = [];
    this.isEnding = false;
    this.pump();
  }

  private skipOwed(): void {
    for (; this.owed > 0; this.owed -= 1) this.surroundings.tally.skippedTurn();
  }

  private pumpLater(): void {
    if (this.isPumpPlanned) return;
    this.isPumpPlanned = true;
    this.surroundings.clock.after(burstIntervalMs, () => {
      this.isPumpPlanned = false;
      this.pump();
    });
  }

  private publish(channel: Channel | ConfirmChannel, sequence: number): void {
    const { exchange, routingKeys, confirms } = this.publishing;
    const { clock, tally } = this.surroundings;
    const key = routingKeys[(sequence - 1) % routingKeys.length]!;
    tally.published(this.name, sequence, clock.nowMs);
    if (this.publishing.transaction !== undefined) this.uncommitted.push(sequence);
    if (confirms) this.window.set(sequence, clock.nowMs);
    const options = this.optionsOf(sequence);
    const answered = (error: unknown): void => this.settle(channel, sequence, error);
    try {
      if (confirms) (channel as ConfirmChannel).publish(exchange, key, this.body, options, answered);
      else channel.publish(exchange, key, this.body, options);
    } catch {
      // The channel closed under us: it was written nowhere, and counts as any publish without an answer.
    }
  }

  private optionsOf(sequence: number): Options.Publish {
    const { persistent, mandatory, headers, priorities, expirationUs } = this.publishing;
    const turn = sequence - 1;
    return {
      messageId: this.idOf(sequence),
      persistent,
      mandatory,
      ...(headers.length > 0 && { headers: headers[turn % headers.length] }),
      ...(priorities.length > 0 && { priority: priorities[turn % priorities.length] }),
      ...(expirationUs !== null && { expiration: Math.round(expirationUs / 1_000) }),
    };
  }

  private idOf(sequence: number): string {
    return `${this.name}-${sequence}`;
  }

  /** The broker's answer to a publish, or that its channel has gone, which is none. */
  private settle(channel: Channel, sequence: number, error: unknown): void {
    if (this.channel !== channel) return;
    if (!isAnswer(error) || !this.window.delete(sequence)) return;
    const { tally, clock } = this.surroundings;
    if (!isNack(error)) tally.confirmed(this.idOf(sequence), clock.nowMs);
    else {
      tally.nacked(this.idOf(sequence));
      if (this.publishing.republishUnconfirmed)
        clock.after(this.reconnectMs ?? 0, () => this.publishAgain([sequence]));
    }
    this.pump();
  }

  private publishAgain(sequences: readonly number[]): void {
    const { channel } = this;
    if (channel === null) this.unanswered.push(...sequences);
    else for (const sequence of sequences) this.publish(channel, sequence);
  }

  private watchTimeouts(timeoutMs: number): void {
    const { clock } = this.surroundings;
    clock.after(Math.min(timeoutMs, 100), () => {
      const late = [...this.window].filter(([, sinceMs]) => clock.nowMs - sinceMs >= timeoutMs);
      for (const [sequence] of late) this.window.delete(sequence);
      if (this.publishing.republishUnconfirmed) this.publishAgain(late.map(([sequence]) => sequence));
      if (late.length > 0) this.pump();
      this.watchTimeouts(timeoutMs);
    });
  }

  /** Ends publishing and keeps the connection, so that late confirms still count. */
  protected override stop(): void {
    this.isStopped = true;
    this.owed = 0;
    if (this.channel !== null) void this.endTransactionIfDue(this.channel);
  }

  override close(): Promise<void> {
    this.stop();
    return super.close();
  }

  protected override openChannel(connection: ChannelModel): Promise<Channel | ConfirmChannel> {
    return this.publishing.confirms ? connection.createConfirmChannel() : connection.createChannel();
  }

  protected override async channelOpened(channel: Channel): Promise<void> {
    channel.on('return', ({ properties }: Message) =>
      this.surroundings.tally.returned(String(properties.messageId)),
    );
    if (this.publishing.transaction !== undefined) await inTransaction(channel, 'select');
    this.channel = channel;
    const again = this.unanswered;
    this.unanswered = [];
    this.publishAgain(again);
    this.pump();
  }

  protected override channelLost(): void {
    this.channel = null;
    const open = [...this.window.keys()];
    this.window.clear();
    open.push(...this.uncommitted);
    this.uncommitted = [];
    this.isEnding = false;
    if (this.publishing.republishUnconfirmed)
      this.unanswered = [...this.unanswered, ...open].toSorted((a, b) => a - b);
  }
}
