/**
 * Sets one value in a document by its path, before anything is validated: `--set key=value` and the cells of a matrix.
 * Values keep the place they were written at, so that an error in one points there.
 *
 * A path is keys with dots between. Where a key has dots itself (`config.vm_memory_high_watermark.relative`,
 * `policies.ha.all.priority`) the longest key that exists is meant. A list's element is its number, from 0, or its `name`.
 */
import { isAlias, isMap, isNode, isSeq, Pair, Scalar, YAMLMap, type Node } from 'yaml';
import { keyText, originOf, readDocument, type SourceDocument } from './document.ts';
import { ScenarioError, type Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';

/** `[path, value as YAML text]`, as given on a command line. */
export type Override = readonly [path: string, yamlText: string];

/** Applies `--set path=text`. Throws ScenarioError whose place is in the option itself. */
export function applyOverride(document: SourceDocument, [path, yamlText]: Override): void {
  const option = `${path}=${yamlText}`;
  const fail = (message: string, hint?: string): never => {
    throw new ScenarioError([optionProblem(option, message, hint)]);
  };
  let value: SourceDocument;
  try {
    value = readDocument('--set', yamlText);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return fail(error.problems[0]?.message ?? 'the value is no YAML');
  }
  const origin = originOf('--set', option);
  const shift = path.length + 1;
  const node = (value.yaml.contents as Node | null) ?? new Scalar(null);
  eachNode(node, (each) => document.foreign.set(each, { origin, shift }));
  const problem = setPath(document, path, node);
  if (problem) fail(problem.message, problem.hint);
}

function optionProblem(option: string, message: string, hint?: string): Problem {
  const problem = { kind: 'invalid', file: '--set', line: 1, column: 1, excerpt: option, message } as const;
  return hint === undefined ? problem : { ...problem, hint };
}

function eachNode(node: unknown, visit: (node: Node) => void): void {
  if (!isNode(node)) return;
  visit(node);
  if (isSeq(node)) for (const item of node.items) eachNode(item, visit);
  if (isMap(node))
    for (const pair of node.items) {
      eachNode(pair.key, visit);
      eachNode(pair.value, visit);
    }
}

/** Puts `value` at `path`, creating maps on the way. Returns what is wrong with the path, if anything is. */
export function setPath(
  document: SourceDocument,
  path: string,
  value: Node,
): { readonly message: string; readonly hint?: string } | undefined {
  const steps = path.split('.');
  if (steps.some((step) => step === '' || step === '__proto__')) return { message: `"${path}" is no path` };
  let node: unknown = document.yaml.contents;
  let parentKey = '';
  let at = 0;
  while (at < steps.length) {
    if (isAlias(node)) node = node.resolve(document.yaml);
    if (isMap(node)) {
      const map: YAMLMap = node;
      const found = longestKey(map, steps.slice(at), parentKey);
      const last = at + found.length === steps.length;
      const pair = map.items.find((each) => keyText(each) === found.key);
      if (last) {
        if (pair) pair.value = value;
        else map.items.push(new Pair(keyNode(document, found.key, value), value));
        return undefined;
      }
      if (pair && (isMap(pair.value) || isSeq(pair.value) || isAlias(pair.value))) node = pair.value;
      else {
        const created = new YAMLMap();
        created.range = value.range;
        if (pair) pair.value = created;
        else map.items.push(new Pair(keyNode(document, found.key, value), created));
        node = created;
      }
      parentKey = found.key;
      at += found.length;
    } else if (isSeq(node)) {
      const list = node;
      const names = list.items.map((item) => (isMap(item) ? item.get('name') : undefined));
      const found = longestName(names, steps.slice(at));
      const index = found?.index ?? (/^\d{1,6}$/.test(steps[at] ?? '') ? Number(steps[at]) : -1);
      if (index < 0 || index >= list.items.length) {
        const known = names.filter((name) => typeof name === 'string');
        const hint = didYouMean(steps[at] ?? '', known);
        return { message: `"${path}": nothing in the list is called "${steps[at]}"`, ...(hint && { hint }) };
      }
      at += found?.length ?? 1;
      if (at === steps.length) {
        list.items[index] = value;
        return undefined;
      }
      node = list.items[index];
    } else return { message: `"${path}": "${steps[at - 1]}" has no "${steps[at]}" in it` };
  }
  return undefined;
}

/** A new key stands, for errors, where its value does. */
function keyNode(document: SourceDocument, key: string, value: Node): Scalar {
  const scalar = new Scalar(key);
  scalar.range = value.range;
  const foreign = document.foreign.get(value);
  if (foreign) document.foreign.set(scalar, { ...foreign, shift: 0 });
  return scalar;
}

function longestKey(
  map: YAMLMap,
  steps: readonly string[],
  parentKey: string,
): { readonly key: string; readonly length: number } {
  for (let length = steps.length; length > 0; length--) {
    const key = steps.slice(0, length).join('.');
    if (map.items.some((pair) => keyText(pair) === key)) return { key, length };
  }
  // All of rabbitmq.conf is one level.
  const length = parentKey === 'config' ? steps.length : 1;
  return { key: steps.slice(0, length).join('.'), length };
}

function longestName(
  names: readonly unknown[],
  steps: readonly string[],
): { readonly index: number; readonly length: number } | undefined {
  for (let length = steps.length; length > 0; length--) {
    const index = names.indexOf(steps.slice(0, length).join('.'));
    if (index >= 0) return { index, length };
  }
  return undefined;
}
