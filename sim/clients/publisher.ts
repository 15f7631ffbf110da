/**
 * A publishing application. Turn n comes at start + n/rate, whatever happens to the others: without an open channel it is
 * skipped, or waits if a fixed number of messages is to be published. Without a rate all turns are due at once and the
 * application writes as fast as a program of this kind can and its socket takes it.
 *
 * The reliable publisher (CLI-19) keeps what was not confirmed and publishes it again under the same id: at once on a new
 * channel, after `reconnect` what the broker refused, so that a broker that refuses everything is not flooded.
 */
import { BasicPublish } from '../amqp/message-methods.ts';
import type { BasicProperties, FieldTable } from '../amqp/basic-message.ts';
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import { confirmed, nacked, publishSkipped, published, returned, rolledBack } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { ClientContext } from './amqp-connection.ts';
import { Client, type ClientOptions } from './client.ts';
import { ConfirmWindow } from './confirm-window.ts';
import { PublisherTransaction, type TransactionOptions } from './publisher-transaction.ts';
import { beginTrace } from './trace.ts';

/** Encoding a message costs such a program some 10 µs: so many it writes before it looks again. */
const BURST = 100;
const BURST_INTERVAL_US = 1_000;
/** It stops writing while its socket holds more than this. */
const SOCKET_BUFFER_BYTES = 131_072;

const CLI_12 = rule('CLI-12');
const CLI_19 = rule('CLI-19');

export interface PublishOptions {
  readonly exchange: string;
  /** Used in turn; never empty. */
  readonly routingKeys: readonly string[];
  /** Null: as fast as the connection takes them. */
  readonly ratePerSecond: number | null;
  /** How many in all; null: until `stop`. */
  readonly messages: number | null;
  readonly confirms: boolean;
  readonly persistent: boolean;
  readonly mandatory: boolean;
  readonly bodyBytes: number;
  /** Used in turn; empty: none. */
  readonly headers: readonly FieldTable[];
  /** Used in turn; empty: none. */
  readonly priorities: readonly number[];
  readonly expirationUs: number | null;
  /** Null: waits for ever. */
  readonly confirmTimeoutUs: number | null;
  readonly republishUnconfirmed: boolean;
  /** Null: no limit. */
  readonly maxInFlight: number | null;
  /** Each message begins a trace, in its headers. */
  readonly trace?: boolean;
  /** Publishes in transactions. */
  readonly transaction?: TransactionOptions;
}

/** The pause after a refusal of a publisher that never reconnects and so has no pause of its own: at once would be a loop as fast as the network is. */
const REFUSED_PAUSE_US = 1_000_000;

export class Publisher extends Client {
  /** The first half of its messages' ids: the interned name of the client. */
  readonly publisherId: number;
  private readonly spec: PublishOptions;
  private readonly reliable: boolean;
  private readonly properties: (BasicProperties | undefined)[] = [];
  private readonly propertiesPeriod: number;
  private readonly turnOperation: number;
  private readonly startUs: number;
  private turns = 0;
  private turnEvent: EventHandle = 0;
  /** Turns that came and could not be taken yet. */
  private owed = 0;
  private sequence = 0;
  private stopped = false;
  /** The channel is in confirm mode where it is to be. */
  private begun = false;
  private readonly window = new ConfirmWindow();
  private timeoutEvent: EventHandle = 0;
  private pumpEvent: EventHandle = 0;
  /** Sequence numbers to publish again on the next channel, in the order of their first publish. */
  private unanswered: number[] = [];
  /** What the broker refused lately. */
  private refused: number[] = [];
  /** How often what was published more than once has been published. */
  private readonly publishCounts = new Map<number, number>();
  /** RabbitTemplate's way: connects for what is to be published, which fails if it cannot (CLI-12). */
  private readonly isLazy: boolean;
  private readonly transaction: PublisherTransaction | undefined;

  constructor(context: ClientContext, options: ClientOptions, spec: PublishOptions) {
    super(context, options);
    this.spec = spec;
    this.reliable = spec.republishUnconfirmed;
    this.publisherId = this.journal.intern(options.name);
    this.propertiesPeriod = Math.max(1, spec.headers.length) * Math.max(1, spec.priorities.length);
    this.startUs = options.startUs;
    this.isLazy =
      this.library.publishersConnectLazily && spec.messages === null && spec.ratePerSecond !== null;
    if (spec.transaction !== undefined) {
      const draws = this.simulation.random.stream(`client/${options.name}/rollback`);
      this.transaction = new PublisherTransaction(spec.transaction, draws);
    }
    this.turnOperation = this.simulation.operation(() => this.turn());
    if (spec.ratePerSecond !== null) this.scheduleTurn();
    else this.owed = spec.messages ?? 0;
  }

  // --- turns -------------------------------------------------------------------------------------------------

  private scheduleTurn(): void {
    const { ratePerSecond, messages } = this.spec;
    if (this.stopped || ratePerSecond === null || this.turns === messages) return;
    const timeUs = this.startUs + Math.round((this.turns * 1_000_000) / ratePerSecond);
    this.turnEvent = this.simulation.scheduleAt(timeUs, Priority.timer, this.turnOperation, 0, 0);
  }

  private turn(): void {
    this.turns += 1;
    this.scheduleTurn();
    this.owed += 1;
    if (!this.isFrozen) this.pump();
  }

  /** Takes the turns that are due, as far as channel, limits and socket allow. */
  private pump(): void {
    if (!this.hasChannel) {
      if (this.isLazy) this.connectForTurn();
      else if (this.spec.messages === null) this.skipOwed();
      return;
    }
    const { maxInFlight } = this.spec;
    for (let written = 0; this.owed > 0; written += 1) {
      if (this.transaction?.isEnding === true) return;
      if (maxInFlight !== null && this.window.size >= maxInFlight) return;
      if (written === BURST || this.connection!.bytesWaiting > SOCKET_BUFFER_BYTES) {
        this.pumpLater();
        return;
      }
      this.owed -= 1;
      this.sequence += 1;
      this.publish(this.sequence, 1);
      if (this.transaction !== undefined) this.endTransactionIfDue(this.transaction);
    }
  }

  private connectForTurn(): void {
    if (this.owed === 0 || !this.isLive) return;
    this.cite(CLI_12);
    this.ensureChannel();
  }

  protected override start(): void {
    if (!this.isLazy) super.start();
  }

  protected override reconnect(): void {
    if (!this.isLazy) super.reconnect();
  }

  /** The operation that wanted a connection fails, and the next one that waits wants one too. */
  protected override attemptFailed(): void {
    if (!this.isLazy || this.owed === 0) return;
    this.owed -= 1;
    this.journal.write(publishSkipped, this.nameId);
    this.connectForTurn();
  }

  private skipOwed(): void {
    for (; this.owed > 0; this.owed -= 1) this.journal.write(publishSkipped, this.nameId);
  }

  private pumpLater(): void {
    if (this.pumpEvent !== 0) return;
    this.pumpEvent = this.after(BURST_INTERVAL_US, () => {
      this.pumpEvent = 0;
      this.pump();
    });
  }

  override freeze(frozen: boolean): void {
    super.freeze(frozen);
    if (!frozen) this.pump();
  }

  /** Ends publishing and keeps the connection, so that late confirms still count. */
  protected override stop(): void {
    this.stopped = true;
    this.owed = 0;
    this.simulation.cancel(this.turnEvent);
    if (this.transaction !== undefined && this.hasChannel) this.endTransactionIfDue(this.transaction);
  }

  override close(): void {
    this.stop();
    super.close();
  }

  // --- publishing --------------------------------------------------------------------------------------------

  private publish(sequence: number, attempt: number): void {
    const { spec } = this;
    const turn = sequence - 1;
    const method = new BasicPublish(
      this.channel,
      spec.exchange,
      spec.routingKeys[turn % spec.routingKeys.length]!,
      spec.mandatory,
      this.publisherId,
      sequence,
      spec.trace === true ? this.tracedPropertiesOf(turn) : this.propertiesOf(turn),
      spec.bodyBytes,
    );
    this.journal.write(published, this.nameId, this.publisherId, sequence, attempt, this.nodeId);
    if (spec.confirms) {
      this.window.add(sequence, this.simulation.nowUs);
      if (spec.confirmTimeoutUs !== null && this.timeoutEvent === 0)
        this.watchTimeouts(spec.confirmTimeoutUs);
    }
    this.transaction?.add(sequence);
    this.connection!.send(method);
  }

  private publishAgain(sequence: number): void {
    const attempt = (this.publishCounts.get(sequence) ?? 1) + 1;
    this.publishCounts.set(sequence, attempt);
    this.cite(CLI_19);
    this.publish(sequence, attempt);
  }

  /** Combinations repeat, so that messages share their properties. */
  private propertiesOf(turn: number): BasicProperties {
    const index = turn % this.propertiesPeriod;
    return (this.properties[index] ??= this.makeProperties(index));
  }

  private tracedPropertiesOf(turn: number): BasicProperties {
    const properties = this.propertiesOf(turn);
    const trace = beginTrace(this.publisherId, turn + 1);
    return { ...properties, headers: { ...properties.headers, ...trace } };
  }

  private makeProperties(turn: number): BasicProperties {
    const { persistent, headers, priorities, expirationUs } = this.spec;
    return {
      persistent,
      ...(headers.length > 0 && { headers: headers[turn % headers.length]! }),
      ...(priorities.length > 0 && { priority: priorities[turn % priorities.length]! }),
      ...(expirationUs !== null && { expirationMs: Math.round(expirationUs / 1_000) }),
    };
  }

  // --- transactions ------------------------------------------------------------------------------------------

  /** One that has all its messages, or will get no more, is ended. */
  private endTransactionIfDue(transaction: PublisherTransaction): void {
    const isLast = this.stopped || (this.sequence === this.spec.messages && this.unanswered.length === 0);
    if (transaction.isEnding || transaction.isEmpty || (!transaction.isFull && !isLast)) return;
    const { method, sequences } = transaction.end();
    if (method === 'tx.rollback')
      for (const sequence of sequences)
        this.journal.write(rolledBack, this.nameId, this.publisherId, sequence, this.nodeId);
    this.send({ type: method, channel: this.channel });
  }

  /** What was open on another channel goes first, as much as one transaction takes. */
  private publishUnanswered(transaction: PublisherTransaction): void {
    while (this.unanswered.length > 0 && !transaction.isEnding) {
      this.publishAgain(this.unanswered.shift()!);
      this.endTransactionIfDue(transaction);
    }
  }

  private transactionEnded(transaction: PublisherTransaction): void {
    transaction.ended().forEach(this.onConfirmed);
    this.publishUnanswered(transaction);
    this.pump();
  }

  // --- what the broker answers -------------------------------------------------------------------------------

  protected override method(method: ChannelMethodFromServer): void {
    switch (method.type) {
      case 'basic.ack':
        this.window.settle(method.deliveryTag, method.multiple, this.onConfirmed);
        if (this.owed > 0 && this.pumpEvent === 0) this.pump();
        return;
      case 'basic.nack':
        this.window.settle(method.deliveryTag, method.multiple, this.onNacked, this.onNackedLate);
        if (this.refused.length > 0) this.retryRefusedLater();
        if (this.owed > 0 && this.pumpEvent === 0) this.pump();
        return;
      case 'basic.return': {
        const { publisher, sequence } = method.message;
        this.journal.write(returned, this.nameId, publisher, sequence, this.nodeId, method.code);
        return;
      }
      case 'confirm.select-ok':
      case 'tx.select-ok':
        this.begin();
        return;
      case 'tx.commit-ok':
      case 'tx.rollback-ok':
        if (this.transaction !== undefined) this.transactionEnded(this.transaction);
        return;
      default:
    }
  }

  private readonly onConfirmed = (sequence: number): void => {
    if (this.publishCounts.size > 0) this.publishCounts.delete(sequence);
    this.journal.write(confirmed, this.nameId, this.publisherId, sequence, this.nodeId);
  };

  private readonly onNacked = (sequence: number): void => {
    this.onNackedLate(sequence);
    if (this.reliable) this.refused.push(sequence);
  };

  /** What was published again when no answer came in time is not published a third time because one comes after all. */
  private readonly onNackedLate = (sequence: number): void => {
    this.journal.write(nacked, this.nameId, this.publisherId, sequence, this.nodeId);
  };

  private retryRefusedLater(): void {
    const again = this.refused;
    this.refused = [];
    this.after(this.reconnectUs ?? REFUSED_PAUSE_US, () => {
      if (this.hasChannel) for (const sequence of again) this.publishAgain(sequence);
      else this.unanswered.push(...again);
    });
  }

  private watchTimeouts(timeoutUs: number): void {
    const oldestUs = this.window.oldestUs();
    if (oldestUs === null) return;
    this.timeoutEvent = this.after(oldestUs + timeoutUs - this.simulation.nowUs, () => {
      this.timeoutEvent = 0;
      const late = this.window.abandon(this.simulation.nowUs - timeoutUs);
      if (this.reliable) for (const sequence of late) this.publishAgain(sequence);
      if (this.timeoutEvent === 0) this.watchTimeouts(timeoutUs);
      if (this.owed > 0 && this.pumpEvent === 0) this.pump();
    });
  }

  // --- channels ----------------------------------------------------------------------------------------------

  protected override channelOpened(): void {
    if (this.spec.confirms) this.send({ type: 'confirm.select', channel: this.channel });
    else if (this.transaction !== undefined) this.send({ type: 'tx.select', channel: this.channel });
    else this.begin();
  }

  protected override get hasChannel(): boolean {
    return super.hasChannel && this.begun;
  }

  private begin(): void {
    this.begun = true;
    this.window.restart();
    if (this.transaction === undefined) {
      const again = this.unanswered;
      this.unanswered = [];
      for (const sequence of again) this.publishAgain(sequence);
    } else this.publishUnanswered(this.transaction);
    this.pump();
  }

  protected override channelLost(): void {
    this.begun = false;
    this.simulation.cancel(this.timeoutEvent);
    this.timeoutEvent = 0;
    const open = [...this.window.close(), ...(this.transaction?.lost() ?? [])];
    if (this.reliable) this.unanswered = [...this.unanswered, ...open].toSorted((a, b) => a - b);
  }
}
