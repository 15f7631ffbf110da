/** Puts the result of a run together, in the contract's order of keys. */
import type { Observation } from '../records/observation.ts';
import { rules } from '../rules/registry.ts';
import type { FieldValue, Scenario } from '../scenario/model.ts';
import type { Judgement } from './expectations.ts';
import type { LedgerFigures } from './ledger.ts';
import { leaderOf } from './queue-end.ts';
import type { CauseFigures, Failure, QueueView, RunResult, Scalar, Verdict } from './result.ts';
import type { Timeline } from './timeline.ts';

export interface ResultParts {
  readonly scenario: Pick<Scenario, 'name' | 'matrix' | 'expect'>;
  readonly seed: number;
  readonly figures: LedgerFigures;
  readonly timeline: Timeline;
  /** The end. */
  readonly observation: Observation;
  readonly judgement: Judgement;
  /** Failures that are not expectations: an `after` that never came. */
  readonly moreFailures: readonly Failure[];
  /** The limit that ended the run, null if none did: `events`, `virtual_time`, `messages`. */
  readonly limitReached: string | null;
  /** Virtual time up to the drain. */
  readonly durationUs: number;
  /** Indices of the rules that decided something in the run, from its coverage. */
  readonly exercised: readonly number[];
  readonly traceHash: string;
}

export function runResult(parts: ResultParts): RunResult {
  const { scenario, figures, observation, judgement } = parts;
  const failures = [...judgement.failures, ...parts.moreFailures].toSorted((a, b) => a.line - b.line);
  return {
    scenario: scenario.name,
    seed: parts.seed,
    matrix: Object.fromEntries(Object.entries(scenario.matrix).map(([path, value]) => [path, scalar(value)])),
    verdict: verdictOf(parts.limitReached, failures),
    failures,
    duration: parts.durationUs / 1_000_000,
    messages: { ...figures.messages },
    availability: figures.availability,
    by_workload: byName(figures.byWorkload),
    by_queue: byName(figures.byQueue),
    causes: figures.causes,
    members: observation.members,
    running: observation.running,
    nodes: observation.nodes,
    queues: observation.queues,
    views: differingViews(observation),
    timeline: parts.timeline.toJson(),
    rules: exercisedRules(parts.exercised, figures.causes),
    trace_hash: parts.traceHash,
  };
}

/** The rules by which processes decided, and those from which the ledger found a message's fate to follow, in the registry's order. */
function exercisedRules(decided: readonly number[], causes: readonly CauseFigures[]): string[] {
  const indices = new Set(decided);
  const named = new Set(causes.map(({ rule }) => rule));
  return rules.filter(({ id, index }) => indices.has(index) || named.has(id)).map(({ id }) => id);
}

function verdictOf(limitReached: string | null, failures: readonly Failure[]): Verdict {
  if (limitReached !== null) return 'unknown';
  return failures.length === 0 ? 'passed' : 'failed';
}

function byName(figures: ReadonlyMap<string, object>): Record<string, Record<string, number>> {
  const result: [string, Record<string, number>][] = [];
  for (const [name, set] of figures) {
    const measured = Object.entries(set).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    );
    result.push([name, Object.fromEntries(measured)]);
  }
  return Object.fromEntries(result);
}

/** Views of queues about whose leader nodes disagree. */
function differingViews({ seenBy }: Observation): Record<string, Record<string, QueueView>> {
  const leaders = new Map<string, Set<string | null>>();
  for (const queues of Object.values(seenBy)) {
    for (const [name, queue] of Object.entries(queues)) {
      const seen = leaders.get(name) ?? new Set();
      leaders.set(name, seen.add(leaderOf(queue)));
    }
  }
  const views: [string, Record<string, QueueView>][] = [];
  for (const [node, queues] of Object.entries(seenBy)) {
    const differing = Object.entries(queues).filter(([name]) => leaders.get(name)!.size > 1);
    if (differing.length === 0) continue;
    views.push([
      node,
      Object.fromEntries(differing.map(([name, queue]) => [name, { master: leaderOf(queue) }])),
    ]);
  }
  return Object.fromEntries(views);
}

function scalar(value: FieldValue): Scalar {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
