/**
 * The command line as a function: arguments and a terminal in, an exit code out. Whatever goes wrong below becomes one
 * message and a code here. Commands load what they need when they run, so that `--help` answers at once.
 */
import { ScenarioError, printScenarioError } from '../scenario/problem.ts';
import { parseArguments, type Parsed } from './arguments.ts';
import type { Command, Workers } from './command.ts';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { conform } from './commands/conform.ts';
import { explain } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { gallery } from './commands/gallery.ts';
import { init } from './commands/init.ts';
import { list } from './commands/list.ts';
import { matrix } from './commands/matrix.ts';
import { merge } from './commands/merge.ts';
import { run } from './commands/run.ts';
import { schema } from './commands/schema.ts';
import { seeds } from './commands/seeds.ts';
import { test } from './commands/test.ts';
import { defectText } from './defect.ts';
import { ExitCode } from './exit-code.ts';
import { OutputError } from './output-file.ts';
import { packageVersion } from '../library/package.ts';
import { Interrupted } from './pool/interrupted.ts';
import { printable } from './printable.ts';
import { commandLine } from './replay.ts';
import type { RunScenario } from './scenario-run.ts';
import { wantsColour, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const commands: readonly Command[] = [
  run,
  matrix,
  seeds,
  compare,
  test,
  merge,
  check,
  init,
  list,
  gallery,
  conform,
  exportCommand,
  schema,
  explain,
];

/** What runs scenarios: in this process, and where there are `workers`, in others. */
export interface Engine {
  readonly load: () => Promise<RunScenario>;
  readonly workers: Workers | null;
}

/** Runs one command line (without node and script). `engine` replaces the one that there is, for tests. */
export async function watership(
  args: readonly string[],
  terminal: Terminal,
  engine: Engine = { load: importEngine, workers: null },
): Promise<ExitCode> {
  let debug = terminal.environment.WATERSHIP_DEBUG === '1';
  try {
    const parsed: Parsed = parseArguments(args, commands, packageVersion());
    if (parsed.kind === 'text') {
      terminal.out(parsed.text);
      return ExitCode.held;
    }
    debug ||= parsed.debug;
    return await parsed.command.perform(parsed.given, {
      terminal,
      loadEngine: engine.load,
      workers: engine.workers,
      debug,
    });
  } catch (error) {
    return report(error, terminal, debug, args);
  }
}

/** The engine of this process. */
export async function importEngine(): Promise<RunScenario> {
  const { runScenario } = await import('./run-scenario.ts');
  return runScenario;
}

function report(error: unknown, terminal: Terminal, debug: boolean, args: readonly string[]): ExitCode {
  if (error instanceof ScenarioError) {
    terminal.err(printScenarioError(error, { colour: wantsColour(terminal.paintErr) }));
    return ExitCode.wrongUse;
  }
  if (error instanceof UsageError || error instanceof OutputError) {
    const hint = error instanceof UsageError ? error.hint : undefined;
    terminal.err(`${terminal.paintErr('red', 'watership:')} ${printable(error.message)}\n`);
    if (hint !== undefined) terminal.err(`  ${printable(hint)}\n`);
    return ExitCode.wrongUse;
  }
  if (error instanceof Interrupted) {
    terminal.err(`${terminal.paintErr('red', 'watership:')} ${error.message}\n`);
    return error.signal === 'SIGINT' ? ExitCode.interrupted : ExitCode.terminated;
  }
  const again = commandLine(args.filter((word) => word !== '--debug'));
  terminal.err(defectText(error, again, debug, terminal.paintErr));
  return ExitCode.defect;
}
