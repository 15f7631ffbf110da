/** Reads the results of several shards and tells reporters of them as if one process had run everything. */
import type { Surroundings } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';
import { Baseline, withBaseline } from './baseline.ts';
import { conclude } from './conclude.ts';
import { mergeReports } from './merge-reports.ts';
import { readReport } from './read-report.ts';
import { Durations, type FileReport } from './report.ts';
import { ReporterOutputs } from './reporter-outputs.ts';
import { sayErrors } from './say-errors.ts';
import type { ReportRequest } from './test-request.ts';
import { isWrong } from './words.ts';

/** Throws UsageError and OutputError. */
export function mergeFiles(
  files: readonly string[],
  request: ReportRequest,
  surroundings: Surroundings,
): ExitCode {
  const merged = mergeReports([...new Set(files)].map((from) => ({ from, report: readReport(from) })));
  const { terminal } = surroundings;
  const inputs = [...files, ...merged.files.map(({ file }) => file)];
  const outputs = new ReporterOutputs(request.reporters, withBaseline(inputs, request.baseline), terminal);
  const durations = new Durations();
  let baseline: Baseline | null = null;
  try {
    if (request.baseline !== null) {
      if (merged.files.some(({ cases }) => cases.some(({ moved }) => moved !== null)))
        throw new UsageError(
          'these results were held against a baseline already',
          'leave one --baseline away',
        );
      baseline = new Baseline(request.baseline, inputs, merged.version);
    }
    const { reporter: errors } = sayErrors(outputs.stdoutIsDocument, surroundings);
    const reporters = [...outputs.reporters, errors];
    const judged = merged.files.map((file): FileReport => {
      if (isWrong(file)) for (const reporter of reporters) reporter.fileWrong?.(file);
      const cases = file.cases.map((each) => baseline?.judge(file.file, each, null) ?? each);
      for (const each of cases)
        for (const reporter of reporters) reporter.caseEnded?.(file.file, each, durations);
      return { ...file, cases };
    });
    return conclude({ ...merged, files: judged }, durations, { baseline, complete: true, outputs });
  } finally {
    outputs.discard();
    baseline?.discard();
  }
}
