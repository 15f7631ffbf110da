/**
 * The two things that are compared, each read from a file: a scenario, whose runs are still to be run, or what `watership run --json` printed. Runs are
 * paired by configuration and seed; where both sides have one configuration it may be another, since that is then what is compared.
 */
import { readFileSync } from 'node:fs';
import type { RunResult } from '../../ledger/result.ts';
import { load, type LoadOptions } from '../../library/load.ts';
import type { Scenario } from '../../scenario/model.ts';
import { UsageError } from '../usage-error.ts';

/** A run that is known already, or one that can be had. */
export type Entry =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'result'; readonly result: RunResult };

const depthMax = 16;

export type Side =
  | { readonly kind: 'scenarios'; readonly file: string; readonly scenarios: readonly Scenario[] }
  | { readonly kind: 'results'; readonly file: string; readonly results: readonly RunResult[] };

export interface Pair {
  readonly seed: number;
  /** The configuration that both sides share, as JSON; empty where each has its only one. */
  readonly cell: string;
  /** Null: the other side has this run and this one does not. */
  readonly a: Entry | null;
  readonly b: Entry | null;
}

/** Reads a side. Throws ScenarioError for a scenario that is wrong, UsageError for results that are none. */
export function readSide(file: string, options: LoadOptions): Side {
  const text = readText(file);
  // A scenario may be written as one line of JSON, too; it has no trace hash.
  if (text === null || !/^\s*\{/.test(text) || !text.includes('"trace_hash"'))
    return { kind: 'scenarios', file, scenarios: load(file, options) };
  return { kind: 'results', file, results: readResults(file, text) };
}

/** Null where it cannot be read, which loading it as a scenario says in its own way. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
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
  const many = Math.max(cellsOf(a).length, cellsOf(b).length) > 1;
  const keyed = (
    side: Side,
  ): Map<string, { readonly cell: string; readonly seed: number; readonly entry: Entry }> => {
    const entries = entriesOf(side, seedsFor(a, b, seed, seeds));
    return new Map(
      entries.map(({ matrix, seed: its, entry }) => {
        const cell = many ? matrix : '';
        return [`${cell} ${its}`, { cell, seed: its, entry }];
      }),
    );
  };
  const [ofA, ofB] = [keyed(a), keyed(b)];
  return [...new Set([...ofA.keys(), ...ofB.keys()])].map((key) => {
    const known = (ofA.get(key) ?? ofB.get(key))!;
    return {
      seed: known.seed,
      cell: known.cell,
      a: ofA.get(key)?.entry ?? null,
      b: ofB.get(key)?.entry ?? null,
    };
  });
}

function cellsOf(side: Side): readonly string[] {
  const matrices = side.kind === 'scenarios' ? side.scenarios : side.results;
  return [...new Set(matrices.map(({ matrix }) => JSON.stringify(matrix)))];
}

/** Which seeds a scenario is run with: those asked for, else those that the other side has results of, else the first scenario's own. */
function seedsFor(a: Side, b: Side, seed: number | null, seeds: number | null): readonly number[] {
  const results = [a, b].find((side) => side.kind === 'results');
  if (results?.kind === 'results' && seed === null && seeds === null)
    return [...new Set(results.results.map((result) => result.seed))];
  const first = seed ?? (a.kind === 'scenarios' ? a.scenarios[0]?.seed : a.results[0]?.seed) ?? 1;
  return Array.from({ length: seeds ?? 1 }, (_, nth) => first + nth);
}

function entriesOf(
  side: Side,
  seeds: readonly number[],
): readonly { readonly matrix: string; readonly seed: number; readonly entry: Entry }[] {
  if (side.kind === 'results')
    return side.results.map((result) => ({
      matrix: JSON.stringify(result.matrix),
      seed: result.seed,
      entry: { kind: 'result', result },
    }));
  return side.scenarios.flatMap((scenario) =>
    seeds.map((seed) => ({
      matrix: JSON.stringify(matrixAsResult(scenario)),
      seed,
      entry: { kind: 'scenario' as const, scenario },
    })),
  );
}

/** A configuration as results have it: what is no scalar as JSON. */
function matrixAsResult({ matrix }: Scenario): object {
  return Object.fromEntries(
    Object.entries(matrix).map(([path, value]) => [
      path,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}
