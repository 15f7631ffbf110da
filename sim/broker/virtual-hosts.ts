/**
 * Virtual hosts in the metadata (`rabbit_vhost`), and what belongs to them beside exchanges, queues and policies: permissions of users
 * and limits. The default one is there without a record, and so are the permissions in it that the experiment began with; what
 * an operator changes has records. Left out: descriptions, tags, and the supervisors of a virtual host, which cannot fail here.
 */
import { DEFAULT_VHOST, resourceName, vhostOf } from '../records/resource-name.ts';
import { table, type Database, type Transaction } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { accessBy, type Access, type PermissionSpec } from './access.ts';
import { rabbitRoute, rabbitSemiDurableRoute, deleteExchange, deleteQueueRecords } from './binding.ts';
import { closeConnectionsIn } from './connection-tracking.ts';
import { predeclaredIn, rabbitDurableExchange, rabbitExchange, writeExchange } from './exchange.ts';
import type { NodeContext } from './node-context.ts';
import { deletePoliciesOf } from './policies.ts';
import { typeOf } from './queue-facts.ts';
import { rabbitDurableQueue, rabbitQueue } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';
import { deleteTopicPermissionsOf } from './topic-access.ts';

/** Numbers below zero are no limit. */
export interface Limits {
  readonly 'max-connections'?: number;
  readonly 'max-queues'?: number;
  readonly 'max-channels'?: number;
}

/** Every virtual host but the default one. */
const rabbitVhost = table<{ readonly name: string }>('rabbit_vhost', 'disc');
/** By virtual host and user; null: taken away. */
const rabbitUserPermission = table<PermissionSpec | null>('rabbit_user_permission', 'disc');
const vhostLimits = table<Limits>('rabbit_vhost_limits', 'disc');
const userLimits = table<Limits>('rabbit_user_limits', 'disc');

const EXCHANGE_LOCKS = [rabbitExchange.name, rabbitDurableExchange.name];

export function vhostExists(database: Database, vhost: string): boolean {
  return vhost === DEFAULT_VHOST || database.read(rabbitVhost, vhost) !== undefined;
}

export function listVhosts(database: Database): string[] {
  return [DEFAULT_VHOST, ...[...database.entries(rabbitVhost)].map(([name]) => name)];
}

/** Creates a virtual host with its exchanges; nothing happens if it is there. */
export function addVhost(context: NodeContext, caller: ErlangProcess, vhost: string, done: () => void): void {
  context.database.transaction(
    caller,
    { locks: [rabbitVhost.name, ...EXCHANGE_LOCKS] },
    (transaction) => {
      if (vhost === DEFAULT_VHOST || transaction.read(rabbitVhost, vhost) !== undefined) return;
      transaction.write(rabbitVhost, vhost, { name: vhost });
      for (const exchange of predeclaredIn(vhost)) writeExchange(transaction, exchange);
    },
    done,
  );
}

/**
 * Deletes a virtual host with everything in it: permissions first, so that nobody comes any more, queues one by one, then the rest; its
 * connections are closed last. `done` is told whether there was one.
 */
export function deleteVhost(
  context: NodeContext,
  caller: ErlangProcess,
  vhost: string,
  done: (found: boolean) => void,
): void {
  const { database } = context;
  if (!vhostExists(database, vhost)) {
    done(false);
    return;
  }
  database.transaction(
    caller,
    { locks: [rabbitVhost.name, rabbitUserPermission.name] },
    (transaction) => deleteOf(transaction, rabbitUserPermission, vhost),
    () =>
      deleteQueuesOf(context, caller, vhost, () =>
        database.transaction(
          caller,
          { locks: [rabbitVhost.name, rabbitQueue.name, rabbitRoute.name, ...EXCHANGE_LOCKS] },
          (transaction) => forget(transaction, vhost),
          () => closeConnectionsIn(context, caller, vhost, () => done(true)),
        ),
      ),
  );
}

function deleteQueuesOf(context: NodeContext, caller: ErlangProcess, vhost: string, done: () => void): void {
  const left = [...context.database.entries(rabbitQueue)]
    .map(([name]) => name)
    .filter((name) => vhostOf(name) === vhost);
  const next = (): void => {
    const name = left.shift();
    const record = name === undefined ? undefined : context.database.read(rabbitQueue, name);
    if (name === undefined) done();
    else if (record === undefined) next();
    else typeOf(context, record).delete(context, caller, record, { ifUnused: false, ifEmpty: false }, next);
  };
  next();
}

/** What is left once its queues are gone: also the records of queues whose node is down, which find no virtual host when they return. */
function forget(transaction: Transaction, vhost: string): void {
  const inVhost = (name: string): boolean => vhostOf(name) === vhost;
  for (const name of transaction.keys(rabbitExchange).filter(inVhost)) deleteExchange(transaction, name);
  for (const name of transaction.keys(rabbitDurableQueue).filter(inVhost))
    deleteQueueRecords(transaction, name);
  for (const routes of [rabbitRoute, rabbitSemiDurableRoute]) {
    for (const key of transaction.keys(routes)) {
      const binding = transaction.read(routes, key);
      if (binding !== undefined && inVhost(binding.source)) transaction.delete(routes, key);
    }
  }
  deletePoliciesOf(transaction, vhost);
  deleteTopicPermissionsOf(transaction, vhost);
  transaction.delete(vhostLimits, vhost);
  transaction.delete(rabbitVhost, vhost);
}

function deleteOf(transaction: Transaction, from: typeof rabbitUserPermission, vhost: string): void {
  for (const key of transaction.keys(from)) if (vhostOf(key) === vhost) transaction.delete(from, key);
}

// --- permissions ----------------------------------------------------------------------------------------------

/** Null takes what the user may do in the virtual host away. */
export function setPermission(
  context: NodeContext,
  caller: ErlangProcess,
  vhost: string,
  user: string,
  permission: PermissionSpec | null,
  done: () => void,
): void {
  const key = resourceName(vhost, user);
  const locks = [`${rabbitUserPermission.name}/${key}`];
  context.database.transaction(
    caller,
    { locks },
    (transaction) => transaction.write(rabbitUserPermission, key, permission),
    done,
  );
}

export class AccessControl {
  private readonly database: Database;
  /** In the default virtual host, from before the experiment. */
  private readonly byUser = new Map<string, PermissionSpec>();

  /** Without a word about `guest` that user may do everything in the default virtual host. */
  constructor(database: Database, permissions: readonly PermissionSpec[]) {
    this.database = database;
    const everything = { vhost: DEFAULT_VHOST, configure: '.*', write: '.*', read: '.*' };
    for (const permission of [{ user: 'guest', ...everything }, ...permissions])
      if (permission.vhost === DEFAULT_VHOST) this.byUser.set(permission.user, permission);
  }

  /** Null: the user may do everything. Undefined: the user has no business in the virtual host. */
  of(user: string, vhost: string): Access | null | undefined {
    const set = this.database.read(rabbitUserPermission, resourceName(vhost, user));
    const permission = set === undefined && vhost === DEFAULT_VHOST ? this.byUser.get(user) : set;
    return permission === undefined || permission === null ? undefined : accessBy(permission);
  }

  /** As `of`, for who comes in: undefined is who sets experiments up, and may do everything. */
  enter(user: string | undefined, vhost: string): Access | ChannelError | null {
    const access = user === undefined ? null : this.of(user, vhost);
    return access === undefined
      ? { code: 530, text: `access to vhost '${vhost}' refused for user '${user}'` }
      : access;
  }

  list(vhost: string): readonly PermissionSpec[] {
    const found = new Map(vhost === DEFAULT_VHOST ? this.byUser : []);
    for (const [key, permission] of this.database.entries(rabbitUserPermission)) {
      if (vhostOf(key) !== vhost) continue;
      if (permission === null) found.delete(key);
      else found.set(permission.user, permission);
    }
    return [...found.values()];
  }
}

// --- limits ---------------------------------------------------------------------------------------------------

/** What limits a virtual host or a user has; `subject` is its name. */
export function limitsOf(database: Database, kind: 'vhost' | 'user', subject: string): Limits {
  return database.read(kind === 'vhost' ? vhostLimits : userLimits, subject) ?? {};
}

/** All virtual hosts, or users, with limits. */
export function listLimits(database: Database, kind: 'vhost' | 'user'): [string, Limits][] {
  return [...database.entries(kind === 'vhost' ? vhostLimits : userLimits)];
}

export function setLimits(
  context: NodeContext,
  caller: ErlangProcess,
  kind: 'vhost' | 'user',
  subject: string,
  limits: Limits,
  done: () => void,
): void {
  const limited = kind === 'vhost' ? vhostLimits : userLimits;
  context.database.transaction(
    caller,
    { locks: [`${limited.name}/${subject}`] },
    (transaction) => transaction.write(limited, subject, limits),
    done,
  );
}
