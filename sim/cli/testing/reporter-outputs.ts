/** The reporters of one command, each with where it writes: stdout, or a file that appears whole or not at all. */
import { appendFileSync } from 'node:fs';
import { OutputError, OutputFile } from '../output-file.ts';
import type { Terminal } from '../terminal.ts';
import type { MakeReporter, Reporter } from './reporter.ts';
import { makeDefault } from './reporters/default.ts';
import { makeDot } from './reporters/dot.ts';
import { makeGithub, type SummaryFile } from './reporters/github.ts';
import { makeJson } from './reporters/json.ts';
import { makeJunit } from './reporters/junit.ts';
import { makeTap } from './reporters/tap.ts';
import { documents, type ReporterName, type WantedReporter } from './wanted-reporters.ts';

const makers: { readonly [name in Exclude<ReporterName, 'github'>]: MakeReporter } = {
  default: makeDefault,
  dot: makeDot,
  json: makeJson,
  junit: makeJunit,
  tap: makeTap,
};

/** The reporters of one command with the files that they write. */
export class ReporterOutputs {
  readonly reporters: readonly Reporter[];
  /** Whether what stands on stdout is for a program, so that errors have to be said elsewhere. */
  readonly stdoutIsDocument: boolean;
  private readonly files: OutputFile[] = [];

  /** Opens the files; `inputs` must not be overwritten. Throws OutputError and then leaves nothing behind. */
  constructor(wanted: readonly WantedReporter[], inputs: readonly string[], terminal: Terminal) {
    this.stdoutIsDocument = wanted.some(({ name, file }) => file === null && documents.has(name));
    const { environment } = terminal;
    try {
      this.reporters = wanted.map(({ name, file }) => {
        const make = name === 'github' ? makeGithub(stepSummary(environment)) : makers[name];
        if (file === null)
          return make({ write: (text) => terminal.out(text), paint: terminal.paintOut, environment });
        const output = this.open(file, inputs);
        return make({ write: (text) => output.write(text), paint: (_, text) => text, environment });
      });
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  commit(): void {
    for (const file of this.files) file.commit();
  }

  /** Takes back what was not committed. */
  discard(): void {
    for (const file of this.files) file.discard();
  }

  private open(file: string, inputs: readonly string[]): OutputFile {
    const output = new OutputFile(file, inputs);
    this.files.push(output);
    return output;
  }
}

/** The summary that GitHub collects, step by step in one file; null where no runner asks for one. */
function stepSummary({ GITHUB_STEP_SUMMARY: file }: Terminal['environment']): SummaryFile | null {
  if (file === undefined || file === '') return null;
  return {
    append: (text) => {
      try {
        appendFileSync(file, text);
      } catch (error) {
        throw new OutputError(
          `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };
}
