/**
 * Routing: from an exchange and a routing key to the queues a message goes to, by dirty reads of this node's tables
 * (BRK-11). The answer is a set: a queue is in it once, whatever leads to it (BRK-5).
 *
 * Answers are remembered until a table that they were read from changes, because metadata changes a few times in a
 * run and messages are many. Headers exchanges, alternate exchanges and CC headers are left out.
 */
import { TopicTrie } from './topic-trie.ts';
import type { Database } from '../cluster/database.ts';
import type { Vm } from '../erlang/vm.ts';
import { rule } from '../rules/registry.ts';
import { rabbitRoute, type BindingRecord } from './binding.ts';
import { DEFAULT_EXCHANGE, rabbitExchange, type ExchangeRecord } from './exchange.ts';
import { rabbitQueue, type QueueRecord } from './queue-record.ts';

const BRK_1 = rule('BRK-1');
const BRK_2 = rule('BRK-2');
const BRK_3 = rule('BRK-3');
const BRK_5 = rule('BRK-5');

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
  private readonly intern: (text: string) => number;
  private queueVersion = -1;
  private routeVersion = -1;
  private exchangeVersion = -1;
  private readonly routes = new Map<string, Map<string, Route>>();
  private sources: Map<string, Source> | undefined;

  constructor(vm: Vm, database: Database, intern: (text: string) => number) {
    this.vm = vm;
    this.database = database;
    this.intern = intern;
  }

  /** Where a message with this key goes now, or undefined when there is no such exchange. */
  route(exchange: string, routingKey: string): Route | undefined {
    this.forgetWhatChanged();
    let byKey = this.routes.get(exchange);
    const known = byKey?.get(routingKey);
    if (known !== undefined) return known;
    const record = this.database.read(rabbitExchange, exchange);
    if (record === undefined) return undefined;
    if (byKey === undefined || byKey.size >= MOST_KEYS) this.routes.set(exchange, (byKey = new Map()));
    const route = this.compute(record, routingKey);
    byKey.set(routingKey, route);
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
    if (!sameBindings) this.sources = undefined;
  }

  private compute(exchange: ExchangeRecord, routingKey: string): Route {
    const names = new Set<string>();
    if (exchange.name === DEFAULT_EXCHANGE) {
      this.vm.cite(BRK_1);
      names.add(routingKey);
    } else this.visit(exchange.name, routingKey, names);
    const queues: QueueRecord[] = [];
    for (const name of [...names].toSorted()) {
      const queue = this.database.read(rabbitQueue, name);
      if (queue !== undefined) queues.push(queue);
    }
    const types = [...new Set(queues.map((queue) => queue.type))];
    return {
      internal: exchange.internal,
      names: queues.map((queue) => queue.name),
      nameIds: queues.map((queue) => this.intern(queue.name)),
      groups: types.map((type) => ({ type, queues: queues.filter((queue) => queue.type === type) })),
    };
  }

  /** Follows bindings from an exchange; each exchange is visited once, so loops do no harm (BRK-5). */
  private visit(start: string, routingKey: string, queues: Set<string>): void {
    const sources = (this.sources ??= this.readSources());
    const exchanges = new Set([start]);
    for (const name of exchanges) {
      const source = sources.get(name);
      if (source === undefined) continue;
      for (const binding of this.matching(source, routingKey)) {
        if (binding.destinationKind === 'exchange') {
          this.vm.cite(BRK_5);
          exchanges.add(binding.destination);
        } else queues.add(binding.destination);
      }
    }
  }

  private matching(source: Source, routingKey: string): readonly BindingRecord[] {
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
    }
  }

  private readSources(): Map<string, Source> {
    const sources = new Map<string, Source>();
    for (const [name, exchange] of this.database.entries(rabbitExchange)) {
      sources.set(name, { exchange, all: [], byKey: new Map(), trie: new TopicTrie() });
    }
    for (const [, binding] of this.database.entries(rabbitRoute)) {
      const source = sources.get(binding.source);
      if (source === undefined) continue;
      source.all.push(binding);
      if (source.exchange.type === 'topic') source.trie.add(binding.routingKey, binding);
      const sameKey = source.byKey.get(binding.routingKey);
      if (sameKey === undefined) source.byKey.set(binding.routingKey, [binding]);
      else sameKey.push(binding);
    }
    return sources;
  }
}
