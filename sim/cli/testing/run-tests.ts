/**
 * Runs planned cases and tells reporters of each as it ends, in the order of the plan, which is the order in which outcomes come however many workers
 * there are. `--bail` counts cases in that order too, so that what was skipped depends on no worker.
 */
import { ExpectationPlaces } from '../../scenario/expectation-place.ts';
import { CaseTally, type LoadWords } from './case-tally.ts';
import { Durations, type CaseReport, type FileReport } from './report.ts';
import type { Reporter } from './reporter.ts';
import type { Job, Outcome } from '../pool/job.ts';
import type { PlannedCase, PlannedFile } from './test-plan.ts';

/** One seed of one case. */
export interface TestJob extends Job {
  readonly tally: CaseTally;
}

/** Runs jobs until there are no more, and hands their outcomes on in order. */
export type RunTestJobs = (
  jobs: Iterable<TestJob>,
  count: number,
  onOutcome: (outcome: Outcome, job: TestJob) => void,
) => Promise<void>;

export interface TestOptions {
  readonly runJobs: RunTestJobs;
  readonly reporters: readonly Reporter[];
  readonly load: LoadWords;
  /** After so many cases that did not pass the rest are skipped; null: never. */
  readonly bail: number | null;
  /** What else there is to say of a case that has ended: what the baseline knows. */
  readonly judge: (file: string, report: CaseReport, replay: (seed: number) => string) => CaseReport;
}

export interface TestsRun {
  readonly files: readonly FileReport[];
  readonly durations: Durations;
}

export async function runTests(files: readonly PlannedFile[], options: TestOptions): Promise<TestsRun> {
  const session = new TestSession(files, options);
  session.tell();
  await options.runJobs(session.jobs(), session.jobCount, (outcome, job) => session.onOutcome(outcome, job));
  session.skipRest();
  return session;
}

type GrowingFile = FileReport & { readonly cases: CaseReport[] };

class TestSession implements TestsRun {
  readonly files: readonly GrowingFile[];
  readonly durations = new Durations();
  /** Cases, and files that have none because they are wrong (null), in the order in which they are told. */
  private readonly units: readonly { readonly file: GrowingFile; readonly tally: CaseTally | null }[];
  private readonly options: TestOptions;
  private told = 0;
  private bad = 0;

  constructor(planned: readonly PlannedFile[], options: TestOptions) {
    this.options = options;
    const units = planned.map(({ file, nth, error, cases }) => {
      const report: GrowingFile = { file, nth, problems: error?.problems ?? [], cases: [] };
      return { report, tallies: talliesOf(file, cases, options.load) };
    });
    this.files = units.map(({ report }) => report);
    this.units = units.flatMap(({ report, tallies }) =>
      (tallies.length === 0 ? [null] : tallies).map((tally) => ({ file: report, tally })),
    );
  }

  get jobCount(): number {
    return this.units.reduce((sum, { tally }) => sum + (tally?.seeds ?? 0), 0);
  }

  /** No more of them once `--bail` has had enough. */
  *jobs(): Iterable<TestJob> {
    for (const { tally } of this.units)
      for (const job of tally?.jobs() ?? []) {
        if (this.isOver) return;
        yield job;
      }
  }

  onOutcome(outcome: Outcome, { seed, tally }: TestJob): void {
    tally.add(seed, outcome);
    this.tell();
  }

  /** Tells of everything whose turn it is. */
  tell(): void {
    for (;;) {
      const unit = this.units[this.told];
      if (unit === undefined || unit.tally?.isComplete === false || this.isOver) return;
      this.tellOne(unit.file, unit.tally, false);
    }
  }

  skipRest(): void {
    for (const { file, tally } of this.units.slice(this.told)) this.tellOne(file, tally, true);
  }

  private get isOver(): boolean {
    return this.options.bail !== null && this.bad >= this.options.bail;
  }

  private tellOne(file: GrowingFile, tally: CaseTally | null, skipped: boolean): void {
    const { reporters, judge } = this.options;
    this.told += 1;
    if (tally === null) {
      this.bad += 1;
      for (const reporter of reporters) reporter.fileWrong?.(file);
      return;
    }
    const report = skipped ? tally.skipped() : judge(file.file, tally.report(), (seed) => tally.replay(seed));
    if (!skipped) this.durations.set(file.file, report.nth, tally.elapsedMs);
    if (report.status !== 'passed' && report.status !== 'skipped') this.bad += 1;
    file.cases.push(report);
    for (const reporter of reporters) reporter.caseEnded?.(file.file, report, this.durations);
  }
}

/** The cells of a file share its text, which is read again for places only when something fails. */
function talliesOf(file: string, cases: readonly PlannedCase[], load: LoadWords): readonly CaseTally[] {
  let places: ExpectationPlaces | undefined;
  const text = cases[0]?.plan.scenario.source.text ?? '';
  const placesOf = (): ExpectationPlaces => (places ??= new ExpectationPlaces(file, text));
  return cases.map((planned) => new CaseTally(planned, placesOf, load));
}
