/**
 * A link of a federated exchange (`rabbit_federation_exchange_link`, BRK-54): a queue of its own upstream, bound like the exchange here through
 * an exchange of its own, where messages wait while the link is down; what comes out of it is published to the exchange here. Bindings
 * made here are made there as well, as many clusters further as the hops allow.
 *
 * Left out: the check of the internal exchange every 90 seconds.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import type { BasicDeliver } from '../amqp/message-methods.ts';
import { bindingKey, rabbitRoute, type BindingRecord } from '../broker/binding.ts';
import { rabbitExchange, type ExchangeRecord } from '../broker/exchange.ts';
import {
  alreadySeen,
  DOWNSTREAM_NAME,
  MAX_HOPS,
  RECEIVED_FROM,
  tablesOf,
} from '../broker/federation-upstream.ts';
import type { ExitReason, Message } from '../erlang/message.ts';
import { rule } from '../rules/registry.ts';
import { readActiveSuffix, writeActiveSuffix } from './active-suffix.ts';
import { FederationLink } from './federation-link.ts';
import { withFirst } from './headers.ts';
import type { LinkContext } from './link-context.ts';
import { CHANNEL } from './link-words.ts';
import type { Upstream } from './upstream.ts';

const BRK_54 = rule('BRK-54');

/** In the arguments of a binding: the clusters on whose behalf it was made. */
const BOUND_FROM = 'x-bound-from';
const INTERNAL: FieldTable = { 'x-internal-purpose': 'federation' };

const BINDINGS_CHANGED: Message = { type: 'bindings_changed' };

export class ExchangeLink extends FederationLink {
  private readonly exchange: string;
  private readonly upstreamExchange: string;
  private readonly queue: string;
  /** Bindings that there are upstream on our account, by key and arguments as they are here. */
  private readonly bound = new Map<string, { readonly routingKey: string; readonly arguments: FieldTable }>();
  private internalExchange = '';
  private isBinding = false;
  private isSetUp = false;
  private readonly hearNoMore: () => void;

  constructor(home: LinkContext, recordName: string, upstream: Upstream, exchange: string) {
    const upstreamName = upstream.exchange ?? exchange;
    super(home, recordName, upstream, { kind: 'exchange', name: exchange, upstreamName }, BRK_54);
    this.exchange = exchange;
    this.upstreamExchange = upstreamName;
    const own = this.upstreamExchange === exchange ? '' : `:${exchange}`;
    this.queue = `federation: ${this.upstreamExchange} -> ${home.clusterName}${own}`;
    this.hearNoMore = home.context.database.subscribe(rabbitRoute, () => this.deliver(BINDINGS_CHANGED));
  }

  // --- setting up -------------------------------------------------------------------------------------------

  protected begin(): void {
    this.connectBoth(() => this.prepare());
  }

  private prepare(): void {
    const record = this.home.context.database.read(rabbitExchange, this.exchange);
    if (record === undefined) {
      this.terminate('gone', 'gone');
      return;
    }
    this.prepareQueue(() => this.prepareExchanges(record, (removeFormer) => this.bindAnew(removeFormer)));
  }

  private prepareQueue(then: () => void): void {
    const { expiresMs, messageTtlMs, prefetch } = this.upstream;
    const declare = {
      type: 'queue.declare',
      channel: CHANNEL.source,
      queue: this.queue,
      passive: false,
      durable: true,
      exclusive: false,
      autoDelete: false,
      arguments: {
        ...(expiresMs !== null && { 'x-expires': expiresMs }),
        ...(messageTtlMs !== null && { 'x-message-ttl': messageTtlMs }),
        ...INTERNAL,
      },
    } as const;
    const consume = (): void => {
      this.report(this.queue);
      this.consume(this.queue, this.upstream.consumerTag, {}, then);
    };
    this.rpc('source', declare, 'queue.declare-ok', () => this.limitUnacknowledged(prefetch, consume));
  }

  /**
   * The exchange is there upstream, too. Ours beside it has the name that the link before did not use, so that its bindings hold until
   * ours are made.
   */
  private prepareExchanges(record: ExchangeRecord, then: (removeFormer: () => void) => void): void {
    const channel = CHANNEL.source;
    const ensure = {
      type: 'exchange.declare',
      exchange: this.upstreamExchange,
      exchangeType: record.type,
      durable: record.durable,
      autoDelete: record.autoDelete,
      internal: record.internal,
      arguments: record.arguments,
    } as const;
    const former = readActiveSuffix(this.home.context.database, this.options.name);
    const suffix = former === 'A' ? 'B' : 'A';
    const [fresh, stale] = [`${this.queue} ${suffix}`, `${this.queue} ${former}`];
    this.internalExchange = fresh;
    const internal = {
      type: 'exchange.declare',
      channel,
      exchange: fresh,
      exchangeType: 'x-federation-upstream',
      passive: false,
      durable: true,
      autoDelete: true,
      internal: true,
      arguments: { [MAX_HOPS]: this.upstream.maxHops, [DOWNSTREAM_NAME]: this.home.clusterName, ...INTERNAL },
    } as const;
    const bind = {
      type: 'queue.bind',
      channel,
      queue: this.queue,
      exchange: fresh,
      routingKey: '',
      arguments: {},
    } as const;
    const remove = (exchange: string, next: () => void): void =>
      this.rpc(
        'source',
        { type: 'exchange.delete', channel, exchange, ifUnused: false },
        'exchange.delete-ok',
        next,
      );
    const declareOurs = (): void =>
      remove(fresh, () =>
        this.rpc('source', internal, 'exchange.declare-ok', () =>
          this.rpc('source', bind, 'queue.bind-ok', () =>
            writeActiveSuffix(this.home.context.database, this, this.options.name, suffix, () =>
              then(() =>
                remove(stale, () => {
                  this.isSetUp = true;
                  // What was bound here meanwhile.
                  this.bindAnew(() => {});
                }),
              ),
            ),
          ),
        ),
      );
    this.probe(
      'source',
      (scratch) => ({ ...ensure, channel: scratch, passive: true }),
      'exchange.declare-ok',
      declareOurs,
      () => this.rpc('source', { ...ensure, channel, passive: false }, 'exchange.declare-ok', declareOurs),
    );
  }

  // --- bindings ---------------------------------------------------------------------------------------------

  protected override handleOther(message: Message): void {
    if (message.type === BINDINGS_CHANGED.type && this.isSetUp && !this.isBinding) this.bindAnew(() => {});
  }

  /** Makes the bindings upstream what they are here, one step after the other. */
  private bindAnew(done: () => void): void {
    const wanted = this.wantedBindings();
    this.isBinding = true;
    for (const [key, binding] of wanted) {
      if (this.bound.has(key)) continue;
      this.bound.set(key, binding);
      this.changeBinding('exchange.bind', binding, () => this.bindAnew(done));
      return;
    }
    for (const [key, binding] of this.bound) {
      if (wanted.has(key)) continue;
      this.bound.delete(key);
      this.changeBinding('exchange.unbind', binding, () => this.bindAnew(done));
      return;
    }
    this.isBinding = false;
    done();
  }

  private changeBinding(
    type: 'exchange.bind' | 'exchange.unbind',
    { routingKey, arguments: args }: { readonly routingKey: string; readonly arguments: FieldTable },
    then: () => void,
  ): void {
    const method = {
      type,
      channel: CHANNEL.source,
      source: this.upstreamExchange,
      destination: this.internalExchange,
      routingKey,
      arguments: args,
    } as const;
    this.rpc('source', method, `${type}-ok`, then);
  }

  /** By what tells bindings apart: the key and arguments, whatever they lead to. */
  private wantedBindings(): Map<string, { readonly routingKey: string; readonly arguments: FieldTable }> {
    const wanted = new Map<string, { readonly routingKey: string; readonly arguments: FieldTable }>();
    for (const [, binding] of this.home.context.database.entries(rabbitRoute)) {
      if (binding.source !== this.exchange) continue;
      const args = this.argumentsUpstream(binding);
      if (args === null) continue;
      const key = bindingKey({ ...binding, destination: '', destinationKind: 'queue' });
      wanted.set(key, { routingKey: binding.routingKey, arguments: args });
    }
    return wanted;
  }

  /** With our part of its way written in, or null when it may go no further. */
  private argumentsUpstream({ arguments: args }: BindingRecord): FieldTable | null {
    const way = tablesOf(args[BOUND_FROM]);
    const [latest] = way;
    const { maxHops } = this.upstream;
    const left = latest?.['hops'];
    const hops =
      latest === undefined
        ? maxHops
        : alreadySeen(way, this.upstreamCluster)
          ? 0
          : Math.min((typeof left === 'number' ? left : 1) - 1, maxHops);
    if (hops <= 0) return null;
    const suffix = this.internalExchange.slice(-1);
    return withFirst(args, BOUND_FROM, {
      'cluster-name': this.home.clusterName,
      vhost: '/',
      exchange: `/:${this.exchange} ${suffix}`,
      hops,
    });
  }

  private get upstreamCluster(): string {
    return this.home.clusterNameOf(this.sourceHost);
  }

  // --- messages ---------------------------------------------------------------------------------------------

  /** What may not come here has stayed out of the queue: the exchange beside it has seen to that (`mayLeave`). */
  protected take(delivery: BasicDeliver): void {
    const { message, redelivered } = delivery;
    const { headers = {} } = message.properties;
    const entry = {
      uri: this.sourceUri,
      exchange: this.exchange,
      redelivered,
      'cluster-name': this.upstreamCluster,
      vhost: '/',
    };
    this.forward(delivery, {
      exchange: this.exchange,
      routingKey: message.routingKey,
      properties: { ...message.properties, headers: withFirst(headers, RECEIVED_FROM, entry) },
    });
  }

  // --- the end ----------------------------------------------------------------------------------------------

  /** An end in order takes the queue upstream along, with what waits in it, unless it is to stay. */
  protected override cleanUp(reason: ExitReason, then: () => void): void {
    const { keepsQueue } = this.upstream;
    if (keepsQueue || this.internalExchange === '' || !['shutdown', 'restart', 'gone'].includes(reason)) {
      then();
      return;
    }
    const { queue, internalExchange: exchange } = this;
    const channel = CHANNEL.source;
    const deleteQueue = { type: 'queue.delete', channel, queue, ifUnused: false, ifEmpty: false } as const;
    const deleteExchange = { type: 'exchange.delete', channel, exchange, ifUnused: false } as const;
    this.rpc('source', deleteQueue, 'queue.delete-ok', () =>
      this.rpc('source', deleteExchange, 'exchange.delete-ok', then),
    );
  }

  /** The link that comes after this one listens for itself. */
  protected override onExit(): void {
    this.hearNoMore();
  }
}
