/**
 * The two things that are compared, each read from a file: a scenario, whose runs are still to be run, or what `watership run --json` printed. Runs are
 * paired by scenario, configuration and seed; where both sides have one scenario, or one configuration, it may be another, since that is then what is compared.
 */
import type { RunResult } from '../../ledger/result.ts';
import { load, type LoadOptions } from '../../library/load.ts';
import type { Scenario } from '../../scenario/model.ts';
import { readOrdinaryFile, UnreadableError } from '../../scenario/ordinary-file.ts';
import { cellValues } from '../plan.ts';
import { UsageError } from '../usage-error.ts';

/** A run that is known already, or one that can be had. */
export type Entry =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'result'; readonly result: RunResult };

const depthMax = 16;
/** Node makes no longer text of a file. */
const resultsBytesMax = 500_000_000;

export type Side =
  | { readonly kind: 'scenarios'; readonly file: string; readonly scenarios: readonly Scenario[] }
  | { readonly kind: 'results'; readonly file: string; readonly results: readonly RunResult[] };

export interface Pair {
  readonly seed: number;
  /** The scenario that both sides have; empty where each has its only one. */
  readonly name: string;
  /** The configuration that both sides share, as JSON; empty where each has its only one. */
  readonly cell: string;
  /** Null: the other side has this run and this one does not. */
  readonly a: Entry | null;
  readonly b: Entry | null;
}

/** Reads a side. Throws ScenarioError for a scenario that is wrong, UsageError for results that are none. */
export function readSide(file: string, options: LoadOptions): Side {
  const text = readText(file);
  if (text === null || !looksLikeResults(text))
    return { kind: 'scenarios', file, scenarios: load(file, options) };
  return { kind: 'results', file, results: readResults(file, text) };
}

/** A scenario may be written as JSON, too; it has neither of these keys. The hash is at the end, which a file that was cut short lacks. */
function looksLikeResults(text: string): boolean {
  return /^\s*\{/.test(text) && (text.includes('"trace_hash"') || /^\s*\{\s*"scenario"\s*:/.test(text));
}

/** Null where it cannot be read, which loading it as a scenario says in its own way. */
function readText(file: string): string | null {
  try {
    return readOrdinaryFile(file, resultsBytesMax);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return null;
  }
}

function readResults(file: string, text: string): readonly RunResult[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const result = parsed(line);
    if (isResult(result)) return [result];
    throw new UsageError(
      `${file}:${index + 1}: this line is no result of a run`,
      'compare takes scenarios, or files with what "watership run --json" prints',
    );
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** What is needed to pair results and to say where they differ; all else may be missing, from another version. */
function isResult(value: unknown): value is RunResult {
  if (typeof value !== 'object' || value === null) return false;
  const {
    scenario,
    seed,
    matrix,
    messages,
    timeline,
    failures,
    causes,
    rules,
    trace_hash: hash,
  } = value as Record<string, unknown>;
  return (
    isShallow(value) &&
    [timeline, failures, causes, rules].every(Array.isArray) &&
    typeof scenario === 'string' &&
    typeof seed === 'number' &&
    typeof hash === 'string' &&
    isMap(matrix) &&
    isMap(messages) &&
    (timeline as readonly unknown[]).every(isEvent)
  );
}

function isEvent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { time, event } = value as Record<string, unknown>;
  return typeof time === 'number' && typeof event === 'string';
}

/** No deeper than results are: what is written by somebody else may be nested until a stack ends. */
function isShallow(value: object): boolean {
  const open: { readonly value: object; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > depthMax) return false;
    for (const each of Object.values(next.value) as unknown[])
      if (typeof each === 'object' && each !== null) open.push({ value: each, depth: next.depth + 1 });
  }
  return true;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Pairs the runs of two sides, in the order of the first. `seeds`: null for those of the sides themselves. Throws UsageError. */
export function pairsOf(a: Side, b: Side, seed: number | null, seeds: number | null): readonly Pair[] {
  const severalCells = [a, b].some((side) => countOf(side, ({ matrix }) => JSON.stringify(matrix)) > 1);
  const severalNames = [a, b].some((side) => countOf(side, nameOf) > 1);
  const isAskedFor = seed === null && seeds === null ? null : new Set(seedsFor(a, b, seed, seeds));
  const keyed = (side: Side): Map<string, Run> => {
    const runs = new Map<string, Run>();
    for (const run of runsOf(side, seedsFor(a, b, seed, seeds))) {
      if (isAskedFor?.has(run.seed) === false) continue;
      const cell = severalCells ? run.cell : '';
      const name = severalNames ? run.name : '';
      const key = JSON.stringify([name, cell, run.seed]);
      if (runs.has(key))
        throw new UsageError(`${side.file} has seed ${run.seed} of ${run.name} twice: which is meant?`);
      runs.set(key, { ...run, cell, name });
    }
    return runs;
  };
  const [ofA, ofB] = [keyed(a), keyed(b)];
  return [...new Set([...ofA.keys(), ...ofB.keys()])].map((key) => {
    const known = (ofA.get(key) ?? ofB.get(key))!;
    return {
      seed: known.seed,
      name: known.name,
      cell: known.cell,
      a: ofA.get(key)?.entry ?? null,
      b: ofB.get(key)?.entry ?? null,
    };
  });
}

/** A run of one side, known or to be had. */
interface Run {
  readonly name: string;
  /** Its configuration as JSON. */
  readonly cell: string;
  readonly seed: number;
  readonly entry: Entry;
}

/** How many different words `of` has for what a side consists of. */
function countOf(side: Side, of: (each: Scenario | RunResult) => string): number {
  const all: readonly (Scenario | RunResult)[] = side.kind === 'scenarios' ? side.scenarios : side.results;
  return new Set(all.map(of)).size;
}

function nameOf(each: Scenario | RunResult): string {
  return 'scenario' in each ? each.scenario : each.name;
}

/** Which seeds a scenario is run with: those asked for, else those that the other side has results of, else the first scenario's own. */
function seedsFor(a: Side, b: Side, seed: number | null, seeds: number | null): readonly number[] {
  const results = [a, b].find((side) => side.kind === 'results');
  if (results?.kind === 'results' && seed === null && seeds === null)
    return [...new Set(results.results.map((result) => result.seed))];
  const first = seed ?? (a.kind === 'scenarios' ? a.scenarios[0]?.seed : a.results[0]?.seed) ?? 1;
  return Array.from({ length: seeds ?? 1 }, (_, nth) => first + nth);
}

function runsOf(side: Side, seeds: readonly number[]): readonly Run[] {
  if (side.kind === 'results')
    return side.results.map((result) => ({
      name: result.scenario,
      cell: JSON.stringify(result.matrix),
      seed: result.seed,
      entry: { kind: 'result', result },
    }));
  return side.scenarios.flatMap((scenario) =>
    seeds.map((seed) => ({
      name: scenario.name,
      cell: JSON.stringify(cellValues(scenario.matrix)),
      seed,
      entry: { kind: 'scenario' as const, scenario },
    })),
  );
}
