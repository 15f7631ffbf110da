/** A definitions file as plain rows, through the same reading that `definitions:` in a scenario goes. */
import { definitionsText } from '../../scenario/definitions-file.ts';
import { mergeDefinitions, remarksOfDefinitions } from '../../scenario/definitions.ts';
import { readDocument, toData, type Data } from '../../scenario/document.ts';
import { ScenarioError, type Problem } from '../../scenario/problem.ts';
import { flowOf, textOf } from './flow-text.ts';
import { Row } from './row.ts';

export type Fields = { readonly [field: string]: Data };

/** In the order in which a scenario is read; what a list holds is not checked yet, but that they are maps. */
export interface Definitions {
  readonly vhosts: readonly Fields[];
  readonly users: readonly Fields[];
  readonly permissions: readonly Fields[];
  readonly topicPermissions: readonly Fields[];
  readonly exchanges: readonly Fields[];
  readonly queues: readonly Fields[];
  readonly bindings: readonly Fields[];
  readonly policies: readonly Fields[];
  readonly parameters: readonly Fields[];
  /** Null where they do not name it. */
  readonly clusterName: string | null;
  /** What a scenario has no place for at all, as comments. */
  readonly others: readonly Row[];
}

/** Throws ScenarioError, which points into the file. */
export function readDefinitions(file: string, content: string): Definitions {
  const problems: Problem[] = [];
  const read = definitionsText(file, content);
  const data = mapOf(toData(mergeDefinitions(readDocument(file, '{}'), read, problems)));
  const whole = mapOf(JSON.parse(content.replace(/^\uFEFF/, '')) as Data);
  const unknown = Object.keys(whole).filter(
    (part) => !(part in data) && !remarksOfDefinitions.includes(part),
  );
  const wrong = problems.filter(({ message }) => message.endsWith('have to be a list'));
  if (wrong.length > 0) throw new ScenarioError(wrong);
  const rowsOf = (list: string): readonly Fields[] =>
    listOf(data[list]).map((row) => withoutCredentials(mapOf(row)) as Fields);
  const named = listOf(whole['global_parameters']).find((row) => text(mapOf(row), 'name') === 'cluster_name');
  return {
    clusterName: text(mapOf(named), 'value') || null,
    vhosts: rowsOf('vhosts'),
    users: rowsOf('users'),
    permissions: rowsOf('permissions'),
    topicPermissions: rowsOf('topic_permissions'),
    exchanges: rowsOf('exchanges'),
    queues: rowsOf('queues'),
    bindings: rowsOf('bindings'),
    policies: rowsOf('policies'),
    parameters: rowsOf('parameters'),
    others: unknown.flatMap((part) => othersOf(part, whole[part] ?? null)),
  };
}

/** Clusters tell their names by this: it is no setting. */
const names = ['cluster_name', 'internal_cluster_id'];

function othersOf(part: string, value: Data): readonly Row[] {
  const rows = Array.isArray(value) ? listOf(value) : [value];
  return rows
    .filter((row) => !(part === 'global_parameters' && names.includes(text(mapOf(row), 'name'))))
    .map((row) => Row.comment(`${textOf(part)}: ${flowOf(withoutCredentials(row))}`, ''));
}

function mapOf(value: Data | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: Data | undefined): readonly Data[] {
  return Array.isArray(value) ? (value as readonly Data[]) : [];
}

/** URIs keep their user and lose the password: what is written may be shown around. */
function withoutCredentials(value: Data): Data {
  if (typeof value === 'string') return value.replaceAll(/(:\/\/[^\s:/@]{0,200}):[^\s/@]{0,500}@/g, '$1@');
  if (Array.isArray(value)) return listOf(value).map(withoutCredentials);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutCredentials(each)]));
}

/** What tells two things of one kind apart, whose name stands in `field`. */
export function placeOf(row: Fields, field: string): string {
  return JSON.stringify([vhostOf(row), text(row, field)]);
}

export function vhostOf(row: Fields): string {
  return text(row, 'vhost') || '/';
}

/** A field's text, empty where it has none. */
export function text(row: Fields, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}

/** Only queues whose name `matches`, with the bindings that lead to them; how many others there are stays as a comment. */
export function choose(
  definitions: Definitions,
  matches: (name: string) => boolean,
  pattern: string,
): Definitions {
  const queues = definitions.queues.filter((queue) => matches(text(queue, 'name')));
  const bindings = definitions.bindings.filter(
    (binding) => text(binding, 'destination_type') === 'exchange' || matches(text(binding, 'destination')),
  );
  const without = `${definitions.queues.length - queues.length} queues and ${definitions.bindings.length - bindings.length} bindings`;
  const note = Row.comment(`${without} do not match --queues ${textOf(pattern)}`, '');
  return { ...definitions, queues, bindings, others: [...definitions.others, note] };
}
