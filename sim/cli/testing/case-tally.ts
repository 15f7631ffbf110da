/** One case, seed by seed, in the order of seeds: what failed, once for all the seeds that show it, and the figures of each. */
import type { Judgement } from '../../ledger/expectations.ts';
import { judgeSeeds } from '../../ledger/judge-seeds.ts';
import type { Failure, RunResult } from '../../ledger/result.ts';
import { isAboutLimit } from '../../ledger/verdict-sentence.ts';
import type { ExpectationPlaces } from '../../scenario/expectation-place.ts';
import { availabilityFigures, messageFigures } from '../../scenario/results.ts';
import { cellValues } from '../plan.ts';
import { replayCommand, type Replayable } from '../replay.ts';
import type { CaseReport, Finding, FindingKind, RunFigures, Status, Story } from './report.ts';
import type { ScenarioRun } from '../scenario-run.ts';
import { forTheSet } from '../set-judgement.ts';
import type { Job, Outcome } from '../pool/job.ts';
import type { PlannedCase } from './test-plan.ts';

/** So many lines of a story are kept. */
const storyLines = 15;

/** What a replay needs besides the run itself. */
export type LoadWords = Pick<Replayable, 'overrides' | 'allowUnmodelled'>;

export class CaseTally {
  private readonly planned: PlannedCase;
  private readonly placesOf: () => ExpectationPlaces;
  private readonly load: LoadWords;
  private readonly judgements: Judgement[] = [];
  private readonly runs: RunFigures[] = [];
  private readonly findings = new Map<string, Finding>();
  private story: Story | null = null;
  private worst: Status = 'passed';
  private added = 0;
  private elapsed = 0;

  constructor(planned: PlannedCase, placesOf: () => ExpectationPlaces, load: LoadWords) {
    this.planned = planned;
    this.placesOf = placesOf;
    this.load = load;
  }

  get seeds(): number {
    return this.planned.plan.seeds;
  }

  /** How long its runs took together. */
  get elapsedMs(): number {
    return this.elapsed;
  }

  /** The outcome of every seed has been added. */
  get isComplete(): boolean {
    return this.added === this.seeds;
  }

  *jobs(): Iterable<Job & { readonly tally: CaseTally }> {
    const { scenario, firstSeed, seeds } = this.planned.plan;
    for (let nth = 0; nth < seeds; nth++) yield { scenario, seed: firstSeed + nth, tally: this };
  }

  /** The command that yields one of its runs again. */
  replay(seed: number): string {
    const { file, scenario } = this.planned.plan;
    return replayCommand({ file, seed, matrix: scenario.matrix, ...this.load });
  }

  /** Outcomes come in the order of seeds. */
  add(seed: number, outcome: Outcome): void {
    this.added += 1;
    switch (outcome.kind) {
      case 'ended':
        this.elapsed += outcome.elapsedMs ?? 0;
        this.addRun(outcome.run);
        return;
      case 'refused':
        this.worsen('refused');
        for (const { line, column, message, hint } of outcome.error.problems)
          this.find(
            'error',
            { line, column, message: hint === undefined ? message : `${message}: ${hint}` },
            seed,
          );
        return;
      case 'broken':
        this.worsen('defect');
        this.find('defect', { line: 1, column: 1, message: defectMessage(outcome.error) }, seed);
    }
  }

  report(): CaseReport {
    const { expect } = this.planned.plan.scenario;
    const ofTheSet = judgeSeeds(expect, this.judgements);
    for (const { line, expected, observed, judged, held } of ofTheSet)
      if (judged && !held) this.fail({ line, expected, observed }, null);
    return {
      ...this.skipped(),
      status: this.worst,
      runs: this.runs,
      findings: [...this.findings.values()].toSorted(byPlace),
      notes: ofTheSet
        .filter(({ judged }) => !judged)
        .map(({ line, expected }) => `line ${line}: ${expected}: not judged, it takes several seeds`),
      story: this.story,
    };
  }

  /** The case as one that was not run, or not to its end. */
  skipped(): CaseReport {
    const { scenario, firstSeed, seeds } = this.planned.plan;
    return {
      scenario: scenario.name,
      nth: this.planned.nth,
      matrix: cellValues(scenario.matrix),
      status: 'skipped',
      expects: scenario.expect !== null,
      seeds: { first: firstSeed, count: seeds },
      runs: [],
      findings: [],
      moved: null,
      notes: [],
      story: null,
    };
  }

  private addRun(run: ScenarioRun): void {
    const { result, judgement } = run;
    this.judgements.push(forTheSet(judgement));
    const { seed, verdict, trace_hash } = result;
    this.runs.push({ seed, verdict, trace_hash, figures: figuresOf(result) });
    if (verdict === 'passed') return;
    this.story ??= storyOf(run);
    this.worsen(verdict);
    // A run that was broken off did not live to see what it was expected to do.
    const failures = verdict === 'unknown' ? result.failures.filter(isAboutLimit) : result.failures;
    for (const failure of failures) this.fail(failure, seed);
  }

  private fail({ line, expected, observed }: Failure, seed: number | null): void {
    const message = `${expected}, observed ${observed === null ? 'nothing' : String(observed)}`;
    const column = this.placesOf().columnOf(line, expected);
    this.find('expectation', { line, column, message }, seed, expected);
    if (seed === null) this.worsen('failed');
  }

  /** `key`: what makes it the same finding in another seed, which may have observed something else. */
  private find(
    kind: FindingKind,
    { line, column, message }: Pick<Finding, 'line' | 'column' | 'message'>,
    seed: number | null,
    key = message,
  ): void {
    const at = `${kind} ${line} ${key}`;
    const known = this.findings.get(at);
    this.findings.set(
      at,
      known === undefined
        ? {
            kind,
            line,
            column,
            excerpt: this.placesOf().textOf(line),
            message,
            seed,
            seeds: 1,
            replay: seed === null ? null : this.replay(seed),
          }
        : { ...known, seeds: known.seeds + 1 },
    );
  }

  private worsen(status: Status): void {
    if (severity[status] > severity[this.worst]) this.worst = status;
  }
}

/** Which of several seeds' statuses a case has. */
const severity: { readonly [status in Status]: number } = {
  passed: 0,
  skipped: 0,
  unknown: 1,
  failed: 2,
  refused: 3,
  defect: 4,
};

function byPlace(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column;
}

function defectMessage(error: unknown): string {
  return `internal error: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

function figuresOf({ messages, availability }: RunResult): RunFigures['figures'] {
  const counts = messageFigures
    .filter((figure) => messages[figure] !== 0)
    .map((figure): [string, number | null] => [figure, messages[figure]]);
  const seconds = availabilityFigures.map((figure): [string, number | null] => [
    figure,
    availability[figure],
  ]);
  return Object.fromEntries([...counts, ...seconds]);
}

function storyOf({ result, verdictSentence, causeSentences, story }: ScenarioRun): Story {
  return {
    seed: result.seed,
    sentence: verdictSentence,
    causes: causeSentences,
    lines: story.slice(0, storyLines).map(({ timeUs, sentence, follows, because }) => ({
      time: timeUs / 1_000_000,
      sentence,
      follows,
      rule: because?.rule ?? null,
    })),
  };
}
