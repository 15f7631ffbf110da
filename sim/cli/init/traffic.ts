/**
 * A plausible load for a cluster of which only the definitions are known: who publishes to each queue, as its bindings suggest, and who
 * consumes from it. Real rates, sizes and prefetches are in nobody's export: they are for the reader to fill in.
 */
import { DeadLettering } from './dead-lettering.ts';
import { placeOf, text, vhostOf, type Definitions, type Fields } from './definitions.ts';
import { Row } from './row.ts';

/** Messages a second of all publishers together, and of one. */
const rateOfAll = 200;
const rateOfOneMax = 20;
const routingKeyBytes = 255;
const nameCharacters = 240;

export interface Traffic {
  readonly publishers: readonly Row[];
  readonly consumers: readonly Row[];
}

interface Publishing {
  readonly exchange: string;
  readonly routing_key: string;
  readonly headers?: Fields;
}

/** `queueRows` are the rows of the definitions' queues, in their order. */
export function trafficOf(
  definitions: Definitions,
  queueRows: readonly Row[],
  nodes: readonly string[],
  stop: string,
): Traffic {
  const names = new Set<string>();
  const nameOf = (queue: Fields, role: string): string => {
    const vhost = vhostOf(queue) === '/' ? '' : `${vhostOf(queue)}/`;
    const stem = `${vhost}${text(queue, 'name')}`.slice(0, nameCharacters);
    let name = `${stem}-${role}`;
    for (let n = 2; names.has(name); n += 1) name = `${stem}-${role}-${n}`;
    names.add(name);
    return name;
  };
  const roles = new DeadLettering(definitions);
  // A client that knows all the nodes; each begins with another one.
  const via = (index: number): string[] => nodes.map((_, nth) => nodes[(index + nth) % nodes.length]!);
  const inVhost = (queue: Fields): Fields => (vhostOf(queue) === '/' ? {} : { vhost: vhostOf(queue) });
  const publishings = publishingsTo(definitions, queueRows, roles);
  const share = Math.floor((rateOfAll / Math.max(1, publishings.length)) * 10) / 10;
  const rate = `${Math.max(0.1, Math.min(rateOfOneMax, share))}/s`;
  return {
    publishers: publishings.map(({ queue, rows, publishing }, index) =>
      Row.serving(rows, {
        name: nameOf(queue, 'publisher'),
        publish: {
          ...inVhost(queue),
          ...publishing,
          via: via(index),
          rate,
          start: '1s',
          stop,
          confirms: true,
        },
      }),
    ),
    consumers: definitions.queues.flatMap((queue, index) => {
      if (roles.isForWaiting(queue)) return [];
      const consume = {
        ...inVhost(queue),
        queue: text(queue, 'name'),
        via: via(index + 1),
        prefetch: 10,
        ...declarationOf(queue),
      };
      return [Row.serving([queueRows[index]!], { name: nameOf(queue, 'consumer'), consume })];
    }),
  };
}

/** What does not last is declared by the application that needs it, again and again. */
function declarationOf(queue: Fields): { readonly declare?: Fields } {
  const { durable = true, auto_delete = false, arguments: table } = queue;
  if (durable === true && auto_delete === false) return {};
  return { declare: { durable, auto_delete, ...(table !== undefined && { arguments: table }) } };
}

interface Publisher {
  /** The first queue that it feeds. */
  readonly queue: Fields;
  /** The rows of all of them. */
  readonly rows: Row[];
  readonly publishing: Publishing;
}

/** One publisher for each way of publishing. */
function publishingsTo(
  { queues, bindings, exchanges }: Definitions,
  queueRows: readonly Row[],
  roles: DeadLettering,
): readonly Publisher[] {
  const publishers = new Map<string, Publisher>();
  const bindingOf = new Map<string, Fields>();
  for (const binding of bindings) {
    const key = placeOf(binding, 'destination');
    if (text(binding, 'destination_type') === 'queue' && !bindingOf.has(key)) bindingOf.set(key, binding);
  }
  const exchangeOf = new Map(exchanges.map((exchange) => [placeOf(exchange, 'name'), exchange]));
  queues.forEach((queue, index) => {
    if (!roles.isPublishedTo(queue)) return;
    const binding = bindingOf.get(placeOf(queue, 'name'));
    const source = binding && exchangeOf.get(placeOf(binding, 'source'));
    const publishing = throughBinding(binding, source) ?? {
      exchange: '',
      routing_key: text(queue, 'name'),
    };
    const key = JSON.stringify([vhostOf(queue), publishing]);
    const publisher = publishers.get(key) ?? { queue, rows: [], publishing };
    publishers.set(key, publisher);
    publisher.rows.push(queueRows[index]!);
  });
  return [...publishers.values()];
}

/** What to publish so that the binding routes it; null where that is not plain. */
function throughBinding(binding: Fields | undefined, exchange: Fields | undefined): Publishing | null {
  if (binding === undefined) return null;
  const name = text(binding, 'source');
  const key = text(binding, 'routing_key');
  const type = exchange === undefined ? predeclared.get(name) : text(exchange, 'type');
  if (exchange?.['internal'] === true || name === '') return null;
  if (type === 'direct' || type === 'fanout') return { exchange: name, routing_key: key };
  if (type === 'topic') {
    const words = key.split('.').map((word) => (word === '*' || word === '#' ? 'any' : word));
    const routingKey = words.join('.');
    return Buffer.byteLength(routingKey) > routingKeyBytes
      ? null
      : { exchange: name, routing_key: routingKey };
  }
  if (type !== 'headers') return null;
  const given = (binding['arguments'] ?? {}) as Fields;
  const headers = Object.fromEntries(Object.entries(given).filter(([header]) => !header.startsWith('x-')));
  return { exchange: name, routing_key: '', headers };
}

const predeclared: ReadonlyMap<string, string> = new Map([
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
]);
