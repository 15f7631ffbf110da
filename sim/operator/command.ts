/** What a command of a tool is to whoever runs it, and how most of them end. */
import type { NodeControl, Refusal } from './node-control.ts';
import { refused, success, type CommandResult } from './refusals.ts';
import { EXIT_DATA, type Words, type WordsSpec } from './words.ts';

/** Gets the result without the banner. */
export type Finish = (result: CommandResult) => void;

/** Waits on the tool's machine. */
export type After = (delayUs: number, action: () => void) => void;

export interface Command {
  readonly words: WordsSpec;
  readonly usage: string;
  /** What must be true of the node: the application runs, does not run, the VM answers, or nothing. */
  readonly needs: (words: Words) => 'app-running' | 'app-stopped' | 'vm' | 'vm-down' | 'nothing';
  readonly banner: (words: Words, node: string) => string;
  /** A complaint about the words that reading them could not find. */
  readonly check?: (words: Words) => CommandResult | null;
  readonly run: (control: NodeControl, words: Words, finish: Finish, after: After) => void;
  /** A complaint that the tool makes without telling how it is used. */
  readonly refuse?: (words: Words) => CommandResult | null;
  /** What is said of a VM that does not answer, where the tool has words of its own for it. */
  readonly unreachable?: (node: string, words: Words) => CommandResult;
  /** `--timeout` is how long the command waits for something, not how long the tool waits for the command. */
  readonly hasOwnTimeout?: boolean;
}

/** Ends a command by the node's answer, with this output if there is no refusal. */
export function settle(control: NodeControl, finish: Finish, output = ''): (refusal: Refusal | null) => void {
  return (refusal) => finish(refusal === null ? success(output) : refused(control.name, refusal));
}

export function badArgument(text: string): CommandResult {
  return { exit: EXIT_DATA, output: `Error (argument validation): Bad argument: ${text}` };
}
