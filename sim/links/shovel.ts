/** A shovel's worker (`rabbit_shovel_worker`, `rabbit_amqp091_shovel`): connects to its source and then to its destination, sets up the queues, and moves messages (BRK-53). */
import type { BasicProperties, FieldTable } from '../amqp/basic-message.ts';
import type { BasicDeliver } from '../amqp/message-methods.ts';
import type { QueueDeclareOk } from '../amqp/methods.ts';
import { rule } from '../rules/registry.ts';
import { withFirst } from './headers.ts';
import type { LinkContext } from './link-context.ts';
import { CHANNEL, type Side } from './link-words.ts';
import { LinkWorker } from './link-worker.ts';
import type { ShovelDefinition } from './shovel-definition.ts';
import type { Declaration } from './static-shovel.ts';

const BRK_53 = rule('BRK-53');

/** Headers in which it writes where it has taken what, newest first. */
const ROUTING_HEADER = 'x-shovelled';
const TIMESTAMP_HEADER = 'x-shovelled-timestamp';
const US_PER_S = 1_000_000;

/** `name`: the parameter's. `recordName`: as records call the shovel. `type`: what its headers call it. */
export interface ShovelIdentity {
  readonly name: string;
  readonly recordName: string;
  readonly type: 'dynamic' | 'static';
}

export class ShovelWorker extends LinkWorker {
  private readonly identity: ShovelIdentity;
  private readonly definition: ShovelDefinition;
  private queue = '';
  /** Messages to be moved, and to be published, before it deletes itself. */
  private remaining = Infinity;
  private toPublish = Infinity;

  constructor(home: LinkContext, identity: ShovelIdentity, definition: ShovelDefinition) {
    super(home, `shovel ${identity.name}`, {
      name: identity.recordName,
      type: 'shovel',
      decidedBy: BRK_53,
      facts: factsOf(identity, definition),
      ackMode: definition.ackMode,
    });
    this.identity = identity;
    this.definition = definition;
  }

  // --- setting up -------------------------------------------------------------------------------------------

  protected begin(): void {
    const { source, destination } = this.definition;
    this.connect('source', source.uris, () =>
      this.connect('destination', destination.uris, () =>
        this.prepareDestination(() => this.prepareSource(() => this.limit(() => this.startConsuming()))),
      ),
    );
  }

  private prepareDestination(then: () => void): void {
    const { destination } = this.definition;
    const select = (): void => this.selectConfirms(then);
    if (destination.declarations !== null) this.declare('destination', destination.declarations, select);
    else if (destination.queue === null) select();
    else this.ensureQueue('destination', destination.queue, destination.queueArguments, select);
  }

  /** One after the other. */
  private declare(side: Side, declarations: readonly Declaration[], then: () => void): void {
    const [first, ...others] = declarations;
    if (first === undefined) then();
    else {
      const method = first(CHANNEL[side]);
      this.rpc(side, method, `${method.type}-ok` as QueueDeclareOk['type'], () =>
        this.declare(side, others, then),
      );
    }
  }

  private prepareSource(then: () => void): void {
    const { source } = this.definition;
    const channel = CHANNEL.source;
    const limit = (): void => this.limitUnacknowledged(source.prefetch, then);
    if (source.declarations !== null) {
      this.queue = source.queue ?? '';
      this.declare('source', source.declarations, limit);
      return;
    }
    if (source.queue !== null) {
      this.queue = source.queue;
      this.ensureQueue('source', source.queue, source.queueArguments, limit);
      return;
    }
    const declare = {
      type: 'queue.declare',
      channel,
      queue: '',
      passive: false,
      durable: false,
      exclusive: true,
      autoDelete: false,
      arguments: {},
    } as const;
    this.rpc('source', declare, 'queue.declare-ok', (answer) => {
      this.queue = (answer as QueueDeclareOk).queue;
      const { exchange, exchangeKey: routingKey } = source;
      const bind = {
        type: 'queue.bind',
        channel,
        queue: this.queue,
        exchange,
        routingKey,
        arguments: {},
      } as const;
      this.rpc('source', bind, 'queue.bind-ok', limit);
    });
  }

  /** How many messages there are to be moved, for a shovel that ends with them. */
  private limit(then: () => void): void {
    const { deleteAfter } = this.definition.source;
    const set = (count: number): void => {
      this.remaining = count;
      this.toPublish = count;
      if (count === 0) this.terminate('autodelete', 'autodelete');
      else then();
    };
    if (deleteAfter === 'never') then();
    else if (typeof deleteAfter === 'number') set(deleteAfter);
    else {
      const { queue } = this;
      const look = {
        type: 'queue.declare',
        channel: CHANNEL.source,
        queue,
        passive: true,
        durable: false,
        exclusive: false,
        autoDelete: false,
        arguments: {},
      } as const;
      this.rpc('source', look, 'queue.declare-ok', (answer) => set((answer as QueueDeclareOk).messageCount));
    }
  }

  private startConsuming(): void {
    this.report(this.queue);
    this.consume(this.queue, '', this.definition.source.consumerArguments, () => {});
  }

  // --- moving -----------------------------------------------------------------------------------------------

  protected take(delivery: BasicDeliver): void {
    // What it will not need any more stays unacknowledged, and goes back when it ends.
    if (this.toPublish === 0) return;
    const { message } = delivery;
    const { exchange, exchangeKey } = this.definition.destination;
    this.toPublish -= 1;
    this.forward(delivery, {
      exchange: exchange ?? message.exchange,
      routingKey: exchangeKey ?? message.routingKey,
      properties: this.propertiesOf(message.properties),
    });
  }

  protected override settled(count: number): void {
    this.remaining -= count;
    if (this.remaining <= 0) this.terminate('autodelete', 'autodelete');
  }

  private propertiesOf(properties: BasicProperties): BasicProperties {
    const { addForwardHeaders, addTimestampHeader, deliveryMode } = this.definition.destination;
    if (!addForwardHeaders && !addTimestampHeader && deliveryMode === null) return properties;
    let headers = properties.headers ?? {};
    if (addForwardHeaders) headers = withFirst(headers, ROUTING_HEADER, this.route());
    if (addTimestampHeader) headers = { ...headers, [TIMESTAMP_HEADER]: Math.floor(this.nowUs / US_PER_S) };
    const persistent = deliveryMode === null ? properties.persistent : deliveryMode === 2;
    return { ...properties, headers, persistent };
  }

  private route(): FieldTable {
    const { name, type } = this.identity;
    const { source, destination } = this.definition;
    return {
      'shovelled-by': this.home.clusterName,
      'shovel-type': type,
      'shovel-name': name,
      ...(type === 'dynamic' && { 'shovel-vhost': '/' }),
      'src-uri': source.uris[0]!.shown,
      'dest-uri': destination.uris[0]!.shown,
      ...(source.queue === null
        ? { 'src-exchange': source.exchange, 'src-exchange-key': source.exchangeKey }
        : { 'src-queue': source.queue }),
      ...(destination.queue !== null
        ? { 'dest-queue': destination.queue }
        : {
            ...(destination.exchange !== null && { 'dest-exchange': destination.exchange }),
            ...(destination.exchangeKey !== null && { 'dest-exchange-key': destination.exchangeKey }),
          }),
    };
  }
}

/** What `shovel_status` tells of it, in the tool's words. */
function factsOf(
  { name, type }: ShovelIdentity,
  { source, destination }: ShovelDefinition,
): Readonly<Record<string, string>> {
  return {
    name,
    type,
    ...(type === 'dynamic' && { vhost: '/' }),
    source: source.uris[0]?.shown ?? '',
    source_protocol: 'amqp091',
    ...(source.queue === null
      ? { source_exchange: source.exchange, source_exchange_key: source.exchangeKey }
      : { source_queue: source.queue }),
    destination: destination.uris[0]?.shown ?? '',
    destination_protocol: 'amqp091',
    ...(destination.queue !== null && { destination_queue: destination.queue }),
  };
}
