/**
 * Who may do what: the permissions of users on the resources of a virtual host (`rabbit_access_control`). A permission is a pattern for the
 * names that a user may configure, write to or read from; an empty one is for none. What an operator changes holds for connections that
 * are opened afterwards, where RabbitMQ's channels look again at what they have not asked for yet. Passwords are left out.
 */
import { compilePattern, type Pattern } from '../amqp/pattern.ts';
import type { ChannelMethodFromClient } from '../amqp/methods.ts';
import type { FieldTable } from '../amqp/basic-message.ts';
import { resourceName } from '../records/resource-name.ts';
import { accessRefused, exchangeText, queueText } from './errors.ts';
import { ALTERNATE_EXCHANGE, DEFAULT_EXCHANGE } from './exchange.ts';
import type { ChannelError } from './queue-type.ts';

export interface PermissionSpec {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

type Right = 'configure' | 'write' | 'read';

const EVERYTHING = '.*';
/** What the nameless exchange is called by in patterns. */
const NAME_OF_THE_NAMELESS = 'amq.default';

/** What one user may do. */
export class Access {
  readonly user: string;
  private readonly vhost: string;
  private readonly patterns: Readonly<Record<Right, Pattern | null>>;
  private readonly writable = new Map<string, boolean>();

  constructor({ user, vhost, configure, write, read }: PermissionSpec) {
    const pattern = (text: string): Pattern | null => (text === '' ? null : compilePattern(text));
    this.user = user;
    this.vhost = vhost;
    this.patterns = { configure: pattern(configure), write: pattern(write), read: pattern(read) };
  }

  private may(right: Right, name: string): boolean {
    return this.patterns[right]?.matches(name) === true;
  }

  /** Whether this exchange may be published to; asked for every message, so the answer is remembered. */
  mayPublish(exchange: string): boolean {
    let answer = this.writable.get(exchange);
    if (answer === undefined) {
      answer = this.may('write', exchange === DEFAULT_EXCHANGE ? NAME_OF_THE_NAMELESS : exchange);
      this.writable.set(exchange, answer);
    }
    return answer;
  }

  onExchange(right: Right, exchange: string): ChannelError | null {
    const name = exchange === DEFAULT_EXCHANGE ? NAME_OF_THE_NAMELESS : exchange;
    return this.may(right, name) ? null : this.refuse(exchangeText(resourceName(this.vhost, name)));
  }

  private onQueue(right: Right, queue: string): ChannelError | null {
    return this.may(right, queue) ? null : this.refuse(queueText(resourceName(this.vhost, queue)));
  }

  private refuse(resource: string): ChannelError {
    return accessRefused(`access to ${resource} refused for user '${this.user}'`);
  }

  /** Why the user may not do this, or null. `lastDeclared` is what an empty queue name stands for. Publishing is asked for apart. */
  refusalOf(method: ChannelMethodFromClient, lastDeclared: string): ChannelError | null {
    const queue = (name: string): string => (name === '' ? lastDeclared : name);
    switch (method.type) {
      case 'basic.consume':
      case 'basic.get':
      case 'queue.purge':
        return this.onQueue('read', queue(method.queue));
      case 'queue.delete':
        return this.onQueue('configure', queue(method.queue));
      case 'queue.declare':
        if (method.passive) return null;
        return (
          this.onQueue('configure', method.queue === '' ? 'amq.gen' : method.queue) ??
          this.onward(method.arguments, 'x-dead-letter-exchange', () => this.onQueue('read', method.queue))
        );
      case 'exchange.declare':
        if (method.passive) return null;
        return (
          this.onExchange('configure', method.exchange) ??
          this.onward(method.arguments, ALTERNATE_EXCHANGE, () => this.onExchange('read', method.exchange))
        );
      case 'exchange.delete':
        return this.onExchange('configure', method.exchange);
      case 'queue.bind':
      case 'queue.unbind':
        return this.onQueue('write', queue(method.queue)) ?? this.onExchange('read', method.exchange);
      case 'exchange.bind':
      case 'exchange.unbind':
        return this.onExchange('write', method.destination) ?? this.onExchange('read', method.source);
      default:
        return null;
    }
  }

  /** What is handed on to another exchange must be readable here and writable there. */
  private onward(args: FieldTable, key: string, readable: () => ChannelError | null): ChannelError | null {
    const exchange = args[key];
    if (typeof exchange !== 'string') return null;
    return readable() ?? this.onExchange('write', exchange);
  }
}

/** Null: these permissions are for everything. */
export function accessBy(permission: PermissionSpec): Access | null {
  const { configure, write, read } = permission;
  return [configure, write, read].every((pattern) => pattern === EVERYTHING) ? null : new Access(permission);
}
