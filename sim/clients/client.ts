/**
 * An application with one connection and one channel: it connects at its start, fails over along its list of nodes, connects again
 * after losing a connection and opens a channel again after losing a channel, each as its library does. What it does with the channel
 * is its subclass's. Every client is a machine of its own on the network, called `client-NAME`.
 *
 * An application runs in no simulated process: it handles what arrives at once and costs no time but what it is told to take.
 */
import { DEFAULT_VHOST, resourceName } from '../records/resource-name.ts';
import type { ChannelMethodFromServer, ClientMethod } from '../amqp/methods.ts';
import type { Journal } from '../kernel/journal.ts';
import { Priority, type EventHandle, type Simulation } from '../kernel/simulation.ts';
import {
  channelClosed,
  connectionBlocked,
  connectionLost,
  connectionOpened,
  connectionUnblocked,
} from '../records/cluster.ts';
import { clientStopped } from '../records/applications.ts';
import { queueKey } from '../records/queue-key.ts';
import { rule, type Rule } from '../rules/registry.ts';
import { AmqpConnection, type ClientContext, type ConnectionOwner } from './amqp-connection.ts';
import { LIBRARIES, type Library } from './library.ts';

const CLI_1 = rule('CLI-1');
const CLI_4 = rule('CLI-4');
const CLI_6 = rule('CLI-6');
const CLI_8 = rule('CLI-8');

/** How long a channel's orderly close waits for the server's answer. */
const CHANNEL_CLOSE_TIMEOUT_US = 2_000_000;

export interface ClientOptions {
  /** The client's own name: `shop`, or `shop.2` where a workload has several. */
  readonly name: string;
  /** The scenario's name of the workload. */
  readonly workload: string;
  /** Nodes to connect to, tried in turn. Never empty. */
  readonly via: readonly string[];
  /** Virtual time at which it begins to connect. */
  readonly startUs: number;
  /** Virtual time at which it stops; null: when the run closes its workloads. */
  readonly stopUs: number | null;
  /** Wait before it tries again; null: it never does. */
  readonly reconnectUs: number | null;
  readonly heartbeatUs: number;
  /** Where it is not said, amqplib. */
  readonly library?: Library;
  /** Whom it logs in as; absent: who may do everything. */
  readonly user?: string;
  /** Absent: the default one. */
  readonly vhost?: string;
}

/** What a person finds when looking at a client. */
export type ClientState = 'connected' | 'disconnected' | 'blocked' | 'cancelled';

export abstract class Client implements ConnectionOwner {
  readonly name: string;
  readonly workload: string;
  protected readonly simulation: Simulation;
  protected readonly journal: Journal;
  /** The interned name of the workload, which records of connections and consumers carry. */
  protected readonly workloadId: number;
  /** The interned name of the client, which records of messages carry. */
  protected readonly nameId: number;
  /** The interned name of the node connected to, or connected to last. */
  protected nodeId = 0;
  protected connection: AmqpConnection | undefined;
  protected channel = 0;
  protected readonly library: Library;
  private readonly context: ClientContext;
  private readonly options: ClientOptions;
  private attempts = 0;
  /** Addresses that the attempt under way has not tried. */
  private addressesLeft: string[] = [];
  private hasBeenConnected = false;
  /** The server closed the channel for an error, and the library leaves it at that. */
  private channelIsDead = false;
  private live = true;
  private isBlocked = false;
  private frozen = false;
  private backlog: (() => void)[] = [];
  private channelState: 'none' | 'opening' | 'open' | 'closing' = 'none';
  private channelTimer: EventHandle = 0;

  constructor(context: ClientContext, options: ClientOptions) {
    this.context = context;
    this.options = options;
    this.library = options.library ?? LIBRARIES.amqplib;
    this.name = options.name;
    this.workload = options.workload;
    this.simulation = context.internet.simulation;
    this.journal = this.simulation.journal;
    this.workloadId = this.journal.intern(options.workload);
    this.nameId = this.journal.intern(options.name);
    this.simulation.after(options.startUs - this.simulation.nowUs, Priority.timer, () => this.start());
    if (options.stopUs !== null) {
      this.simulation.after(options.stopUs - this.simulation.nowUs, Priority.timer, () => this.stop());
    }
  }

  /** As a person would describe it; a connection that is silent but not known to be dead is `connected`. */
  state(): ClientState {
    if (this.connection?.isOpen !== true) return 'disconnected';
    return this.isBlocked ? 'blocked' : 'connected';
  }

  /** Ends the client in order and for good; nothing of it is journaled any more. */
  close(): void {
    this.live = false;
    this.loseChannel();
    this.connection?.close();
  }

  /** The connection breaks off without a word; the application starts again after `reconnect`. */
  kill(): void {
    const { connection } = this;
    if (connection?.isOpen !== true) return;
    connection.abort();
    this.connectionLost(0, 'killed by the scenario');
  }

  /** The application stands still while its machine's kernel goes on, or runs again and handles what has come. */
  freeze(frozen: boolean): void {
    if (this.frozen === frozen) return;
    this.frozen = frozen;
    this.connection?.freeze(frozen);
    if (frozen) return;
    const backlog = this.backlog;
    this.backlog = [];
    for (const action of backlog) this.whenAwake(action);
  }

  /** The channel is open: begin to work. */
  protected abstract channelOpened(): void;
  /** The channel is no more, for whatever reason. */
  protected abstract channelLost(): void;
  /** A method on the open channel. */
  protected abstract method(method: ChannelMethodFromServer): void;
  /** The workload's `stop`. */
  protected abstract stop(): void;

  protected get isLive(): boolean {
    return this.live;
  }

  protected get isFrozen(): boolean {
    return this.frozen;
  }

  protected get reconnectUs(): number | null {
    return this.options.reconnectUs;
  }

  protected get hasChannel(): boolean {
    return this.channelState === 'open';
  }

  protected send(method: ClientMethod): void {
    this.connection?.send(method);
  }

  /** A timer of the application: it waits while the application stands still. */
  protected after(delayUs: number, action: () => void): EventHandle {
    return this.simulation.after(delayUs, Priority.timer, () => this.whenAwake(action));
  }

  /** Closes the channel in order and opens another after `reconnect`. */
  protected renewChannel(): void {
    if (!this.hasChannel) return;
    this.loseChannel();
    this.channelState = 'closing';
    this.send({ type: 'channel.close', channel: this.channel, code: 200, text: 'Goodbye' });
    this.channelTimer = this.after(CHANNEL_CLOSE_TIMEOUT_US, () => {
      // The number is still taken at the server.
      this.channel += 1;
      this.reopenChannel();
    });
  }

  private whenAwake(action: () => void): void {
    if (this.frozen) this.backlog.push(action);
    else action();
  }

  /** The workload's `start`. */
  protected start(): void {
    this.connect();
  }

  /** Opens a channel, and a connection for it, unless there is one or it is being opened. */
  protected ensureChannel(): void {
    const { connection } = this;
    if (connection === undefined) this.connect();
    else if (connection.isOpen && this.channelState === 'none') this.openChannel();
  }

  /** An attempt to connect has failed. */
  protected attemptFailed(): void {}

  /** How long after an error of its channel the client opens another; null: it never does. */
  protected channelRefused(_code: number, _text: string): number | null {
    if (!this.library.channelErrorsAreFinal) return this.options.reconnectUs;
    this.cite(CLI_6);
    this.channelIsDead = true;
    return null;
  }

  /** The interned key of a queue as this client's nodes know it. */
  protected queueIdOf(queue: string): number {
    const { clusterOf } = this.context;
    const resource = resourceName(this.options.vhost ?? DEFAULT_VHOST, queue);
    return this.journal.intern(queueKey(clusterOf?.(this.options.via[0]!) ?? '', resource));
  }

  protected cite(rule: Rule): void {
    this.context.cite(rule);
  }

  /** Ends for good, without having been told to. */
  protected giveUp(reason: string): void {
    if (!this.live) return;
    this.journal.write(clientStopped, this.workloadId, this.nameId, this.journal.intern(reason));
    this.close();
  }

  private connect(): void {
    if (!this.live) return;
    this.addressesLeft = this.addressesOfAttempt();
    this.attempts += 1;
    this.dial(this.addressesLeft.shift()!);
  }

  private addressesOfAttempt(): string[] {
    const { via } = this.options;
    const { addresses } = this.library;
    if (addresses === 'one') return [via[this.attempts % via.length]!];
    if (addresses === 'all-listed' || via.length === 1) return [...via];
    this.cite(CLI_1);
    return this.simulation.random.stream(`client/${this.name}/addresses`).shuffle([...via]);
  }

  private dial(node: string): void {
    const from = this.context.internet.host(`client-${this.name}`);
    const { library } = this;
    const { heartbeatUs, user, vhost } = this.options;
    const options = {
      from,
      node,
      heartbeatUs,
      library,
      ...(user !== undefined && { user }),
      ...(vhost !== undefined && { vhost }),
    };
    this.connection = new AmqpConnection(this.context, options, this);
    if (this.frozen) this.connection.freeze(true);
  }

  private retry(): void {
    this.connection = undefined;
    if (!this.live || this.options.reconnectUs === null) return;
    if (this.library.name === 'java') this.cite(CLI_4);
    this.after(this.options.reconnectUs, () => this.reconnect());
  }

  /** It is time to connect again. */
  protected reconnect(): void {
    if (this.connection === undefined) this.connect();
  }

  connected(): void {
    const { connection } = this;
    if (connection === undefined) return;
    if (!this.live) {
      connection.close();
      return;
    }
    this.nodeId = this.journal.intern(connection.node);
    this.hasBeenConnected = true;
    this.isBlocked = false;
    this.journal.write(connectionOpened, this.workloadId, this.nodeId);
    this.channel = 1;
    this.openChannel();
  }

  connectFailed(text: string): void {
    const next = this.live ? this.addressesLeft.shift() : undefined;
    if (next !== undefined) this.dial(next);
    else if (this.library.firstAttemptOnly && !this.hasBeenConnected) {
      this.connection = undefined;
      this.cite(CLI_1);
      this.giveUp(`no first connection: ${text}`);
    } else {
      this.retry();
      this.attemptFailed();
    }
  }

  connectionLost(code: number, text: string): void {
    this.loseChannel();
    if (this.live) {
      const words = this.journal.intern(text);
      this.journal.write(connectionLost, this.workloadId, this.nodeId, code, words, this.nameId);
    }
    this.retry();
  }

  blocked(_reason: string): void {
    this.context.cite(CLI_8);
    this.isBlocked = true;
    this.journal.write(connectionBlocked, this.workloadId, this.nodeId);
  }

  unblocked(): void {
    this.isBlocked = false;
    this.journal.write(connectionUnblocked, this.workloadId, this.nodeId);
  }

  channelMethod(method: ChannelMethodFromServer): void {
    if (method.channel !== this.channel) return;
    if (this.channelState === 'open' && method.type !== 'channel.close') this.method(method);
    else if (method.type === 'channel.open-ok' && this.channelState === 'opening') {
      this.channelState = 'open';
      this.channelOpened();
    } else if (method.type === 'channel.close') this.serverClosedChannel(method.code, method.text);
    else if (method.type === 'channel.close-ok' && this.channelState === 'closing') this.reopenChannel();
  }

  private openChannel(): void {
    if (!this.live || this.channelIsDead || this.connection?.isOpen !== true) return;
    this.channelState = 'opening';
    this.send({ type: 'channel.open', channel: this.channel });
  }

  private reopenChannel(delayUs: number | null = this.options.reconnectUs): void {
    this.simulation.cancel(this.channelTimer);
    this.channelState = 'none';
    const { connection } = this;
    if (delayUs === null) return;
    this.after(delayUs, () => {
      if (this.connection === connection && this.channelState === 'none') this.openChannel();
    });
  }

  private serverClosedChannel(code: number, text: string): void {
    this.send({ type: 'channel.close-ok', channel: this.channel });
    const wasClosing = this.channelState === 'closing';
    this.loseChannel();
    if (this.live) {
      this.journal.write(channelClosed, this.workloadId, this.nodeId, code, this.journal.intern(text));
    }
    if (wasClosing) this.channelState = 'closing';
    else this.reopenChannel(this.channelRefused(code, text));
  }

  private loseChannel(): void {
    this.simulation.cancel(this.channelTimer);
    const was = this.channelState;
    this.channelState = 'none';
    if (was === 'open') this.channelLost();
  }
}
