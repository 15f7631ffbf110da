/**
 * `watership test --report`: the one run that is worth looking at, the first that did not pass, else the first, as an HTML report. It is run again for that:
 * what a report shows would be too much to keep of every run.
 */
import { invariant } from '../../kernel/invariant.ts';
import { htmlReport } from '../../library/html-report.ts';
import type { Surroundings } from '../command.ts';
import { defectText } from '../defect.ts';
import { ExitCode } from '../exit-code.ts';
import { OutputError, OutputFile } from '../output-file.ts';
import { printable } from '../printable.ts';
import { replayCommand } from '../replay.ts';
import type { RunRequest } from '../run-request.ts';
import type { LoadWords } from './case-tally.ts';
import type { FileReport, RunFigures } from './report.ts';
import type { PlannedCase, PlannedFile } from './test-plan.ts';

export type ShownRunRequest = Pick<RunRequest, 'report' | 'reportForm'>;

export class ShownRun {
  private readonly output: OutputFile;
  private readonly form: RunRequest['reportForm'];

  /** Opens the file; `inputs` must not be overwritten. Throws OutputError. */
  constructor(file: string, form: RunRequest['reportForm'], inputs: readonly string[]) {
    this.output = new OutputFile(file, inputs);
    this.form = form;
  }

  /** Writes the report; where no run ended there is none. `say` tells where it is. */
  async write(
    reports: readonly FileReport[],
    planned: readonly PlannedFile[],
    load: LoadWords,
    { terminal, loadEngine, debug }: Surroundings,
    say: (text: string) => void,
  ): Promise<ExitCode> {
    const found = firstBad(reports, planned);
    if (found === null) return ExitCode.held;
    const { plan } = found.planned;
    const { seed } = found.run;
    const replay = replayCommand({ file: plan.file, seed, matrix: plan.scenario.matrix, ...load });
    try {
      const runScenario = await loadEngine();
      const run = runScenario(plan.scenario, { seed, forReport: true });
      invariant(
        run.result.trace_hash === found.run.trace_hash,
        'a second run of the same seed went another way',
      );
      this.output.write(await htmlReport(run, replay, this.form));
    } catch (error) {
      if (error instanceof OutputError) throw error;
      terminal.err(defectText(error, replay, debug, terminal.paintErr));
      return ExitCode.defect;
    }
    this.output.commit();
    say(`Report  ${printable(this.output.path)}\n`);
    return ExitCode.held;
  }

  discard(): void {
    this.output.discard();
  }
}

interface Found {
  readonly planned: PlannedCase;
  readonly run: RunFigures;
}

function firstBad(reports: readonly FileReport[], planned: readonly PlannedFile[]): Found | null {
  let first: Found | null = null;
  for (const [nth, { cases }] of reports.entries())
    for (const report of cases) {
      const of = planned[nth]?.cases.find((each) => each.nth === report.nth);
      const bad = report.runs.find(({ verdict }) => verdict !== 'passed');
      const run = bad ?? report.runs[0];
      if (of === undefined || run === undefined) continue;
      // A case may fail by what moved, or by its seeds together, though each of them passed.
      if (bad !== undefined || report.status !== 'passed') return { planned: of, run };
      first ??= { planned: of, run };
    }
  return first;
}
