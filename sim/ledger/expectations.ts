/**
 * Judges a run by what its scenario promised. Blocks are conjunctions; `any_of` asks for one block, and what only a set
 * of seeds can show (`all_reached`, `sometimes`) is kept here for `judge-seeds.ts`.
 */
import type { Observation } from '../records/observation.ts';
import type { Expectations, ExpectBlock, HazardExpectation } from '../scenario/model.ts';
import { checkCause, checkHazard, hazardShows } from './expect-causes.ts';
import { checkFigures, type FigureSet } from './expect-figures.ts';
import { checkMoment } from './expect-moment.ts';
import { checkTimeline } from './expect-timeline.ts';
import type { CauseFigures, Failure } from './result.ts';
import type { CheckedExpectation } from './run-report.ts';
import type { KeptEvent } from './timeline.ts';

/** Everything that an expectation may speak of. */
export interface Evidence {
  readonly messages: FigureSet;
  readonly availability: FigureSet;
  readonly byWorkload: ReadonlyMap<string, FigureSet>;
  readonly byQueue: ReadonlyMap<string, FigureSet>;
  readonly timeline: readonly KeptEvent[];
  readonly observations: readonly Observation[];
  readonly causes: readonly CauseFigures[];
  /** Ids of the rules that the run exercised. */
  readonly exercised: readonly string[];
}

/** One run, judged. */
export interface Judgement {
  /** Every expectation that holds for each seed, in the order of the file. */
  readonly checked: readonly CheckedExpectation[];
  readonly failures: readonly Failure[];
  /** Which blocks of `any_of` this run satisfies, in order; empty without any. */
  readonly anyOf: readonly boolean[];
  /** Whether it satisfies `sometimes`; null without it. */
  readonly sometimes: boolean | null;
  /** Whether the hazard that the scenario is about shows; null where it is about none. */
  readonly hazard: boolean | null;
}

/** Judges one run. */
export function judge(expect: Expectations | null, evidence: Evidence): Judgement {
  if (expect === null) return { checked: [], failures: [], anyOf: [], sometimes: null, hazard: null };
  const checked = checkBlock(expect, evidence);
  const blocks = expect.anyOf.map((block) => checkBlock(block, evidence));
  const anyOf = blocks.map(allHold);
  if (blocks.length > 0) checked.push(checkAnyOf(expect.anyOf, blocks));
  const hazard = expect.hazard === undefined ? null : judgeHazard(expect.hazard, evidence);
  if (hazard?.checked) checked.push(hazard.checked);
  const failures = checked.filter(({ held }) => !held);
  return {
    checked,
    failures: failures.map(({ line, expected, observed }) => ({ line, expected, observed })),
    anyOf,
    sometimes: expect.sometimes === null ? null : allHold(checkBlock(expect.sometimes, evidence)),
    hazard: hazard === null ? null : hazard.shown,
  };
}

function judgeHazard(
  expected: HazardExpectation,
  evidence: Evidence,
): { readonly shown: boolean; readonly checked: CheckedExpectation | null } {
  const blockHolds = expected.shows === null || allHold(checkBlock(expected.shows, evidence));
  const shown = hazardShows(expected, evidence.causes, blockHolds, evidence.exercised);
  return { shown, checked: checkHazard(expected, evidence.causes, shown) };
}

function checkBlock(block: ExpectBlock, evidence: Evidence): CheckedExpectation[] {
  const checked = [
    ...checkFigures(block.messages, evidence.messages, ''),
    ...checkFigures(block.availability, evidence.availability, ''),
    ...block.workloads.flatMap(({ name, figures }) =>
      checkFigures(figures, evidence.byWorkload.get(name) ?? {}, name),
    ),
    ...block.queues.flatMap(({ name, figures }) =>
      checkFigures(figures, evidence.byQueue.get(name) ?? {}, name),
    ),
    ...block.at.flatMap((row) => checkMoment(row, observationAt(row.timeUs, evidence))),
    ...block.timeline.map((row) => checkTimeline(row, evidence.timeline)),
    ...(block.causes ?? []).map((row) => checkCause(row, evidence.causes)),
  ];
  return checked.toSorted((a, b) => a.line - b.line);
}

function observationAt(timeUs: number | null, { observations }: Evidence): Observation | null {
  return observations.find((observation) => observation.timeUs === timeUs) ?? null;
}

function checkAnyOf(
  blocks: readonly ExpectBlock[],
  checks: readonly (readonly CheckedExpectation[])[],
): CheckedExpectation {
  const satisfied = checks.findIndex(allHold);
  const line = blocks[0]!.line;
  const expected = `any of ${blocks.length} outcomes`;
  if (satisfied !== -1) return { line, expected, observed: `outcome ${satisfied + 1}`, held: true };
  // The outcome that came nearest says most about what is wrong.
  let nearest = 0;
  checks.forEach((check, index) => {
    if (misses(check) < misses(checks[nearest]!)) nearest = index;
  });
  const missed = checks[nearest]!.filter(({ held }) => !held);
  const why = missed.map((miss) => `${miss.expected} was ${String(miss.observed)}`).join('; ');
  return { line, expected, observed: `none; nearest is outcome ${nearest + 1}: ${why}`, held: false };
}

function misses(checks: readonly CheckedExpectation[]): number {
  return checks.filter(({ held }) => !held).length;
}

function allHold(checks: readonly CheckedExpectation[]): boolean {
  return checks.every(({ held }) => held);
}
