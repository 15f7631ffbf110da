/**
 * Policies: definitions laid over queues and exchanges by a pattern (CLU-26). Setting or clearing one is a single transaction
 * under locks of whole tables that matches everything anew; leaders learn of it afterwards. Operator policies are left out.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { compilePattern, type Pattern } from '../amqp/pattern.ts';
import { nameIn, resourceName, vhostOf } from '../records/resource-name.ts';
import { table, type Database, type Transaction } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { rule } from '../rules/registry.ts';
import { rabbitDurableExchange, rabbitExchange, writeExchange } from './exchange.ts';
import type { NodeContext } from './node-context.ts';
import { typeOf } from './queue-facts.ts';
import { rabbitDurableQueue, rabbitQueue, durableForm } from './queue-record.ts';
import type { EffectivePolicy, QueueRecord } from './queue-record.ts';

const CLU_26 = rule('CLU-26');

export interface PolicyRecord {
  readonly name: string;
  readonly vhost: string;
  /** A regular expression that must match somewhere in the name. */
  readonly pattern: string;
  readonly definition: FieldTable;
  readonly priority: number;
  readonly applyTo: 'all' | 'queues' | 'exchanges';
}

const rabbitPolicies = table<PolicyRecord>('rabbit_runtime_parameters', 'disc');

const LOCKS = [rabbitPolicies, rabbitQueue, rabbitDurableQueue, rabbitExchange, rabbitDurableExchange].map(
  ({ name }) => name,
);

/** In the order in which they were first set. */
export function listPolicies(database: Database): PolicyRecord[] {
  return [...database.entries(rabbitPolicies)].map(([, policy]) => policy);
}

/** The policy that applies to this queue by what this node's tables say now, or null. */
export function policyFor(database: Database, record: QueueRecord): EffectivePolicy | null {
  return matching(prepared(listPolicies(database), 'queues'), record);
}

/** As `policyFor`, for the exchange of this name. */
export function exchangePolicyFor(database: Database, name: string): EffectivePolicy | null {
  return matchingName(prepared(listPolicies(database), 'exchanges'), name);
}

/** Sets a policy, replacing one of the same name. `done` when all nodes have it. */
export function setPolicy(
  context: NodeContext,
  caller: ErlangProcess,
  policy: PolicyRecord,
  done: () => void,
): void {
  change(
    context,
    caller,
    (transaction) => {
      transaction.write(rabbitPolicies, resourceName(policy.vhost, policy.name), policy);
      return true;
    },
    done,
  );
}

/** Clears a policy, as the broker calls it; `done` is told whether there was one. */
export function clearPolicy(
  context: NodeContext,
  caller: ErlangProcess,
  name: string,
  done: (found: boolean) => void,
): void {
  change(
    context,
    caller,
    (transaction) => {
      if (transaction.read(rabbitPolicies, name) === undefined) return false;
      transaction.delete(rabbitPolicies, name);
      return true;
    },
    done,
  );
}

/** Takes the policies of a virtual host away that is being deleted with everything that they apply to. */
export function deletePoliciesOf(transaction: Transaction, vhost: string): void {
  for (const key of transaction.keys(rabbitPolicies))
    if (vhostOf(key) === vhost) transaction.delete(rabbitPolicies, key);
}

function change(
  context: NodeContext,
  caller: ErlangProcess,
  edit: (transaction: Transaction) => boolean,
  done: (edited: boolean) => void,
): void {
  context.vm.cite(CLU_26);
  context.database.transaction(
    caller,
    { locks: LOCKS },
    (transaction) => {
      const edited = edit(transaction);
      return { edited, changed: edited ? matchAnew(transaction) : [] };
    },
    ({ edited, changed }) => {
      for (const record of changed) typeOf(context, record).policyChanged(context, record);
      done(edited);
    },
  );
}

/** Writes what applies now into the records of live exchanges and queues; returns the queues that it changed. */
function matchAnew(transaction: Transaction): QueueRecord[] {
  const policies: PolicyRecord[] = [];
  for (const name of transaction.keys(rabbitPolicies)) policies.push(transaction.read(rabbitPolicies, name)!);
  matchExchanges(transaction, prepared(policies, 'exchanges'));
  const order = prepared(policies, 'queues');
  const changed: QueueRecord[] = [];
  for (const name of transaction.keys(rabbitQueue)) {
    const record = transaction.read(rabbitQueue, name)!;
    const policy = matching(order, record);
    if (samePolicy(policy, record.policy)) continue;
    const updated = { ...record, policy, policyVersion: record.policyVersion + 1 };
    transaction.write(rabbitQueue, name, updated);
    if (record.durable) transaction.write(rabbitDurableQueue, name, durableForm(updated));
    changed.push(updated);
  }
  return changed;
}

function matchExchanges(transaction: Transaction, order: readonly Prepared[]): void {
  for (const name of transaction.keys(rabbitExchange)) {
    const record = transaction.read(rabbitExchange, name)!;
    const policy = matchingName(order, name);
    if (samePolicy(policy, record.policy)) continue;
    writeExchange(transaction, { ...record, policy });
  }
}

function samePolicy(a: EffectivePolicy | null, b: EffectivePolicy | null): boolean {
  if (a === null || b === null) return a === b;
  return a.name === b.name && JSON.stringify(a.definition) === JSON.stringify(b.definition);
}

/** Keys that keep a policy from queues of a type: quorum queues replicate by themselves, classic ones count no deliveries. */
const NOT_FOR: Readonly<Record<QueueRecord['type'], readonly string[]>> = {
  classic: ['delivery-limit', 'dead-letter-strategy', 'queue-leader-locator'],
  quorum: [
    'ha-mode',
    'ha-params',
    'ha-sync-mode',
    'ha-promote-on-shutdown',
    'ha-promote-on-failure',
    'queue-master-locator',
    'queue-mode',
  ],
};

interface Prepared {
  readonly policy: PolicyRecord;
  readonly pattern: Pattern;
}

/** Policies for one kind, in falling priority; the sort is stable, so equal priorities keep the order of the table. */
function prepared(policies: readonly PolicyRecord[], kind: 'queues' | 'exchanges'): Prepared[] {
  return policies
    .filter(({ applyTo }) => applyTo === 'all' || applyTo === kind)
    .toSorted((a, b) => b.priority - a.priority)
    .map((policy) => ({ policy, pattern: compilePattern(policy.pattern) }));
}

/** Patterns are for names; a policy is for its own virtual host. */
function applies(policy: PolicyRecord, pattern: Pattern, resource: string): boolean {
  return policy.vhost === vhostOf(resource) && pattern.matches(nameIn(resource));
}

function matching(order: readonly Prepared[], record: QueueRecord): EffectivePolicy | null {
  for (const { policy, pattern } of order) {
    if (!applies(policy, pattern, record.name)) continue;
    // A policy that says what a type does not do is not for queues of that type, whatever else it says.
    if (Object.keys(policy.definition).some((key) => NOT_FOR[record.type].includes(key))) continue;
    return { name: policy.name, definition: policy.definition };
  }
  return null;
}

function matchingName(order: readonly Prepared[], name: string): EffectivePolicy | null {
  const found = order.find(({ policy, pattern }) => applies(policy, pattern, name));
  return found === undefined ? null : { name: found.policy.name, definition: found.policy.definition };
}
