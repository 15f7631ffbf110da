/** What differs between two results, and between two scenarios: by path, in words that both have. */
import type { CauseFigures, RunResult, Scalar, TimelineEvent } from '../../ledger/result.ts';
import type { Scenario } from '../../scenario/model.ts';

/** A value that differs; null where that side has none. What is no scalar is JSON. */
export interface Difference {
  readonly path: string;
  readonly a: Scalar;
  readonly b: Scalar;
}

/** The first event of the timeline that differs; null where that run has no more of them. */
export interface TimelineParting {
  /** Counted from 1. */
  readonly event: number;
  readonly a: TimelineEvent | null;
  readonly b: TimelineEvent | null;
}

/** Of a result what is no figure: names, what has its own comparison, and the hash, which differs whenever anything does. */
const noFigures = new Set([
  'scenario',
  'seed',
  'matrix',
  'trace_hash',
  'timeline',
  'causes',
  'rules',
  'failures',
]);

/** What a person looks for first. */
const first = ['verdict', 'messages', 'availability', 'duration', 'nodes', 'queues'] as const;

/** Figures, states at the end, causes and the number of events of each kind, where they differ. */
export function resultDifferences(a: RunResult, b: RunResult): readonly Difference[] {
  return differences(figuresOf(a), figuresOf(b));
}

function figuresOf(result: RunResult): ReadonlyMap<string, Scalar> {
  const leaves = new Map<string, Scalar>();
  // What another version did not measure has no value, rather than none.
  for (const key of first) if (result[key] !== undefined) flatten(key, result[key], leaves);
  for (const failure of result.failures) leaves.set(`failed: ${failure.expected}`, failure.observed);
  for (const cause of result.causes) leaves.set(causeName(cause), cause.messages);
  const counts = new Map<string, number>();
  for (const { event } of result.timeline) counts.set(event, (counts.get(event) ?? 0) + 1);
  for (const [event, count] of counts) leaves.set(`timeline: ${event}`, count);
  // The figures of single workloads and queues say the same again, in parts.
  for (const [key, value] of Object.entries(result)) if (!noFigures.has(key)) flatten(key, value, leaves);
  return leaves;
}

function causeName({ hazard, rule, outcome }: CauseFigures): string {
  return `cause: ${hazard} by ${rule}, ${outcome}`;
}

/** Rules that one run exercised and the other did not. */
export function ruleDifferences(
  a: RunResult,
  b: RunResult,
): { readonly onlyA: readonly string[]; readonly onlyB: readonly string[] } {
  const [ofA, ofB] = [new Set(a.rules), new Set(b.rules)];
  return {
    onlyA: [...ofA].filter((rule) => !ofB.has(rule)),
    onlyB: [...ofB].filter((rule) => !ofA.has(rule)),
  };
}

/** Where the timelines part; null: nowhere. */
export function timelineParting(a: RunResult, b: RunResult): TimelineParting | null {
  const longest = Math.max(a.timeline.length, b.timeline.length);
  for (let index = 0; index < longest; index += 1) {
    const [ofA, ofB] = [a.timeline[index] ?? null, b.timeline[index] ?? null];
    if (JSON.stringify(ofA) !== JSON.stringify(ofB)) return { event: index + 1, a: ofA, b: ofB };
  }
  return null;
}

const noSettings = new Set(['source', 'line', 'text', 'seed', 'seeds', 'matrix', 'description']);

/** Settings that differ, defaults filled in, by their path in the normalised scenario; where they stand in the file is no difference. */
export function scenarioDifferences(a: Scenario, b: Scenario): readonly Difference[] {
  const settingsOf = (scenario: Scenario): ReadonlyMap<string, Scalar> => {
    const leaves = new Map<string, Scalar>();
    flatten('', scenario, leaves);
    return leaves;
  };
  return differences(settingsOf(a), settingsOf(b));
}

function flatten(path: string, value: unknown, into: Map<string, Scalar>): void {
  if (typeof value !== 'object' || value === null) {
    into.set(path, isScalar(value) ? value : null);
    return;
  }
  const entries = Object.entries(value);
  if (Array.isArray(value) && value.every(isScalar)) into.set(path, JSON.stringify(value));
  else
    for (const [key, each] of entries)
      if (!noSettings.has(key)) flatten(path === '' ? key : `${path}.${key}`, each, into);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function differences(a: ReadonlyMap<string, Scalar>, b: ReadonlyMap<string, Scalar>): readonly Difference[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => ({ path, a: a.get(path) ?? null, b: b.get(path) ?? null }));
}
