/** What every command of `watership` is made of; each is one file under `commands/`. */
import type { Options } from 'yargs';
import type { ExitCode } from './exit-code.ts';
import type { StartWorker } from './pool/worker.ts';
import type { RunScenario } from './scenario-run.ts';
import type { Terminal } from './terminal.ts';

/** The command line after its own name, taken apart. */
export interface Given {
  /** What stands there without dashes. */
  readonly operands: readonly string[];
  /** Option values by name: text, true, or a list of texts. What was not given is absent. */
  readonly options: { readonly [option: string]: unknown };
}

export interface Workers {
  readonly start: StartWorker;
  /** How many the machine runs at once. */
  readonly atOnce: number;
}

export interface Surroundings {
  readonly terminal: Terminal;
  /** Loads the engine, which costs time that `--help` does not have. */
  readonly loadEngine: () => Promise<RunScenario>;
  /** Other processes that run scenarios; null where there can be none. */
  readonly workers: Workers | null;
  /** Show the stacks of our own defects. */
  readonly debug: boolean;
}

export interface Command {
  readonly name: string;
  /** How it is called, without `watership`: `run FILE...`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A paragraph below the options, for what they do not say. */
  readonly epilogue?: string;
  readonly options: { readonly [option: string]: Options };
  /** How many operands make sense, and what they are called in an error. */
  readonly operands: { readonly least: number; readonly most: number; readonly name: string };
  /** Does it. Throws UsageError, OutputError and ScenarioError; anything else thrown counts as our defect. */
  perform(given: Given, surroundings: Surroundings): Promise<ExitCode>;
}
