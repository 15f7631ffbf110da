/**
 * The values of `federation-upstream` and `federation-upstream-set` parameters, and which upstreams a policy gives to an exchange
 * or queue (BRK-54, BRK-55). A set may override what its upstreams say, key by key.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import { compilePattern } from '../amqp/pattern.ts';
import type { AmqpUri } from '../amqp/uri.ts';
import type { EffectivePolicy } from '../broker/queue-record.ts';
import type { Database } from '../cluster/database.ts';
import { DefinitionReader, type DefinitionProblem } from './definition.ts';
import type { AckMode } from './link-words.ts';
import { listParameters, readParameter } from './parameters.ts';

export interface Upstream {
  readonly name: string;
  readonly uris: readonly AmqpUri[];
  /** Null: called as the federated one is. */
  readonly exchange: string | null;
  readonly queue: string | null;
  readonly consumerTag: string;
  readonly prefetch: number;
  readonly reconnectDelayS: number;
  readonly maxHops: number;
  /** Of the queue that waits upstream, in milliseconds. */
  readonly expiresMs: number | null;
  readonly messageTtlMs: number | null;
  readonly ackMode: AckMode;
  /** Whether that queue stays when the link ends in order. */
  readonly keepsQueue: boolean;
}

const PREFETCH = 1000;
const RECONNECT_DELAY_S = 5;
const ACK_MODES = ['on-confirm', 'on-publish', 'no-ack'] as const;

/** Reads an upstream; worth something only where there are no problems. */
export function readUpstream(
  name: string,
  value: FieldValue,
): { readonly upstream: Upstream; readonly problems: readonly DefinitionProblem[] } {
  const reader = new DefinitionReader(value);
  const upstream = { ...settings(reader, name), uris: reader.uris('uri') };
  reader.end('an upstream');
  return { upstream, problems: reader.problems };
}

/** What is wrong with a set, and the names of the upstreams in it. */
export function readUpstreamSet(value: FieldValue): {
  readonly names: readonly string[];
  readonly problems: readonly DefinitionProblem[];
} {
  if (!Array.isArray(value))
    return { names: [], problems: [{ key: '', message: 'a set of upstreams is a list' }] };
  const names: string[] = [];
  const problems = (value as readonly FieldValue[]).flatMap((element) => {
    const reader = new DefinitionReader(element);
    const name = reader.text('upstream');
    if (name === null) reader.problem('', 'upstream is missing');
    else names.push(name);
    settings(reader, name ?? '');
    if (reader.has('uri')) reader.uris('uri');
    reader.end('an element of a set');
    return reader.problems.map((problem) => ({ ...problem, key: '' }));
  });
  return { names, problems };
}

function settings(reader: DefinitionReader, name: string): Omit<Upstream, 'uris'> {
  // Neither changes what becomes of a message here: user ids are not checked, and the policy of the queue is the upstream's affair.
  reader.flag('trust-user-id');
  reader.flag('bind-nowait');
  reader.word('channel-use-mode', ['multiple', 'single'], 'multiple');
  reader.unmodelled('ha-policy');
  return {
    name,
    exchange: reader.text('exchange'),
    queue: reader.text('queue'),
    consumerTag: reader.text('consumer-tag') ?? `federation-link-${name}`,
    prefetch: reader.number('prefetch-count', PREFETCH),
    reconnectDelayS: reader.number('reconnect-delay', RECONNECT_DELAY_S),
    maxHops: reader.number('max-hops', 1),
    expiresMs: reader.has('expires') ? reader.number('expires', 0) : null,
    messageTtlMs: reader.has('message-ttl') ? reader.number('message-ttl', 0) : null,
    ackMode: reader.word('ack-mode', ACK_MODES, 'on-confirm'),
    keepsQueue: reader.word('resource-cleanup-mode', ['default', 'never'], 'default') === 'never',
  };
}

/** The keys of a policy that federate, of which a policy has one at most. */
export const FEDERATION_KEYS = [
  'federation-upstream',
  'federation-upstream-set',
  'federation-upstream-pattern',
] as const;

export function isFederated(policy: EffectivePolicy | null): boolean {
  return policy !== null && FEDERATION_KEYS.some((key) => policy.definition[key] !== undefined);
}

/** The upstreams that a policy names and that there are, in order. */
export function upstreamsOf(database: Database, policy: EffectivePolicy | null): readonly Upstream[] {
  if (policy === null) return [];
  return elementsOf(database, policy).flatMap((element) => {
    const { upstream: name, ...overrides } = element;
    const value = typeof name === 'string' ? readParameter(database, 'federation-upstream', name) : undefined;
    if (value === undefined) return [];
    const merged = { ...(value as FieldTable), ...overrides };
    return [readUpstream(name as string, merged).upstream];
  });
}

function elementsOf(database: Database, { definition }: EffectivePolicy): readonly FieldTable[] {
  const all = (): readonly string[] =>
    listParameters(database, 'federation-upstream').map(({ name }) => name);
  const one = definition['federation-upstream'];
  const set = definition['federation-upstream-set'];
  const pattern = definition['federation-upstream-pattern'];
  if (typeof one === 'string') return [{ upstream: one }];
  if (set === 'all') return all().map((upstream) => ({ upstream }));
  if (typeof set === 'string') {
    const elements = readParameter(database, 'federation-upstream-set', set);
    return Array.isArray(elements) ? (elements as readonly FieldTable[]) : [];
  }
  if (typeof pattern !== 'string') return [];
  const matches = compilePattern(pattern);
  return all()
    .filter((name) => matches.matches(name))
    .map((upstream) => ({ upstream }));
}
