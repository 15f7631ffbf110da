/** The report of a run as the text of one HTML file. */
import type { ReportForm } from '../../reports/write-report.ts';
import type { ScenarioRun } from './run.ts';

/**
 * Draws the report of a run that was asked `forReport`. `replayCommand` is shown in it as what yields this run again; a `static` report has no script. Throws RangeError where the run
 * was not asked for it.
 */
export async function htmlReport(
  { report }: ScenarioRun,
  replayCommand: string,
  form: ReportForm = 'scripted',
): Promise<string> {
  if (report === null) throw new RangeError('a run has a report when it is simulated with forReport: true');
  // Only those who want a report pay for loading what draws it.
  const { renderReport } = await import('../../reports/write-report.ts');
  return renderReport(report(replayCommand), form);
}
