/**
 * The configuration that a run had: the scenario with every default filled in, flattened into rows that a person can read and search.
 * What the file says in a form of its own is left out: chaos and expectations stand in the listing, and so does a line's number.
 */
import type { Scenario } from '../scenario/model.ts';
import type { ConfigurationRow } from './run-report.ts';

/** At most this many rows; a scenario of many workloads has more to say than anybody reads. */
const ROWS_MAX = 600;

type Value = unknown;

/** Rows in the order of the model, the nodes as one where they are all alike. */
export function configurationOf(scenario: Scenario): ConfigurationRow[] {
  const { seed, netTicktimeUs, partitionHandling, settleUs, drain, limits, timings } = scenario;
  const rows: ConfigurationRow[] = [];
  const add = (part: string, value: Value): void => {
    for (const [key, text] of flattened(value, '')) rows.push({ part, key, value: text });
  };
  add('run', { seed, settleUs, drain, limits });
  add('cluster', { netTicktimeUs, partitionHandling });
  const nodes = scenario.nodes.map(({ name, line: _line, ...node }) => ({ name, node }));
  const [first] = nodes;
  const alike = nodes.every(({ node }) => JSON.stringify(node) === JSON.stringify(first?.node));
  if (alike) add(`nodes ${nodes.map(({ name }) => name).join(', ')}`, first?.node);
  else for (const { name, node } of nodes) add(`node ${name}`, node);
  for (const { pairs, ...link } of scenario.links) add(`links ${pairs.length} of nodes`, link);
  for (const link of scenario.clientLinks) add('links of clients', link);
  for (const policy of scenario.topology.policies) add(`policy ${policy.name}`, policy);
  for (const queue of scenario.topology.queues) add(`queue ${queue.name}`, queue);
  for (const exchange of scenario.topology.exchanges) add(`exchange ${exchange.name}`, exchange);
  for (const proxy of scenario.proxies) add(`proxy ${proxy.name}`, proxy);
  for (const workload of scenario.workloads) add(`workload ${workload.name}`, workload);
  add('timings', timings);
  return rows.slice(0, ROWS_MAX);
}

/** Leaves with their paths; what has no value of its own (an empty table, null) is said in a word. */
function flattened(value: Value, path: string): [string, string][] {
  if (value === null) return [[wordOf(path), 'none']];
  if (typeof value !== 'object') return [[wordOf(path), leaf(path, value)]];
  if (isDuration(value)) return [[wordOf(path), durationText(value)]];
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    if (value.every((item) => typeof item !== 'object')) return [[wordOf(path), value.join(', ')]];
    return value.flatMap((item: Value, index) => flattened(item, `${path}.${index + 1}`));
  }
  return Object.entries(value).flatMap(([key, item]: [string, Value]) =>
    (path === '' && key === 'name') || key === 'line' || item === undefined
      ? []
      : flattened(item, path === '' ? key : `${path}.${key}`),
  );
}

interface FixedOrDrawn {
  readonly kind: 'fixed' | 'lognormal';
  readonly us?: number;
  readonly medianUs?: number;
  readonly p99Us?: number;
}

function isDuration(value: object): value is FixedOrDrawn {
  return 'us' in value || ('medianUs' in value && 'p99Us' in value);
}

function durationText({ us, medianUs = 0, p99Us = 0 }: FixedOrDrawn): string {
  return us === undefined ? `lognormal, median ${timeText(medianUs)}, p99 ${timeText(p99Us)}` : timeText(us);
}

/** A unit that stands last in a name goes with the value. */
function leaf(path: string, value: Value): string {
  if (typeof value === 'number' && path.endsWith('Us')) return timeText(value);
  if (typeof value === 'number' && /bytes$/i.test(path)) return `${value} B`;
  return String(value);
}

function timeText(us: number): string {
  if (us === 0) return '0 s';
  if (us % 1_000_000 === 0) return `${us / 1_000_000} s`;
  return us % 1_000 === 0 ? `${us / 1_000} ms` : `${us} µs`;
}

/** `netTicktimeUs` as the scenario language writes it: `net_ticktime`. */
function wordOf(path: string): string {
  return path.replace(/Us$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
