/** The files that a command writes beside what it prints. */
import { OutputError, OutputFile } from './output-file.ts';
import type { RunRequest } from './run-request.ts';

export class Outputs {
  /** Null: not asked for. */
  readonly report: OutputFile | null;
  readonly trace: OutputFile | null;

  /** Opens what is asked for. Throws OutputError and then leaves nothing behind. */
  constructor({ report, trace, files }: RunRequest) {
    this.report = report === null ? null : new OutputFile(report, files);
    try {
      if (this.report !== null && trace !== null && this.report.isAt(trace))
        throw new OutputError('--report and --trace name the same file');
      this.trace = trace === null ? null : new OutputFile(trace, files);
    } catch (error) {
      this.report?.discard();
      throw error;
    }
  }

  /** Takes back what was not committed. */
  discard(): void {
    this.report?.discard();
    this.trace?.discard();
  }
}
