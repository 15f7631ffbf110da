/**
 * Every name that a scenario declares, gathered from the plain data before anything is validated: an error in one
 * declaration must not make every use of its name an error too. "Declared" includes what a consumer's `declare`
 * and an `amqp` step declare.
 */
import { DEFAULT_VHOST, shownIn } from '../../records/resource-name.ts';
import { queueKey } from '../../records/queue-key.ts';
import type { Data } from '../document.ts';
import { shortNodeName } from '../schema/values.ts';

export interface Names {
  readonly node: ReadonlySet<string>;
  readonly proxy: ReadonlySet<string>;
  readonly workload: ReadonlySet<string>;
  readonly queue: ReadonlySet<string>;
  readonly exchange: ReadonlySet<string>;
  readonly vhost: ReadonlySet<string>;
  readonly user: ReadonlySet<string>;
  /** There are several clusters, so that there may be federation between them. */
  readonly severalClusters: boolean;
  /** How many clients each workload with a `count` makes. */
  readonly counts: ReadonlyMap<string, number>;
}

/** `client`: one of a workload's several, such as `shop.2`. */
export type NameKind = Exclude<keyof Names, 'counts' | 'severalClusters'> | 'client';

/** Whether some workload's `count` makes a client of this name. */
export function isClient(names: Names, name: string): boolean {
  const dot = name.lastIndexOf('.');
  const number = /^[1-9]\d{0,5}$/.test(name.slice(dot + 1)) ? Number(name.slice(dot + 1)) : 0;
  const count = names.counts.get(name.slice(0, Math.max(0, dot))) ?? 1;
  return count > 1 && number >= 1 && number <= count;
}

/** A name as the results call it, in the virtual host that stands beside it: `vhost/name`, or the name alone in the default one. */
function shownNames(row: Data | undefined, name: Data | undefined): readonly string[] {
  const vhost = field(row, 'vhost');
  return texts([name]).map((text) => shownIn(typeof vhost === 'string' ? vhost : DEFAULT_VHOST, text));
}
/** How the names of queues and exchanges begin that federation makes for itself on the upstream's side. */
export const FEDERATION_PREFIX = 'federation: ';

/** Every RabbitMQ vhost has these. */
export const predeclaredExchanges = [
  '',
  'amq.direct',
  'amq.fanout',
  'amq.topic',
  'amq.headers',
  'amq.match',
  'amq.rabbitmq.trace',
];

export function namesIn(data: Data): Names {
  const nodes = field(data, 'nodes');
  const nodeNames = Array.isArray(nodes) ? nodes : Object.keys(mapOf(nodes));
  const workloads = listOf(field(data, 'workloads'));
  const counts = new Map<string, number>();
  const queues = listOf(field(data, 'queues')).flatMap((queue) => shownNames(queue, field(queue, 'name')));
  const exchanges = [
    ...predeclaredExchanges,
    ...listOf(field(data, 'exchanges')).flatMap((exchange) => shownNames(exchange, field(exchange, 'name'))),
  ];
  const vhosts = ['/', ...namesOf(field(data, 'vhosts'))];
  for (const workload of workloads) {
    const name = field(workload, 'name');
    const count = field(workload, 'count');
    if (typeof name === 'string' && typeof count === 'number') counts.set(name, count);
    for (const kind of ['consume', 'service']) {
      const consumer = field(workload, kind);
      if (field(consumer, 'declare') !== undefined)
        queues.push(...shownNames(consumer, field(consumer, 'queue')));
    }
  }
  for (const row of listOf(field(data, 'chaos'))) {
    const amqp = field(row, 'amqp');
    queues.push(...shownNames(row, field(field(amqp, 'queue.declare'), 'queue')));
    exchanges.push(...shownNames(row, field(field(amqp, 'exchange.declare'), 'exchange')));
    for (const command of texts([field(row, 'rabbitmqctl')])) {
      const added = /\badd_vhost\s+["']?([^"'\s]+)/.exec(command)?.[1];
      if (added !== undefined) vhosts.push(added);
    }
  }
  // Which of them a cluster really has is seen later, when everything is known (`build/clusters.ts`).
  const keys = Array.isArray(nodes)
    ? []
    : [...new Set(texts(Object.values(mapOf(nodes)).map((node) => field(node, 'cluster'))))].slice(1);
  return {
    node: new Set(texts(nodeNames).map(shortNodeName)),
    proxy: new Set(namesOf(field(data, 'proxies'))),
    workload: new Set(namesOf(workloads)),
    queue: new Set([...queues, ...queues.flatMap((queue) => keys.map((key) => queueKey(key, queue)))]),
    exchange: new Set(exchanges),
    vhost: new Set(vhosts),
    user: new Set(['guest', ...namesOf(field(data, 'users'))]),
    severalClusters: keys.length > 0,
    counts,
  };
}

function field(data: Data | undefined, key: string): Data | undefined {
  const map = mapOf(data);
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function mapOf(data: Data | undefined): { readonly [key: string]: Data } {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as { readonly [key: string]: Data })
    : {};
}

function listOf(data: Data | undefined): readonly Data[] {
  return Array.isArray(data) ? data : [];
}

function texts(values: readonly (Data | undefined)[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}

function namesOf(list: readonly Data[] | Data | undefined): readonly string[] {
  return texts(listOf(list as Data).map((entry) => field(entry, 'name')));
}
