/**
 * A real application with one connection and one channel, as the scenario language has them: it connects at its start, goes along its list of
 * nodes one step an attempt, connects again after losing a connection and opens a channel again after losing one. What it
 * does with the channel is its subclass's.
 */
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import type { TimelineEvent } from '../../ledger/result.ts';
import type { ClientSpec } from '../../scenario/model.ts';
import type { Clock } from '../clock.ts';
import { within } from '../clock.ts';
import type { Tally } from '../tally.ts';
import { breakOff, closeInOrder, dial, reasonOf } from './dial.ts';

/** What the clients of one run share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly tally: Tally;
  /** The address of a node or of a proxy. */
  readonly hostOf: (target: string) => string;
  /** How results call a queue of a virtual host (absent: the default one) that is reached through a node or a proxy. */
  readonly queueKeyOf: (target: string, vhost: string | undefined, queue: string) => string;
  /** Notes an event of the timeline, now. */
  readonly note: (event: string, fields: Readonly<Record<string, TimelineEvent[string]>>) => void;
}

export interface ClientName {
  /** The client's own: `shop`, or `shop.2` where a workload has several. */
  readonly name: string;
  readonly workload: string;
}

const channelCloseLimitMs = 2_000;

export abstract class Client {
  readonly name: string;
  readonly workload: string;
  protected readonly surroundings: Surroundings;
  protected connection: ChannelModel | null = null;
  private readonly spec: ClientSpec;
  private live = true;

  constructor(surroundings: Surroundings, { name, workload }: ClientName, spec: ClientSpec) {
    this.surroundings = surroundings;
    this.name = name;
    this.workload = workload;
    this.spec = spec;
    const { clock } = surroundings;
    clock.at(spec.startUs / 1_000, () => void this.work());
    if (spec.stopUs !== null) clock.at(spec.stopUs / 1_000, () => this.stop());
  }

  /** The connection breaks off without a word; the application connects again after `reconnect`. */
  kill(): void {
    if (this.connection !== null) breakOff(this.connection);
  }

  /** Ends the client for good; nothing of it is noted any more. */
  async close(): Promise<void> {
    this.live = false;
    if (this.connection !== null) await closeInOrder(this.connection);
  }

  /** The workload's `stop`. */
  protected abstract stop(): void;

  /**
   * The channel is open: set to work. Settles once the set-up is done; `lost` settles when the channel is gone. A client that wants another
   * channel (after a cancel) calls `renew`.
   */
  protected abstract channelOpened(channel: Channel, renew: () => void): Promise<void>;

  /** The channel is no more, for whatever reason. */
  protected abstract channelLost(): void;

  protected openChannel(connection: ChannelModel): Promise<Channel | ConfirmChannel> {
    return connection.createChannel();
  }

  /** How results call a queue of this client's virtual host. */
  protected keyOf(queue: string): string {
    return this.surroundings.queueKeyOf(this.spec.via[0]!.name, this.spec.vhost, queue);
  }

  protected get isLive(): boolean {
    return this.live;
  }

  protected get reconnectMs(): number | null {
    const { reconnectUs } = this.spec;
    return reconnectUs === null ? null : reconnectUs / 1_000;
  }

  /** Connects, works, connects again. */
  private async work(): Promise<void> {
    const { via } = this.spec;
    for (let attempt = 0; this.live; attempt += 1) {
      const node = via[attempt % via.length]!.name;
      try {
        const connection = await dial(this.surroundings.hostOf(node), this.spec);
        if (this.live) await this.stayConnected(connection, node);
        else breakOff(connection);
      } catch {
        // Refused or not answered: tried again below.
      }
      if (this.reconnectMs === null) return;
      await this.surroundings.clock.pause(this.reconnectMs);
    }
  }

  /** Settles when the connection is gone. */
  private async stayConnected(connection: ChannelModel, node: string): Promise<void> {
    const { note } = this.surroundings;
    this.connection = connection;
    note('connection_opened', { workload: this.workload, node });
    connection.on('blocked', () => note('connection_blocked', { workload: this.workload, node }));
    connection.on('unblocked', () => note('connection_unblocked', { workload: this.workload, node }));
    const isLost = new Promise<void>((resolve) => {
      let reason: unknown;
      connection.on('error', (error) => {
        reason = error;
      });
      connection.on('close', (error) => {
        if (this.live)
          note('connection_lost', { workload: this.workload, node, ...reasonOf(reason ?? error) });
        this.connection = null;
        resolve();
      });
    });
    void this.keepChannel(connection, node, isLost);
    await isLost;
  }

  /** Opens a channel, and another whenever it is lost while the connection is not. */
  private async keepChannel(connection: ChannelModel, node: string, isLost: Promise<void>): Promise<void> {
    const isConnected = (): boolean => this.live && this.connection === connection;
    while (isConnected()) {
      try {
        await this.useChannel(await this.openChannel(connection), node, isLost);
      } catch {
        // The connection went while the channel was being opened or set up.
      }
      if (!isConnected() || this.reconnectMs === null) return;
      await this.surroundings.clock.pause(this.reconnectMs);
    }
  }

  private async useChannel(channel: Channel, node: string, connectionLost: Promise<void>): Promise<void> {
    let isOpen = true;
    const lose = (): void => {
      if (isOpen) this.channelLost();
      isOpen = false;
    };
    const isClosed = new Promise<void>((resolve) => {
      let reason: unknown;
      channel.on('error', (error) => {
        reason = error;
      });
      channel.on('close', () => {
        lose();
        if (this.live && reason !== undefined)
          this.surroundings.note('channel_closed', { workload: this.workload, node, ...reasonOf(reason) });
        resolve();
      });
    });
    const isOver = Promise.race([isClosed, connectionLost]);
    const renew = (): void => {
      lose();
      within(channel.close(), channelCloseLimitMs, 'no answer').catch(() => {});
    };
    try {
      await Promise.race([this.channelOpened(channel, renew), isOver]);
      await isOver;
    } catch {
      // What the set-up asked for was refused: the channel is closed, or about to be.
      await Promise.race([isOver, this.surroundings.clock.pause(channelCloseLimitMs)]);
    }
    lose();
  }
}
