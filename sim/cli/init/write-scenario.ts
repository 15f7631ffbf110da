/**
 * A first scenario from a real cluster's own files: its nodes, settings and topology, a plausible load, one partition, and what everybody
 * hopes. What happens then is the answer to a question that the user did not have to write down.
 */
import { UsageError } from '../usage-error.ts';
import { clusterSettings } from './cluster-rows.ts';
import type { Setting } from './conf-file.ts';
import type { Definitions, Fields } from './definitions.ts';
import { Draft, type Section } from './draft.ts';
import { flowOf, keyOf, textOf } from './flow-text.ts';
import { Row } from './row.ts';
import { trafficOf } from './traffic.ts';

/** A longer file would not be read; see `document.ts`. */
const charactersMax = 250_000;
const nodesMax = 64;
const nodePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

export interface InitRequest {
  readonly definitions: Definitions;
  readonly settings: readonly Setting[];
  /** Empty: as the settings list them. */
  readonly nodes: readonly string[];
  /** What to call the scenario where the settings do not name the cluster. */
  readonly name: string;
  /** The files, as the person named them. */
  readonly sources: readonly string[];
}

export interface FirstScenario {
  readonly text: string;
  /** How many rows of the files could not be taken over and stand in the text as comments. */
  readonly leftOut: number;
}

/** Throws UsageError where the nodes are not known or the cluster is too large for one file. */
export function firstScenario(request: InitRequest): FirstScenario {
  const settings = clusterSettings(request.settings);
  const nodes = nodesOf(request.nodes.length > 0 ? request.nodes : settings.nodes);
  // A silent node is noticed after up to one and a quarter of this; the partition must outlast it to be one.
  const lastsS = Math.max(30, Math.ceil(settings.netTicktimeS * 1.5));
  const stop = `${10 + lastsS + 20}s`;
  const draft = new Draft(
    head(settings.clusterName ?? request.definitions.clusterName ?? request.name, nodes, request.sources),
    sectionsOf(request.definitions, settings.top, settings.config, nodes, stop),
    foot(nodes, `${lastsS}s`),
  );
  if (draft.length > charactersMax)
    throw new UsageError(
      `a scenario of all this would have ${draft.length} characters: at most ${charactersMax} are read`,
      '--queues PATTERN takes the queues whose names match, and what belongs to them',
    );
  return { text: draft.settle(), leftOut: draft.leftOut };
}

function nodesOf(nodes: readonly string[]): readonly string[] {
  const example = 'name them with --nodes rabbit1,rabbit2,rabbit3';
  if (nodes.length === 0) throw new UsageError('neither file lists the nodes of the cluster', example);
  if (nodes.length > nodesMax)
    throw new UsageError(`${nodes.length} nodes: at most ${nodesMax} are possible`);
  for (const node of nodes)
    if (!nodePattern.test(node)) throw new UsageError(`"${node}" cannot be the name of a node`, example);
  if (new Set(nodes).size < nodes.length) throw new UsageError('a node is named twice', example);
  return nodes;
}

function head(name: string, nodes: readonly string[], sources: readonly string[]): readonly string[] {
  return [
    `# Written by watership init from ${sources.map(textOf).join(' and ')}. Comments say what the simulator has no model of, and why; the`,
    '# load, the fault and the expectations are guesses to begin with.',
    `name: ${textOf(name.slice(0, 200))}`,
    `description: ${nodes.length > 1 ? `${textOf(nodes[0] ?? '')} is cut off from the others` : 'The only node dies'} while every queue is in use.`,
    `nodes: ${flowOf([...nodes])}`,
  ];
}

function sectionsOf(
  definitions: Definitions,
  top: readonly Row[],
  config: readonly Row[],
  nodes: readonly string[],
  stop: string,
): readonly Section[] {
  const rows = (list: readonly Fields[]): Row[] => list.map((fields) => Row.ofList(lean(fields)));
  const queues = definitions.queues.map((queue, index) =>
    Row.ofList({ ...lean(queue), declare_on: nodes[index % nodes.length] ?? '' }),
  );
  const { publishers, consumers } = trafficOf(definitions, queues, nodes, stop);
  const section = (key: string | null, its: readonly Row[], ...remarks: string[]): Section => ({
    key,
    rows: its,
    remarks,
  });
  return [
    section(null, top),
    section('config', config),
    section('vhosts', rows(definitions.vhosts)),
    section('users', rows(definitions.users), 'Nobody logs in with a password here: none is kept.'),
    section('permissions', rows(definitions.permissions)),
    section('topic_permissions', rows(definitions.topicPermissions)),
    section('policies', rows(definitions.policies)),
    section('parameters', rows(definitions.parameters)),
    section('exchanges', rows(definitions.exchanges)),
    section(
      'queues',
      queues,
      'Definitions do not say where the leaders are: here they were declared on one node after another.',
    ),
    section('bindings', rows(definitions.bindings)),
    section(null, definitions.others, 'What a scenario has no words for:'),
    section('workloads', [...publishers, ...consumers], 'Rates, sizes and prefetch are guesses.'),
  ];
}

/** Fields in the order in which a person would write them; an export has them by the alphabet. */
const order = [
  'name',
  'component',
  'user',
  'vhost',
  'source',
  'type',
  'destination',
  'destination_type',
  'routing_key',
  'durable',
];
const last = ['arguments', 'definition', 'value', 'limits'];

/** Without what is so anyway, in a person's order. */
function lean(fields: Fields): Fields {
  const isDefault = (key: string, value: Fields[string]): boolean =>
    (key === 'vhost' && value === '/') ||
    (key === 'arguments' && typeof value === 'object' && value !== null && Object.keys(value).length === 0) ||
    (key === 'auto_delete' && value === false) ||
    (key === 'destination_type' && value === 'queue');
  const rank = ([key]: readonly [string, unknown]): number => {
    if (last.includes(key)) return order.length + 1 + last.indexOf(key);
    return order.includes(key) ? order.indexOf(key) : order.length;
  };
  const entries = Object.entries(fields).filter(([key, value]) => !isDefault(key, value));
  return Object.fromEntries(entries.toSorted((a, b) => rank(a) - rank(b)));
}

function foot(nodes: readonly string[], lasts: string): readonly string[] {
  const [first = '', ...others] = nodes;
  const fault =
    others.length > 0
      ? [`  - { at: 10s, partition: ${flowOf([[first], others])}, for: ${lasts} }`]
      : [`  - { at: 10s, kill: ${textOf(first)} }`, `  - { at: ${lasts}, start: ${textOf(first)} }`];
  const running = nodes.map((node) => `${keyOf(node)} running`).join(', ');
  return [
    '',
    'chaos:',
    ...fault,
    'settle: 20s',
    '',
    'expect:',
    '  messages: { confirmed_lost: 0 } # what the broker had confirmed arrives',
    '  at:',
    `    - { time: end, nodes: { ${running} }, partitions: {} } # and all is well again`,
  ];
}
