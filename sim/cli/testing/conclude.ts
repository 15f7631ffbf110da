/** The end of `watership test` and of `watership merge`: the baseline is closed, reporters hear of the whole, files get their names. */
import type { ExitCode } from '../exit-code.ts';
import type { Baseline } from './baseline.ts';
import type { Durations, TestReport } from './report.ts';
import type { ReporterOutputs } from './reporter-outputs.ts';
import { codeOf } from './words.ts';

/** `complete`: every case of the files in the report was meant, so that what the baseline has besides is no more. */
export function conclude(
  report: TestReport,
  durations: Durations,
  { baseline, complete, outputs }: { baseline: Baseline | null; complete: boolean; outputs: ReporterOutputs },
): ExitCode {
  const notes = baseline?.close(report.files, complete, report.version) ?? [];
  const whole = { ...report, notes: [...report.notes, ...notes] };
  for (const reporter of outputs.reporters) reporter.ended(whole, durations);
  outputs.commit();
  return codeOf(whole);
}
