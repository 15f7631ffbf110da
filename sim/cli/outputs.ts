/** The files that a command writes beside what it prints. */
import { inputFiles } from './input-files.ts';
import { OutputFile } from './output-file.ts';
import type { RunRequest } from './run-request.ts';

export class Outputs {
  /** Null: not asked for. */
  readonly report: OutputFile | null;
  readonly trace: OutputFile | null;

  /** Opens what is asked for. Throws OutputError and then leaves nothing behind. */
  constructor({ report, trace, files, load }: RunRequest) {
    const inputs = inputFiles(files, load.overrides);
    this.report = report === null ? null : new OutputFile(report, inputs);
    try {
      this.trace = trace === null ? null : new OutputFile(trace, inputs);
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
