/**
 * Routing: from an exchange and a routing key to the queues a message goes to, by dirty reads of this node's tables
 * (BRK-11). The answer is a set: a queue is in it once, whatever leads to it (BRK-5).
 *
 * Answers are remembered until a table that they were read from changes, because metadata changes a few times in a
 * run and messages are many: by key, or, where headers have a say (BRK-4, BRK-7), by the table of headers itself, which
 * publishers share between messages.
 */
import { TopicTrie } from './topic-trie.ts';
import type { FieldTable } from '../amqp/basic-message.ts';
import { resourceName, vhostOf } from '../records/resource-name.ts';
import type { Database } from '../cluster/database.ts';
import type { Vm } from '../erlang/vm.ts';
import { rule } from '../rules/registry.ts';
import { rabbitRoute, type BindingRecord } from './binding.ts';
import { alternateOf, isNameless, rabbitExchange, type ExchangeRecord } from './exchange.ts';
import { hasTravelled, mayLeave } from './federation-upstream.ts';
import { hasSenderSelectedKeys, headersMatch, routingKeysOf } from './headers-match.ts';
import { rabbitQueue, type QueueRecord } from './queue-record.ts';

const BRK_1 = rule('BRK-1');
const BRK_2 = rule('BRK-2');
const BRK_3 = rule('BRK-3');
const BRK_4 = rule('BRK-4');
const BRK_5 = rule('BRK-5');
const BRK_6 = rule('BRK-6');
const BRK_7 = rule('BRK-7');

const NO_HEADERS: FieldTable = {};

/** Remembered answers of one exchange; applications that never repeat a key must not fill the memory. */
const MOST_KEYS = 10_000;

/** The queues of one type that a message goes to. */
export interface RouteGroup {
  readonly type: QueueRecord['type'];
  readonly queues: readonly QueueRecord[];
}

/** Where a message goes. Arrays of equal length and order; empty when it is unroutable. */
export interface Route {
  readonly internal: boolean;
  readonly names: readonly string[];
  /** The names as the journal knows them. */
  readonly nameIds: readonly number[];
  readonly groups: readonly RouteGroup[];
}

/** The bindings of one exchange in a form that answers quickly. */
interface Source {
  readonly exchange: ExchangeRecord;
  readonly all: BindingRecord[];
  readonly byKey: Map<string, BindingRecord[]>;
  readonly trie: TopicTrie<BindingRecord>;
}

export class Router {
  private readonly vm: Vm;
  private readonly database: Database;
  private readonly queueId: (queue: string) => number;
  private queueVersion = -1;
  private routeVersion = -1;
  private exchangeVersion = -1;
  private readonly routes = new Map<string, Map<string, Route>>();
  /** Answers that followed from headers, by the table of headers. */
  private routesByHeaders = new WeakMap<FieldTable, Map<string, Route>>();
  private sources: Map<string, Source> | undefined;
  private hasHeadersExchange = false;
  private hasFederatedExchange = false;

  /** `queueId`: as a node's context has it. */
  constructor(vm: Vm, database: Database, queueId: (queue: string) => number) {
    this.vm = vm;
    this.database = database;
    this.queueId = queueId;
  }

  /** Where a message with this key and these headers goes now, or undefined when there is no such exchange. */
  route(exchange: string, routingKey: string, headers?: FieldTable): Route | undefined {
    this.forgetWhatChanged();
    if (headers !== undefined && this.haveASay(headers)) {
      return this.routeByHeaders(exchange, routingKey, headers);
    }
    let byKey = this.routes.get(exchange);
    const known = byKey?.get(routingKey);
    if (known !== undefined) return known;
    const record = this.database.read(rabbitExchange, exchange);
    if (record === undefined) return undefined;
    if (byKey === undefined || byKey.size >= MOST_KEYS) this.routes.set(exchange, (byKey = new Map()));
    const route = this.compute(record, [routingKey], NO_HEADERS);
    byKey.set(routingKey, route);
    return route;
  }

  private haveASay(headers: FieldTable): boolean {
    if (hasSenderSelectedKeys(headers)) return true;
    this.sources ??= this.readSources();
    return this.hasHeadersExchange || (this.hasFederatedExchange && hasTravelled(headers));
  }

  private routeByHeaders(exchange: string, routingKey: string, headers: FieldTable): Route | undefined {
    const record = this.database.read(rabbitExchange, exchange);
    if (record === undefined) return undefined;
    let known = this.routesByHeaders.get(headers);
    if (known === undefined) this.routesByHeaders.set(headers, (known = new Map()));
    const place = JSON.stringify([exchange, routingKey]);
    let route = known.get(place);
    if (route === undefined) {
      const keys = routingKeysOf(routingKey, headers);
      if (keys.length > 1) this.vm.cite(BRK_7);
      known.set(place, (route = this.compute(record, keys, headers)));
    }
    return route;
  }

  private forgetWhatChanged(): void {
    const { database } = this;
    const queueVersion = database.version(rabbitQueue);
    const routeVersion = database.version(rabbitRoute);
    const exchangeVersion = database.version(rabbitExchange);
    const sameBindings = routeVersion === this.routeVersion && exchangeVersion === this.exchangeVersion;
    if (sameBindings && queueVersion === this.queueVersion) return;
    this.queueVersion = queueVersion;
    this.routeVersion = routeVersion;
    this.exchangeVersion = exchangeVersion;
    this.routes.clear();
    this.routesByHeaders = new WeakMap();
    if (!sameBindings) this.sources = undefined;
  }

  private compute(exchange: ExchangeRecord, keys: readonly string[], headers: FieldTable): Route {
    const names = new Set<string>();
    if (isNameless(exchange.name)) {
      this.vm.cite(BRK_1);
      const vhost = vhostOf(exchange.name);
      for (const key of keys) names.add(resourceName(vhost, key));
    } else this.visit(exchange.name, keys, headers, names);
    return this.to([...names].toSorted(), exchange.internal);
  }

  /** The same queues, as they are now: those that have gone since are left out. */
  renewed(route: Route): Route {
    return this.to(route.names, route.internal);
  }

  private to(names: readonly string[], internal: boolean): Route {
    const queues: QueueRecord[] = [];
    for (const name of names) {
      const queue = this.database.read(rabbitQueue, name);
      if (queue !== undefined) queues.push(queue);
    }
    const types = [...new Set(queues.map((queue) => queue.type))];
    return {
      internal,
      names: queues.map((queue) => queue.name),
      nameIds: queues.map((queue) => this.queueId(queue.name)),
      groups: types.map((type) => ({ type, queues: queues.filter((queue) => queue.type === type) })),
    };
  }

  /** Follows bindings from an exchange; each exchange is visited once, so loops do no harm (BRK-5). */
  private visit(start: string, keys: readonly string[], headers: FieldTable, queues: Set<string>): void {
    const sources = (this.sources ??= this.readSources());
    const exchanges = new Set([start]);
    for (const name of exchanges) {
      const source = sources.get(name);
      if (source === undefined) continue;
      const matching = keys.flatMap((key) => this.matching(source, key, headers));
      for (const binding of matching) {
        if (binding.destinationKind === 'exchange') {
          this.vm.cite(BRK_5);
          exchanges.add(binding.destination);
        } else queues.add(binding.destination);
      }
      if (matching.length === 0) this.visitAlternate(source.exchange, exchanges);
    }
  }

  /** What an exchange leads nowhere goes to its alternate, if that exists (BRK-6). */
  private visitAlternate(exchange: ExchangeRecord, exchanges: Set<string>): void {
    const alternate = alternateOf(exchange);
    if (alternate === null) return;
    this.vm.cite(BRK_6);
    exchanges.add(alternate);
  }

  private matching(source: Source, routingKey: string, headers: FieldTable): readonly BindingRecord[] {
    switch (source.exchange.type) {
      case 'direct':
        this.vm.cite(BRK_2);
        return source.byKey.get(routingKey) ?? [];
      case 'fanout':
        this.vm.cite(BRK_2);
        return source.all;
      case 'topic':
        this.vm.cite(BRK_3);
        return source.trie.match(routingKey);
      case 'headers':
        this.vm.cite(BRK_4);
        return source.all.filter((binding) => headersMatch(binding.arguments, headers));
      case 'x-federation-upstream':
        return mayLeave(source.exchange, headers) ? source.all : [];
    }
  }

  private readSources(): Map<string, Source> {
    const sources = new Map<string, Source>();
    this.hasHeadersExchange = false;
    this.hasFederatedExchange = false;
    for (const [name, exchange] of this.database.entries(rabbitExchange)) {
      sources.set(name, { exchange, all: [], byKey: new Map(), trie: new TopicTrie() });
    }
    for (const [, binding] of this.database.entries(rabbitRoute)) {
      const source = sources.get(binding.source);
      if (source === undefined) continue;
      source.all.push(binding);
      // One that nothing is bound to has no say: there are two of them in every virtual host.
      if (source.exchange.type === 'headers') this.hasHeadersExchange = true;
      if (source.exchange.type === 'x-federation-upstream') this.hasFederatedExchange = true;
      if (source.exchange.type === 'topic') source.trie.add(binding.routingKey, binding);
      const sameKey = source.byKey.get(binding.routingKey);
      if (sameKey === undefined) source.byKey.set(binding.routingKey, [binding]);
      else sameKey.push(binding);
    }
    return sources;
  }
}
