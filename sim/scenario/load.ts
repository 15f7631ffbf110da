/**
 * From a file to scenarios that the engine can run. A file is read, its `--set` overrides and matrix applied, held against the
 * schema, and built; whatever is wrong on the way is collected and thrown as one ScenarioError.
 */
import { Checker } from './build/checker.ts';
import { namesIn } from './build/names.ts';
import { buildScenario } from './build/scenario.ts';
import { definitionsOf, dropStrayBindings, explained, mergeDefinitions } from './definitions.ts';
import { blotted, type DefinitionsFile } from './definitions-file.ts';
import { placeAt, readDocument, toData, type SourceDocument } from './document.ts';
import { expandMatrix, type Cell } from './matrix.ts';
import type { Scenario } from './model.ts';
import { readOrdinaryFile, UnreadableError } from './ordinary-file.ts';
import { applyOverride, type Override } from './overrides.ts';
import { inFileOrder, problemLimit, ScenarioError, type Problem } from './problem.ts';
import { scenario as schema } from './schema/scenario.ts';
import { prune, type Pruned } from './prune.ts';
import { shapeProblems } from './shape.ts';

export interface LoadOptions {
  /** `--set path=value`, applied in order. */
  readonly overrides?: readonly Override[];
  /** Let RabbitMQ's own settings pass that nothing models. */
  readonly allowUnmodelled?: boolean;
}

/** Larger files are no scenarios; what is read is checked again by characters. */
const fileBytesLimit = 4_000_000;

/** Loads a file: one scenario for each cell of its matrix, or the only one. Throws ScenarioError, also when it cannot be read. */
export function loadFile(file: string, options: LoadOptions = {}): readonly Scenario[] {
  return loadText(file, readText(file), options);
}

function readText(file: string): string {
  try {
    return readOrdinaryFile(file, fileBytesLimit);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const message = `cannot be read: ${error.message}`;
    throw new ScenarioError([{ kind: 'syntax', file, line: 1, column: 1, excerpt: '', message }]);
  }
}

/** Loads a text; `file` is how messages call it. As `loadFile` otherwise. */
export function loadText(file: string, text: string, options: LoadOptions = {}): readonly Scenario[] {
  const { scenarios, problems } = inspectText(file, text, options);
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, problemLimit));
  return scenarios;
}

/** As `loadText`, with every problem that was found. Throws ScenarioError where the text cannot be taken apart at all. */
export function inspectText(
  file: string,
  text: string,
  options: LoadOptions = {},
): { readonly scenarios: readonly Scenario[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const overrides = options.overrides ?? [];
  let definitions: DefinitionsFile | null | undefined;
  const read = (): SourceDocument => {
    const document = readDocument(file, text);
    for (const override of overrides) if (isImport(override)) applyOverride(document, override);
    definitions ??= definitionsOf(document);
    const whole = definitions === null ? document : mergeDefinitions(document, definitions, problems);
    if (definitions !== null) dropStrayBindings(whole);
    for (const override of overrides) if (!isImport(override)) applyOverride(whole, override);
    return whole;
  };
  const document = read();
  // Converting refuses hostile documents before anything else walks them.
  toData(document);
  const scenarios: Scenario[] = [];
  for (const cell of expandMatrix(document, read)) {
    const { scenario, found } = loadCell(cell, text, options);
    problems.push(...found);
    if (scenario) scenarios.push(scenario);
  }
  const imported = document.imported?.file;
  const shown = problems.map((each) =>
    each.file === imported ? explained({ ...each, message: blotted(each.message) }) : each,
  );
  return { scenarios, problems: inFileOrder(shown, imported) };
}

/** Which export is loaded has to be known before anything in it can be changed. */
function isImport([path]: Override): boolean {
  return path === 'definitions';
}

function loadCell(
  { document, values }: Cell,
  text: string,
  options: LoadOptions,
): { readonly scenario?: Scenario; readonly found: readonly Problem[] } {
  const data = toData(document);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const message = 'a scenario is a map that begins with its name and its nodes';
    return { found: [{ kind: 'invalid', ...placeAt(document, [], 'value'), message }] };
  }
  let pruned: Pruned = { data, kept: new Map() };
  let parsed = schema.safeParse(data);
  const misfits = parsed.success ? [] : shapeProblems(schema, data, parsed.error.issues);
  for (let round = 0; !parsed.success && round < pruneRounds && misfits.length < pruneLimit; round++) {
    pruned = prune(pruned, shapeProblems(schema, pruned.data, parsed.error.issues));
    parsed = schema.safeParse(pruned.data);
  }
  const checker = new Checker(document, namesIn(data), pruned.kept, options.allowUnmodelled ?? false);
  for (const { path, message, hint, at } of misfits) checker.leaveOut(path, message, hint, at);
  if (!parsed.success) return { found: checker.problems };
  const scenario = buildScenario(checker, parsed.data, { file: document.file, text }, values);
  return { scenario, found: checker.problems };
}

/** What is left after one round may miss what was taken out of it; after a few there is nothing more to learn. */
const pruneRounds = 5;

/** With so much wrong, the rest can wait for the next try. */
const pruneLimit = 50;
