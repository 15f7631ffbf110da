/**
 * `definitions: FILE`: an export of a real cluster (`rabbitmqctl export_definitions`), merged into the scenario that names it before
 * anything else is asked. Its rows come first, and a row of the scenario's own replaces the one of the same name, as declaring it again
 * would. From here on they are rows like any other, checked by the same code, but their errors point into the export.
 *
 * Left out because nothing here depends on it: versions, passwords, descriptions, the cluster's name.
 */
import { isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, type Node, type YAMLSeq } from 'yaml';
import { keyText, placeAt, placeOfOffset, type Origin, type SourceDocument } from './document.ts';
import { readDefinitionsFile, type DefinitionsFile } from './definitions-file.ts';
import { readJson } from './json.ts';
import { ScenarioError, type Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';

/** The lists that a scenario has as well, and what tells two of their rows apart. Bindings have no name: equal ones do no harm. */
const lists: ReadonlyMap<string, readonly string[]> = new Map([
  ['vhosts', ['name']],
  ['users', ['name']],
  ['permissions', ['vhost', 'user']],
  ['topic_permissions', ['vhost', 'user', 'exchange']],
  ['exchanges', ['vhost', 'name']],
  ['queues', ['vhost', 'name']],
  ['bindings', []],
  ['policies', ['vhost', 'name']],
  ['parameters', ['vhost', 'component', 'name']],
]);

/** What only a definitions file has: parameters of the whole cluster. */
const globalParameters = 'global_parameters';

/** What several versions of RabbitMQ write beside the lists, and nothing here depends on. */
export const remarksOfDefinitions: readonly string[] = [
  'rabbit_version',
  'rabbitmq_version',
  'product_name',
  'product_version',
  'rabbitmq_definition_format',
  'original_cluster_name',
  'original_vhost_name',
  'explanation',
  'metadata',
  'description',
  'default_queue_type',
];

/** Fields of rows from which nothing follows here. */
const idleFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['users', ['password', 'password_hash', 'hashing_algorithm']],
  ['vhosts', ['metadata', 'description', 'tags', 'tracing', 'cluster_state', 'default_queue_type']],
  // The argument x-queue-type says the same.
  ['queues', ['type']],
]);

/** Parameters of the whole cluster from which nothing follows here. */
const idleParameters = ['cluster_name', 'internal_cluster_id'];

/** The file that a scenario's `definitions` names; null where it names none, or no text, which the schema will say. */
export function definitionsOf(document: SourceDocument): DefinitionsFile | null {
  const root = document.yaml.contents;
  const value: unknown = isMap(root) ? root.get('definitions', true) : undefined;
  if (!isScalar(value) || typeof value.value !== 'string') return null;
  return readDefinitionsFile(document.file, value.value, placeAt(document, ['definitions'], 'value'));
}

/** Puts an export's rows into the document. Adds to `problems` what no scenario has a place for. Throws ScenarioError. */
export function mergeDefinitions(
  document: SourceDocument,
  { origin, text }: DefinitionsFile,
  problems: Problem[],
): SourceDocument {
  const merged: SourceDocument = { ...document, imported: origin };
  const { foreign } = document;
  const root = readJson(origin, text, (node) => foreign.set(node, { origin, shift: 0 }));
  const target = document.yaml.contents;
  if (!isMap(root)) {
    const message = 'definitions are a map of lists, as rabbitmqctl export_definitions writes it';
    throw new ScenarioError([{ kind: 'invalid', ...placeOfNode(origin, root), message }]);
  }
  moveVhostLimits(root, foreign);
  for (const pair of root.items) {
    const name = keyText(pair) ?? '';
    const report = (kind: Problem['kind'], node: unknown, message: string, hint?: string): void =>
      void problems.push({
        kind,
        ...placeOfNode(origin, node),
        message,
        ...(hint !== undefined && { hint }),
      });
    if (remarksOfDefinitions.includes(name)) continue;
    if (!lists.has(name) && name !== globalParameters) {
      const known = [...lists.keys(), globalParameters];
      report(
        'invalid',
        pair.key,
        `unknown part of definitions "${name.slice(0, 60)}"`,
        didYouMean(name, known),
      );
    } else if (!isSeq(pair.value)) report('invalid', pair.value, `${name} have to be a list`);
    else if (name === globalParameters) {
      for (const row of pair.value.items)
        if (!idleParameters.includes(textOf(row, 'name')))
          report('unmodelled', row, 'parameters of a whole cluster are not modelled yet');
    } else if (isMap(target)) {
      for (const row of pair.value.items) if (isMap(row)) dropIdle(name, row);
      addRows(target, name, pair.key as Node, pair.value as YAMLSeq<Node>);
    }
  }
  return merged;
}

/**
 * Takes out the bindings of an export whose queue nobody declares: exports leave exclusive queues out and keep their bindings, and
 * RabbitMQ's import passes over them without a word.
 */
export function dropStrayBindings(document: SourceDocument): void {
  const root = document.yaml.contents;
  const bindings: unknown = isMap(root) ? root.get('bindings') : undefined;
  if (!isMap(root) || !isSeq(bindings)) return;
  const queues: unknown = root.get('queues');
  const idOf = (row: unknown, field: string): string =>
    JSON.stringify([textOf(row, 'vhost') || '/', textOf(row, field)]);
  const declared = new Set(isSeq(queues) ? queues.items.map((row) => idOf(row, 'name')) : []);
  const isStray = (row: unknown): boolean =>
    document.foreign.get(row as Node)?.origin === document.imported &&
    textOf(row, 'destination_type') === 'queue' &&
    !declared.has(idOf(row, 'destination'));
  bindings.items = bindings.items.filter((row) => !isStray(row));
}

/** What a person should know about a problem with what was imported. */
export function explained(problem: Problem): Problem {
  if (!problem.message.startsWith('nothing declares an exchange')) return problem;
  return { ...problem, hint: 'exports leave internal exchanges out: declare it in the scenario' };
}

/** Rows of the export before the scenario's own, without those that the scenario has itself. */
function addRows(target: YAMLMap, name: string, key: Node, rows: YAMLSeq<Node>): void {
  const identity = lists.get(name) ?? [];
  // What names a cluster is another's: an export has none of it.
  const idOf = (row: unknown): string =>
    isMap(row) && row.has('cluster')
      ? ''
      : JSON.stringify(identity.map((field) => textOf(row, field) || (field === 'vhost' ? '/' : '')));
  const there = target.items.find((each) => keyText(each) === name);
  const own: unknown = there === undefined ? undefined : target.get(keyText(there) ?? '', true);
  const empty = own === undefined || own === null || (isScalar(own) && own.value === null);
  if (!empty && !isSeq(own)) return;
  const ownRows = isSeq(own) ? own.items : [];
  const ids = new Set(identity.length === 0 ? [] : ownRows.map(idOf));
  const imported = rows.items.filter((row) => !ids.has(idOf(row)));
  if (isSeq(own)) own.items = [...imported, ...ownRows];
  else if (there !== undefined) there.value = Object.assign(rows, { items: imported });
  else target.items.push(new Pair(key, Object.assign(rows, { items: imported })));
}

/** Takes out what says nothing: idle fields, empty limits. */
function dropIdle(list: string, row: YAMLMap): void {
  const idle = idleFields.get(list) ?? [];
  row.items = row.items.filter((pair) => {
    const name = keyText(pair) ?? '';
    return !idle.includes(name) && (name !== 'limits' || !isEmpty(pair.value));
  });
}

/**
 * The limits of a vhost stand in an export twice: as a parameter, and in the vhost's row as a list of pairs. A scenario has them in the row,
 * as a map.
 */
function moveVhostLimits(root: YAMLMap, foreign: SourceDocument['foreign']): void {
  const limits = new Map<string, Node>();
  const vhosts = rowsOf(root, 'vhosts');
  const parameters: unknown = root.get('parameters');
  if (isSeq(parameters)) {
    const names = new Set(vhosts.map((row) => textOf(row, 'name')));
    parameters.items = parameters.items.filter((row) => {
      const vhost = textOf(row, 'vhost');
      const isLimits = isMap(row) && textOf(row, 'component') === 'vhost-limits' && names.has(vhost);
      if (isLimits) limits.set(vhost, row.get('value', true) as Node);
      return !isLimits;
    });
  }
  for (const row of vhosts) {
    const written: unknown = row.get('limits', true);
    const moved = limits.get(textOf(row, 'name'));
    const value = moved ?? (isSeq(written) ? mapOfPairs(written, foreign) : undefined);
    if (value === undefined) continue;
    row.delete('limits');
    row.items.push(new Pair(keyFor('limits', value, foreign), value));
  }
}

/** `[[a, 1], [b, 2]]` as a map, where it is one. */
function mapOfPairs(list: YAMLSeq, foreign: SourceDocument['foreign']): Node {
  const pairs = list.items.filter((item) => isSeq(item) && item.items.length === 2) as YAMLSeq[];
  if (pairs.length < list.items.length) return list;
  const map = new YAMLMap();
  map.range = list.range;
  map.items = pairs.map(({ items: [key, value] }) => new Pair(key as Node, value as Node));
  const from = foreign.get(list);
  if (from !== undefined) foreign.set(map, from);
  return map;
}

/** A key that stands, for errors, where its value does. */
function keyFor(name: string, value: Node, foreign: SourceDocument['foreign']): Node {
  const key = new Scalar(name);
  key.range = value.range;
  const from = foreign.get(value);
  if (from !== undefined) foreign.set(key, from);
  return key;
}

function rowsOf(root: YAMLMap, list: string): readonly YAMLMap[] {
  const rows: unknown = root.get(list);
  return isSeq(rows) ? rows.items.filter((row) => isMap(row)) : [];
}

function isEmpty(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.items.length === 0;
}

function textOf(row: unknown, field: string): string {
  const value: unknown = isMap(row) ? row.get(field) : undefined;
  return typeof value === 'string' ? value : '';
}

function placeOfNode(origin: Origin, node: unknown): ReturnType<typeof placeOfOffset> {
  return placeOfOffset(origin, (node as Node | null)?.range?.[0] ?? 0);
}
