/** Scenarios from files and from texts, with values changed on the way, as `watership run --set` does it. */
import { loadFile, loadText } from '../scenario/load.ts';
import type { FieldValue, Scenario } from '../scenario/model.ts';
import type { Override } from '../scenario/overrides.ts';

export interface LoadOptions {
  /**
   * Values to change before the scenario is read, by path: `{ net_ticktime: '60s', 'queues.ha.orders.durable': false }`. A text is read as YAML, as
   * after `--set`. A list of pairs is applied in its order, so that one path may be set twice.
   */
  readonly set?: { readonly [path: string]: FieldValue } | readonly Override[];
  /** Let RabbitMQ's own settings pass that nothing models yet, without effect. */
  readonly allowUnmodelled?: boolean;
}

/**
 * Reads a scenario file: one scenario for each cell of its matrix, in order, or the only one. Throws ScenarioError, which says what is wrong and
 * where, also when the file cannot be read.
 */
export function load(file: string, options: LoadOptions = {}): readonly Scenario[] {
  return loadFile(file, wordsOf(options));
}

/** As `load`, of a scenario that is there as YAML or JSON. `name` is what errors and results call it. */
export function parse(
  text: string,
  options: LoadOptions & { readonly name?: string } = {},
): readonly Scenario[] {
  return loadText(options.name ?? 'scenario.yaml', text, wordsOf(options));
}

function wordsOf({ set = {}, allowUnmodelled = false }: LoadOptions): {
  readonly overrides: readonly Override[];
  readonly allowUnmodelled: boolean;
} {
  return { overrides: isList(set) ? set : Object.entries(set).map(overrideOf), allowUnmodelled };
}

function isList(set: NonNullable<LoadOptions['set']>): set is readonly Override[] {
  return Array.isArray(set);
}

function overrideOf([path, value]: readonly [string, FieldValue]): Override {
  return [path, typeof value === 'string' ? value : JSON.stringify(value)];
}
