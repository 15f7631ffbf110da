/**
 * Topic permissions (`rabbit_access_control:check_topic_access`): for a user and a topic exchange, patterns for the routing keys that may be
 * published with and bound. Where there are none for an exchange every key may be used. `{username}` and `{vhost}` in a pattern
 * stand for the connection's; other variables, which come from other protocols and backends, stand for themselves.
 */
import { compilePattern, type Pattern } from '../amqp/pattern.ts';
import { nameIn, resourceName, vhostOf } from '../records/resource-name.ts';
import type { ChannelMethodFromClient } from '../amqp/methods.ts';
import { table, type Database, type Transaction } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { accessRefused } from './errors.ts';
import { rabbitExchange } from './exchange.ts';
import type { NodeContext } from './node-context.ts';
import type { ChannelError } from './queue-type.ts';

export interface TopicPermissionSpec {
  readonly user: string;
  readonly vhost: string;
  readonly exchange: string;
  readonly write: string;
  readonly read: string;
}

const rabbitTopicPermission = table<TopicPermissionSpec>('rabbit_topic_permission', 'disc');

const BETWEEN = '\u0000';
/** What an empty pattern stands for: the empty key alone. */
const EMPTY_KEY = '^$';

export function listTopicPermissions(database: Database, vhost: string): readonly TopicPermissionSpec[] {
  return [...database.entries(rabbitTopicPermission)]
    .map(([, permission]) => permission)
    .filter((permission) => permission.vhost === vhost);
}

export function setTopicPermission(
  context: NodeContext,
  caller: ErlangProcess,
  permission: TopicPermissionSpec,
  done: () => void,
): void {
  const key = keyOf(permission);
  context.database.transaction(
    caller,
    { locks: [`${rabbitTopicPermission.name}/${key}`] },
    (transaction) => transaction.write(rabbitTopicPermission, key, permission),
    done,
  );
}

/** Takes away what was set for an exchange, or, without one, for all of them. */
export function clearTopicPermissions(
  context: NodeContext,
  caller: ErlangProcess,
  vhost: string,
  user: string,
  exchange: string | null,
  done: () => void,
): void {
  context.database.transaction(
    caller,
    { locks: [rabbitTopicPermission.name] },
    (transaction) =>
      remove(
        transaction,
        (each) =>
          each.vhost === vhost && each.user === user && (exchange === null || each.exchange === exchange),
      ),
    done,
  );
}

/** With a virtual host go the permissions in it. */
export function deleteTopicPermissionsOf(transaction: Transaction, vhost: string): void {
  remove(transaction, (each) => each.vhost === vhost);
}

function remove(transaction: Transaction, goes: (permission: TopicPermissionSpec) => boolean): void {
  for (const key of transaction.keys(rabbitTopicPermission))
    if (goes(transaction.read(rabbitTopicPermission, key)!)) transaction.delete(rabbitTopicPermission, key);
}

function keyOf({ vhost, user, exchange }: TopicPermissionSpec): string {
  return resourceName(vhost, `${user}${BETWEEN}${exchange}`);
}

/** What one user may do with the routing keys of a virtual host's topic exchanges. */
export class TopicAccess {
  private readonly database: Database;
  private readonly user: string;
  /** By the broker's name of the exchange. */
  private readonly patterns = new Map<string, { readonly write: Pattern; readonly read: Pattern }>();

  /** `permissions` are this user's in one virtual host. */
  constructor(database: Database, user: string, permissions: readonly TopicPermissionSpec[]) {
    this.database = database;
    this.user = user;
    for (const { vhost, exchange, write, read } of permissions) {
      const pattern = (text: string): Pattern =>
        compilePattern(
          text === '' ? EMPTY_KEY : text.replaceAll('{username}', user).replaceAll('{vhost}', vhost),
        );
      this.patterns.set(resourceName(vhost, exchange), { write: pattern(write), read: pattern(read) });
    }
  }

  /** Why the user may not publish with this key, or bind by it, or null. `exchange` as the broker calls it. */
  refusalOf(right: 'write' | 'read', exchange: string, routingKey: string): ChannelError | null {
    const pattern = this.patterns.get(exchange)?.[right];
    if (pattern === undefined || this.database.read(rabbitExchange, exchange)?.type !== 'topic') return null;
    if (pattern.matches(routingKey)) return null;
    const topic = `topic '${nameIn(exchange)}' in vhost '${vhostOf(exchange)}'`;
    return accessRefused(
      `access to topic '${routingKey}' in exchange ${topic} refused for user '${this.user}'`,
    );
  }

  /** As `refusalOf`, of a method that makes or ends a binding; null for any other. */
  refusalOfMethod(method: ChannelMethodFromClient): ChannelError | null {
    switch (method.type) {
      case 'queue.bind':
      case 'queue.unbind':
        return this.refusalOf('read', method.exchange, method.routingKey);
      case 'exchange.bind':
      case 'exchange.unbind':
        return this.refusalOf('read', method.source, method.routingKey);
      default:
        return null;
    }
  }
}

/** Null: nothing is said about the user's topics there. */
export function topicAccess(database: Database, user: string, vhost: string): TopicAccess | null {
  const own = listTopicPermissions(database, vhost).filter((permission) => permission.user === user);
  return own.length === 0 ? null : new TopicAccess(database, user, own);
}
