/**
 * What a shovel's worker and a federation link have in common: a process with a connection at either end, which consumes from
 * its source, publishes to its destination, and acknowledges to the source as its mode says (BRK-53, BRK-54). It is the owner of both
 * connections; when one is lost it closes the other and ends, and its supervisor starts it anew.
 *
 * Left out: waiting on the credit of the destination's channel, so that what a slow destination has not read waits in its socket.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { BasicAck, BasicNack, BasicPublish, type BasicDeliver } from '../amqp/message-methods.ts';
import type { ChannelMethodFromServer, ClientMethod } from '../amqp/methods.ts';
import type { AmqpUri } from '../amqp/uri.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { ExitReason, Message } from '../erlang/message.ts';
import { forwarded, linkRunning, linkTerminated } from '../records/links.ts';
import { queueKey } from '../records/queue-key.ts';
import { ClientConnection, type Connected, type Disconnected } from './client-connection.ts';
import type { LinkContext } from './link-context.ts';
import type { LinkStatus } from './link-status.ts';
import {
  CHANNEL,
  SCRATCH,
  type Awaited,
  type Forwarding,
  type LinkOptions,
  type Side,
} from './link-words.ts';
import { Unconfirmed } from './unconfirmed.ts';

/** Processor time of what a link does: some 15,000 messages a second. Estimates. */
const FORWARD_COST_US = 60;
const OTHER_COST_US = 10;

export abstract class LinkWorker extends ErlangProcess {
  protected readonly home: LinkContext;
  protected readonly options: LinkOptions;
  private readonly linkId: number;
  private readonly nodeId: number;
  private readonly ackModeId: number;
  private sourceQueueId = 0;
  private readonly connections: Partial<Record<Side, ClientConnection>> = {};
  private readonly uris: Partial<Record<Side, AmqpUri>> = {};
  private whenConnected: (() => void) | undefined;
  private whenFailed: ((reason: string) => void) | undefined;
  private awaited: Awaited | undefined;
  private readonly unconfirmed = new Unconfirmed();
  private running = false;
  private endingBecause: ExitReason | undefined;

  constructor(home: LinkContext, name: string, options: LinkOptions) {
    super(home.context.vm, name);
    this.home = home;
    this.options = options;
    const { context } = home;
    this.linkId = context.intern(options.name);
    this.nodeId = context.intern(context.node);
    this.ackModeId = context.intern(options.ackMode);
    this.tell('starting', '');
    this.deliverUrgent(() => this.begin());
  }

  /** The first step, as soon as the process is there. */
  protected abstract begin(): void;

  /** A message from the source, while the link runs. */
  protected abstract take(delivery: BasicDeliver): void;

  /** What is neither a message nor an answer that somebody waits for. */
  protected handleOther(_message: Message): void {}

  private tell(state: LinkStatus['state'], reason: string): void {
    const { name, type: kind, facts } = this.options;
    this.home.statuses.report(name, { kind, facts, state, reason });
  }

  protected get isRunning(): boolean {
    return this.running;
  }

  // --- connecting -------------------------------------------------------------------------------------------

  /** Connects one side, to one of the URIs after the other in random order, and opens its channel. */
  protected connect(side: Side, uris: readonly AmqpUri[], then: () => void): void {
    const uri = this.oneOf(uris);
    this.uris[side] = uri;
    this.connections[side] = new ClientConnection(this.vm, this, uri, `${this.name} ${side}`);
    this.whenConnected = () =>
      this.rpc(side, { type: 'channel.open', channel: CHANNEL[side] }, 'channel.open-ok', then);
    this.whenFailed = (reason) => {
      const others = uris.filter((other) => other !== uri);
      if (others.length > 0) this.connect(side, others, then);
      else this.terminate(this.options.type === 'shovel' ? 'shutdown' : 'restart', `${side} ${reason}`);
    };
  }

  protected oneOf(uris: readonly AmqpUri[]): AmqpUri {
    if (uris.length === 1) return uris[0]!;
    return uris[this.vm.simulation.random.stream(`link/${this.options.name}/uri`).integer(uris.length)]!;
  }

  /** The machine that the source is connected to. */
  protected get sourceHost(): string {
    return this.uris.source?.host ?? this.vm.node;
  }

  /** As headers show it. */
  protected get sourceUri(): string {
    return this.uris.source?.shown ?? '';
  }

  /** From now on the destination confirms, if that is what the link waits for. */
  protected selectConfirms(then: () => void): void {
    const channel = CHANNEL.destination;
    if (this.options.ackMode !== 'on-confirm') then();
    else this.rpc('destination', { type: 'confirm.select', channel }, 'confirm.select-ok', then);
  }

  /** At most so many deliveries are unacknowledged at once; without acknowledgements there is nothing to limit. */
  protected limitUnacknowledged(prefetchCount: number, then: () => void): void {
    const channel = CHANNEL.source;
    if (this.options.ackMode === 'no-ack') then();
    else this.rpc('source', { type: 'basic.qos', channel, prefetchCount }, 'basic.qos-ok', then);
  }

  /** From now on messages come from the source. */
  protected consume(queue: string, consumerTag: string, args: FieldTable, then: () => void): void {
    const consume = {
      type: 'basic.consume',
      channel: CHANNEL.source,
      queue,
      consumerTag,
      noAck: this.options.ackMode === 'no-ack',
      exclusive: false,
      arguments: args,
    } as const;
    this.rpc('source', consume, 'basic.consume-ok', then);
  }

  /** Asks on the side's channel and goes on with the answer; a refusal ends the link. */
  protected rpc(
    side: Side,
    method: ClientMethod,
    type: ChannelMethodFromServer['type'],
    answered: (method: ChannelMethodFromServer) => void,
  ): void {
    this.awaited = {
      channel: CHANNEL[side],
      type,
      answered,
      refused: (code) => this.terminate('crash', `server_initiated_close ${code}`),
    };
    this.connections[side]!.write(method);
  }

  /** Asks on a channel of its own that is closed afterwards. Exactly one of the two is called. */
  protected probe(
    side: Side,
    ask: (channel: number) => ClientMethod,
    type: ChannelMethodFromServer['type'],
    answered: () => void,
    refused: (code: number, text: string) => void,
  ): void {
    const channel = SCRATCH[side];
    const connection = this.connections[side]!;
    const crash = (code: number): void => this.terminate('crash', `server_initiated_close ${code}`);
    const expect = (
      expected: ChannelMethodFromServer['type'],
      then: () => void,
      otherwise: Awaited['refused'] = crash,
    ): void => {
      this.awaited = { channel, type: expected, answered: then, refused: otherwise };
    };
    expect('channel.open-ok', () => {
      expect(
        type,
        () => {
          expect('channel.close-ok', answered);
          connection.write({ type: 'channel.close', channel, code: 200, text: 'Goodbye' });
        },
        refused,
      );
      connection.write(ask(channel));
    });
    connection.write({ type: 'channel.open', channel });
  }

  /** The queue is there, or is declared durable. */
  protected ensureQueue(side: Side, queue: string, args: FieldTable, then: () => void): void {
    const declare =
      (passive: boolean) =>
      (channel: number): ClientMethod => ({
        type: 'queue.declare',
        channel,
        queue,
        passive,
        durable: true,
        exclusive: false,
        autoDelete: false,
        arguments: passive ? {} : args,
      });
    this.probe(side, declare(true), 'queue.declare-ok', then, (code) => {
      const failed = (why: number): void => this.terminate('crash', `server_initiated_close ${why}`);
      if (code === 404) this.probe(side, declare(false), 'queue.declare-ok', then, failed);
      else failed(code);
    });
  }

  protected write(side: Side, method: ClientMethod): void {
    this.connections[side]?.write(method);
  }

  /** Both ends are ready; what is taken comes from this queue. */
  protected report(queue: string): void {
    const { context } = this.home;
    this.running = true;
    this.tell('running', '');
    this.sourceQueueId = context.intern(queueKey(this.home.clusterOf(this.sourceHost), queue));
    const words = [
      context.intern(this.options.type),
      this.nodeId,
      this.sourceQueueId,
      this.ackModeId,
      this.options.decidedBy.index,
    ] as const;
    this.vm.simulation.journal.write(linkRunning, this.linkId, ...words);
  }

  // --- the process ------------------------------------------------------------------------------------------

  protected override costUs(message: Message): number {
    return message.type === 'basic.deliver' ? FORWARD_COST_US : OTHER_COST_US;
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'disconnected') this.disconnected(message as Disconnected);
    else if (this.endingBecause !== undefined) this.handleWhileEnding(message);
    else if (message.type === 'connected') this.connected(message as Connected);
    else if ('channel' in message) this.handleMethod(message as ChannelMethodFromServer);
    else this.handleOther(message);
  }

  private handleMethod(method: ChannelMethodFromServer): void {
    const { awaited } = this;
    if (method.type === 'basic.deliver') this.take(method);
    else if (awaited?.channel === method.channel && awaited.type === method.type) {
      this.awaited = undefined;
      awaited.answered(method);
    } else if (method.type === 'channel.close') this.channelClosed(method.channel, method.code, method.text);
    else if (method.type === 'basic.ack') this.settle(method.deliveryTag, method.multiple, true);
    else if (method.type === 'basic.nack') this.settle(method.deliveryTag, method.multiple, false);
    else if (method.type === 'basic.cancel') this.terminate('restart', 'basic_cancel');
  }

  /** Nothing counts any more but the answers that cleaning up waits for. */
  private handleWhileEnding(message: Message): void {
    const { awaited } = this;
    if (awaited === undefined || !('channel' in message) || message.channel !== awaited.channel) return;
    if (message.type === awaited.type) {
      this.awaited = undefined;
      awaited.answered(message as ChannelMethodFromServer);
    } else if (message.type === 'channel.close') this.closeConnections();
  }

  private channelClosed(channel: number, code: number, text: string): void {
    const side: Side = channel % 2 === 1 ? 'source' : 'destination';
    this.connections[side]?.write({ type: 'channel.close-ok', channel });
    const { awaited } = this;
    if (awaited?.channel === channel) {
      this.awaited = undefined;
      awaited.refused(code, text);
    } else this.terminate('crash', `server_initiated_close ${code}`);
  }

  private connected({ connection }: Connected): void {
    const isOurs = Object.values(this.connections).some((each) => each.pid === connection);
    const then = this.whenConnected;
    if (!isOurs || then === undefined) return;
    this.whenConnected = undefined;
    this.whenFailed = undefined;
    then();
  }

  private disconnected({ connection, reason }: Disconnected): void {
    const side = (['source', 'destination'] as const).find(
      (each) => this.connections[each]?.pid === connection,
    );
    if (side === undefined) return;
    delete this.connections[side];
    const failed = this.whenFailed;
    this.whenConnected = undefined;
    this.whenFailed = undefined;
    if (this.endingBecause !== undefined) this.exitWhenClosed();
    else if (failed !== undefined) failed(reason);
    else this.terminate(this.endFor(side, reason), `${side} ${reason}`);
  }

  // --- carrying over ----------------------------------------------------------------------------------------

  /** Publishes a message and, where nobody is going to confirm it, is done with it. */
  protected forward({ message, deliveryTag }: BasicDeliver, forwarding: Forwarding): void {
    const { publisher, sequence, bodyBytes } = message;
    const { exchange, routingKey, properties } = forwarding;
    const { decidedBy, ackMode } = this.options;
    this.vm.cite(decidedBy);
    const names = [this.sourceQueueId, this.linkId, this.nodeId, this.ackModeId] as const;
    this.vm.simulation.journal.write(forwarded, publisher, sequence, ...names, decidedBy.index);
    this.connections.destination!.write(
      new BasicPublish(
        CHANNEL.destination,
        exchange,
        routingKey,
        false,
        publisher,
        sequence,
        properties,
        bodyBytes,
      ),
    );
    if (ackMode === 'on-confirm') {
      this.unconfirmed.add(deliveryTag);
      return;
    }
    if (ackMode === 'on-publish') this.acknowledge(deliveryTag);
    this.settled(1);
  }

  /** Acknowledges one delivery to the source. */
  protected acknowledge(deliveryTag: number): void {
    this.connections.source?.writeSmall(new BasicAck(CHANNEL.source, deliveryTag, false));
  }

  /** So many messages are done with. */
  protected settled(_count: number): void {}

  /** The destination has confirmed or refused: so is the source told, of the same stretch of messages. */
  private settle(number: number, multiple: boolean, confirmed: boolean): void {
    const settled = this.unconfirmed.settle(number, multiple);
    if (settled === undefined) return;
    const { tag, count } = settled;
    const { source } = CHANNEL;
    this.connections.source?.writeSmall(
      confirmed ? new BasicAck(source, tag, multiple) : new BasicNack(source, tag, multiple, true),
    );
    this.settled(count);
  }

  // --- ends -------------------------------------------------------------------------------------------------

  /** How the worker ends when it has lost the connection of this side. */
  protected endFor(_side: Side, reason: string): ExitReason {
    return reason === 'heartbeat_timeout' ? reason : 'crash';
  }

  /** Last deeds at the source, while its connection is still open. */
  protected cleanUp(_reason: ExitReason, then: () => void): void {
    then();
  }

  /** Closes what is open, at most ten seconds each side, and ends for `reason`; `why` is for the record. */
  protected terminate(reason: ExitReason, why: string): void {
    if (this.endingBecause !== undefined) return;
    this.endingBecause = reason;
    this.vm.cite(this.options.decidedBy);
    this.awaited = undefined;
    const { context } = this.home;
    const words = [this.linkId, context.intern(this.options.type), this.nodeId, context.intern(why)] as const;
    this.vm.simulation.journal.write(linkTerminated, ...words);
    // A shovel that could not connect says nothing: it is still about to start.
    if (reason !== 'shutdown') this.tell('terminated', why);
    if (this.connections.source?.isOpen !== true) this.closeConnections();
    else {
      this.connections.destination?.close();
      this.cleanUp(reason, () => this.closeConnections());
    }
  }

  private closeConnections(): void {
    for (const connection of Object.values(this.connections)) connection.close();
    this.exitWhenClosed();
  }

  private exitWhenClosed(): void {
    if (Object.keys(this.connections).length === 0) this.exit(this.endingBecause!);
  }

  protected override onShutdown(reason: ExitReason): void {
    this.terminate(reason, reason);
  }
}
