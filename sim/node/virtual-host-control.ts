/** What `rabbitmqctl` may ask of a node about virtual hosts, permissions and limits, and the lists that it prints of one virtual host. */
import type { PermissionSpec } from '../broker/access.ts';
import type { BindingRecord } from '../broker/binding.ts';
import type { ExchangeRecord } from '../broker/exchange.ts';
import type { PolicyRecord } from '../broker/policies.ts';
import type { TopicPermissionSpec } from '../broker/topic-access.ts';
import type { Limits } from '../broker/virtual-hosts.ts';
import type { Done, Refusal } from './node-control.ts';

/** Answers with a list, which is empty where there is a refusal. */
type Listed<Row> = (refusal: Refusal | null, rows: readonly Row[]) => void;

export interface VirtualHostControl {
  add(vhost: string, done: Done): void;
  delete(vhost: string, done: Done): void;
  list(done: Listed<string>): void;
  /** Null takes the user's permissions away. */
  setPermission(vhost: string, user: string, permission: PermissionSpec | null, done: Done): void;
  listPermissions(vhost: string, done: Listed<PermissionSpec>): void;
  setTopicPermission(permission: TopicPermissionSpec, done: Done): void;
  /** Of one exchange, or (null) of all. */
  clearTopicPermissions(vhost: string, user: string, exchange: string | null, done: Done): void;
  listTopicPermissions(vhost: string, done: Listed<TopicPermissionSpec>): void;
  setLimits(kind: 'vhost' | 'user', subject: string, limits: Limits, done: Done): void;
  listLimits(kind: 'vhost' | 'user', done: Listed<readonly [string, Limits]>): void;
  listExchanges(vhost: string, done: Listed<ExchangeRecord>): void;
  /** The bindings of the default exchange among them. */
  listBindings(vhost: string, done: Listed<BindingRecord>): void;
  listPolicies(vhost: string, done: Listed<PolicyRecord>): void;
}
