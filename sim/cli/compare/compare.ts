/**
 * Compares runs pair by pair: what differs in figures, in the timeline, and, where both can be run, in the first record of their journals. Runs of a pair
 * have the same seed, so that chance is the same as far as both ask for the same draws.
 */
import type { RunResult } from '../../ledger/result.ts';
import type { LoadOptions } from '../../library/load.ts';
import type { Scenario } from '../../scenario/model.ts';
import type { Surroundings } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { Progress } from '../progress.ts';
import type { RunOptions, RunScenario, ScenarioRun } from '../scenario-run.ts';
import { comparisonText, summaryText } from './compare-text.ts';
import {
  type Difference,
  resultDifferences,
  ruleDifferences,
  scenarioDifferences,
  type TimelineParting,
  timelineParting,
} from './differences.ts';
import { compareRuns, type Parting } from './parting.ts';
import { type Entry, type Pair, pairsOf, readSide } from './sides.ts';

export interface CompareRequest {
  readonly files: readonly [string, string];
  readonly load: readonly [LoadOptions, LoadOptions];
  /** Null: that of the sides. */
  readonly seed: number | null;
  readonly seeds: number | null;
  readonly json: boolean;
}

/** One pair of runs, compared. */
export interface Comparison {
  readonly seed: number;
  /** The scenario that both have; empty where each side has its only one. */
  readonly name: string;
  /** The configuration that both share, as JSON; empty where each side has its only one. */
  readonly cell: string;
  readonly same: boolean;
  /** The side that alone has this run; null: both have. */
  readonly only: 'a' | 'b' | null;
  readonly scenario: readonly Difference[];
  readonly figures: readonly Difference[];
  readonly rules: { readonly onlyA: readonly string[]; readonly onlyB: readonly string[] };
  readonly timeline: TimelineParting | null;
  /** Whether both journals were there to be compared. */
  readonly journals: boolean;
  readonly parting: Parting | null;
  /** Null where that side does not have it. */
  readonly hashes: { readonly a: string | null; readonly b: string | null };
}

/** Throws UsageError and ScenarioError. Held: all the same; failed: something differs. */
export async function compare(request: CompareRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, loadEngine } = surroundings;
  const [fileA, fileB] = request.files;
  const a = readSide(fileA, request.load[0]);
  const b = readSide(fileB, request.load[1]);
  const pairs = pairsOf(a, b, request.seed, request.seeds);
  const runScenario = await loadEngine();
  const progress = new Progress(terminal, pairs.length, false);
  let different = 0;
  try {
    for (const pair of pairs) {
      const comparison = comparePair(pair, runScenario, progress);
      progress.ended(!comparison.same);
      progress.clear();
      if (!comparison.same) different += 1;
      if (request.json) terminal.out(`${JSON.stringify({ a: fileA, b: fileB, ...comparison })}\n`);
      else terminal.out(comparisonText(comparison, { files: request.files, paint: terminal.paintOut }));
      await terminal.breathe();
    }
  } finally {
    progress.end();
  }
  if (pairs.length > 1 && !request.json) terminal.out(summaryText(pairs.length, different));
  return different === 0 ? ExitCode.held : ExitCode.failed;
}

function comparePair({ a, b, ...which }: Pair, runScenario: RunScenario, progress: Progress): Comparison {
  const { seed } = which;
  const onProgress = progress.begin(`seed ${seed}`);
  const run = (scenario: Scenario, options: Omit<RunOptions, 'seed'> = {}): ScenarioRun =>
    runScenario(scenario, { ...options, seed, ...(onProgress && { onProgress }) });
  if (a === null || b === null) return onlyOne(which, a === null ? 'b' : 'a');
  if (a.kind === 'scenario' && b.kind === 'scenario') {
    const both = compareRuns(
      (onTraceLine) => run(a.scenario, { onTraceLine }),
      (onTraceLine) => run(b.scenario, { onTraceLine }),
    );
    const compared = compareResults(which, both.a.result, both.b.result);
    return {
      ...compared,
      same: compared.same && both.parting === null,
      scenario: scenarioDifferences(a.scenario, b.scenario),
      journals: true,
      parting: both.parting,
    };
  }
  const resultOf = (entry: Entry): RunResult =>
    entry.kind === 'result' ? entry.result : run(entry.scenario).result;
  const compared = compareResults(which, resultOf(a), resultOf(b));
  // What results do not show, their hashes do; but a hash is of the version and the file, too.
  return { ...compared, same: compared.same && compared.hashes.a === compared.hashes.b };
}

/** What tells one pair from another. */
type Which = Pick<Pair, 'seed' | 'name' | 'cell'>;

function compareResults(which: Which, a: RunResult, b: RunResult): Comparison {
  const figures = resultDifferences(a, b);
  const timeline = timelineParting(a, b);
  const rules = ruleDifferences(a, b);
  return {
    ...which,
    same: figures.length === 0 && timeline === null && rules.onlyA.length + rules.onlyB.length === 0,
    only: null,
    scenario: [],
    figures,
    rules,
    timeline,
    journals: false,
    parting: null,
    hashes: { a: a.trace_hash, b: b.trace_hash },
  };
}

function onlyOne(which: Which, only: 'a' | 'b'): Comparison {
  return {
    ...which,
    same: false,
    only,
    scenario: [],
    figures: [],
    rules: { onlyA: [], onlyB: [] },
    timeline: null,
    journals: false,
    parting: null,
    hashes: { a: null, b: null },
  };
}
