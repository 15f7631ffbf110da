/**
 * Programs of the host: started with a list of arguments and never through a shell, so that no name of a scenario can be more
 * than a word. Each has a time limit and a limit on what it may say.
 */
import { execFile } from 'node:child_process';
import { LaboratoryError } from './laboratory-error.ts';

export interface CommandOptions {
  readonly input?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  /** Null: killed, by the time limit as a rule. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const timeoutMs = 20_000;
const outputBytesMax = 16_000_000;

/** Runs a program to its end, whatever that is. Rejects only where it cannot be started at all. */
export function run(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...words],
      {
        env: options.environment ?? process.env,
        timeout: options.timeoutMs ?? timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: outputBytesMax,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ exit: 0, stdout, stderr });
        else if (typeof error.code === 'string')
          reject(new LaboratoryError(`${program} cannot be run: ${error.message}`));
        else resolve({ exit: error.code ?? null, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs a program that has to succeed; its standard output. Throws LaboratoryError with what it said. */
export async function runOrThrow(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { exit, stdout, stderr } = await run(program, words, options);
  if (exit === 0) return stdout;
  const ended = exit === null ? 'was killed' : `ended with ${exit}`;
  throw new LaboratoryError(`${program} ${words.join(' ')} ${ended}: ${stderr.trim().slice(0, 500)}`);
}
