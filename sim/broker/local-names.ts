/** From the names that a client uses to those that the broker calls the resources of its virtual host by, and whether it may use them. */
import type { ChannelMethodFromClient } from '../amqp/methods.ts';
import { DEFAULT_VHOST, resourceName } from '../records/resource-name.ts';
import type { ChannelOwner } from './channel-owner.ts';
import type { ChannelError } from './queue-type.ts';

/** The method with the broker's names. A queue without a name stays without: it is to be given one, or was declared before. */
export function inVhost(method: ChannelMethodFromClient, vhost: string): ChannelMethodFromClient {
  if (vhost === DEFAULT_VHOST) return method;
  const resource = (name: string): string => resourceName(vhost, name);
  const queue = (name: string): string => (name === '' ? '' : resource(name));
  switch (method.type) {
    case 'exchange.declare':
    case 'exchange.delete':
      return { ...method, exchange: resource(method.exchange) };
    case 'exchange.bind':
    case 'exchange.unbind':
      return { ...method, destination: resource(method.destination), source: resource(method.source) };
    case 'queue.declare':
    case 'queue.delete':
    case 'queue.purge':
    case 'basic.consume':
    case 'basic.get':
      return { ...method, queue: queue(method.queue) };
    case 'queue.bind':
    case 'queue.unbind':
      return { ...method, queue: queue(method.queue), exchange: resource(method.exchange) };
    default:
      return method;
  }
}

/** Why the connection's user may not do this, as it was written and as the broker calls it, or null. */
export function refusalFor(
  { access, topics }: Pick<ChannelOwner, 'access' | 'topics'>,
  asWritten: ChannelMethodFromClient,
  method: ChannelMethodFromClient,
  lastDeclared: string,
): ChannelError | null {
  return access?.refusalOf(asWritten, lastDeclared) ?? topics?.refusalOfMethod(method) ?? null;
}
