/** What a reporter is: it hears of each case in order, and of the whole at the end, and writes to where it was told to. */
import type { Paint } from '../terminal.ts';
import type { CaseReport, Durations, FileReport, TestReport } from './report.ts';

export interface Reporter {
  /** A file that cannot run. */
  fileWrong?(file: FileReport): void;
  caseEnded?(file: string, report: CaseReport, durations: Durations): void;
  /** Everything was told; the last call. */
  ended(report: TestReport, durations: Durations): void;
}

/** What a reporter gets to work with. */
export interface ReporterContext {
  readonly write: (text: string) => void;
  /** Paints for a terminal; adds nothing in a file. */
  readonly paint: Paint;
  readonly environment: { readonly [name: string]: string | undefined };
}

export type MakeReporter = (context: ReporterContext) => Reporter;
